"""`!take N`: somebody else has it, and I would go on with it. They are asked first; leads need not ask."""

from datetime import timedelta

from bridges.events import RoomId
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.commands.claim import take as claim
from helpdesk.desk import context, life, work
from helpdesk.desk.handing import hand
from helpdesk.desk.telling import tell_directly
from helpdesk.effects import Effect, Message, Record, Refuse, Reply, Schedule, Value
from helpdesk.model import ChangeKind, Role

WAIT = timedelta(minutes=10)
"""How long its claimant has to go on with it."""


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    person, holder = call.person, ticket.claimant_identity
    if not ticket.status.active or holder is None or ticket.claimant == person.id:
        return claim(call, ticket)
    number, network = str(ticket.number), call.place.network
    wanted = call.view.life.wanted
    asked = wanted is not None and wanted.by.id == person.id
    if person.role >= Role.LEAD or (asked and wanted is not None and call.now >= wanted.at + WAIT):
        audited = [call.audited("take", f"#{number}", holder.name)] if person.role >= Role.LEAD else []
        words = work.text_for_claimant(call, ticket) if call.place.room else []
        return [
            *hand(ticket, person, call.config, network, work.here(call)),
            *audited,
            Reply(Message("taken", {"number": number, "name": holder.name})),
            *words,
            *(context.brief(call, ticket) if call.place.room else ()),
        ]
    if wanted is not None:
        minutes = max(1, round((wanted.at + WAIT - call.now).total_seconds() / 60))
        again: dict[str, Value] = {"number": number, "name": holder.name, "minutes": minutes, "by": wanted.by.name}
        return [Refuse("conflict", Message("take-wait" if asked else "take-wanted", again))]
    minutes = round(WAIT.total_seconds() / 60)
    args: dict[str, Value] = {
        "number": number,
        "name": person.name,
        "minutes": minutes,
        "prefix": call.config.room(holder.network, RoomId("")).prefix,
    }
    return [
        Record(ticket.number, ChangeKind.WANTED, "", person.id, person.name, network),
        Schedule(life.TAKE, ticket.number, call.now + WAIT),
        *tell_directly(call.config, holder, Message("take-asked-you", args), ticket),
        Reply(Message("take-asked", {"number": number, "name": holder.name, "minutes": minutes})),
    ]


COMMAND = Command(
    "take", run, Grammar.NUMBER_WORDS, aliases=("steal",), role=Role.PAIR, needs=Need.LIFE | Need.GATHER, bare=False
)
