"""What the log of questions tells operators and authors: what could not be answered, and which articles fail people.

It computes from what it is given and reads nothing itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from helpdesk.desk.learning import Made
from helpdesk.desk.record import Logged, Success
from helpdesk.model import Verdict
from kb.words import ENGLISH_FUNCTION_WORDS, ENGLISH_LIGHT_WORDS, words

WORDINGS = 5
"""Examples of a group's questions."""
STEM = 5
"""Letters by which two words are alike, whatever their endings: good enough for any language to sort questions by."""
LIKENESS = 0.5
"""A question of the same group has more than this share of the shorter one's words."""
LOOKED_AT = 50
"""Groups with one word in common that a question is compared with, the latest first: the work stays in proportion."""


@dataclass(slots=True)
class Group:
    """Questions that were alike and got no answer that helped."""

    nearest: str
    """The article that came nearest; empty where none did."""
    count: int = 0
    not_helped: int = 0
    """Of them, how often something was offered and it did not help."""
    wordings: list[str] = field(default_factory=list)
    last: datetime | None = None
    cited: Counter[str] = field(default_factory=Counter)
    """What volunteers named in answering them."""

    @property
    def answer(self) -> str:
        """The article that volunteers named most; empty where they named none."""
        return self.cited.most_common(1)[0][0] if self.cited else ""


@dataclass(slots=True)
class Week:
    """From Monday on, by UTC. Every question is counted in one of the three."""

    begins: date
    asked: int = 0
    answered: int = 0
    suggested: int = 0
    handed_over: int = 0
    """Nothing fitted, or the person wanted people before it was looked up."""
    helped: int = 0
    not_helped: int = 0

    def share(self, count: int) -> float:
        return count / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    since: datetime
    asked: int
    groups: Sequence[Group]
    """The largest first."""
    articles: Mapping[str, Success]
    """All that were offered or cited, those that fail people most first."""
    never: Sequence[str]
    """Articles that answer, and were neither answer, suggestion nor citation."""
    weeks: Sequence[Week]


def report(
    since: datetime,
    log: Iterable[Logged],
    success: Mapping[str, Success],
    articles: Iterable[str],
    current: Callable[[str], str],
) -> Report:
    """`articles` are those that answer now; `current` is the id that an article has today."""
    grouping = _Grouping()
    weeks: dict[date, Week] = {}
    offered: set[str] = set()
    asked = 0
    for entry in log:
        asked += 1
        _count(weeks, entry)
        offered.update(current(article) for article, _ in entry.offered)
        if entry.made is Made.NO_ANSWER or entry.verdict is Verdict.NOT_HELPED:
            near = current(entry.article or entry.nearest)
            grouping.add(entry, near, current(entry.cited) if entry.cited else "")
    did: dict[str, Success] = {}
    for article, found in success.items():
        did[current(article)] = did.get(current(article), Success(0)) + found
    ranked = dict(sorted(did.items(), key=lambda item: (item[1].interval[1], -item[1].human, item[0])))
    never = sorted(set(articles) - offered - did.keys())
    groups = sorted(grouping.groups, key=lambda group: (-group.count, group.nearest, group.wordings))
    return Report(since, asked, groups, ranked, never, [weeks[begins] for begins in sorted(weeks)])


def _count(weeks: dict[date, Week], entry: Logged) -> None:
    day = entry.at.date()
    begins = day - timedelta(days=day.weekday())
    week = weeks.setdefault(begins, Week(begins))
    week.asked += 1
    if entry.told and entry.made is Made.ANSWER:
        week.answered += 1
    elif entry.told and entry.made is Made.SUGGESTIONS:
        week.suggested += 1
    else:
        week.handed_over += 1
    week.helped += entry.verdict is Verdict.HELPED
    week.not_helped += entry.verdict is Verdict.NOT_HELPED


class _Grouping:
    """Puts each question to the group that is most like it: the same nearest article, and words in common."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._words: list[frozenset[str]] = []
        self._by_word: dict[tuple[str, str], list[int]] = {}
        self._wordless: dict[str, int] = {}

    def add(self, entry: Logged, nearest: str, cited: str) -> None:
        held = stems(entry.text or "")
        group = self.groups[self._alike(nearest, held)]
        group.count += 1
        group.not_helped += entry.verdict is Verdict.NOT_HELPED
        group.last = max(group.last or entry.at, entry.at)
        if cited:
            group.cited[cited] += 1
        if entry.text and entry.text not in group.wordings and len(group.wordings) < WORDINGS:
            group.wordings.append(entry.text)

    def _alike(self, nearest: str, held: frozenset[str]) -> int:
        """The number of the group, made where none is like it."""
        if not held:
            if nearest not in self._wordless:
                self._wordless[nearest] = self._new(nearest, held)
            return self._wordless[nearest]
        seen = Counter(
            number for word in held for number in self._by_word.get((nearest, word), ())[-LOOKED_AT:]
        ).most_common()
        for number, shared in seen:
            if shared > LIKENESS * min(len(held), len(self._words[number])):
                return number
        return self._new(nearest, held)

    def _new(self, nearest: str, held: frozenset[str]) -> int:
        number = len(self.groups)
        self.groups.append(Group(nearest))
        self._words.append(held)
        for word in held:
            self._by_word.setdefault((nearest, word), []).append(number)
        return number


def stems(text: str) -> frozenset[str]:
    """What the question is about, roughly."""
    found = {word.whole for word in words(text)} - ENGLISH_FUNCTION_WORDS
    return frozenset(word[:STEM] for word in (found - ENGLISH_LIGHT_WORDS or found))
