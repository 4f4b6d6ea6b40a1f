"""`!show N`: the ticket and what happened so far; `!show N history` all of it."""

import re

from bridges.text import from_plain, shorten
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import work
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import Change, ChangeKind, Role, Ticket

SHOWN = 5
PORTION = 10
"""Entries of the whole history that are told at once."""
_HISTORY = re.compile(r"[-–—]*\s*(?:history|hist|verlauf|all)\b\s*(?P<portion>\d{1,3})?", re.IGNORECASE)


def _entry(change: Change, *, whole: bool) -> Message:
    args: dict[str, Value] = {
        "at": f"{change.at:%Y-%m-%d %H:%M}",
        "name": change.actor_name or Message("the-desk"),
        "kind": Message(f"change-{change.kind}"),
        "text": from_plain(shorten(change.text, 100 if whole else 300)),
        "network": change.network,
    }
    form = "history-line" if whole and change.network else "change-line"
    return Message(form if change.text else f"{form}-bare", args)


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number = str(ticket.number)
    if not work.may_read(call, ticket) and not work.involved(call, ticket):
        return [
            Reply(work.line(ticket, whole=False, now=call.now), private=not work.may_name(call, ticket)),
            Reply(Message("show-private", {"number": number, "prefix": call.prefix})),
        ]
    if found := _HISTORY.match(call.invocation.words.strip()):
        return _history(call, ticket, int(found["portion"] or 1))
    hidden = not work.may_read(call, ticket)
    replies: list[Effect] = [
        Reply(work.line(ticket, whole=not hidden, now=call.now), private=not work.may_name(call, ticket)),
        *work.text_for_claimant(call, ticket),
    ]
    if (has := ticket.claimant_identity) is not None and (has.network, has.key) in call.view.writing:
        replies.append(Reply(Message("writing", {"name": has.name})))
    if ticket.tags:
        replies.append(Reply(Message("tagged", {"number": number, "tags": ", ".join(ticket.tags)}), private=hidden))
    later = [change for change in call.view.history if change.kind is not ChangeKind.OPENED]
    return replies + [Reply(_entry(change, whole=False), private=hidden) for change in later[-SHOWN:]]


def _history(call: Call, ticket: Ticket, portion: int) -> list[Effect]:
    """From its beginning, so many entries at once; what is long, or was asked in private, directly."""
    changes = call.view.life.changes
    number, portions = str(ticket.number), max(1, -(-len(changes) // PORTION))
    portion = min(max(1, portion), portions)
    shown = changes[(portion - 1) * PORTION : portion * PORTION]
    elsewhere = not work.may_read(call, ticket) or (len(shown) > SHOWN and not call.discreet)
    directly = elsewhere and call.place.room is not None and not call.place.room.direct
    replies: list[Effect] = [Reply(Message("history-sent", {"number": number}))] if directly else []
    replies += [Reply(_entry(change, whole=True), private=directly, ticket=ticket.number) for change in shown]
    if portion < portions:
        args: dict[str, Value] = {
            "number": number,
            "portion": str(portion),
            "of": str(portions),
            "next": str(portion + 1),
            "prefix": call.prefix,
        }
        replies.append(Reply(Message("history-rest", args), private=directly))
    return replies


COMMAND = Command("show", run, Grammar.NUMBER_WORDS, role=Role.SHADOW, needs=Need.HISTORY | Need.LIFE)
