"""`!reply N name`: a canned reply, filled in. `!reply N words`: tell the asker these. `!reply`: what there is."""

from dataclasses import replace

from bridges.text import from_plain
from helpdesk.commands import answer
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import replies, work
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def _told(call: Call, verb: str, words: str) -> list[Effect]:
    """As if they had typed it."""
    given = replace(call, invocation=replace(call.invocation, verb=verb, words=words))
    return answer.tell(given, ask_back=verb == "ask-back")


def run(call: Call) -> list[Effect]:
    words = call.invocation.words
    first, _, rest = words.partition(" ")
    ticket = call.view.ticket
    there = replies.canned(call.view.articles, ticket.lang if ticket else "")
    if call.invocation.number is None and not words:
        if not there:
            return [Reply(Message("replies-none"))]
        return [Reply(Message("replies", {"names": ", ".join(there), "prefix": call.prefix}))]
    found = work.named(call)
    if isinstance(found, Refuse):
        return [found]
    name = first.lower().rstrip(".,:")
    if name in there:
        filled = replies.filled(there[name], call, found, rest.strip())
        if isinstance(filled, Refuse):
            return [filled]
        return _told(call, "ask-back" if replies.asks(there[name]) else "answer", filled)
    near = replies.near(name, there) if words and not rest else []
    if near or ("-" in name and not rest):
        guess = Message("reply-near", {"name": from_plain(first), "names": ", ".join(near)})
        none = Message("reply-unknown", {"name": from_plain(first), "prefix": call.prefix})
        return [Refuse("not-found", guess if near else none)]
    return _told(call, "answer", words)


COMMAND = Command("reply", run, Grammar.NUMBER_WORDS, role=Role.PAIR, needs=Need.SIG, bare=False)
