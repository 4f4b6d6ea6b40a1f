"""The check-list of a kind of event: a Markdown article becomes tasks with dates, and moves with the event's dates. Pure.

An article `…/templates/KIND` has lines such as `- [ ] 14d before: Network: ask the venue who runs it`, `- [ ] during: …`,
`- [ ] 2d after: …`. A community's own article of the same last part stands before the one that comes with the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridges.text import shorten
from helpdesk.desk.eventwords import When, at, slug, wall
from helpdesk.effects import Effect, OpenTicket, Record
from helpdesk.model import ChangeKind, Fresh, Identity, Origin, Ticket, TicketKind
from helpdesk.nouns.community import CommunityEvent
from helpdesk.nouns.lengths import length
from helpdesk.nouns.tickets import SetTicket
from kb.model import Article, Status

OURS = "events/templates/"
"""Where the program's own stand."""
MOST = 40
"""Tasks that one check-list makes at most."""
TITLE, LABEL = 300, 40
_LINE = re.compile(
    r"^\s*[-*]\s+\[[ xX]\]\s+(?:(?P<length>\d+\s*\w+)\s+(?P<side>before|after)|(?P<when>before|during|after))\s*:\s*(?P<what>\S.*)$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\*\*|`|\[([^\]]*)\]\([^)]*\)")
CATCH_UP = timedelta(days=1)
"""How long there is for a task that should have been done before the event was made."""


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    """What it is about, such as `Network`."""
    text: str
    before: timedelta | None = None
    after: timedelta | None = None
    """Neither: while it runs."""


def kinds(articles: Mapping[str, Article]) -> frozenset[str]:
    """The kinds of events there are templates for."""
    return frozenset(
        name.rpartition("/")[2] for name, article in articles.items() if "templates/" in name and _serves(article)
    )


def template(kind: str, articles: Mapping[str, Article], lang: str) -> Article | None:
    """The community's own before the program's, in its language before others."""
    found = [article for name, article in articles.items() if name.rpartition("/")[2] == kind and _serves(article)]
    found = [article for article in found if any(items(article))]
    return min(found, key=lambda a: (a.lang != lang, OURS in a.id, a.id), default=None)


def _serves(article: Article) -> bool:
    return article.status is Status.PUBLISHED


def items(article: Article) -> Iterator[Item]:
    for line in article.markdown.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        text = shorten(_MARKS.sub(lambda mark: mark[1] or "", found["what"]).strip(), TITLE)
        label, colon, _ = text.partition(":")
        label = label if colon and len(label) <= LABEL else shorten(text, LABEL)
        span = length(found["length"]) if found["length"] else timedelta(0)
        side = (found["side"] or found["when"]).lower()
        yield Item(label, text, span if side == "before" else None, span if side == "after" else None)


def due(item: Item, at_: When, now: datetime) -> datetime:
    """When it must be done, by the clock on the wall there; what should be done already, in a day, before it begins."""
    if item.before is not None:
        wanted = at(wall(at_.starts, at_.zone) - item.before, at_.zone)
        return wanted if wanted > now else max(now, min(now + CATCH_UP, at_.starts))
    return at(wall(at_.ends, at_.zone) + (item.after or timedelta(0)), at_.zone)


def when_of(event: CommunityEvent) -> When | None:
    if event.starts is None or event.ends is None:
        return None
    return When(event.starts, event.ends, event.zone)


def tasks(
    event: CommunityEvent,
    article: Article,
    fresh: Fresh,
    now: datetime,
    *,
    asker: int,
    identity: Identity,
    origin: Origin,
    lang: str,
) -> list[Effect]:
    """Open a ticket for each item. Nobody waits for it: it has a date instead."""
    when = when_of(event)
    if when is None:
        return []
    effects: list[Effect] = []
    for count, item in enumerate(list(items(article))[:MOST]):
        made = fresh.further(count)
        effects += [
            OpenTicket(
                made,
                asker,
                identity,
                origin,
                "events",
                item.text,
                private=False,
                lang=lang,
                question=None,
                kind=TicketKind.TASK,
                title=item.label,
                tags=(event.tag, *filter(None, (slug(item.label),))),
                queue=event.tag,
                event=event.id,
                due_at=due(item, when, now),
            ),
            Record(made.ticket, ChangeKind.OPENED, item.text, asker, identity.name, identity.network),
            SetTicket(made.ticket, waits_since=None),
        ]
    return effects


def task(ticket: Ticket) -> bool:
    return ticket.kind is TicketKind.TASK


def todo(tickets: Iterable[Ticket]) -> list[Ticket]:
    """What is still to be done, by its date."""
    found = [ticket for ticket in tickets if task(ticket) and ticket.status.active and ticket.due_at is not None]
    return sorted(found, key=lambda ticket: (ticket.due_at or ticket.opened_at, ticket.number))


def moved(tickets: Iterable[Ticket], old: When, new: When) -> list[Effect]:
    """The tasks keep their distance to the event: to its beginning, or to its end."""
    return [
        SetTicket(ticket.number, due_at=_moved(ticket.due_at, old, new))
        for ticket in todo(tickets)
        if ticket.due_at is not None
    ]


def _moved(due_at: datetime, old: When, new: When) -> datetime:
    was, now = (old.ends, new.ends) if due_at >= old.ends else (old.starts, new.starts)
    return at(wall(due_at, old.zone) + (wall(now, new.zone) - wall(was, old.zone)), new.zone)


def moments(tickets: Iterable[Ticket], before: timedelta) -> list[datetime]:
    """When to remind of these tasks: some time before each is due, and then."""
    dates = {ticket.due_at for ticket in todo(tickets) if ticket.due_at is not None}
    return sorted({moment for date in dates for moment in (date - before, date)})
