"""`!release N [why]`: somebody else may have it. The notes stay."""

from bridges.events import RoomId
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import tickets, work
from helpdesk.desk.handing import given_back, hand
from helpdesk.desk.secrets import mask
from helpdesk.desk.telling import tell_directly
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number = str(ticket.number)
    if not ticket.status.active:
        return [tickets.closed(ticket)]
    if ticket.claimant is None:
        return [Refuse("conflict", Message("not-claimed", {"number": number}))]
    own = ticket.claimant == call.person.id
    if not own and call.person.role < Role.LEAD:
        return [
            tickets.not_claimable(ticket, call.person) or Refuse("conflict", Message("not-claimed", {"number": number}))
        ]
    why = mask(call.invocation.words)[0]
    audited = [] if own else [call.audited("release", f"#{number}", why)]
    wanted = call.view.life.wanted
    if wanted is not None and wanted.by.id != ticket.claimant:
        to = wanted.by
        prefix = call.config.room(to.identity.network, RoomId("")).prefix
        yours = Message("handed-you", {"number": number, "name": call.person.name, "prefix": prefix})
        return [
            *hand(ticket, to, call.config, call.place.network, work.here(call), by=call.person, why=why),
            *audited,
            *tell_directly(call.config, to.identity, yours, ticket),
            Reply(Message("handed-over", {"number": number, "name": to.name})),
        ]
    return [
        *tickets.release(ticket, call.person, why, call.config, call.place.network, work.here(call)),
        *given_back(ticket, ticket.claimant_identity.name if ticket.claimant_identity else "", call.view.life.back),
        *audited,
        Reply(Message("release-thanks", {"number": number})),
    ]


COMMAND = Command("release", run, Grammar.NUMBER_WORDS, role=Role.PAIR, needs=Need.LIFE)
