"""`!incident new TITLE`, `!incident N [TITLE]`, `!incident N add|remove NUMBERS`, `!incident N says LINE`, `!incident list`."""

import re

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import incidents, work
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role, Ticket

_NUMBERS = re.compile(r"(?:[#,;&\s]|\d|and|und)*")


def _usage(call: Call) -> Refuse:
    return Refuse("invalid", Message("usage", {"usage": Message("usage-incident", {"prefix": call.prefix})}))


def _those(call: Call, rest: str) -> tuple[Ticket, ...] | Refuse:
    """The tickets whose numbers are said."""
    wanted = [int(number) for number in re.findall(r"\d{1,9}", rest)]
    if not wanted or not _NUMBERS.fullmatch(rest):
        return _usage(call)
    named = {ticket.number: ticket for ticket in call.view.gather.named}
    for number in wanted:
        if number not in named:
            return Refuse("not-found", Message("no-such-ticket", {"number": str(number)}))
    return tuple(named[number] for number in dict.fromkeys(wanted))


def run(call: Call) -> list[Effect]:
    verb, _, rest = call.invocation.words.partition(" ")
    rest = rest.strip()
    if call.invocation.number is None and verb.lower() == "new":
        return incidents.begin(call, rest) if rest else [_usage(call)]
    if call.invocation.number is None and verb.lower() in ("list", "") and (verb or call.view.ticket is None):
        found = call.view.gather.incidents
        return [Reply(incidents.line(one)) for one in found] or [Reply(Message("incident-none"))]
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    match verb.lower():
        case "add" | "remove" as what:
            those = _those(call, rest)
            if isinstance(those, Refuse):
                return [those]
            return incidents.add(call, ticket, those) if what == "add" else incidents.remove(call, ticket, those)
        case "says" | "say":
            return incidents.says(call, ticket, rest) if rest else [_usage(call)]
        case _:
            return incidents.make(call, ticket, call.invocation.words)


COMMAND = Command("incident", run, Grammar.NUMBER_WORDS, role=Role.SOLO, needs=Need.GATHER | Need.OPENING, bare=False)
