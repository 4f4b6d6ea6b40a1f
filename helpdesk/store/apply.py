"""Makes rows of a decision's effects, in the transaction of its event. Words are rendered here, once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bridges.events import (
    Action,
    MessageReceived,
    PersonId,
    React,
    Reacted,
    Sender,
    SendMessage,
    ToPerson,
    ToRoom,
)
from bridges.text import Break, Plain, Text
from bridges.text.names import unpinging
from helpdesk.config import Config
from helpdesk.desk.learning import counted, lessons
from helpdesk.desk.relay import disclosure
from helpdesk.deskevents import AnyEvent, AskerWrote, Invoked, RoleGranted
from helpdesk.effects import (
    AddRule,
    Ask,
    Assign,
    Audited,
    Collapse,
    Count,
    Direct,
    Disclose,
    Edited,
    Effect,
    Forget,
    ForgetCopies,
    GrantRole,
    InRoom,
    Judge,
    LiftRule,
    LinkRooms,
    MakePage,
    MergeGuest,
    Message,
    OpenTicket,
    ReactTo,
    Record,
    Refuse,
    Relay,
    Remember,
    Reply,
    Say,
    SayOnce,
    Schedule,
    SetLanguage,
    SetQuestion,
    SetStatus,
    TellOnce,
    Trip,
    Understood,
    UnlinkRooms,
    Wake,
    told,
)
from helpdesk.model import Outcome, Refusal
from helpdesk.nouns.requests import FormSent
from helpdesk.store import events, learning, ledger, links, moderation, outbox, pages, people, questions, tickets
from helpdesk.store.applied import Applied, Asked
from helpdesk.store.nearby import Nearby
from helpdesk.store.nouns import registry as nouns
from helpdesk.store.outbox import Parcel
from helpdesk.view import View
from helpdesk.words import Words


class Applier:
    """Applies the effects of events. One for a service; it keeps no state between events."""

    def __init__(self, config: Config, words: Words) -> None:
        self.config = config
        self.words = words

    def apply(
        self,
        connection: Connection,
        event: AnyEvent,
        view: View,
        effects: list[Effect],
        now: datetime,
        nearby: Nearby,
    ) -> Applied:
        """Write what the effects mean. Parcels are left for the batch to write in one statement."""
        applied = Applied()
        replies = _Replies()
        for effect in effects:
            if not isinstance(effect, (Reply, Refuse)):
                self._flush(replies, event, view, applied, now)
            match effect:
                case Say():
                    self._say(effect, view, applied, now)
                case Reply(message, private, ticket, lang):
                    if replies.words and replies.private is not private:
                        self._flush(replies, event, view, applied, now)
                    replies.private = private
                    replies.ticket = ticket or replies.ticket
                    replies.words.append((message, lang))
                case Refuse(refusal, message):
                    replies.refusal = refusal
                    replies.words.append((message, ""))
                case Remember():
                    applied.entry = nearby.number()
                    applied.remembered.append((applied.entry, effect))
                case Relay(network, action, entry, waits_for):
                    held = waits_for is not None
                    belongs = entry or applied.entry
                    parcel = _parcel(network, action, now, relayed=belongs, waits_for=waits_for, held=held)
                    applied.parcels.append(parcel)
                case Disclose(network, room, key, message):
                    if ledger.tell_once(connection, network, key, ledger.DISCLOSING, now):
                        words = self._text(message, self.config.room(network, room).language)
                        send = SendMessage(ToRoom(room), words)
                        applied.parcels.append(_parcel(network, send, now, waits_for=key))
                case Edited(entry, text, waiting):
                    ledger.set_text(connection, entry, text, waiting=waiting)
                case Forget(entry):
                    ledger.forget(connection, entry, now)
                    outbox.withdraw(connection, entry)
                    applied.forgotten.add(entry)
                case ForgetCopies(entry, places):
                    ledger.forget_copies(connection, entry, places)
                case Count(entry, key, by):
                    ledger.count(connection, entry, key, by)
                case MakePage():
                    _make_page(connection, effect, now)
                case Collapse(parcels, room, network, message):
                    words = self._text(message, self.config.room(network, room).language)
                    outbox.become(connection, parcels, secrets.token_hex(12), SendMessage(ToRoom(room), words))
                case TellOnce(network, person, what, message):
                    if ledger.tell_once(connection, network, person, what, now):
                        self._say(Say(Direct(network, person), message), view, applied, now)
                case SayOnce(network, room, what, says):
                    if ledger.tell_once(connection, network, room, what, now):
                        for say in says:
                            self._say(say, view, applied, now)
                case Trip(network, person, until):
                    ledger.trip(connection, network, person, until)
                    nearby.stop(network, person)
                    applied.looped.append(network)
                case LinkRooms(source, target, both, by):
                    links.link(connection, source, target, by, now, both=both)
                    applied.linked = True
                case UnlinkRooms(one, other):
                    links.unlink(connection, one, other)
                    applied.linked = True
                case ReactTo():
                    react = React(effect.room, effect.target, effect.key)
                    applied.parcels.append(_parcel(effect.network, react, now))
                case Ask():
                    number = questions.ask(connection, effect)
                    if not effect.refused:
                        place = (effect.origin.network, effect.origin.room)
                        asked = Asked(
                            number, effect.text, effect.lang, effect.audience, effect.previous, effect.search, place
                        )
                        applied.asked.append(asked)
                case SetQuestion():
                    questions.set_question(connection, effect)
                case Understood():
                    questions.understood(connection, effect)
                case SetLanguage():
                    people.set_language(connection, effect.person, effect.lang)
                case Judge():
                    pass  # what it teaches is written below, with all else there is to learn
                case OpenTicket():
                    tickets.open_ticket(connection, effect, now)
                    applied.tickets.add(effect.fresh.ticket)
                case Assign():
                    tickets.assign(connection, effect.ticket, effect.claimant, now)
                    applied.tickets.add(effect.ticket)
                case SetStatus():
                    tickets.set_status(connection, effect.ticket, effect.status, now, asked_back=effect.asked_back)
                    applied.tickets.add(effect.ticket)
                case Record():
                    tickets.record(connection, effect, now)
                    applied.tickets.add(effect.ticket)
                case Schedule():
                    events.schedule(connection, effect.kind, effect.about, effect.due)
                    applied.scheduled = True
                case GrantRole():
                    people.grant(connection, effect.network, effect.person, effect.name, effect.role, effect.by, now)
                case Wake():
                    if outbox.wake(connection, effect.network, effect.person):
                        applied.woken.add(effect.network)
                case MergeGuest():
                    people.merge_guest(connection, self.config, effect.network, effect.guest, effect.sender, now)
                case AddRule():
                    moderation.add(connection, effect, now)
                case LiftRule():
                    moderation.lift(connection, effect, now)
                case Audited():
                    moderation.record(connection, effect, now)
                case _:
                    nouns.apply(connection, effect, now, applied)
        self._flush(replies, event, view, applied, now)
        self._learn(connection, event, view, effects, applied, now)
        applied.outcome = Outcome(replies.refusal, tuple(replies.said), next(iter(sorted(applied.tickets)), None))
        return applied

    def _learn(
        self,
        connection: Connection,
        event: AnyEvent,
        view: View,
        effects: list[Effect],
        applied: Applied,
        now: datetime,
    ) -> None:
        """The log of questions, and what the metrics count of it even where none is kept."""
        for lesson in lessons(event, view, effects, self.config, now):
            if name := counted(lesson):
                applied.learned.append(name)
            if self.config.learning.enabled:
                learning.learn(connection, lesson)

    def _text(self, message: Message | Text, language: str) -> Text:
        return self.words.text(message, language) if isinstance(message, Message) else message

    def _say(self, effect: Say, view: View, applied: Applied, now: datetime) -> None:
        to = effect.to
        if isinstance(to, Direct):
            send = SendMessage(ToPerson(to.person), self._text(effect.message, effect.lang))
            waits_for: PersonId | None = to.person
            thread_of = None
        else:
            language = effect.lang or self.config.room(to.network, to.room).language
            send = _into(to, self._text(effect.message, language))
            waits_for = (to.listener or (to.addressed.id if to.addressed else None)) if to.must_reach else None
            thread_of = to.thread_of
            announced = effect.announces and effect.ticket is not None
            if effect.linked:
                self._echo(to, send, view, applied, now, told_all=announced or thread_of is not None)
        held = effect.once_told and effect.ticket is not None
        if held and effect.ticket is not None:
            waits_for = told(effect.ticket)
        applied.parcels.append(
            _parcel(
                to.network,
                send,
                now,
                waits_for=waits_for,
                ticket=effect.ticket,
                question=effect.question,
                announces=effect.announces,
                thread_of=thread_of,
                tracked=effect.tracked,
                confirm=effect.confirm,
                held=held,
            )
        )

    def _echo(
        self,
        to: InRoom,
        send: SendMessage,
        view: View,
        applied: Applied,
        now: datetime,
        *,
        told_all: bool = False,
        waits_for: PersonId | None = None,
    ) -> None:
        """Rooms that read as one hear the desk too; volunteers' rooms that are `told_all` the same anyway, but once."""
        for network, room in view.links.from_((to.network, to.room)):
            if told_all and self.config.room(network, room).volunteers:
                continue
            # A name in front of the desk's own words calls nobody there, and is no command to a machine.
            called: Text = (Plain(f"{unpinging(to.addressed.name)}: "),) if to.addressed else ()
            copy = SendMessage(ToRoom(room), (*called, *send.text))
            applied.parcels.append(_parcel(network, copy, now, waits_for=waits_for, held=waits_for is not None))

    def _flush(self, replies: _Replies, event: AnyEvent, view: View, applied: Applied, now: datetime) -> None:
        """Say the replies gathered so far, as one message of several lines."""
        if not replies.words:
            return
        language = view.person.lang if view.person else ""
        messages, replies.words = replies.words, []
        ticket, replies.ticket = replies.ticket, None
        if isinstance(event, (Invoked, AskerWrote, RoleGranted, FormSent)):
            replies.said += [self._text(message, lang or language) for message, lang in messages]
            return
        if not isinstance(event, (MessageReceived, Reacted)):
            raise TypeError(f"nobody to reply to: {type(event).__name__}")
        language = language or self.config.room(event.network, event.room.id).language
        lines = [self._text(message, lang or language) for message, lang in messages]
        text = tuple(span for number, line in enumerate(lines) for span in ((Break(), *line) if number else line))
        waits_for: PersonId | None = None
        if replies.private and not event.room.direct:
            send = SendMessage(ToPerson(event.sender.id), text)
            waits_for = event.sender.id if event.sender.authenticated else None
        else:
            to = _reply_place(event, None if event.room.direct else event.sender)
            send = _into(to, text)
            self._echo(to, send, view, applied, now, waits_for=_untold(event, view))
        applied.parcels.append(_parcel(event.network, send, now, waits_for=waits_for, ticket=ticket))


@dataclass(slots=True)
class _Replies:
    words: list[tuple[Message, str]] = field(default_factory=list)
    """With the language each must be said in, where it must."""
    private: bool = False
    ticket: int | None = None
    refusal: Refusal | None = None
    said: list[Text] = field(default_factory=list)


def _untold(event: MessageReceived | Reacted, view: View) -> PersonId | None:
    """What the answer to words from an encrypted room waits for outside of it, as the words themselves do."""
    if not isinstance(event, MessageReceived) or not event.room.encrypted or view.near.disclosed:
        return None
    here = (event.network, event.room.id)
    return disclosure(here, view.links.from_(here))


def _make_page(connection: Connection, effect: MakePage, now: datetime) -> None:
    file = effect.file
    pages.make(
        connection,
        effect.kind,
        effect.title,
        effect.lines,
        now=now,
        expires=effect.expires_at,
        network=effect.network,
        reference=file.reference if file else "",
        type=file.type if file else "",
        name=file.name if file else "",
        size=file.size if file else None,
        token=effect.token,
    )
    if shown := [said.entry for said in effect.lines if said.entry is not None]:
        ledger.show_on(connection, shown, effect.token)


def _reply_place(event: MessageReceived | Reacted, addressed: Sender | None) -> InRoom:
    if isinstance(event, Reacted):
        return InRoom(event.network, event.room.id, addressed=addressed)
    return InRoom(
        event.network,
        event.room.id,
        addressed=addressed,
        reply_to=event.message if addressed else None,
        thread=event.thread,
    )


def _into(to: InRoom, text: Text) -> SendMessage:
    return SendMessage(
        ToRoom(to.room),
        text,
        addressed=to.addressed,
        must_reach=to.must_reach,
        reply_to=to.reply_to,
        thread=to.thread,
    )


def _parcel(network: str, action: Action, now: datetime, **more: Any) -> Parcel:
    if isinstance(action, SendMessage):
        lane = action.to.room if isinstance(action.to, ToRoom) else f"person:{action.to.person}"
    else:
        lane = action.room
    return Parcel(0, network, lane, secrets.token_hex(12), action, now, **more)
