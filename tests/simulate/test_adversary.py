"""The same world with an adversary for fate: any order of claims, releases, leases that end, clock jumps, crashes and workers.

It knows which words were said to whom in private, and looks at every message as it goes out.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, select

from bridges.events import EventId, MessageId, MessageReceived, Room, SendMessage
from bridges.text import from_plain, plain
from helpdesk.commands.registry import COMMANDS
from helpdesk.model import Outcome, Ticket, TicketStatus
from helpdesk.store import tickets
from helpdesk.store.outbox import Parcel
from helpdesk.store.schema import tickets as ticket_rows
from helpdesk.store.schema_sig import drafts
from tests.simulate.community import ROOMS, START, config_for, known
from tests.simulate.measures import Troubles, look
from tests.simulate.people import HELP, marks
from tests.simulate.world import Who, World

SOAK = bool(os.environ.get("HELPDESK_SOAK"))
LEAD = Who("irc", "lead")
VOLUNTEERS = (LEAD, Who("matrix", "vol1"), Who("irc", "vol2"), Who("matrix", "vol3"))
ASKERS = (Who("irc", "anna"), Who("matrix", "otto"), Who("irc", "bert"))
WORK = tuple(
    verb for verb in ("claim", "release", "extend", "resolve", "reopen", "take", "show", "next") if verb in COMMANDS
)
LEADS = tuple(verb for verb in ("merge", "unmerge", "duplicate") if verb in COMMANDS)
PUBLIC = (("irc", "#help"), ("matrix", "#help"), ("irc", "#sig"))
"""Rooms where nothing of what was asked in private may be read."""
OVER = (TicketStatus.CLOSED, TicketStatus.CANCELLED, TicketStatus.MERGED)

number = st.integers(1, 5)
worker = st.integers(0, 1)


class Fate(RuleBasedStateMachine):
    """Days at the desk that somebody means badly with."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="helpdesk-fate-"))
        config = config_for(self.folder, list(VOLUNTEERS))
        self.world = World(f"sqlite:///{self.folder}/desk.db", config, START, known, workers=2)
        self.world.networks.watch = self.watch
        self.delivered: Counter[str] = Counter()
        self.secrets: set[str] = set()
        self.said: list[MessageReceived] = []
        self.count = 0
        self.timely = True
        """All timers that are due have fired."""
        for volunteer in VOLUNTEERS[1:]:
            self.say(LEAD, ROOMS["irc"], f"!sig add {volunteer.network}:{volunteer.name}")

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.folder)

    def say(self, who: Who, room: Room, words: str) -> Outcome:
        self.count += 1
        told = f"fate{self.count}"
        event = MessageReceived(
            who.network, EventId(told), self.world.now, room, who.sender, from_plain(words), MessageId(told)
        )
        self.said.append(event)
        return self.world.hear(event)

    def ticket(self, n: int) -> Ticket | None:
        found: Ticket | None = self.world.read(tickets.ticket, n)
        return found

    # --- what people do -----------------------------------------------------------------------------------------------

    @initialize()
    def somebody_asks(self) -> None:
        self.asks(ASKERS[0], 0, direct=False)
        self.asks(ASKERS[1], 1, direct=True)

    @rule(who=st.sampled_from(ASKERS), turn=worker, direct=st.booleans())
    def asks(self, who: Who, turn: int, *, direct: bool) -> None:
        self.world.turn(turn)
        self.count += 1
        words = f"door{self.count}x"
        if direct:
            self.secrets.add(words)
        self.say(who, who.direct if direct else HELP, f"!human {words}")

    @rule(who=st.sampled_from(VOLUNTEERS), verb=st.sampled_from(WORK), n=number, turn=worker, direct=st.booleans())
    def works(self, who: Who, verb: str, n: int, turn: int, *, direct: bool) -> None:
        self.world.turn(turn)
        before = self.ticket(n)
        room = who.direct if direct else ROOMS[who.network]
        outcome = self.say(who, room, f"!{verb}" if verb == "next" else f"!{verb} {n}")
        after = self.ticket(n)
        if verb != "claim" or before is None or after is None:
            return
        theirs = after.claimant_identity is not None and after.claimant_identity.key == who.name
        if before.claimant is not None and before.status.active:
            assert after.claimant == before.claimant, "a claim was taken from whoever had it"
            assert theirs or outcome.refusal == "conflict"
        elif outcome.refusal is None:
            assert theirs, "somebody was told it is theirs, and it is not"

    @rule(who=st.sampled_from(VOLUNTEERS), n=number, turn=worker, back=st.booleans(), direct=st.booleans())
    def answers(self, who: Who, n: int, turn: int, *, back: bool, direct: bool) -> None:
        self.world.turn(turn)
        self.count += 1
        mark = f"{'which' if back else 'answer'}-{n}-{self.count}-{who.name}"
        room = who.direct if direct else ROOMS[who.network]
        self.say(who, room, f"!{'ask-back' if back else 'answer'} {n} {mark}")

    @rule(verb=st.sampled_from([*LEADS, "note"]), n=number, other=number)
    def leads(self, verb: str, n: int, other: int) -> None:
        self.say(LEAD, ROOMS["irc"], f"!{verb} {n} {other}")

    @rule(who=st.sampled_from(ASKERS), n=number, turn=worker, how=st.sampled_from(["yes", "no", "add", "cancel"]))
    def asker_says(self, who: Who, n: int, turn: int, how: str) -> None:
        self.world.turn(turn)
        before = self.ticket(n)
        direct = before is not None and before.origin.direct
        words = {"yes": "!yes", "no": "!no", "add": f"!add {n} it is so", "cancel": f"!cancel {n}"}[how]
        self.say(who, who.direct if direct else HELP, words)

    # --- what fate does -----------------------------------------------------------------------------------------------

    @rule(wait=st.sampled_from([1, 20, 31, 240, 1441, 11_000]), watched=st.booleans())
    def time_passes(self, wait: int, *, watched: bool) -> None:
        """The desk may be down meanwhile: then its timers are late."""
        self.world.now += timedelta(minutes=wait)
        self.timely = watched
        if watched:
            self.world.fire()

    @rule(minutes=st.integers(1, 60))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.world.now -= timedelta(minutes=minutes)
        self.world.fire()

    @rule()
    def the_service_crashes(self) -> None:
        """Before it wrote down what it has sent."""
        self.world.restart()
        self.world.fire()
        self.timely = True

    @rule(data=st.data(), turn=worker)
    def something_is_heard_again(self, data: st.DataObject, turn: int) -> None:
        self.world.turn(turn)
        before = self.rows()
        self.world.flush()
        settled = self.rows()
        self.world.hear(data.draw(st.sampled_from(self.said)))
        assert self.rows() in (before, settled)

    @rule(who=st.sampled_from(ASKERS), away=st.booleans())
    def somebody_leaves_or_comes_back(self, who: Who, *, away: bool) -> None:
        if away:
            self.world.networks.away.add((who.network, who.name))
        else:
            self.world.back(who)

    def rows(self) -> Sequence[Any]:
        def all_of(connection: Connection) -> Sequence[Any]:
            return [tuple(row) for row in connection.execute(select(ticket_rows).order_by(ticket_rows.c.number))]

        found: Sequence[Any] = self.world.read(all_of)
        return found

    # --- what holds ---------------------------------------------------------------------------------------------------

    def watch(self, parcel: Parcel) -> None:
        if not isinstance(parcel.action, SendMessage):
            return
        words = plain(parcel.action.text)
        if (parcel.network, parcel.lane) in PUBLIC:
            told = self.secrets.intersection(re.findall(r"door\d+x", words))
            assert not told, f"{told} was asked in private and is told in {parcel.lane}"
        if parcel.tracked:
            self.delivered.update(marks(words))

    @invariant()
    def no_answer_comes_twice(self) -> None:
        assert [mark for mark, count in self.delivered.items() if count > 1] == []

    @invariant()
    def no_ticket_is_lost(self) -> None:
        found = Troubles()
        self.world.read(look, self.world.now, found)
        assert found.dead == 0
        assert found.lost == set()
        assert found.nowhere == set()
        if self.timely:
            assert found.late == set()
            assert found.stale == set()

    @invariant()
    def what_is_over_promises_nothing(self) -> None:
        def promising(connection: Connection) -> list[int]:
            over = select(ticket_rows).where(ticket_rows.c.status.in_(OVER))
            waits = select(drafts.c.ticket).join(ticket_rows, ticket_rows.c.number == drafts.c.ticket)
            waits = waits.where(ticket_rows.c.status.in_(OVER), drafts.c.status == "waiting")
            leased = [row.number for row in connection.execute(over) if row.lease_until is not None or row.asked_back]
            return [*leased, *connection.execute(waits).scalars()]

        assert self.world.read(promising) == []


TestFate = pytest.mark.slow(Fate.TestCase)
TestFate.settings = settings(
    max_examples=150 if SOAK else 10,
    stateful_step_count=80 if SOAK else 40,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=list(HealthCheck),
)
