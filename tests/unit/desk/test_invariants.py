"""What holds whatever happens, in whatever order: random days at the desk, through the real rules and the real store.

No network and no loop: events are decided one by one, and every row that is promised is looked at as it is written.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection, select

from bridges.events import (
    EventId,
    GuestGone,
    MessageId,
    MessageReceived,
    PersonId,
    PersonIdentified,
    PersonSeen,
    Reacted,
    Receipt,
    Room,
    RoomId,
    Sender,
    SendMessage,
    ToPerson,
)
from bridges.text import from_plain, plain
from helpdesk.batch import Entry
from helpdesk.deskevents import Answered, AskerWrote, Searched, TimerDue
from helpdesk.hub import Hub
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.model import Change, ChangeKind, Outcome, Ticket, TicketStatus
from helpdesk.settled import Settled
from helpdesk.store import events, outbox, questions, tickets
from helpdesk.store.engine import Database
from helpdesk.store.outbox import Parcel
from helpdesk.store.schema import anchors, metadata
from helpdesk.words import Words
from kb.model import Answer, Hit, NoAnswer, Suggestions
from tests.desk import LIST, WIKI, config_for

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOAK = bool(os.environ.get("HELPDESK_SOAK"))
NETWORKS = ("chat", "other")
ASKERS = (("chat", "anna"), ("chat", "bert"), ("other", "otto"))
VOLUNTEERS = (("chat", "vera"), ("chat", "victor"), ("other", "olga"), ("chat", "lea"))
STRANGER = ("chat", "mallory")
VOLUNTEER_ROOMS = {"chat": "#sig", "other": "#team"}
PRIVATE_ROOM = ("other", "#team")
WORK = ("claim", "release", "answer", "ask-back", "note", "resolve", "reopen", "show", "next", "queue")

number = st.integers(1, 6)


class Day(RuleBasedStateMachine):
    """A day at the desk."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="helpdesk-day-"))
        self.config = config_for(
            self.folder, limits={"questions_per_person": 500, "questions_per_room": 500, "open_tickets_per_person": 4}
        )
        self.now = START
        self.count = 0
        self.told: list[Any] = []
        self.asked: list[int] = []
        self.guests: set[str] = set()
        self.private_words: dict[str, tuple[str, str, str]] = {}
        """What was asked in private: where, and by whom."""
        self.ever_claimed: dict[int, set[tuple[str, str]]] = {}
        self.checked = 0
        self.open()

    def open(self) -> None:
        new = not Path(self.folder, "desk.db").exists()
        self.database = Database.open(f"sqlite:///{self.folder}/desk.db")
        with self.database.writing.connect() as connection:
            # No power fails here.
            connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")
        if new:
            self.database.create()
        self.hub = Hub(self.database, self.config, Words("en"), Live(), Metrics(), lambda: self.now)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    # --- what happens -------------------------------------------------------------------------------------------------

    def fresh(self) -> int:
        self.count += 1
        return self.count

    def read(self, work: Any, *given: Any) -> Any:
        with self.database.reading.begin() as connection:
            return work(connection, *given)

    def process(self, event: Any) -> Outcome:
        self.now += timedelta(seconds=1)
        done = self.database.write_now(self.hub._process, [Entry(event)], self.now, True)
        self.asked += [asked.id for _, applied in done.applied for asked in applied.asked]
        for ticket in self.all_tickets():
            if ticket.claimant_identity is not None:
                who = (ticket.claimant_identity.network, str(ticket.claimant_identity.key))
                self.ever_claimed.setdefault(ticket.number, set()).add(who)
        self.check_parcels(event)
        return done.applied[0][1].outcome if done.applied else Outcome()

    def say(
        self,
        who: tuple[str, str],
        room: str,
        words: str,
        *,
        authenticated: bool = True,
        thread: str | None = None,
        encrypted: bool = False,
        addressed: bool = False,
    ) -> Outcome:
        network, name = who
        told = MessageId(f"heard{self.fresh()}")
        place = Room(RoomId(room), room, room.startswith("direct:"), encrypted)
        event = MessageReceived(
            network,
            EventId(told),
            self.now,
            place,
            Sender(PersonId(name), name, authenticated),
            from_plain(words),
            told,
            addressed=addressed,
            thread=MessageId(thread) if thread else None,
        )
        self.told.append(event)
        return self.process(event)

    def all_tickets(self) -> list[Ticket]:
        def load(connection: Connection) -> list[Ticket]:
            numbers = connection.execute(select(metadata.tables["tickets"].c.number)).scalars()
            return [found for n in sorted(numbers) if (found := tickets.ticket(connection, n)) is not None]

        return self.read(load)  # type: ignore[no-any-return]

    def histories(self) -> dict[int, tuple[Change, ...]]:
        found = self.all_tickets()
        return self.read(lambda c: {t.number: tickets.history(c, t.number) for t in found})  # type: ignore[no-any-return]

    def ticket(self, n: int) -> Ticket | None:
        found: Ticket | None = self.read(tickets.ticket, n)
        return found

    def everything(self) -> Any:
        """All that is stored, but for who was seen."""
        with self.database.reading.begin() as connection:
            return {
                table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                for table in metadata.sorted_tables
                if table.name not in ("identities", "people")
            }

    # --- the rules ----------------------------------------------------------------------------------------------------

    @initialize()
    def somebody_asks(self) -> None:
        self.asks(ASKERS[0], "public", False)

    @rule(who=st.sampled_from(ASKERS), where=st.sampled_from(["public", "direct", "encrypted"]), human=st.booleans())
    def asks(self, who: tuple[str, str], where: str, human: bool) -> None:
        words = f"door{self.fresh()}x"
        room = {"public": "#help", "direct": f"direct:{who[1]}", "encrypted": "#vault"}[where]
        if where != "public":
            self.private_words[words] = (who[0], room, who[1])
        verb = "!human" if human else "!ask"
        self.say(who, room, f"{verb} {words}", encrypted=where == "encrypted")

    @rule(direct=st.booleans())
    def a_guest_asks(self, direct: bool) -> None:
        guest = f"guest{self.fresh()}"
        self.guests.add(guest)
        words = f"door{self.fresh()}x"
        room = f"direct:{guest}" if direct else "#help"
        if direct:
            self.private_words[words] = ("chat", room, guest)
        self.say(("chat", guest), room, f"!human {words}", authenticated=False)

    @precondition(lambda self: self.asked)
    @rule(outcome=st.sampled_from(["answer", "suggestions", "nothing"]), data=st.data())
    def the_knowledge_base_is_done(self, outcome: str, data: st.DataObject) -> None:
        question = data.draw(st.sampled_from(self.asked))
        found = {
            "answer": Answer(LIST, ("one", "two"), 0.9),
            "suggestions": Suggestions((LIST, WIKI), 0.4),
            "nothing": NoAnswer(0.1, (WIKI,)),
        }[outcome]
        self.process(Answered(question, found))
        hits = (Hit(LIST, 1.0, "", "", ()),) if outcome == "answer" else ()
        self.process(Searched(question, hits, "near" if outcome == "suggestions" else ""))

    @rule(who=st.sampled_from(VOLUNTEERS), verb=st.sampled_from(WORK), n=number, direct=st.booleans())
    def a_volunteer_works(self, who: tuple[str, str], verb: str, n: int, direct: bool) -> None:
        before, history = self.ticket(n), self.read(tickets.history, n)
        words = f" reply{n}y{self.fresh()}" if verb in ("answer", "ask-back", "note") else ""
        room = f"direct:{who[1]}" if direct else VOLUNTEER_ROOMS[who[0]]
        outcome = self.say(who, room, f"!{verb} {n}{words}" if verb not in ("next", "queue") else f"!{verb}")
        if before is None or verb not in ("claim", "answer", "ask-back", "resolve", "release"):
            return
        theirs = before.claimant_identity is not None and before.claimant_identity.sender.id == who[1]
        closed = not before.status.active
        taken = before.claimant is not None and not theirs and not (verb == "release" and who[1] == "lea")
        if closed or taken:
            assert outcome.refusal == "conflict"
            assert self.read(tickets.history, n) == history
            assert self.ticket(n) == before

    @rule(
        who=st.sampled_from([*VOLUNTEERS, STRANGER, ASKERS[0]]),
        verb=st.sampled_from(WORK),
        n=number,
        authentic=st.booleans(),
    )
    def who_has_no_right_changes_nothing(self, who: tuple[str, str], verb: str, n: int, authentic: bool) -> None:
        before = (self.all_tickets(), self.histories())
        name = who[1] if who in (STRANGER, ASKERS[0]) else f"guest-called-{who[1]}"
        words = " reply0y0" if verb in ("answer", "ask-back", "note") else ""
        authentic = authentic and who in (STRANGER, ASKERS[0])
        outcome = self.say((who[0], name), "#sig", f"!{verb} {n}{words}", authenticated=authentic)
        assert outcome.refusal == "forbidden"
        assert before == (self.all_tickets(), self.histories())

    @rule(
        who=st.sampled_from([*ASKERS, STRANGER]),
        verb=st.sampled_from(["yes", "no", "human", "more", "status", "cancel", "add", "pick", "search"]),
        n=number,
        named=st.booleans(),
        direct=st.booleans(),
    )
    def an_asker_says(self, who: tuple[str, str], verb: str, n: int, named: bool, direct: bool) -> None:
        before = self.ticket(n)
        words = f"!{verb} {n}" if named and verb in ("status", "cancel", "add", "pick") else f"!{verb}"
        words += f" more{self.fresh()}z" if verb in ("add", "search") else ""
        self.say(who, f"direct:{who[1]}" if direct else "#help", words)
        if named and before is not None and before.asker_identity.key != who[1]:
            assert self.ticket(n) == before

    @precondition(lambda self: self.read(lambda c: c.execute(select(anchors)).first()) is not None)
    @rule(who=st.sampled_from([*ASKERS, *VOLUNTEERS, STRANGER]), data=st.data(), note=st.booleans())
    def somebody_writes_in_a_thread(self, who: tuple[str, str], data: st.DataObject, note: bool) -> None:
        rows = self.read(lambda c: c.execute(select(anchors).order_by(anchors.c.message)).all())
        row = data.draw(st.sampled_from(rows))
        if row.network != who[0] or (row.room.startswith("direct:") and row.room != f"direct:{who[1]}"):
            return
        words = f"{'// ' if note else ''}reply{row.ticket}y{self.fresh()}"
        self.say(who, row.room, words, thread=row.message, encrypted=row.room == "#vault")

    @precondition(lambda self: self.read(lambda c: c.execute(select(anchors)).first()) is not None)
    @rule(
        who=st.sampled_from([*ASKERS, *VOLUNTEERS, STRANGER]),
        data=st.data(),
        key=st.sampled_from(["👍", "👎", "🎈", "1️⃣"]),
    )
    def somebody_reacts(self, who: tuple[str, str], data: st.DataObject, key: str) -> None:
        rows = self.read(lambda c: c.execute(select(anchors).order_by(anchors.c.message)).all())
        row = data.draw(st.sampled_from(rows))
        before = self.ticket(row.ticket) if row.ticket is not None else None
        direct = row.room.startswith("direct:")
        if row.network != who[0] or (direct and row.room != f"direct:{who[1]}"):
            return
        room = Room(RoomId(row.room), row.room, direct, row.room == "#vault")
        sender = Sender(PersonId(who[1]), who[1], authenticated=True)
        event = Reacted(who[0], EventId(f"r{self.fresh()}"), self.now, room, sender, MessageId(row.message), key)
        self.told.append(event)
        self.process(event)
        if before is not None and before.asker_identity.key != who[1]:
            assert self.ticket(row.ticket) == before

    @rule(results=st.lists(st.sampled_from(["delivered", "delivered", "held", "undeliverable"]), max_size=12))
    def parcels_are_settled(self, results: list[str]) -> None:
        for parcel, result in zip(self.read(outbox.pending, NETWORKS, 0), results, strict=False):
            receipt = None
            if result == "held" and parcel.waits_for is None:
                continue
            if result == "delivered":
                action = parcel.action
                target = action.to if isinstance(action, SendMessage) else None
                room = f"direct:{target.person}" if isinstance(target, ToPerson) else parcel.lane
                receipt = Receipt(RoomId(room), (MessageId(f"sent{parcel.id}"),))
            self.process(Settled(parcel, result, receipt, "because"))  # type: ignore[arg-type]

    @rule(who=st.sampled_from([*ASKERS, *VOLUNTEERS]))
    def somebody_is_seen(self, who: tuple[str, str]) -> None:
        self.process(PersonSeen(who[0], self.now, Sender(PersonId(who[1]), who[1], authenticated=True)))

    @precondition(lambda self: self.guests)
    @rule(data=st.data(), stays=st.booleans())
    def a_guest_logs_in_or_leaves(self, data: st.DataObject, stays: bool) -> None:
        guest = data.draw(st.sampled_from(sorted(self.guests)))
        self.guests.discard(guest)
        if stays:
            account = Sender(PersonId("bert"), "bert", authenticated=True)
            self.process(PersonIdentified("chat", self.now, PersonId(guest), account))
        else:
            self.process(GuestGone("chat", self.now, PersonId(guest)))

    @rule(n=number, cancel=st.booleans())
    def the_asker_writes_on_the_page(self, n: int, cancel: bool) -> None:
        self.process(AskerWrote(n, f"more{self.fresh()}z", cancel=cancel, key=f"page{self.count}"))

    @rule(hours=st.integers(1, 9))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for timer, kind, ticket in self.read(events.due_timers, self.now):
            self.process(TimerDue(timer, kind, ticket))
            before = self.everything()
            self.process(TimerDue(timer, kind, ticket))
            assert self.everything() == before

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def a_replay_changes_nothing(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.told))
        before = self.everything()
        self.process(event)
        assert self.everything() == before

    @rule()
    def the_service_starts_again(self) -> None:
        self.database.close()
        self.open()
        for question in self.read(questions.unanswered, self.now):
            assert question.id in self.asked

    # --- what holds ---------------------------------------------------------------------------------------------------

    def check_parcels(self, event: Any) -> None:
        """Every promise as it is written: who may read these words?"""
        with self.database.reading.begin() as connection:
            fresh = [p for p in outbox.pending(connection, NETWORKS, self.checked) if p.id > self.checked]
        for parcel in fresh:
            self.checked = max(self.checked, parcel.id)
            if isinstance(parcel.action, SendMessage):
                self.check_words(parcel, plain(parcel.action.text), event)

    def check_words(self, parcel: Parcel, words: str, event: Any) -> None:
        action = parcel.action
        assert isinstance(action, SendMessage)
        direct = f"direct:{action.to.person}" if isinstance(action.to, ToPerson) else action.to.room
        place = (parcel.network, direct)
        reader = direct.removeprefix("direct:") if direct.startswith("direct:") else None
        for secret in re.findall(r"door\d+x", words):
            if secret in self.private_words:
                self.check_private(secret, place, reader)
        if parcel.tracked and "room is encrypted" not in words:
            self.check_answer(parcel, action, place)
        elif re.search(r"reply\d+y\d+", words):
            volunteers = {name for _, name in VOLUNTEERS}
            assert direct in ("#sig", "#team") or reader in volunteers, "an answer stands where no volunteer reads"
        ticket = self.ticket(parcel.ticket) if parcel.ticket is not None else None
        if ticket is not None and ticket.private and direct == "#sig":
            assert ticket.asker_identity.name not in words, "a private asker is named in a room that is not private"
        if reader == STRANGER[1]:
            assert not re.search(r"door\d+x|reply\d+y", words)

    def check_private(self, secret: str, place: tuple[str, str], reader: str | None) -> None:
        network, room, asker = self.private_words[secret]
        if place in ((network, room), PRIVATE_ROOM) or reader == asker:
            return
        [ticket] = [t for t in self.all_tickets() if secret in t.text]
        claimed = {name for _, name in self.ever_claimed.get(ticket.number, set())}
        merged = str(ticket.asker_identity.key)
        assert reader in claimed | {"lea", merged}, f"{secret} was asked in private and is told in {place}"

    def check_answer(self, parcel: Parcel, action: SendMessage, place: tuple[str, str]) -> None:
        assert parcel.ticket is not None
        ticket = self.ticket(parcel.ticket)
        assert ticket is not None
        asker, origin = ticket.asker_identity, ticket.origin
        assert parcel.network == asker.network
        assert parcel.waits_for == asker.key
        if isinstance(action.to, ToPerson):
            assert action.to.person == asker.key
        else:
            assert place == (origin.network, origin.room)
            assert action.must_reach
            assert action.addressed is None if origin.direct else action.addressed == asker.sender
        assert ticket.status is TicketStatus.WAITING

    @invariant()
    def nothing_was_set_aside(self) -> None:
        assert self.read(events.buried) == 0

    @invariant()
    def every_ticket_is_in_somebodys_hands_and_its_history_says_why(self) -> None:
        histories = self.histories()
        queue = [waiting.number for waiting in self.read(tickets.queue)]
        for ticket in self.all_tickets():
            status, claimant = explained(histories[ticket.number])
            assert (ticket.status, ticket.claimant) == (status, claimant)
            if ticket.status is TicketStatus.OPEN:
                assert ticket.claimant is None
                assert ticket.number in queue
            elif ticket.status.active:
                assert ticket.claimant is not None
            assert not ticket.asked_back or ticket.status is TicketStatus.WAITING

    @invariant()
    def every_promise_can_be_kept_or_told(self) -> None:
        for parcel in self.read(outbox.pending, NETWORKS, 0):
            assert parcel.network in self.config.networks
            if isinstance(parcel.action, SendMessage):
                assert parcel.lane not in ("", "person:")
                assert plain(parcel.action.text).strip()
                if parcel.tracked:
                    assert replace(parcel, confirm=None).ticket is not None


def explained(history: tuple[Change, ...]) -> tuple[TicketStatus, int | None]:
    """The status and claimant that a ticket must have by its history."""
    status, claimant = TicketStatus.OPEN, None
    assert history[0].kind is ChangeKind.OPENED
    for change in history[1:]:
        match change.kind:
            case ChangeKind.OPENED:
                raise AssertionError("opened twice")
            case ChangeKind.CLAIMED:
                assert claimant is None, "claimed while somebody has it"
                assert status is TicketStatus.OPEN
                status, claimant = TicketStatus.CLAIMED, change.actor
            case ChangeKind.RELEASED | ChangeKind.LAPSED:
                assert claimant is not None
                assert status.active
                status, claimant = TicketStatus.OPEN, None
            case ChangeKind.ANSWER | ChangeKind.ASK_BACK:
                assert claimant == change.actor, "answered by somebody who has it not"
                assert status.active, "a closed ticket was answered"
                status = TicketStatus.WAITING
            case ChangeKind.ASKER:
                status = TicketStatus.CLAIMED if status is TicketStatus.WAITING else status
            case ChangeKind.RESOLVED:
                assert status.active
                status = TicketStatus.RESOLVED
            case ChangeKind.CANCELLED:
                assert status.active
                status = TicketStatus.CANCELLED
            case ChangeKind.REOPENED:
                assert not status.active
                status = TicketStatus.OPEN if claimant is None else TicketStatus.CLAIMED
            case ChangeKind.CLOSED:
                assert status in (TicketStatus.WAITING, TicketStatus.RESOLVED)
                status = TicketStatus.CLOSED
            case ChangeKind.CONFIRMED:
                assert status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
            case ChangeKind.NOTE | ChangeKind.UNDELIVERED | ChangeKind.ESCALATED | ChangeKind.OVERDUE:
                pass
    return status, claimant


TestDay = pytest.mark.slow(Day.TestCase)
TestDay.settings = settings(
    max_examples=200 if SOAK else 12,
    stateful_step_count=80 if SOAK else 40,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=list(HealthCheck),
)
