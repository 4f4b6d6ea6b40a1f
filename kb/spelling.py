"""Misspelt words: the word that was meant, one slip away. Pure; must never import an engine.

By symmetric deletion (Garbe, SymSpell, 2012): two words that become the same when a letter is left out of one or both differ by a
letter too many, too few, another, or two that changed places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

SHORTEST = 4
LONGEST = 30
MAX_WORDS = 50_000


class Speller:
    def __init__(self, words: Iterable[str]) -> None:
        """Of words that occur often the often ones win."""
        counts = Counter(word for word in map(str.casefold, words) if SHORTEST <= len(word) <= LONGEST)
        self._counts = dict(counts.most_common(MAX_WORDS))
        self._near: dict[str, str] = {}
        for word in self._counts:
            for form in (word, *_shorter(word)):
                held = self._near.get(form)
                if held is None or self._counts[held] < self._counts[word]:
                    self._near[form] = word

    def mend(self, word: str) -> str:
        """The word that was probably meant; the same when it is known, or nothing is near."""
        bare = word.casefold()
        if bare in self._counts or not SHORTEST <= len(bare) <= LONGEST:
            return word
        near = {found for form in (bare, *_shorter(bare)) if (found := self._near.get(form))}
        # Few people slip on the first letter.
        alike = [found for found in near if found[0] == bare[0]]
        return max(alike, key=lambda found: (self._counts[found], found), default=word)


def _shorter(word: str) -> Iterator[str]:
    yield from (word[:place] + word[place + 1 :] for place in range(len(word)))
