"""`!handover N @who [note]`: it is theirs now, with a word on where it stands."""

from bridges.events import RoomId
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import tickets, work
from helpdesk.desk.handing import hand
from helpdesk.desk.secrets import mask
from helpdesk.desk.telling import tell_directly
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Person, Role


def _to(call: Call, name: str) -> Person | Refuse:
    named = call.view.life.named
    if not named:
        return Refuse("not-found", Message("handover-nobody", {"name": name, "prefix": call.prefix}))
    if len(named) > 1:
        who = ", ".join(f"{person.identity.network}:{person.name}" for person in named)
        return Refuse("invalid", Message("handover-several", {"name": name, "who": who}))
    to = named[0]
    known = next((v for v in call.view.rota.volunteers if v.person == to.id), None)
    if known is not None and (known.away(call.now) or known.quiet_at(call.now)):
        return Refuse(
            "conflict", Message("handover-away", {"name": to.name, "number": str(call.invocation.number or "")})
        )
    return to


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    name, _, why = call.invocation.words.partition(" ")
    if not name:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-handover", {"prefix": call.prefix})}))]
    refused = tickets.not_claimable(ticket, call.person)
    lead = call.person.role >= Role.LEAD
    if refused is not None and not (lead and ticket.status.active):
        return [refused]
    to = _to(call, name)
    if isinstance(to, Refuse):
        return [to]
    number = str(ticket.number)
    if ticket.claimant == to.id:
        return [Refuse("conflict", Message("claimed-by-other", {"number": number, "name": to.name}))]
    why = mask(why.strip())[0]
    args = {
        "number": number,
        "name": call.person.name,
        "prefix": call.config.room(to.identity.network, RoomId("")).prefix,
    }
    yours = Message("handed-you-why", args | {"why": why}) if why else Message("handed-you", args)
    audited = [call.audited("handover", f"#{number}", to.name)] if lead and ticket.claimant != call.person.id else []
    return [
        *hand(ticket, to, call.config, call.place.network, work.here(call), by=call.person, why=why),
        *audited,
        *tell_directly(call.config, to.identity, yours, ticket),
        Reply(Message("handed-over", {"number": number, "name": to.name})),
    ]


COMMAND = Command(
    "handover",
    run,
    Grammar.NUMBER_WORDS,
    aliases=("give", "pass"),
    role=Role.PAIR,
    needs=Need.LIFE | Need.ROTA,
    bare=False,
)
