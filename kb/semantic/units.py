"""What of an article is given a vector: its title, each question people are known to ask, its summary, and its text in windows of
some sentences. Pure; must never import an engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from kb.model import Article

WINDOW = 700
"""Characters of a window: about what a transformer reads at once."""
MAX_WINDOWS = 8
MAX_FRONTS = 300


@dataclass(frozen=True, slots=True)
class Units:
    fronts: tuple[str, ...]
    """The title and the questions."""
    windows: tuple[str, ...]
    """The summary and stretches of text, each after the title; at most MAX_WINDOWS."""

    @property
    def key(self) -> str:
        """A digest of the words: the same words have the same vectors."""
        digest = blake2b(digest_size=16)
        for text in (*self.fronts, "\x00", *self.windows):
            digest.update(text.encode() + b"\x00")
        return digest.hexdigest()


def units_of(article: Article) -> Units:
    fronts = (article.title, *article.questions)[:MAX_FRONTS]
    texts = (article.summary, *(section.text for section in article.sections))
    windows = (f"{article.title}. {window}" for window in _windows(texts))
    return Units(fronts, tuple(window for _, window in zip(range(MAX_WINDOWS), windows, strict=False)))


def _windows(texts: tuple[str, ...]) -> Iterator[str]:
    """Short texts together, long ones apart, between words."""
    held = ""
    for text in texts:
        rest = " ".join(text.split())
        if held and len(held) + len(rest) > WINDOW:
            yield held
            held = ""
        held = f"{held} {rest}".strip()
        while len(held) > WINDOW * 3 // 2:
            cut = held.rfind(" ", WINDOW // 2, WINDOW)
            cut = cut if cut > 0 else WINDOW
            yield held[:cut]
            held = held[cut:].lstrip()
    if held:
        yield held
