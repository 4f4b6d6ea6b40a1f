"""Timers of the nouns: which module knows what is due. A timer's kind is `NOUN.WHAT`. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from helpdesk.config import Config
from helpdesk.desk import community, credit, forms, overdue, rota, sig, watch
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Effect
from helpdesk.view import View

Due = Callable[[TimerDue, View, Config, datetime], list[Effect]]

_DUE: dict[str, Due] = {
    "community": community.due,
    "credit": credit.due,
    "life": overdue.due,
    "rota": rota.due,
    "sig": sig.due,
    "request": forms.due,
    "watch": watch.due,
}


def due(event: TimerDue, view: View, config: Config, now: datetime) -> list[Effect]:
    """What is due. Raise ValueError for a timer of no noun."""
    noun = event.kind.partition(".")[0]
    if noun not in _DUE:
        raise ValueError(f"there is no timer {event.kind!r}")
    return _DUE[noun](event, view, config, now)
