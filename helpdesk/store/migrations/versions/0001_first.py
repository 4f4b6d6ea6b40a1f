"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anchors",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.BigInteger(), nullable=True),
        sa.Column("announces", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("network", "room", "message", name=op.f("pk_anchors")),
    )
    op.create_index("ix_anchors_ticket", "anchors", ["ticket"], unique=False)
    op.create_table(
        "checkpoints",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("network", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("traceback", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_table(
        "heard",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", "event", name=op.f("pk_heard")),
    )
    op.create_index(op.f("ix_heard_at"), "heard", ["at"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitations")),
    )
    op.create_table(
        "leases",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", name=op.f("pk_leases")),
    )
    op.create_table(
        "members",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", "key", name=op.f("pk_members")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("action", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.BigInteger(), nullable=True),
        sa.Column("announces", sa.Boolean(), nullable=False),
        sa.Column("thread_of", sa.BigInteger(), nullable=True),
        sa.Column("tracked", sa.Boolean(), nullable=False),
        sa.Column("confirm", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_status_network_id", "outbox", ["status", "network", "id"], unique=False)
    op.create_index("ix_outbox_waits_for", "outbox", ["network", "waits_for"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lang", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "timers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    op.create_index(op.f("ix_timers_due_at"), "timers", ["due_at"], unique=False)
    op.create_table(
        "web_lines",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.String(), nullable=True),
        sa.Column("reaction", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_web_lines")),
        sa.UniqueConstraint("key", name=op.f("uq_web_lines_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_web_lines_room_seq", "web_lines", ["room", "seq"], unique=False)
    op.create_table(
        "web_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("person", name=op.f("uq_web_sessions_person")),
    )
    op.create_table(
        "identities",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_identities_person")),
        sa.PrimaryKeyConstraint("network", "key", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_person"), "identities", ["person"], unique=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identity_key", sa.String(), nullable=False),
        sa.Column("identity_name", sa.String(), nullable=False),
        sa.Column("identity_authenticated", sa.Boolean(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_questions_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_person_room", "questions", ["person", "network", "room", "id"], unique=False)
    op.create_index("ix_questions_room_asked_at", "questions", ["network", "room", "asked_at"], unique=False)
    op.create_index("ix_questions_status", "questions", ["status"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_back", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("asker", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker_key", sa.String(), nullable=False),
        sa.Column("asker_name", sa.String(), nullable=False),
        sa.Column("asker_authenticated", sa.Boolean(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("claimant", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimant_network", sa.String(), nullable=True),
        sa.Column("claimant_key", sa.String(), nullable=True),
        sa.Column("claimant_name", sa.String(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.BigInteger(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["asker"], ["people.id"], name=op.f("fk_tickets_asker")),
        sa.ForeignKeyConstraint(["claimant"], ["people.id"], name=op.f("fk_tickets_claimant")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tickets")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tickets_token_hash")),
    )
    op.create_index("ix_tickets_asker_status", "tickets", ["asker", "status"], unique=False)
    op.create_index("ix_tickets_room_status", "tickets", ["network", "room", "status"], unique=False)
    op.create_index("ix_tickets_status_changed_at", "tickets", ["status", "changed_at"], unique=False)
    op.create_index("ix_tickets_status_opened_at", "tickets", ["status", "opened_at"], unique=False)
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["people.id"], name=op.f("fk_changes_actor")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_changes_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_actor_at", "changes", ["actor", "at"], unique=False)
    op.create_index(op.f("ix_changes_ticket"), "changes", ["ticket"], unique=False)
