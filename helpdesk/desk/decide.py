"""The one way in: an event, what is known, and the time give the effects. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bridges.events import (
    Checkpoint,
    Gap,
    GuestGone,
    MessageEdited,
    MessageReceived,
    MessageRedacted,
    PersonIdentified,
    PersonMoved,
    PersonSeen,
    PolicyChanged,
    Reacted,
    RoomEntered,
    RoomExited,
    RoomSplit,
    Typing,
)
from helpdesk.commands.base import Place
from helpdesk.config import Config
from helpdesk.desk import (
    attachments,
    delivery,
    due,
    gather,
    life,
    moderation,
    moves,
    questions,
    relay,
    relay_later,
    requests,
    rewording,
    rooms,
    rota,
    routing,
    search,
    sig,
    talk,
    tickets,
    watch,
)
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import (
    Answered,
    AnyEvent,
    AskerWrote,
    Backlog,
    Delivery,
    Invoked,
    RoleGranted,
    Searched,
    TimerDue,
    Unrelayed,
)
from helpdesk.effects import Audited, Effect, GrantRole, MergeGuest, Message, Refuse, Reply, Wake
from helpdesk.model import QuestionStatus
from helpdesk.nouns.requests import FormSent
from helpdesk.view import View


def decide(event: AnyEvent, heard: Heard, view: View, config: Config, now: datetime) -> list[Effect]:
    """What follows from the event. `heard` is what `intake.read` made of a message, and empty for all else."""
    effects = attachments.brought(_decided(event, heard, view, config, now), view)
    effects = gather.together(effects, view, config)
    return life.kept(event, effects, view, config, now) if effects else effects


def _decided(event: AnyEvent, heard: Heard, view: View, config: Config, now: datetime) -> list[Effect]:
    match event:
        case MessageReceived():
            return attachments.kept(event, talk.message(event, heard, view, config, now), view, config, now)
        case Reacted():
            return [*relay_later.reacted(event, view, now), *talk.reaction(event, view, config, now)]
        case MessageEdited():
            return [*relay_later.edited(event, view, config, now), *rewording.edited(event, view, config)]
        case MessageRedacted():
            return [
                *relay_later.redacted(event, view),
                *rewording.redacted(event, view, config),
                *watch.redacted(event, view),
            ]
        case PersonMoved():
            return moves.moved(event, view, config, now)
        case RoomSplit():
            return moves.split(event, view, config, now)
        case Answered() if view.question is not None and view.question.status is QuestionStatus.WATCHING:
            return watch.answered(event, view, config)
        case Answered():
            return questions.answered(event, view, config, now)
        case Searched():
            return search.searched(event, view, config)
        case Invoked() | AskerWrote() if view.level == "banned":
            return [Refuse("forbidden", Message("banned"))]
        case Invoked():
            return talk.command(event.invocation, Place(event.network, event.sender), view, config, now)
        case AskerWrote():
            return _asker_page(event, view, config)
        case RoleGranted(network, sender, role):
            if not sender.authenticated:
                needed = Message(f"role-{role.name.lower()}")
                return [Refuse("forbidden", Message("need-login", {"verb": "sig", "role": needed}))]
            return [
                GrantRole(network, sender.id, sender.name, role, by="invitation"),
                *sig.invited(view.person, role, now),
                Audited("grant", f"{network}:{sender.id}", role.name.lower(), network, "", sender.id, sender.name),
                Reply(Message("role-granted", {"role": Message(f"role-{role.name.lower()}")})),
            ]
        case Delivery():
            return delivery.delivery(event, view, config)
        case TimerDue(kind=relay.EDIT | relay.EDIT_ALL as kind):
            return relay_later.tell_edit(kind, view.near.about, view, config, now)
        case TimerDue():
            return due.due(event, view, config, now)
        case FormSent():
            return requests.form_sent(event, view, config, now)
        case Gap():
            return rooms.gap(event, view, config)
        case RoomExited():
            return rooms.exited(event, view, config)
        case PersonSeen(network, _, sender):
            woken: list[Effect] = [Wake(network, sender.id)] if sender.authenticated else []
            return [*woken, *routing.came_back(view, config, now)]
        case PersonIdentified(network, _, guest, sender):
            return [MergeGuest(network, guest, sender), Wake(network, sender.id)]
        case PolicyChanged():
            return moderation.from_policy(event) if config.room(event.network, event.room.id).policy else []
        case Unrelayed():
            return relay.unrelayed(event, config, now)
        case Backlog():
            return relay.backlog(event, view, config, now)
        case RoomEntered():
            return [*relay.entered(event, view), *rota.entered(event, view, config, now)]
        case GuestGone() | Checkpoint() | Typing():
            return []
        case _:
            assert_never(event)


def _asker_page(event: AskerWrote, view: View, config: Config) -> list[Effect]:
    ticket = view.ticket
    if ticket is None:
        return [Refuse("not-found", Message("no-such-ticket", {"number": str(event.ticket)}))]
    number = str(ticket.number)
    if event.cancel:
        if not ticket.status.active:
            return [tickets.closed(ticket)]
        return [*tickets.cancel(ticket, config, "web"), Reply(Message("cancelled", {"number": number}))]
    if event.solved is not None:
        verdict = tickets.helped if event.solved else tickets.not_helped
        return verdict(ticket, config, "web")
    words, warning = questions.prepared(event.text.strip(), config)
    if not words:
        return [Refuse("invalid", Message("empty-words"))]
    return [
        *tickets.asker_wrote(ticket, words, config, "web"),
        Reply(Message("passed-on", {"number": number})),
        *warning,
    ]
