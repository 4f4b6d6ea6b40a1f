"""Lives a community's time from beginning to end, and says what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bridges.events import SendMessage
from bridges.text import plain
from helpdesk.store.outbox import Parcel
from tests.simulate.community import Community, Size
from tests.simulate.measures import Report, Troubles, gini, look, percentile, report, vanished
from tests.simulate.people import marks


@dataclass
class Year:
    size: Size
    community: Community
    troubles: Troubles
    report: Report
    events: int
    timers: int
    commits: int
    questions: int
    refused: int


def live(folder: Path, size: Size) -> Year:
    community = Community(f"sqlite:///{folder}/desk.db", folder, size)
    world, troubles = community.world, Troubles()
    delivered: Counter[str] = Counter()

    def watch(parcel: Parcel) -> None:
        """An answer goes to its asker as a tracked parcel."""
        if parcel.tracked and isinstance(parcel.action, SendMessage):
            delivered.update(marks(plain(parcel.action.text)))

    world.networks.watch = watch
    world.each_week.append(lambda: world.read(look, world.now, troubles))
    try:
        world.run(community.end)
        world.read(look, world.now, troubles)
        troubles.twice = {mark for mark, count in delivered.items() if count > 1}
        troubles.undelivered = world.read(vanished, delivered)
        found = world.read(report)
    finally:
        world.close()
    return Year(
        size,
        community,
        troubles,
        found,
        world.handled,
        world.fired,
        world.committed,
        len(community.askers),
        sum(volunteer.refused for volunteer in community.volunteers),
    )


def show(year: Year, wall: float, cpu: float) -> None:
    found, size = year.report, year.size
    print(f"{size.days} days, seed {size.seed}: {year.questions:,} people asked, {found.tickets:,} tickets, ", end="")
    print(f"{found.answers:,} answers by {size.volunteers} volunteers")
    print("  " + ", ".join(f"{count:,} {status}" for status, count in found.by_status.most_common()))
    print("                       median      p90      p99   hours")
    for name, times in (("first response", found.first), ("resolution", found.resolution)):
        row = "".join(f"{percentile(times, share):9.1f}" for share in (0.5, 0.9, 0.99))
        print(f"  {name:<18}{row}")
    print(f"  answered in 24 h {found.answered_24:6.1%}, in 72 h {found.answered_72:.1%}", end="")
    print(f", never {found.never_answered:,}")
    equals = [
        volunteer.claims / max(1.0, volunteer.sessions.total_seconds() / 3600)
        for number, volunteer in enumerate(year.community.volunteers)
        if number % 2
    ]
    if equals:
        mean = sum(equals) / len(equals)
        most = max(equals) / mean if mean else 0.0
        print(f"  load, claims an hour among {len(equals)} equals: Gini {gini(equals):.2f}, most over mean {most:.2f}")
    loads = ", ".join(f"{name} {count:,}" for name, count in found.by_person.most_common())
    print(f"  words to askers by volunteer: {loads}")
    print(f"  volunteers' commands that were refused: {year.refused:,}")
    troubles = year.troubles
    print(f"  lost tickets {len(troubles.lost)}, stale claims {len(troubles.stale)}, timers that are late ", end="")
    print(f"{len(troubles.late)} or about nothing {len(troubles.nowhere)}, dead letters {troubles.dead}, ", end="")
    print(f"answers delivered twice {len(troubles.twice)}, vanished {len(troubles.undelivered)}")
    for name in ("lost", "stale", "late", "nowhere", "twice", "undelivered"):
        if examples := sorted(getattr(troubles, name))[:10]:
            print(f"  ! {name}: {examples}")
    print(f"  {year.events:,} events, {year.timers:,} timers, {year.commits:,} transactions")
    print(
        f"  {wall:.1f} s ({cpu:.1f} s of CPU): {found.tickets / wall:,.0f} tickets/s, {year.events / wall:,.0f} events/s"
    )
