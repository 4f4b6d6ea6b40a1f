"""Thanks, and what counts as work: answers, sorting, joining, mentoring and articles alike. Nobody is ranked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bridges.text import defuse, one_line, shorten
from helpdesk.config import Config
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Direct, Effect, Message, Say, Schedule
from helpdesk.model import ChangeKind, Invocation, Person, QuestionStatus, TicketStatus
from helpdesk.nouns.credit import CreditView, Given, Helper, Thank, ThanksTold, Untold
from helpdesk.view import View
from kb.model import Article

TELL = "credit.tell"
RECENT = timedelta(days=30)
"""What `!me` calls lately."""
ONCE_IN = timedelta(days=1)
"""A helper hears of thanks once in so long; so often somebody may be thanked for nothing in particular."""
SHOWN = 5
"""Thanks that one message tells of."""


class Credit(StrEnum):
    ANSWERS = "answers"
    TRIAGE = "triage"
    MERGES = "merges"
    MENTORING = "mentoring"
    NOTES = "notes"


KINDS: Mapping[str, Credit] = {
    ChangeKind.ANSWER: Credit.ANSWERS,
    ChangeKind.ASK_BACK: Credit.ANSWERS,
    ChangeKind.TAGS: Credit.TRIAGE,
    ChangeKind.MOVED: Credit.TRIAGE,
    ChangeKind.PRIORITY: Credit.TRIAGE,
    ChangeKind.KIND: Credit.TRIAGE,
    ChangeKind.HANDED_OVER: Credit.TRIAGE,
    ChangeKind.MERGED: Credit.MERGES,
    ChangeKind.UNMERGED: Credit.MERGES,
    ChangeKind.LINKED: Credit.MERGES,
    ChangeKind.GATHERED: Credit.MERGES,
    ChangeKind.RETURNED: Credit.MENTORING,
    ChangeKind.NOTE: Credit.NOTES,
}
"""What a kind of change counts as; a kind that is not here counts as nothing. Drafts that a mentor let go out are counted
apart, and so is what was solved: it is its claimant's, whoever said so.
"""


def counted(changes: Mapping[str, int]) -> dict[Credit, int]:
    """How many of each, from how many changes of each kind."""
    found: dict[Credit, int] = {}
    for kind, count in changes.items():
        credit = KINDS.get(kind)
        if credit is not None:
            found[credit] = found.get(credit, 0) + count
    return found


# --- thanks -----------------------------------------------------------------------------------------------------------


def thank(
    giver: Person,
    helpers: Sequence[Helper],
    view: CreditView,
    config: Config,
    now: datetime,
    *,
    ticket: int | None = None,
    article: str = "",
    words: str = "",
) -> list[Effect]:
    """Thanks to each of them who was not thanked for it before; nothing at all when there is nobody left."""
    effects: list[Effect] = []
    for helper in helpers:
        if helper.person == giver.id or _known(view.given, helper.person, ticket, article, now):
            continue
        effects.append(Thank(giver.id, helper.person, ticket, article, words))
        if helper.person not in view.waiting and helper.identity.network in config.networks:
            effects.append(Schedule(TELL, helper.person, _when(helper, view.told.get(helper.person), now)))
    return effects


def thank_article(
    giver: Person, article: str, view: View, config: Config, now: datetime, *, words: str = ""
) -> list[Effect]:
    """Thanks to an article's author; where nobody knows them, they count for the article."""
    known = view.articles.get(article)
    author = author_of(known, view.credit.sig, config) if known else None
    if author is not None:
        return thank(giver, (author,), view.credit, config, now, article=article, words=words)
    if _known(view.credit.given, None, None, article, now):
        return []
    return [Thank(giver.id, None, None, article, words)]


def author_of(article: Article, sig: Sequence[Helper], config: Config) -> Helper | None:
    """Whom the article's `owner` names: `NETWORK:NAME`, or a name that only one of the SIG has."""
    owner = article.owner.strip()
    if not owner:
        return None
    if owner.partition(":")[0] in config.networks:
        try:
            place = config.person_key(owner)
        except ValueError:
            return None
        return next((one for one in sig if (one.identity.network, one.identity.key) == place), None)
    return alone([one for one in sig if one.identity.name.casefold() == owner.lstrip("@").casefold()])


def alone(found: Sequence[Helper]) -> Helper | None:
    return found[0] if len({one.person for one in found}) == 1 else None


def thumb(given: Invocation, view: View, config: Config, now: datetime) -> list[Effect]:
    """👍 on an answer is thanks: to who gave it, and to the author of the article that was the answer, or was cited."""
    person = view.person
    if given.verb != "yes" or person is None or not view.anchored:
        return []
    ticket, question = view.ticket, view.question
    if ticket is not None:
        if ticket.asker != person.id or ticket.asked_back or ticket.status not in _ANSWERED:
            return []
        effects = thank(person, view.credit.helpers, view.credit, config, now, ticket=ticket.number)
        for article in view.credit.articles:
            effects += thank_article(person, article, view, config, now)
        return effects
    if question is None or question.person != person.id or question.status is not QuestionStatus.ANSWERED:
        return []
    return thank_article(person, question.citations[0].article, view, config, now) if question.citations else []


_ANSWERED = frozenset({TicketStatus.WAITING, TicketStatus.RESOLVED, TicketStatus.CLOSED})


def _known(given: Sequence[Given], helper: int | None, ticket: int | None, article: str, now: datetime) -> bool:
    """Whether these thanks were said before; for nothing in particular they may be said again another day."""
    for known in given:
        if (known.helper, known.ticket, known.article) == (helper, ticket, article):
            return ticket is not None or bool(article) or now - known.at < ONCE_IN
    return False


def _when(helper: Helper, told: datetime | None, now: datetime) -> datetime:
    return helper.quiet_until(max(now, told + ONCE_IN) if told is not None else now)


def due(event: TimerDue, view: View, config: Config, now: datetime) -> list[Effect]:
    """Tell a helper of all thanks that came, unless they sleep."""
    helper, untold = view.credit.helper, view.credit.untold
    if event.kind != TELL or helper is None or not untold or helper.identity.network not in config.networks:
        return []
    later = helper.quiet_until(now)
    if later > now:
        return [Schedule(TELL, helper.person, later)]
    lines = " · ".join(_line(one, view.articles) for one in untold[:SHOWN])
    told = Message("thanks-told", {"lines": lines})
    if len(untold) > SHOWN:
        told = Message("thanks-told-more", {"first": told, "count": len(untold) - SHOWN})
    return [Say(Direct(helper.identity.network, helper.identity.key), told, helper.lang), ThanksTold(helper.person)]


def _line(thanks: Untold, articles: Mapping[str, Article]) -> str:
    about = f"#{thanks.ticket}" if thanks.ticket is not None else ""
    if thanks.article:
        article = articles.get(thanks.article)
        about = article.title if article else thanks.article
    words = f"“{defuse(shorten(one_line(thanks.words), 100))}”" if thanks.words else ""
    return " ".join(part for part in (thanks.giver or "…", f"({about})" if about else "", words) if part)
