"""The processes of the bench, one for building and one for asking, so that each has a memory of its own:
`python -m tests.bench.knowledge.child build|ask|folder ENGINE CORPUS STATE RESULT wall|cpu` writes a JSON object to RESULT.

Pinned to one core where the system lets it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

import psutil

from tests.bench.knowledge import workload
from tests.bench.knowledge.corpus import documents
from tests.bench.knowledge.engine import KINDS, Engine, Kind, MissingError
from tests.bench.knowledge.row import quality, spread

Clock: TypeAlias = Callable[[], float]
CLOCKS: dict[str, Clock] = {"wall": time.perf_counter, "cpu": time.process_time}
"""What building and asking are timed by: on a core that has other work too, only the processor's own time says what they take.
Opening and saving wait for disks and threads, and are always timed by the wall's.
"""
TOP = 10
"""Asked for when time is measured; as many as ours considers when quality is."""
DEEP = 50
WARM = 10
SAVES = 11


class NotFoundError(Exception):
    """What was saved is not found."""


def pin() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def milliseconds(clock: Clock, work: Callable[[], object]) -> float:
    began = clock()
    work()
    return (clock() - began) * 1000


def build(kind: Kind, corpus: Path, state: Path, clock: Clock) -> dict[str, object]:
    pin()
    maker = kind.load()
    seconds = 0.0
    before = state.parent / kind.upon / "built.json"
    shutil.rmtree(state / "index" if kind.resumes else state, ignore_errors=True)  # what a run that was cut off left
    if kind.upon and before.exists():
        shutil.copytree(before.parent, state, dirs_exist_ok=True)
        (state / "built.json").unlink()
        seconds = json.loads(before.read_text("utf-8"))["build_s"]
    state.mkdir(parents=True, exist_ok=True)
    began = clock()
    seconds += maker.build(corpus, documents(corpus), state)
    seconds += clock() - began
    size = sum(path.stat().st_size for path in state.rglob("*") if path.is_file())
    built: dict[str, object] = {"build_s": seconds, "index_mb": size / 1e6}
    (state / "built.json").write_text(json.dumps(built), "utf-8")
    return built


def ask(kind: Kind, corpus: Path, state: Path, clock: Clock) -> dict[str, object]:
    pin()
    work = workload.read(corpus / "workload.json")
    maker = kind.load()
    with contextlib.suppress(ImportError):  # `open` says that it is missing
        import_module(kind.library)  # a service has imported its engine before
    began = time.perf_counter()
    engine = maker.open(corpus, state)
    engine.ask(work.natural[0], TOP)
    figures: dict[str, object] = {"open_ms": (time.perf_counter() - began) * 1000, "opened_mb": resident_mb()}
    for question in work.natural[1:WARM]:
        engine.ask(question, TOP)
    for name, questions in (("natural", work.natural[WARM:]), ("keywords", work.keywords)):
        took = [milliseconds(clock, lambda question=question: engine.ask(question, TOP)) for question in questions]  # type: ignore[misc]
        figures[f"{name}_p50"], figures[f"{name}_p99"] = spread(took)
    found = {name: [engine.ask(one.text, DEEP) for one in asked] for name, asked in work.quality.items()}
    figures["asked_mb"] = resident_mb()
    figures["quality"] = {name: quality(work.quality[name], found[name]) for name in found}
    try:
        figures["save_ms"] = spread(list(_saves(engine, corpus, 1 if kind.rebuilds else SAVES)))[0]
    except NotFoundError as error:
        figures["note"] = str(error)
    engine.close()
    return figures


def _saves(engine: Engine, corpus: Path, count: int) -> Iterator[float]:
    """Milliseconds each until a word that was just written finds its document."""
    everything = {document.id: document for document in documents(corpus)}
    engine.prepare(everything)
    names = list(everything)
    for turn in range(count):
        word = f"zyxomma{turn}"
        before = engine.ask(word, DEEP)  # what is near in meaning is found for any word
        name = next(name for name in names[(turn + 1) * len(names) // (count + 1) :] if name not in before)
        changed = replace(everything[name], text=f"{everything[name].text} {word}")
        began = time.perf_counter()
        engine.save(changed)
        found = engine.ask(word, DEEP)
        took = (time.perf_counter() - began) * 1000
        if name not in found:
            raise NotFoundError(f"a word saved in {name} does not find it")
        yield took


def resident_mb() -> float:
    return psutil.Process().memory_info().rss / 1e6


def main(verb: str, engine: str, corpus: str, state: str, result: str, clock: str) -> None:
    done: dict[str, object]
    try:
        match verb:
            case "build":
                done = build(KINDS[engine], Path(corpus), Path(state), CLOCKS[clock])
            case "ask":
                done = ask(KINDS[engine], Path(corpus), Path(state), CLOCKS[clock])
            case "folder":
                from tests.bench.knowledge import folder

                pin()
                done = folder.measure(engine, Path(corpus), Path(state))
            case _:
                raise ValueError(verb)
    except MissingError as error:
        done = {"note": str(error)}
    Path(result).write_text(json.dumps(done), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
