"""The tables. A change here needs a migration in `migrations/versions/`, which a test compares with this file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, kept as microseconds since 1970: the same, and sortable, in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def _where_set(name: str, column: str) -> Index:
    """Of a column that is empty in nearly all rows: of the others only, lest a planner takes "is empty" for a rare find."""
    condition = text(f"{column} IS NOT NULL")
    return Index(name, column, sqlite_where=condition, postgresql_where=condition)


# SQLite counts rows by INTEGER only.
Serial = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

people = Table(
    "people",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("lang", String, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
)

identities = Table(
    "identities",
    metadata,
    Column("network", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("authenticated", Boolean, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("network", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", Integer, nullable=False),
    Column("granted_by", String, nullable=False),
    Column("granted_at", Instant, nullable=False),
)

# What was heard: a replay is recognised by its event's id. Old rows are swept by the hub.
heard = Table(
    "heard",
    metadata,
    Column("network", String, primary_key=True),
    Column("event", String, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("network", String, primary_key=True),
    Column("position", String, nullable=False),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("identity_key", String, nullable=False),
    Column("identity_name", String, nullable=False),
    Column("identity_authenticated", Boolean, nullable=False),
    Column("network", String, nullable=False),
    Column("room", String, nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("encrypted", Boolean, nullable=False),
    Column("message", String),
    Column("thread", String),
    Column("text", Text, nullable=False),
    Column("lang", String, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("status", String, nullable=False),
    Column("citations", JSON, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("told", Integer, nullable=False),
    Column("topic", String, nullable=False),
    Column("ticket", BigInteger),
    Column("previous", Text, nullable=False, server_default=""),
    Column("read_as", Text, nullable=False, server_default=""),
    Column("audience", String, nullable=False, server_default="public"),
    Column("choices", JSON, nullable=False, server_default="[]"),
    Index("ix_questions_person_room", "person", "network", "room", "id"),
    Index("ix_questions_room_asked_at", "network", "room", "asked_at"),
    Index("ix_questions_status", "status"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("status", String, nullable=False),
    Column("asked_back", Boolean, nullable=False),
    Column("topic", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("lang", String, nullable=False),
    Column("asker", ForeignKey("people.id"), nullable=False),
    Column("asker_key", String, nullable=False),
    Column("asker_name", String, nullable=False),
    Column("asker_authenticated", Boolean, nullable=False),
    Column("network", String, nullable=False),
    Column("room", String, nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("encrypted", Boolean, nullable=False),
    Column("message", String),
    Column("thread", String),
    Column("claimant", ForeignKey("people.id")),
    Column("claimant_network", String),
    Column("claimant_key", String),
    Column("claimant_name", String),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("question", BigInteger),
    Column("token_hash", String, nullable=False, unique=True),
    Column("kind", String, nullable=False, server_default="question"),
    Column("title", String, nullable=False, server_default=""),
    Column("priority", Integer, nullable=False, server_default="1"),
    Column("tags", JSON, nullable=False, server_default="[]"),
    Column("queue", String, nullable=False, server_default=""),
    Column("event", BigInteger),
    Column("incident", BigInteger),
    Column("merged_into", BigInteger),
    Column("notice", Text, nullable=False, server_default=""),
    Column("due_at", Instant),
    Column("lease_until", Instant),
    Column("waits_since", Instant),
    Column("answered_at", Instant),
    Column("resolved_at", Instant),
    Column("solved", String, nullable=False, server_default=""),
    Column("escalated", Integer, nullable=False, server_default="0"),
    Index("ix_tickets_status_opened_at", "status", "opened_at"),
    Index("ix_tickets_waiting", "status", "queue", "priority", "opened_at"),
    Index("ix_tickets_queue_answered_at", "queue", "answered_at"),
    Index("ix_tickets_claimant_status", "claimant", "status", "changed_at"),
    _where_set("ix_tickets_incident", "incident"),
    _where_set("ix_tickets_merged_into", "merged_into"),
    Index("ix_tickets_message", "network", "room", "message"),
    Index("ix_tickets_kind_status", "kind", "status"),
    _where_set("ix_tickets_event", "event"),
    Index("ix_tickets_status_changed_at", "status", "changed_at"),
    Index("ix_tickets_asker_status", "asker", "status"),
    Index("ix_tickets_room_status", "network", "room", "status"),
)

# What was asked, what was offered and what came of it. No person, name or room; the words, masked, and the links to question
# and ticket are taken away after a while, old rows too: `store/learning.py`.
lessons = Table(
    "lessons",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("question", BigInteger, unique=True),
    Column("ticket", BigInteger, index=True),
    Column("at", Instant, nullable=False, index=True),
    Column("network", String, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("lang", String, nullable=False),
    Column("text", Text),
    Column("made", String, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("tier", String, nullable=False),
    Column("features", JSON, nullable=False),
    Column("candidates", JSON, nullable=False),
    Column("offered", JSON, nullable=False),
    Column("nearest", String, nullable=False),
    Column("article", String, nullable=False),
    Column("anchor", String, nullable=False),
    Column("picked", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("handed_over", Boolean, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("cited", String, nullable=False),
    Column("cited_anchor", String, nullable=False),
    Column("solved", Boolean, nullable=False),
    Column("opened_again", Boolean, nullable=False),
    Index("ix_lessons_article_at", "article", "at"),
    sqlite_autoincrement=True,  # an id is never used twice, though old rows leave
)

changes = Table(
    "changes",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("ticket", ForeignKey("tickets.number"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("actor", ForeignKey("people.id")),
    Column("actor_name", String, nullable=False),
    Column("network", String, nullable=False),
    Column("room", String, nullable=False, server_default=""),
    Column("message", String),
    Index("ix_changes_actor_at", "actor", "at", "kind"),
    Index("ix_changes_message", "network", "room", "message"),
)

# Promises: words that are a row before they are a packet.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("network", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("action", JSON, nullable=False),
    Column("status", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("error", String, nullable=False),
    Column("waits_for", String),
    Column("ticket", BigInteger),
    Column("question", BigInteger),
    Column("announces", Boolean, nullable=False),
    Column("thread_of", BigInteger),
    Column("tracked", Boolean, nullable=False),
    Column("confirm", JSON),
    Column("relayed", BigInteger),
    Index("ix_outbox_status_network_id", "status", "network", "id"),
    Index("ix_outbox_waits_for", "network", "waits_for"),
    sqlite_autoincrement=True,  # an id is never used twice, though kept promises leave
)

# Which ticket or question a message of the desk is about: replies, reactions and threads find their way by it.
anchors = Table(
    "anchors",
    metadata,
    Column("network", String, primary_key=True),
    Column("room", String, primary_key=True),
    Column("message", String, primary_key=True),
    Column("ticket", BigInteger),
    Column("question", BigInteger),
    Column("announces", Boolean, nullable=False),
    Index("ix_anchors_ticket", "ticket"),
    Index("ix_anchors_question", "question"),
)

# The ledger of the relay: what was said in a linked room, and the ids its copies got in the others. A line that is here was
# relayed, a copy that is here is ours: neither is ever relayed again. Old rows are swept by the hub.
relayed = Table(
    "relayed",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=False),
    Column("network", String, nullable=False),
    Column("room", String, nullable=False),
    Column("message", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("person", String, nullable=False),
    Column("name", String, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("text", JSON, nullable=False),
    Column("edited", JSON),
    Column("reactions", JSON, nullable=False, server_default="{}"),
    Column("about", BigInteger),
    Column("mark", String, nullable=False, server_default=""),
    Column("pages", JSON, nullable=False, server_default="[]"),
    Column("digest", String, nullable=False),
    UniqueConstraint("network", "room", "message"),
    Index("ix_relayed_person_at", "network", "person", "at"),
    Index("ix_relayed_digest_at", "digest", "at"),
    Index("ix_relayed_about", "about"),
)

# Who speaks in linked rooms, and their last words there: names find people by it.
speakers = Table(
    "speakers",
    metadata,
    Column("network", String, primary_key=True),
    Column("room", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("folded", String, nullable=False, index=True),
    Column("message", String, nullable=False),
    Column("at", Instant, nullable=False),
)

copies = Table(
    "copies",
    metadata,
    Column("relayed", ForeignKey("relayed.id"), nullable=False, index=True),
    Column("network", String, primary_key=True),
    Column("room", String, primary_key=True),
    Column("message", String, primary_key=True),
    Column("part", Integer, nullable=False),
)

# Rooms that a lead linked by command, in pairs; those of the configuration are not here.
links = Table(
    "links",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("from_network", String, nullable=False),
    Column("from_room", String, nullable=False),
    Column("to_network", String, nullable=False),
    Column("to_room", String, nullable=False),
    Column("both", Boolean, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("from_network", "from_room", "to_network", "to_room"),
)

# Whose words the relay's circuit breaker holds back.
breakers = Table(
    "breakers",
    metadata,
    Column("network", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("until", Instant, nullable=False),
)

# Who was told something that is told once only.
told_once = Table(
    "told_once",
    metadata,
    Column("network", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("what", String, primary_key=True),
    Column("at", Instant, nullable=False),
)

# Pages of the relay: the whole of a long text, what was collapsed, a file. Found by the hash of their address's token.
pages = Table(
    "pages",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("text", JSON, nullable=False),
    Column("network", String, nullable=False),
    Column("reference", Text, nullable=False),
    Column("type", String, nullable=False),
    Column("name", String, nullable=False),
    Column("size", BigInteger),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

# The one list of moderation: bans, mutes, words, rates. `source` is the policy room and rule it came from, else empty.
rules = Table(
    "rules",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String, nullable=False),
    Column("pattern", String, nullable=False),
    Column("network", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("source", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant),
    Index("ix_rules_source", "source"),
    sqlite_autoincrement=True,
)

# What moderators and leads did, for as long as `retention.audit` says.
audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("actor_name", String, nullable=False),
    Column("network", String, nullable=False),
    Column("room", String, nullable=False),
    Column("action", String, nullable=False),
    Column("about", String, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)

timers = Table(
    "timers",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String, nullable=False),
    Column("about", BigInteger, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("network", String, nullable=False),
    Column("event", Text, nullable=False),
    Column("traceback", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("role", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

web_lines = Table(
    "web_lines",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("room", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("side", String, nullable=False),
    Column("author", String),
    Column("key", String, nullable=False),
    Column("html", Text, nullable=False),
    Column("plain", Text, nullable=False),
    Column("reply_to", String),
    Column("reaction", String, nullable=False),
    UniqueConstraint("key"),
    Index("ix_web_lines_room_seq", "room", "seq"),
    sqlite_autoincrement=True,
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("person", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("room", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

# With several workers each network belongs to one of them at a time; `token` grows with each change of hands.
leases = Table(
    "leases",
    metadata,
    Column("network", String, primary_key=True),
    Column("worker", String, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("until", Instant, nullable=False),
)
