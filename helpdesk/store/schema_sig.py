"""The tables of the SIG: its people, their rota, events, requests and needs. `schema.py` has the rest."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from helpdesk.store.schema import Instant, Serial, metadata

# What somebody of the SIG said about themselves. Their role stands in `members`.
volunteers = Table(
    "volunteers",
    metadata,
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("state", String, nullable=False),
    Column("name", String, nullable=False),
    Column("network", String, nullable=False),
    Column("key", String, nullable=False),
    Column("skills", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("queues", JSON, nullable=False),
    Column("zone", String, nullable=False),
    Column("hours", String, nullable=False),
    Column("quiet", String, nullable=False),
    Column("cap", Integer),
    Column("mentor", ForeignKey("people.id")),
    Column("break_until", Instant),
    Column("joined_at", Instant, nullable=False),
    Column("approved_at", Instant),
    Column("seen_at", Instant),
    Column("suggested_at", Instant),
    Index("ix_volunteers_state", "state"),
)

# A pair's words to an asker, until a mentor has read them.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("ticket", ForeignKey("tickets.number"), nullable=False, index=True),
    Column("author", ForeignKey("people.id"), nullable=False),
    Column("author_network", String, nullable=False),
    Column("author_key", String, nullable=False),
    Column("author_name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("mentor", ForeignKey("people.id"), index=True),
    Column("decided_at", Instant),
    Column("why", Text, nullable=False, server_default=""),
    Column("confirm", JSON),
    sqlite_autoincrement=True,
)

# One-time codes that join two identities of one person: who made it, who said it on the other side, and who agrees.
link_codes = Table(
    "link_codes",
    metadata,
    Column("code_hash", String, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False, index=True),
    Column("network", String, nullable=False),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("agrees", Boolean, nullable=False, server_default=false()),
    Column("taker_network", String, nullable=False, server_default=""),
    Column("taker_key", String, nullable=False, server_default=""),
    Column("taker_name", String, nullable=False, server_default=""),
    Column("taker_agrees", Boolean, nullable=False, server_default=false()),
    Column("expires_at", Instant, nullable=False),
)

# How many codes an identity asked for or got wrong since then.
link_tries = Table(
    "link_tries",
    metadata,
    Column("network", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("count", Integer, nullable=False),
)

# Weekly shifts, in the zone of whoever has them: minutes since that weekday's midnight there.
shifts = Table(
    "shifts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False, index=True),
    Column("queue", String, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("zone", String, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    sqlite_autoincrement=True,
)

# One occurrence of a shift that somebody wants to give away, or gave.
swaps = Table(
    "swaps",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("shift", ForeignKey("shifts.id"), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("giver", ForeignKey("people.id"), nullable=False),
    Column("wanted", ForeignKey("people.id")),
    Column("taker", ForeignKey("people.id")),
    Column("status", String, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_swaps_starts_at", "starts_at"),
    sqlite_autoincrement=True,
)

# Who is on duty beside the rota: by `!duty on`, or on site by `!here`.
duty = Table(
    "duty",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False, index=True),
    Column("queue", String, nullable=False),
    Column("event", BigInteger),
    Column("network", String, nullable=False),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("place", String, nullable=False, server_default=""),
    Index("ix_duty_event", "event"),
    sqlite_autoincrement=True,
)

# To whom a ticket was offered.
offers = Table(
    "offers",
    metadata,
    Column("ticket", ForeignKey("tickets.number"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("round", Integer, nullable=False),
    Index("ix_offers_person_at", "person", "at"),
)

# Secret links to a person's calendar, found by their hash.
calendars = Table(
    "calendars",
    metadata,
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
)

# Thanks that were said for a ticket's answer or for an article.
thanks = Table(
    "thanks",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("giver", ForeignKey("people.id"), nullable=False, index=True),
    Column("helper", ForeignKey("people.id"), index=True),
    Column("ticket", BigInteger),
    Column("article", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("told_at", Instant),
    sqlite_autoincrement=True,
)

# What a community does together: meet-ups, booths, sprints.
community_events = Table(
    "community_events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("status", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("place", String, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("zone", String, nullable=False),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("expected", Integer),
    Column("contact", String, nullable=False),
    Column("contact_person", ForeignKey("people.id")),
    Column("tag", String, nullable=False),
    Column("rooms", JSON, nullable=False),
    Column("notes", Text, nullable=False),
    Column("made_by", ForeignKey("people.id")),
    Column("made_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

loans = Table(
    "loans",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("event", BigInteger, index=True),
    Column("ticket", BigInteger),
    Column("what", String, nullable=False),
    Column("borrower", String, nullable=False),
    Column("borrower_person", ForeignKey("people.id")),
    Column("lender", ForeignKey("people.id"), nullable=False),
    Column("lent_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("returned_at", Instant),
    sqlite_autoincrement=True,
)

needs = Table(
    "needs",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False, index=True),
    Column("network", String, nullable=False),
    Column("room", String, nullable=False),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("lang", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("answer", Text, nullable=False),
    Column("ticket", BigInteger),
    sqlite_autoincrement=True,
)

# What was asked for from the catalogue; the ticket of the same number has the rest.
requests = Table(
    "requests",
    metadata,
    Column("ticket", ForeignKey("tickets.number"), primary_key=True),
    Column("item", String, nullable=False, index=True),
    Column("fields", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("decided_by", ForeignKey("people.id")),
    Column("decided_at", Instant),
    Column("result", Text, nullable=False),
)

# A form that somebody fills in, field by field, wherever they go on with it.
forms = Table(
    "forms",
    metadata,
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("item", String, nullable=False),
    Column("field", String, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("network", String, nullable=False),
    Column("room", String, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

# Questions among people that nobody has answered yet.
watched = Table(
    "watched",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("network", String, nullable=False),
    Column("room", String, nullable=False),
    Column("message", String, nullable=False),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("authenticated", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", String, nullable=False),
    Column("other", String, nullable=False),
    Column("tried_at", Instant),
    Index("ix_watched_room_status", "network", "room", "status"),
    sqlite_autoincrement=True,
)

# Files that an asker sent along, each behind a page's address. Without a ticket they wait for the question to become one.
attachments = Table(
    "attachments",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("ticket", ForeignKey("tickets.number"), index=True),
    Column("question", ForeignKey("questions.id"), index=True),
    Column("at", Instant, nullable=False),
    Column("name", String, nullable=False),
    Column("type", String, nullable=False),
    Column("size", BigInteger),
    Column("token_hash", String, nullable=False),
    Column("url", String, nullable=False),
)
