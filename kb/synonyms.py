"""Words that mean the same: one readable file a language, ours in kb/synonyms/ and the community's in the folder `_synonyms` of a
folder of articles. Knows stemming as an argument; must never import an engine. docs/articles.md describes the files.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TypeAlias

from kb import words
from kb.model import Problem

FOLDER = "_synonyms"
MAX_BYTES = 256 * 1024
MAX_ENTRY = 60
MAX_WORDS = 4
MAX_LINE = 30
_NAME = re.compile(r"[a-z]{2,3}")

Terms: TypeAlias = tuple[str, ...]
"""A word or a phrase as the index has it, function words included."""
Stem: TypeAlias = Callable[[str, str], str]
"""A word in lower case, and a language's code, to its term; empty for a function word."""


@dataclass(frozen=True, slots=True)
class Entry:
    said: tuple[str, ...]
    """Its words in lower case."""
    line: int


@dataclass(frozen=True, slots=True)
class File:
    """What one file holds."""

    path: Path
    code: str
    lines: tuple[tuple[Entry, ...], ...] = ()
    """One for each line with at least two entries that can be used."""
    problems: tuple[Problem, ...] = ()


class Synonyms:
    """What was read, as terms. Immutable, so any thread may ask."""

    def __init__(self, files: Iterable[File], stem: Stem) -> None:
        self._stem = stem
        self._same: dict[tuple[str, Terms], dict[Terms, None]] = {}
        for file in files:
            for line in file.lines:
                forms = dict.fromkeys(self._typed(entry.said, file.code) for entry in line)
                sought = dict.fromkeys(terms for entry in line if (terms := self._sought(entry.said, file.code)))
                for form in forms:
                    self._same.setdefault((file.code, form), {}).update(sought)
        self.longest = max((len(form) for _, form in self._same), default=0)
        """Words of the longest phrase."""

    def expand(self, term: str, code: str) -> Terms:
        """The single terms that mean the same as this one, itself left out."""
        return tuple(other[0] for other in self.alternatives((term,), code) if len(other) == 1)

    def alternatives(self, typed: Terms, code: str) -> tuple[Terms, ...]:
        """The terms and phrases that mean the same as this term or phrase, itself left out."""
        return tuple(other for other in self._same.get((code, typed), ()) if other != typed)

    def read(self, said: Sequence[str], code: str) -> Iterator[tuple[int, int, tuple[Terms, ...]]]:
        """Where in these words, lower case, something stands that has alternatives: begin, end, and these. The longest phrase
        wins, and nothing overlaps.
        """
        terms = self._typed(said, code)
        at = 0
        while at < len(terms):
            for end in range(min(len(terms), at + self.longest), at, -1):
                if found := self.alternatives(terms[at:end], code):
                    yield at, end, found
                    at = end
                    break
            else:
                at += 1

    def _typed(self, said: Sequence[str], code: str) -> Terms:
        return tuple(self._stem(word, code) or word for word in said)

    def _sought(self, said: Sequence[str], code: str) -> Terms:
        """Empty when a word of it is in no index: `log in` would be sought as `log`."""
        terms = tuple(self._stem(word, code) for word in said)
        return terms if all(terms) else ()


class SynonymFiles:
    """The files of the program and of some folders of articles; what was saved counts from the next question on."""

    def __init__(self, folders: Sequence[Path], stem: Stem) -> None:
        self._folders = (shipped(), *(folder / FOLDER for folder in folders))
        self._stem = stem
        self._lock = threading.Lock()
        self._stamp: tuple[tuple[str, int, int], ...] | None = None
        self._held = Synonyms((), stem)

    def current(self) -> Synonyms:
        """Looks for changed files: some 50 µs. Never raises; what can't be read or used is left out, and lint says so."""
        found = tuple(sorted(stamp for folder in self._folders for stamp in _stamps(folder)))
        with self._lock:
            if found != self._stamp:
                self._held = Synonyms([parse(Path(path)) for path, _, _ in found], self._stem)
                self._stamp = found
            return self._held


def shipped() -> Path:
    """The folder with the program's own files."""
    return Path(str(resources.files("kb"))) / "synonyms"


def problems(folder: Path) -> list[Problem]:
    """What is wrong with the synonyms of a folder of articles."""
    return [problem for path, _, _ in sorted(_stamps(folder / FOLDER)) for problem in parse(Path(path)).problems]


def parse(path: Path) -> File:
    """Never raises, whatever the file holds."""
    code = path.stem
    if not _NAME.fullmatch(code):
        mend = "Name it after a language, such as en.txt or de.txt."
        return File(path, code, (), (Problem(path, 0, "synonyms-name", f"{path.name[:60]!r} is no language.", mend),))
    try:
        with path.open("rb") as file:
            source = file.read(MAX_BYTES + 1)
        text = source.decode("utf-8-sig")
    except OSError as error:
        told = Problem(path, 0, "unreadable", f"It can't be read: {error.strerror}.", "Give the right to read it.")
        return File(path, code, (), (told,))
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return File(
            path,
            code,
            (),
            (Problem(path, line, "encoding", "The file is not UTF-8.", "Save it with the encoding UTF-8."),),
        )
    if len(source) > MAX_BYTES:
        told = Problem(
            path, 0, "too-large", f"The file is larger than {MAX_BYTES // 1024} KiB.", "Keep what is needed."
        )
        return File(path, code, (), (told,))
    found: list[Problem] = []
    lines = tuple(_lines(path, text, found))
    return File(path, code, lines, tuple(found))


def _lines(path: Path, text: str, found: list[Problem]) -> Iterator[tuple[Entry, ...]]:
    seen: dict[tuple[str, ...], int] = {}

    def warn(line: int, code: str, message: str, mend: str) -> None:
        found.append(Problem(path, line, code, message, mend, "warning"))

    for number, line in enumerate(text.splitlines(), 1):
        bare = line.partition("# ")[0].strip() if not line.lstrip().startswith("#") else ""
        if not bare:
            continue
        entries: dict[tuple[str, ...], Entry] = {}
        written = [entry.strip() for entry in bare.split(",")]
        for entry in written[:MAX_LINE]:
            said = spoken(entry)
            if not said or len(said) > MAX_WORDS or len(entry) > MAX_ENTRY:
                mend = f"Write a word, or a phrase of at most {MAX_WORDS} words, between two commas."
                warn(number, "synonyms-entry", f"{entry[:MAX_ENTRY]!r} is no word or short phrase.", mend)
            elif said in seen and seen[said] != number:
                mend = "Put what means the same on one line, and a word with two meanings on none."
                warn(number, "synonyms-twice", f"{entry!r} stands on line {seen[said]} too.", mend)
            else:
                seen[said] = number
                entries.setdefault(said, Entry(said, number))
        if len(written) > MAX_LINE:
            warn(number, "synonyms-many", f"The line has {len(written)} entries.", f"Use at most {MAX_LINE}.")
        if len(entries) > 1:
            yield tuple(entries.values())
        elif len(written) == 1:
            warn(
                number,
                "synonyms-alone",
                f"{bare[:MAX_ENTRY]!r} stands alone.",
                "Add, after a comma, what means the same.",
            )


def spoken(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, as the index reads them."""
    return tuple(word.whole for word in words.words(text))


def _stamps(folder: Path) -> list[tuple[str, int, int]]:
    """The files of a folder, and what changes when they do."""
    found = []
    try:
        for path in folder.glob("*.txt"):
            stat = path.stat()
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
    except OSError:
        return found
    return found
