"""What is left of an event: numbers, what was asked and how it was answered, which articles are missing, what is not back, and
the notes; a few lines for the volunteers' rooms, and an article's draft. What was asked in private is in neither. Pure.
"""

from __future__ import annotations

import json
import re
from statistics import median

from bridges.text import one_line
from helpdesk.config import Config
from helpdesk.desk.eventwords import wall
from helpdesk.desk.telling import gist
from helpdesk.effects import Message, Value
from helpdesk.model import Ticket, TicketKind
from helpdesk.nouns.community import CommunityEvent, CommunityView

NAMED = 4
"""Questions or things that one line names."""
_SIGNS = re.compile(r"([\\`*_\[\]<>#|])")


def asked(view: CommunityView) -> list[Ticket]:
    """What people asked there in public."""
    return [ticket for ticket in view.tickets if ticket.kind is not TicketKind.TASK and not ticket.private]


def uncovered(view: CommunityView, config: Config) -> list[Ticket]:
    """Questions that were answered, but by no article."""
    address = f"{config.public_url}kb/"
    cited = {number for number, text in view.answers if address in text}
    return [t for t in asked(view) if t.kind is TicketKind.QUESTION and t.number not in cited]


def minutes_to_answer(view: CommunityView) -> int | None:
    """The median, in minutes."""
    times = [t.answered_at - t.opened_at for t in asked(view) if t.answered_at is not None]
    return round(median(time.total_seconds() for time in times) / 60) if times else None


def _row(parts: list[str]) -> str:
    more = f" … +{len(parts) - NAMED}" if len(parts) > NAMED else ""
    return ", ".join(parts[:NAMED]) + more


def told(event: CommunityEvent, view: CommunityView, config: Config) -> Message:
    """For the volunteers' rooms."""
    tickets = asked(view)
    median_ = minutes_to_answer(view)
    gaps = [f"#{ticket.number} “{gist(ticket.text, 60)}”" for ticket in uncovered(view, config)]
    out = [f"{loan.what} ({loan.borrower})" for loan in view.loans if loan.returned is None]
    notes = len(event.notes.splitlines())
    questions = max(view.figures.asked, len(tickets))
    args: dict[str, Value] = {
        "number": str(event.id),
        "title": one_line(event.title),
        "asked": questions,
        "answered": view.figures.answered,
        "tickets": len(tickets),
        "waiting": sum(ticket.status.active for ticket in tickets),
        "people": len({ticket.claimant for ticket in tickets if ticket.claimant is not None}),
        "first": Message("digest-first", {"minutes": median_}) if median_ is not None else Message("digest-no-first"),
        "gaps": Message("digest-gaps", {"questions": _row(gaps)}) if gaps else _no_gaps(questions, view),
        "loans": Message("digest-loans", {"things": _row(out)}) if out else Message("digest-no-loans"),
        "notes": notes,
        "prefix": "!",
    }
    return Message("digest", args)


def _no_gaps(questions: int, view: CommunityView) -> Message:
    """No question that people had to answer lacks an article; that alone does not say that articles answered all."""
    if not questions:
        return Message("digest-no-questions")
    return Message("digest-no-gaps" if view.figures.answered + len(asked(view)) >= questions else "digest-unsure")


def note(event: CommunityEvent, words: str) -> str:
    return f"{event.notes}\n{one_line(words)}".strip()


def article(event: CommunityEvent, view: CommunityView, config: Config) -> str:
    """The draft of an article about it: the file."""
    day = "" if event.starts is None else f"{wall(event.starts, event.zone):%Y-%m-%d}"
    title = one_line(event.title)[:100]
    lines = [
        "---",
        f"title: {json.dumps(f'{title}: what we learned', ensure_ascii=False)}",
        f"summary: {json.dumps(f'Notes, questions and answers of {title}, {day}.', ensure_ascii=False)}",
        f"tags: {json.dumps(['events', event.tag])}",
        f"lang: {config.helpdesk.language}",
        "audience: volunteers",
        "status: draft",
        "---",
        "",
    ]
    where = event.place or ("online" if event.online else "")
    lines += [f"{_safe(', '.join(filter(None, (day, where))))}.", ""] if day or where else []
    if event.notes:
        lines += ["## Notes", "", *(f"- {_safe(line)}" for line in event.notes.splitlines()), ""]
    answers: dict[int, list[str]] = {}
    for number, text in view.answers:
        answers.setdefault(number, []).append(text)
    if found := asked(view):
        lines += ["## Questions", ""]
        for ticket in found:
            lines += [f"### {_safe(one_line(ticket.text)[:200])}", ""]
            told_ = answers.get(ticket.number, [])
            lines += [*(_safe(one_line(text)) for text in told_)] or ["Nobody answered this in public."]
            lines.append("")
    if gaps := uncovered(view, config):
        lines += [
            "## Articles that are missing",
            "",
            *(f"- {_safe(one_line(t.text)[:200])} (#{t.number})" for t in gaps),
        ]
        lines.append("")
    first = minutes_to_answer(view)
    lines += [
        "## Numbers",
        "",
        f"- Questions in its rooms: {max(view.figures.asked, len(asked(view)))}, answered by the desk: {view.figures.answered}",
        f"- Questions to people: {len(asked(view))}"
        + (f", first answer after {first} minutes (median)" if first is not None else ""),
    ]
    if event.expected is not None:
        lines.append(f"- People expected: {event.expected}")
    return "\n".join(lines) + "\n"


def _safe(text: str) -> str:
    """What people said, as Markdown that says just that."""
    return _SIGNS.sub(r"\\\1", text)
