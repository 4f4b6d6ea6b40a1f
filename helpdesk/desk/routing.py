"""Whom a ticket fits: which one `!next` gives, to whom it is offered, and in which order. Pure.

A ticket's score is how long it has waited, with a head start for what fits: so an old one is never passed over for ever.
An offer goes to a few at a time: first to those who know the topic, then to those who speak the language, then to anybody
who is there, leads last. Never to its asker, to somebody in their quiet hours, on a break or with their hands full.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from helpdesk.config import Config
from helpdesk.desk.telling import gist, topic_name
from helpdesk.effects import Direct, Effect, Message, Say, Schedule
from helpdesk.model import Priority, Role, Ticket, TicketStatus
from helpdesk.nouns.hours import Hours
from helpdesk.nouns.rota import Came, MakeOffer, RotaView, Waiting
from helpdesk.nouns.sig import Volunteer
from helpdesk.nouns.stretches import on_duty
from helpdesk.view import View

OFFER = "rota.offer"
COOL_DOWN = timedelta(hours=4)
"""Whoever comes back is offered something at most so often."""
LATELY = timedelta(days=14)
"""The time in which fairness counts what people took and were offered."""

KNOWN = timedelta(hours=8)
"""The head start of a ticket about something the volunteer knows."""
FOREIGN = timedelta(hours=72)
"""How much later a ticket comes whose language they do not speak."""
HARD = timedelta(days=365)
"""How much later an urgent ticket comes for somebody who still works with a mentor."""
_PRIORITY = {
    Priority.LOW: -timedelta(hours=12),
    Priority.NORMAL: timedelta(),
    Priority.HIGH: timedelta(hours=12),
    Priority.URGENT: timedelta(hours=72),
}
_PACE = {Priority.LOW: 2.0, Priority.NORMAL: 1.0, Priority.HIGH: 0.5, Priority.URGENT: 0.1}
"""Which part of the usual wait passes before the next ones are asked."""
_HOUR = timedelta(hours=1)


# --- how well one fits ------------------------------------------------------------------------------------------------


def knows(volunteer: Volunteer, waiting: Waiting) -> int:
    """How many of their skills the ticket is about."""
    topic = waiting.topic.casefold()
    about = {topic, *topic.split("/"), *map(str.casefold, waiting.tags)} - {""}
    return len({skill.casefold() for skill in volunteer.skills} & about)


def speaks(volunteer: Volunteer, waiting: Waiting) -> bool:
    if not volunteer.languages or not waiting.lang:
        return True
    return waiting.lang.partition("-")[0] in {lang.casefold().partition("-")[0] for lang in volunteer.languages}


def easy(volunteer: Volunteer, waiting: Waiting) -> bool:
    """Whether it is nothing urgent, where somebody works with a mentor."""
    return volunteer.role > Role.PAIR or waiting.priority <= Priority.NORMAL


def serves(volunteer: Volunteer, queue: str) -> bool:
    return queue in (volunteer.queues or ("",))


def cap(volunteer: Volunteer, config: Config) -> int:
    return config.sig.cap if volunteer.cap is None else volunteer.cap


def score(volunteer: Volunteer, waiting: Waiting, now: datetime) -> timedelta:
    """The highest comes first. All grow alike with time, so that what waits longer wins in the end."""
    found = now - waiting.since + _PRIORITY[waiting.priority]
    if knows(volunteer, waiting):
        found += KNOWN
    if not speaks(volunteer, waiting):
        found -= FOREIGN
    return found if easy(volunteer, waiting) else found - HARD


def best_first(volunteer: Volunteer, waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """What they could take, in the order in which `!next` gives it. Never their own."""
    others = (one for one in waiting if one.asker != volunteer.person)
    return sorted(others, key=lambda one: (-score(volunteer, one, now), one.number))


# --- to whom it is offered --------------------------------------------------------------------------------------------


def _level(volunteer: Volunteer, ticket: Ticket) -> int:
    """How far an offer must have widened to reach them."""
    waiting = Waiting.of(ticket)
    if volunteer.role >= Role.LEAD and not ticket.escalated:
        return 3
    if not speaks(volunteer, waiting):
        return 2
    return 0 if not volunteer.skills or knows(volunteer, waiting) else 1


def _may_be_asked(volunteer: Volunteer, ticket: Ticket, duty: frozenset[int], now: datetime) -> bool:
    """Whether it is theirs to take at all, at a time that suits them. Who said nothing of themselves is asked on duty only."""
    told_us = volunteer.joined_at is not None or volunteer.person in duty
    able = volunteer.role >= Role.PAIR and not volunteer.away(now) and easy(volunteer, Waiting.of(ticket))
    # What is asked at a community event is for those on site, and for whoever serves the main queue.
    theirs = serves(volunteer, ticket.queue) or volunteer.person in duty
    theirs = theirs or (ticket.event is not None and serves(volunteer, ""))
    return told_us and able and volunteer.person != ticket.asker and theirs


def _there(volunteer: Volunteer, duty: frozenset[int], now: datetime) -> bool:
    return (volunteer.person in duty or volunteer.there(now)) and not volunteer.quiet_at(now)


def candidates(ticket: Ticket, view: RotaView, config: Config, now: datetime) -> list[Volunteer]:
    """Who may be asked for the ticket now, best first; whoever was asked before is not."""
    duty = frozenset(one.person for one in on_duty(view, now, ticket.queue))
    asked = {offer.person for offer in view.offers}
    waiting = Waiting.of(ticket)

    def order(volunteer: Volunteer) -> tuple[int, ...]:
        person = volunteer.person
        taken = view.recent.get(person, 0) + view.claims.get(person, 0)
        turn = (person * 2654435761 ^ ticket.number * 40503) & 0xFFFF  # among equals not always the same
        return (
            _level(volunteer, ticket),
            person not in duty,
            taken,
            view.asked.get(person, 0),
            -knows(volunteer, waiting),
            turn,
            person,
        )

    found = [
        volunteer
        for volunteer in view.volunteers
        if volunteer.person not in asked
        and _may_be_asked(volunteer, ticket, duty, now)
        and _there(volunteer, duty, now)
        and view.claims.get(volunteer.person, 0) < cap(volunteer, config)
    ]
    return sorted(found, key=order)


def chosen(ticket: Ticket, view: RotaView, config: Config, now: datetime) -> list[Volunteer]:
    """The next few to be asked: all of one level, so that an offer widens step by step."""
    found = candidates(ticket, view, config, now)
    return [one for one in found if _level(one, ticket) == _level(found[0], ticket)][: config.sig.offers]


def _again_at(ticket: Ticket, view: RotaView, now: datetime) -> datetime | None:
    """When somebody may be there who could still be asked; None when everybody was."""
    asked = {offer.person for offer in view.offers}
    moments = []
    for volunteer in view.volunteers:
        if volunteer.person in asked or not _may_be_asked(volunteer, ticket, frozenset(), now):
            continue
        opens = Hours.of(volunteer.hours, volunteer.zone).next_open(now) or now
        if volunteer.quiet_at(now):
            opens = max(opens, Hours.of(volunteer.quiet, volunteer.zone).closes(now) or now)
        moments.append(max(opens, now + _HOUR))
    return min(moments, default=None)


# --- what is said -----------------------------------------------------------------------------------------------------


def _offer(ticket: Ticket, volunteer: Volunteer, turn: int, message: str) -> list[Effect]:
    """A private ticket's words are nobody's before it is claimed."""
    number = str(ticket.number)
    args = {"number": number, "topic": topic_name(ticket.topic), "network": ticket.origin.network}
    if not ticket.private:
        args |= {"text": gist(ticket.title or ticket.text, 120)}
    said = Message(f"{message}-private" if ticket.private else message, args)
    identity = volunteer.identity
    return [
        Say(Direct(identity.network, identity.key), said, ticket=ticket.number),
        MakeOffer(ticket.number, volunteer.person, turn),
    ]


def offer_due(ticket: Ticket | None, view: RotaView, config: Config, now: datetime) -> list[Effect]:
    """Ask the next few, if it still waits and the last ones have had their time."""
    waits = ticket is not None and ticket.status is TicketStatus.OPEN and ticket.claimant is None
    if ticket is None or not waits or ticket.incident is not None or not config.sig.offers:
        return []
    wait = config.sig.offer_wait * _PACE[ticket.priority]
    if any(now - offer.at < wait for offer in view.offers):
        return []  # another timer of this ticket's looks again when they have
    turn = max((offer.round for offer in view.offers), default=0) + 1
    few = chosen(ticket, view, config, now)
    effects = [effect for volunteer in few for effect in _offer(ticket, volunteer, turn, "offer")]
    again = now + wait if few else _again_at(ticket, view, now)
    return [*effects, *([Schedule(OFFER, ticket.number, again)] if again else [])]


def came_back(view: View, config: Config, now: datetime, *, busy: bool = False) -> list[Effect]:
    """Somebody of the SIG is here: offer them the one that fits best, unless they were asked lately or are `busy`."""
    back = view.rota.back
    if back is None:
        return []
    me, ticket = back.me, back.ticket
    came: list[Effect] = [Came(me.person)]
    lately = back.asked_at is not None and now - back.asked_at < COOL_DOWN
    full = back.held >= cap(me, config)
    if ticket is None or busy or lately or full or me.away(now) or me.quiet_at(now) or not config.sig.offers:
        return came
    fits = speaks(me, Waiting.of(ticket)) and easy(me, Waiting.of(ticket))
    if not fits or (me.skills and not knows(me, Waiting.of(ticket))):
        return came
    return [*came, *_offer(ticket, me, 0, "offer-back")]
