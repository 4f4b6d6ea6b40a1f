"""`!cite N article`: an article answers it. The asker gets its summary and its address, and the article the credit."""

from dataclasses import replace

from bridges.text import from_plain, shorten
from helpdesk.commands import answer
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import replies, work
from helpdesk.effects import Effect, Message, Refuse
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    wanted = call.invocation.words
    if not wanted:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-cite", {"prefix": call.prefix})}))]
    found = replies.article_called(wanted, call.view.articles, ticket.lang)
    if isinstance(found, list):
        said = from_plain(shorten(wanted, 60))
        if found:
            return [Refuse("not-found", Message("cite-near", {"name": said, "names": ", ".join(found)}))]
        return [Refuse("not-found", Message("cite-unknown", {"name": said, "prefix": call.prefix}))]
    words = f"{found.summary or found.title} → {replies.address(found, call.config.public_url)}"
    given = replace(call, invocation=replace(call.invocation, verb="answer", words=words))
    return answer.tell(given, ask_back=False)


COMMAND = Command("cite", run, Grammar.NUMBER_WORDS, role=Role.PAIR, needs=Need.SIG, bare=False)
