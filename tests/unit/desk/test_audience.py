"""The volunteers' own articles: told to volunteers where they alone or volunteers only read, and nowhere hinted at.

Random days with a knowledge base that answers everything from an internal article whenever it is asked for volunteers.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import Connection, select

from bridges.events import (
    EventId,
    MessageId,
    MessageReceived,
    PersonId,
    Reacted,
    Receipt,
    Room,
    RoomId,
    Sender,
    SendMessage,
    ToPerson,
)
from bridges.text import from_plain, html, plain
from helpdesk.batch import Entry
from helpdesk.desk.audience import audience
from helpdesk.deskevents import Answered, Searched
from helpdesk.effects import Ask
from helpdesk.hub import Hub
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.model import Origin, Role
from helpdesk.settled import Settled
from helpdesk.store import outbox
from helpdesk.store.applied import Asked
from helpdesk.store.engine import Database
from helpdesk.store.outbox import Parcel
from helpdesk.store.schema import anchors, metadata
from helpdesk.words import Words
from kb.model import Answer, Audience, Citation, Hit, NoAnswer, Outcome, Suggestions
from tests.desk import LIST, WIKI, config_for
from tests.unit.desk.making import ANNA, CONFIG, DIRECT, PUBLIC, VERA, give, one, person

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
INTERNAL = Citation("internal-topic/abuse", "", "The internal one", "The internal one", "http://kb/internal")
PEOPLE = ("anna", "mallory", "vera", "zoe", "lea")
ROOMS = ("#help", "#sig", "#team", "direct")
SAID = (
    *(f"!ask {kind}" for kind in ("answer", "suggest", "nothing")),
    "!search answer",
    "!search nothing",
    *("!more", "!pick 1", "2", "!no", "!yes", "!human", "!status", "!queue", "and on IRC?"),
)


def made(asked: Asked) -> Answered | Searched:
    """What the knowledge base finds: for volunteers always the internal article."""
    theirs = asked.audience is Audience.VOLUNTEERS
    first = INTERNAL if theirs else LIST
    text = "internal words" if theirs else "public words"
    if asked.search:
        found = "nothing" not in asked.text
        return Searched(asked.id, (Hit(first, 1.0, text, text, ()),) if found else (), "internal" if theirs else "list")
    outcome: Outcome = Answer(first, (text, f"more {text}"), 0.9)
    if "suggest" in asked.text:
        outcome = Suggestions((first, WIKI), 0.4, ((text, f"more {text}"), ("wiki",)))
    elif "nothing" in asked.text:
        outcome = NoAnswer(0.5, (first,))
    return Answered(asked.id, outcome)


class Secrets(RuleBasedStateMachine):
    told_volunteers = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="helpdesk-audience-"))
        rooms = {"#help": {}, "#sig": {"volunteers": True}, "#team": {"volunteers": True, "private": True}}
        self.config = config_for(
            self.folder,
            networks={"chat": {"kind": "memory", "rooms": rooms}},
            members={"volunteers": ["chat:vera"], "leads": ["chat:lea"]},
            limits={"questions_per_person": 500, "questions_per_room": 500, "open_tickets_per_person": 100},
        )
        self.database = Database.open(f"sqlite:///{self.folder}/desk.db")
        with self.database.writing.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")
        self.database.create()
        self.hub = Hub(self.database, self.config, Words("en"), Live(), Metrics(), lambda: self.now)
        self.now, self.count, self.checked = START, 0, 0
        self.waiting: list[Asked] = []
        self.volunteers = {"vera", "lea"}

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def process(self, event: Any) -> None:
        self.now += timedelta(seconds=1)
        done = self.database.write_now(self.hub._process, [Entry(event)], self.now, True)
        self.waiting += [asked for _, applied in done.applied for asked in applied.asked]
        with self.database.reading.begin() as connection:
            parcels = [p for p in outbox.pending(connection, ["chat"], self.checked) if p.id > self.checked]
            topics = set(connection.execute(select(metadata.tables["tickets"].c.topic)).scalars())
        assert not any("internal" in topic for topic in topics), "a topic may be told anywhere"
        for parcel in parcels:
            self.checked = parcel.id
            self.check(parcel)
            self.process_delivery(parcel)

    def check(self, parcel: Parcel) -> None:
        if not isinstance(parcel.action, SendMessage):
            return
        words = plain(parcel.action.text) + html(parcel.action.text)
        if "internal" not in words:
            return
        to = parcel.action.to
        place = f"direct:{to.person}" if isinstance(to, ToPerson) else to.room
        assert place in {"#team", *(f"direct:{name}" for name in self.volunteers)}, f"told in {place}: {words}"
        type(self).told_volunteers += 1

    def process_delivery(self, parcel: Parcel) -> None:
        target = parcel.action.to if isinstance(parcel.action, SendMessage) else None
        room = f"direct:{target.person}" if isinstance(target, ToPerson) else parcel.lane
        receipt = Receipt(RoomId(room), (MessageId(f"sent{parcel.id}"),))
        self.database.write_now(self.hub._process, [Entry(Settled(parcel, "delivered", receipt))], self.now, True)

    def heard(self, name: str, room: str, words: str, *, login: bool = True, thread: str | None = None) -> None:
        self.count += 1
        message = MessageId(f"m{self.count}")
        who = Sender(PersonId(name if login else f"guest:{name}"), name, authenticated=login)
        place = Room(RoomId(f"direct:{who.id}"), name, direct=True) if room == "direct" else Room(RoomId(room), room)
        self.process(
            MessageReceived(
                "chat", EventId(message), self.now, place, who, from_plain(words), message, addressed=True,
                thread=MessageId(thread) if thread else None,
            )
        )  # fmt: skip

    @rule(name=st.sampled_from(PEOPLE), room=st.sampled_from(ROOMS), words=st.sampled_from(SAID), login=st.booleans())
    def somebody_says(self, name: str, room: str, words: str, login: bool) -> None:
        self.heard(name, room, words, login=login)

    @rule(name=st.sampled_from(["vera", "zoe"]), room=st.sampled_from(["direct", "#team"]), words=st.sampled_from(SAID))
    def a_volunteer_says_where_none_else_reads(self, name: str, room: str, words: str) -> None:
        self.heard(name, room, words)

    @rule(add=st.booleans())
    def the_lead_makes_zoe_a_volunteer_or_no_longer(self, add: bool) -> None:
        self.volunteers = self.volunteers | {"zoe"} if add else self.volunteers - {"zoe"}
        self.heard("lea", "#sig", f"!sig {'add' if add else 'remove'} chat:zoe")

    @rule(words=st.sampled_from(SAID[:4]), late=st.booleans(), after=st.sampled_from(["!more", "!pick 1", "👍"]))
    def zoe_asks_and_is_no_volunteer_any_more(self, words: str, late: bool, after: str) -> None:
        self.the_lead_makes_zoe_a_volunteer_or_no_longer(True)
        self.heard("zoe", "direct", words)
        asked = self.waiting.pop()
        for done in (late, not late):
            if done:
                self.the_lead_makes_zoe_a_volunteer_or_no_longer(False)
            else:
                self.process(made(asked))
        self.heard("zoe", "direct", after)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def the_knowledge_base_is_done(self, data: st.DataObject) -> None:
        asked = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        self.process(made(asked))

    @rule(data=st.data(), name=st.sampled_from(PEOPLE), key=st.sampled_from(["👍", "👎", "1️⃣", "2️⃣", "thread"]))
    def somebody_goes_on_from_what_the_desk_said(self, data: st.DataObject, name: str, key: str) -> None:
        def rows(connection: Connection) -> list[Any]:
            return list(connection.execute(select(anchors).order_by(anchors.c.message)))

        with self.database.reading.begin() as connection:
            found = [row for row in rows(connection) if row.room in ("#help", "#sig", "#team", f"direct:{name}")]
        if not found:
            return
        row = data.draw(st.sampled_from(found))
        if key == "thread":
            self.heard(name, "direct" if row.room.startswith("direct") else row.room, "!more", thread=row.message)
            return
        self.count += 1
        room = Room(RoomId(row.room), row.room, row.room.startswith("direct:"))
        sender = Sender(PersonId(name), name, authenticated=True)
        self.process(Reacted("chat", EventId(f"r{self.count}"), self.now, room, sender, MessageId(row.message), key))


Secrets.TestCase.settings = settings(
    max_examples=20, stateful_step_count=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def test_the_volunteers_articles_are_told_and_hinted_at_to_nobody_else() -> None:
    Secrets.told_volunteers = 0
    Secrets.TestCase("runTest").runTest()
    assert Secrets.told_volunteers > 20, "the days must have brought something to hide"


PRIVATE = Origin("other", RoomId("#team"), False, False)


@pytest.mark.parametrize("origin", [PUBLIC, DIRECT, PRIVATE, Origin("chat", RoomId("#sig"), False, False)])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("guest", [True, False])
def test_a_volunteer_who_is_logged_in_and_alone_or_among_volunteers_hears_all(
    origin: Origin, role: Role, guest: bool
) -> None:
    wanted = not guest and role >= Role.SHADOW and origin in (DIRECT, PRIVATE)
    assert audience(person("x", 9, role, guest=guest), origin, CONFIG) is (
        Audience.VOLUNTEERS if wanted else Audience.PUBLIC
    )


@pytest.mark.parametrize("verb", ["ask", "search"])
def test_questions_and_searches_go_by_the_same_rule(verb: str) -> None:
    assert one(Ask, give(VERA, verb, "direct", words="how?")).audience is Audience.VOLUNTEERS
    assert one(Ask, give(VERA, verb, words="how?")).audience is Audience.PUBLIC
    assert one(Ask, give(ANNA, verb, "direct", words="how?")).audience is Audience.PUBLIC
