"""`!show N`: the ticket and what happened so far."""

from bridges.text import from_plain, shorten
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import work
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import ChangeKind, Role

SHOWN = 5


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number = str(ticket.number)
    if not work.may_read(call, ticket) and not work.involved(call, ticket):
        return [
            Reply(work.line(ticket, whole=False)),
            Reply(Message("show-private", {"number": number, "prefix": call.prefix})),
        ]
    hidden = not work.may_read(call, ticket)
    replies: list[Effect] = [Reply(work.line(ticket, whole=not hidden)), *work.text_for_claimant(call, ticket)]
    for change in [c for c in call.view.history if c.kind is not ChangeKind.OPENED][-SHOWN:]:
        args: dict[str, Value] = {
            "at": f"{change.at:%Y-%m-%d %H:%M}",
            "name": change.actor_name,
            "kind": Message(f"change-{change.kind}"),
            "text": from_plain(shorten(change.text, 300)),
        }
        replies.append(Reply(Message("change-line" if change.text else "change-line-bare", args), private=hidden))
    return replies


COMMAND = Command("show", run, Grammar.NUMBER, role=Role.SHADOW, needs=Need.HISTORY)
