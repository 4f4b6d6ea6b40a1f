"""What is asked: natural questions, keywords, and questions whose right answers are known. The same for every engine, and the same
in every run. Must know no engine.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.words import ENGLISH_FUNCTION_WORDS
from tests.bench.knowledge.corpus import SEED, Corpus, Document, Question, sentences

LEAST, MOST = 8, 15
"""Words of a natural question."""
OPENINGS = ("how do I", "what can I do to", "why can't I", "where is it said how to", "is there a way to")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*[A-Za-z]")
KEYWORD_LETTERS = 4


@dataclass(frozen=True)
class Workload:
    natural: tuple[str, ...]
    keywords: tuple[str, ...]
    quality: dict[str, tuple[Question, ...]]


def workload(corpus: Corpus, count: int) -> Workload:
    """`count` natural questions, half of them the sets' where there are enough, and as many of two or three keywords."""
    chance = random.Random(SEED)
    asked = [one.text for questions in corpus.quality.values() for one in questions if natural(one.text)]
    known = chance.sample(asked, min(len(asked), count // 2))
    bulk = corpus.documents[: corpus.size] or corpus.documents
    made = generated(bulk, count - len(known), chance)
    mixed = [*known, *made]
    chance.shuffle(mixed)
    return Workload(tuple(mixed), tuple(keywords(bulk, count, chance)), corpus.quality)


def natural(text: str) -> bool:
    return LEAST <= len(text.split()) <= MOST


def generated(documents: Sequence[Document], count: int, chance: random.Random) -> list[str]:
    """Questions of 8 to 15 words out of sentences of documents: an opening and the sentence's words as they follow each other."""
    found: list[str] = []
    for document in _anyhow(documents, chance):
        if len(found) == count:
            break
        words = [w for s in sentences(document.text)[:40] for w in [_WORD.findall(s)] if len(w) >= LEAST - 3]
        if words:
            opening = chance.choice(OPENINGS).split()
            picked = chance.choice(words)
            length = min(len(picked), chance.randint(LEAST - len(opening), MOST - len(opening)))
            begin = chance.randint(0, len(picked) - length)
            text = " ".join([*opening, *(word.lower() for word in picked[begin : begin + length])])
            if natural(text):
                found.append(text)
    return found


def keywords(documents: Sequence[Document], count: int, chance: random.Random) -> list[str]:
    """Two or three words of one document each, function words and short ones left out."""
    found: list[str] = []
    for document in _anyhow(documents, chance):
        if len(found) == count:
            break
        words = dict.fromkeys(word.lower() for word in _WORD.findall(f"{document.title} {document.text[:2000]}"))
        telling = [w for w in words if len(w) >= KEYWORD_LETTERS and w not in ENGLISH_FUNCTION_WORDS]
        if len(telling) >= 3:
            found.append(" ".join(chance.sample(telling, chance.choice((2, 3)))))
    return found


def _anyhow(documents: Sequence[Document], chance: random.Random) -> list[Document]:
    """Each of them twice, in no order."""
    picked = [*documents, *documents]
    chance.shuffle(picked)
    return picked


def write(work: Workload, path: Path) -> None:
    content = asdict(work)
    content["quality"] = {
        name: [{"text": one.text, "right": sorted(one.right)} for one in questions]
        for name, questions in work.quality.items()
    }
    path.write_text(json.dumps(content), "utf-8")


def read(path: Path) -> Workload:
    content = json.loads(path.read_text("utf-8"))
    quality = {
        name: tuple(Question(entry["text"], frozenset(entry["right"])) for entry in questions)
        for name, questions in content["quality"].items()
    }
    return Workload(tuple(content["natural"]), tuple(content["keywords"]), quality)
