"""`!context N`: what is known of the asker: what they were offered and said of it, where they ask from, what they asked before."""

from bridges.text import from_plain
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import context as known
from helpdesk.desk import work
from helpdesk.desk.telling import gist, topic_name
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role, Ticket
from helpdesk.nouns.gather import Context


def _past(ticket: Ticket) -> Reply:
    args = {
        "number": str(ticket.number),
        "topic": topic_name(ticket.topic),
        "state": work.state(ticket),
        "text": from_plain(gist(ticket.text, 100)),
    }
    return Reply(Message("context-past", args))


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number = str(ticket.number)
    if not work.may_read(call, ticket):
        return [Refuse("forbidden", Message("context-private", {"number": number, "prefix": call.prefix}))]
    context = call.view.gather.context or Context()
    asker = ticket.asker_identity
    head = Message(
        "context-head",
        {
            "number": number,
            "name": asker.name,
            "network": asker.network,
            "kind": call.config.kinds.get(asker.network, asker.network),
            "known": Message("context-known" if asker.authenticated else "context-guest"),
            "lang": ticket.lang,
        },
    )
    return [Reply(head), Reply(known.offered(context)), *(_past(one) for one in known.past(call, context))]


COMMAND = Command("context", run, Grammar.NUMBER, role=Role.SHADOW, needs=Need.GATHER)
