"""What is lent: to whom, until when, and who is reminded when it is not back. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from helpdesk.config import Config
from helpdesk.desk.eventwords import wall
from helpdesk.effects import Effect, InRoom, Message, Say, SayOnce, Schedule, TellOnce, Value
from helpdesk.nouns.community import Loan
from helpdesk.view import View

TIMER = "community.loan"
AGAIN = timedelta(days=7)
"""How often is asked for what is overdue."""
AT_MOST = 5
"""Times that people are asked for it; the list goes on showing it."""


def reminders(loan: Loan, config: Config, now: datetime) -> list[Effect]:
    """Before it is due, and then."""
    moments = {loan.due - config.events.remind_before, loan.due}
    return [Schedule(TIMER, loan.id, moment) for moment in sorted(moments) if moment > now]


def text(loan: Loan, config: Config, now: datetime) -> Message:
    args: dict[str, Value] = {
        "number": str(loan.id),
        "what": loan.what,
        "who": loan.borrower,
        "due": f"{wall(loan.due, config.sig.zone):%Y-%m-%d}",
    }
    return Message("loan-line-late" if loan.due < now else "loan-line", args)


def due(view: View, config: Config, now: datetime) -> list[Effect]:
    """Ask both for it, directly; where neither can be reached, the volunteers' rooms hear of it."""
    loan = view.community.loan
    if loan is None or loan.returned is not None or loan.due - config.events.remind_before > now:
        return []
    late = loan.due <= now
    args: dict[str, Value] = {"loan": text(loan, config, now), "number": str(loan.id), "prefix": "!"}
    once = f"loan {loan.id} {now:%Y-%m-%d}"
    people = dict(view.community.people)
    effects: list[Effect] = []
    for person, message in ((loan.lender, "loan-remind-lender"), (loan.borrower_person, "loan-remind-borrower")):
        found = people.get(person or 0)
        if found is not None and found.network in config.networks:
            effects.append(TellOnce(found.network, found.key, once, Message(message, args)))
    if people.get(loan.lender) is None:
        asked = Message("loan-remind-lender", args)
        effects += [SayOnce(*place, once, (Say(InRoom(*place), asked),)) for place in config.rooms_of("")]
    if late and now - loan.due < AGAIN * AT_MOST:
        effects.append(Schedule(TIMER, loan.id, now + AGAIN))
    return effects
