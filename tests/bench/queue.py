"""The queue among a million tickets, beside the same among ten thousand, in turn: what a volunteer's command takes.

Each operation goes through the hub's transaction on SQLite in full sync, as it does in the service.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridges.events import EventId, MessageId, MessageReceived, PersonId, Room, RoomId, Sender
from bridges.text import from_plain
from helpdesk.batch import Entry
from helpdesk.commands.registry import BY_VERB
from helpdesk.config import Config
from helpdesk.hub import Hub
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.store import tickets
from helpdesk.store.engine import Database
from helpdesk.words import Words
from tests.bench.figures import head, percentile, show_value
from tests.desk import config_for
from tests.simulate.fill import VOLUNTEERS, fill
from tests.simulate.world import quiet

NOW = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
ACTIVE = 2000
"""Tickets that are to be done, whatever the past is."""
ROUNDS = 200
SIG, HELP = Room(RoomId("#sig"), "#sig"), Room(RoomId("#help"), "#help")


@dataclass
class Past:
    """A desk with this many tickets behind it."""

    count: int
    folder: Path
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    now: datetime = NOW

    def __post_init__(self) -> None:
        quiet()
        self.config = config(self.folder)
        self.database = Database.open(f"sqlite:///{self.folder}/{self.count}.db")
        self.database.create()
        with self.database.writing.begin() as connection:
            fill(connection, self.count, ACTIVE, NOW)
        self.hub = Hub(self.database, self.config, Words("en"), Live(), Metrics(), lambda: self.now)

    def open_number(self, turn: int) -> int:
        """Of a ticket that nobody has."""
        return self.count - ACTIVE + 10 * (turn + 1) + 1

    def say(self, name: str, room: Room, words: str) -> float:
        """How long the desk takes to decide it and to write it down; a refusal is a mistake of this file."""
        self.now += timedelta(seconds=20)
        told = f"told{next(self.numbers)}"
        event = MessageReceived(
            "chat",
            EventId(told),
            self.now,
            room,
            Sender(PersonId(name), name, authenticated=True),
            from_plain(words),
            MessageId(told),
        )
        began = time.perf_counter()
        done = self.database.write_now(self.hub._process, [Entry(event)], self.now, False)
        took = time.perf_counter() - began
        self.hub._standing = done.standing
        [(_, applied)] = done.applied
        assert applied.outcome.refusal is None, (words, applied.outcome)
        return took

    def page(self) -> float:
        """The desk's page on the website."""
        began = time.perf_counter()
        with self.database.reading.begin() as connection:
            assert tickets.queue(connection)
        return time.perf_counter() - began


def config(folder: Path) -> Config:
    names = [f"chat:vol{number}" for number in range(1, VOLUNTEERS + 1)]
    unlimited = {
        "questions_per_person": 10**6,
        "questions_per_room": 10**6,
        "open_tickets_per_person": 10**6,
        "open_tickets_per_room": 10**6,
    }
    members = {"volunteers": names[1:], "leads": names[:1]}
    return config_for(folder, limits=unlimited, members=members, sig={"cap": 10**6})


def _of(turn: int) -> str:
    return f"vol{turn % (VOLUNTEERS - 1) + 2}"


Operation = Callable[[Past, int], float]
OPERATIONS: dict[str, Operation] = {
    "open a ticket (!human)": lambda past, turn: past.say(f"asker{turn + 100}", HELP, "!human the door is locked"),
    "!status": lambda past, turn: past.say(f"asker{turn + 100}", HELP, "!status"),
    "!queue": lambda past, turn: past.say(_of(turn), SIG, "!queue"),
    "the queue's page": lambda past, _: past.page(),
    "!show N": lambda past, turn: past.say(_of(turn), SIG, f"!show {past.open_number(turn)}"),
    "!show of an old one": lambda past, turn: past.say(_of(turn), SIG, f"!show {past.count // 3 + turn}"),
    "!claim N": lambda past, turn: past.say(_of(turn), SIG, f"!claim {past.open_number(turn)}"),
    "!answer N": lambda past, turn: past.say(_of(turn), SIG, f"!answer {past.open_number(turn)} Go round the back."),
    "!resolve N": lambda past, turn: past.say(_of(turn), SIG, f"!resolve {past.open_number(turn)} done"),
    "!next": lambda past, turn: past.say(_of(turn), SIG, "!next"),
    "!me": lambda past, turn: past.say(_of(turn), SIG, "!me"),
    "!find words": lambda past, turn: past.say(_of(turn), SIG, f"!find number {past.count - turn}"),
    "!find a common word": lambda past, turn: past.say(_of(turn), SIG, "!find wiki page"),
    "!duty": lambda past, turn: past.say(_of(turn), SIG, "!duty"),
    "!report": lambda past, _: past.say("vol1", SIG, "!report"),
    "!human, the asker has asked a lot": lambda past, turn: past.say("asker31", HELP, f"!human door {turn}"),
}
"""In the order in which they are measured: what is claimed is then answered and resolved."""
FEW = {"!report", "!find a common word"}
"""Not many times each."""


def measure(folder: Path, large: int = 1_000_000, small: int = 10_000, rounds: int = ROUNDS) -> None:
    head(f"The queue among {large:,} tickets, and among {small:,} (durable SQLite, {ACTIVE:,} to do)")
    began = time.perf_counter()
    pasts = [Past(small, folder), Past(large, folder)]
    show_value("made both pasts in", f"{time.perf_counter() - began:.0f} s")
    for name, operation in OPERATIONS.items():
        verb = name.split()[0].removeprefix("!").rstrip(",")
        if name.startswith("!") and verb not in BY_VERB:
            continue
        times: list[list[float]] = [[], []]
        gc.collect()
        for turn in range(min(rounds, 20) if name in FEW else rounds):
            # In turn, and each goes first as often as second: the machine's moods are shared.
            for which in (0, 1) if turn % 2 else (1, 0):
                times[which].append(operation(pasts[which], turn))
        p50, p99 = ([percentile(one, share) * 1e3 for one in times] for share in (0.5, 0.99))
        print(
            f"  {name:<36} p50 {p50[0]:7.2f} → {p50[1]:7.2f} ms ({p50[1] / p50[0]:5.2f} ×)"
            f"   p99 {p99[0]:7.2f} → {p99[1]:7.2f} ms ({p99[1] / p99[0]:5.2f} ×)   target ≤ 20 ms, ≤ 1.2 ×",
            flush=True,
        )
    for past in pasts:
        past.database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.queue", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="helpdesk-queue-") as name:
        measure(Path(name), large=given.tickets, rounds=given.rounds)
