"""All nouns with rows of their own, in one place: `apply` and `views` find them here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from helpdesk.commands.base import Need
from helpdesk.deskevents import TimerDue
from helpdesk.effects import NounEffect
from helpdesk.nouns.community import CommunityEffect
from helpdesk.nouns.credit import CreditEffect
from helpdesk.nouns.gather import GatherEffect
from helpdesk.nouns.privacy import PrivacyEffect
from helpdesk.nouns.requests import RequestEffect
from helpdesk.nouns.rota import RotaEffect
from helpdesk.nouns.sig import SigEffect
from helpdesk.nouns.tickets import TicketEffect
from helpdesk.nouns.watch import WatchEffect
from helpdesk.store.applied import Applied
from helpdesk.store.joining import PERSON_TIMERS
from helpdesk.store.nouns import community, credit, gather, life, privacy, requests, rota, sig, watch
from helpdesk.store.nouns.look import Look

_VIEWS = {
    Need.LIFE: ("life", life.view),
    Need.GATHER: ("gather", gather.view),
    Need.SIG: ("sig", sig.view),
    Need.ROTA: ("rota", rota.view),
    Need.CREDIT: ("credit", credit.view),
    Need.PRIVACY: ("privacy", privacy.view),
    Need.COMMUNITY: ("community", community.view),
    Need.REQUEST: ("request", requests.view),
    Need.WATCH: ("watch", watch.view),
}
TIMERS: dict[str, Need] = {
    "life": Need.LIFE | Need.ROTA,
    "gather": Need.GATHER,
    "sig": Need.SIG,
    "rota": Need.ROTA,
    "credit": Need.CREDIT,
    "community": Need.COMMUNITY | Need.ROTA,
    "request": Need.REQUEST,
    "watch": Need.WATCH,
}
"""What a timer of this noun looks at; its kind is `NOUN.WHAT`."""

_OWN_NUMBERS = frozenset({"community", "watch"})
"""Nouns whose timers are about things of their own: an event, a loan, a question."""
_NO_TICKETS = frozenset({*rota.NO_TICKETS, *PERSON_TIMERS})


def about_ticket(event: TimerDue) -> bool:
    """Whether the timer's number is a ticket's."""
    return event.kind not in _NO_TICKETS and event.kind.partition(".")[0] not in _OWN_NUMBERS


def parts(needs: Need, look: Look) -> dict[str, Any]:
    """What the needs ask for, by the names of `View`."""
    return {name: load(look) for need, (name, load) in _VIEWS.items() if need in needs}


def timer(event: TimerDue) -> Need:
    """What the timer's noun looks at; NOTHING for a timer of no noun."""
    noun, _, what = event.kind.partition(".")
    return TIMERS.get(noun, Need.NOTHING) if what else Need.NOTHING


def apply(connection: Connection, effect: NounEffect, now: datetime, applied: Applied) -> None:
    if isinstance(effect, TicketEffect):
        life.apply(connection, effect, now, applied)
    elif isinstance(effect, GatherEffect):
        gather.apply(connection, effect, now, applied)
    elif isinstance(effect, SigEffect):
        sig.apply(connection, effect, now, applied)
    elif isinstance(effect, RotaEffect):
        rota.apply(connection, effect, now, applied)
    elif isinstance(effect, CreditEffect):
        credit.apply(connection, effect, now, applied)
    elif isinstance(effect, PrivacyEffect):
        privacy.apply(connection, effect, now, applied)
    elif isinstance(effect, CommunityEffect):
        community.apply(connection, effect, now, applied)
    elif isinstance(effect, RequestEffect):
        requests.apply(connection, effect, now, applied)
    elif isinstance(effect, WatchEffect):
        watch.apply(connection, effect, now, applied)
