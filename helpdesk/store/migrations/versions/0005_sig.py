"""The SIG: graduated roles, the ticket's whole life, volunteers, rota, offers, events, requests, needs."""

import sqlalchemy as sa
from alembic import op

from helpdesk.store import search_schema

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "watched",
        sa.Column("id", Serial, nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("tried_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_watched"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watched_room_status", "watched", ["network", "room", "status"])
    op.create_table(
        "community_events",
        sa.Column("id", Serial, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger()),
        sa.Column("ends_at", sa.BigInteger()),
        sa.Column("expected", sa.Integer()),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("contact_person", Serial),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("rooms", sa.JSON(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("made_by", Serial),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contact_person"], ["people.id"], name="fk_community_events_contact_person"),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name="fk_community_events_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_community_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_community_events_status", "community_events", ["status"])
    op.create_table(
        "calendars",
        sa.Column("person", Serial, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_calendars_person"),
        sa.PrimaryKeyConstraint("person", name="pk_calendars"),
        sa.UniqueConstraint("token_hash", name="uq_calendars_token_hash"),
    )
    op.create_table(
        "duty",
        sa.Column("id", Serial, nullable=False),
        sa.Column("person", Serial, nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("event", sa.BigInteger()),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.Column("place", sa.String(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_duty_person"),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duty_event", "duty", ["event"])
    op.create_index("ix_duty_person", "duty", ["person"])
    op.create_table(
        "forms",
        sa.Column("person", Serial, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_forms_person"),
        sa.PrimaryKeyConstraint("person", name="pk_forms"),
    )
    op.create_table(
        "link_codes",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("person", Serial, nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("agrees", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("taker_network", sa.String(), server_default="", nullable=False),
        sa.Column("taker_key", sa.String(), server_default="", nullable=False),
        sa.Column("taker_name", sa.String(), server_default="", nullable=False),
        sa.Column("taker_agrees", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_link_codes_person"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_link_codes"),
    )
    op.create_index("ix_link_codes_person", "link_codes", ["person"])
    op.create_table(
        "link_tries",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("network", "key", name="pk_link_tries"),
    )
    op.create_table(
        "loans",
        sa.Column("id", Serial, nullable=False),
        sa.Column("event", sa.BigInteger()),
        sa.Column("ticket", sa.BigInteger()),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("borrower", sa.String(), nullable=False),
        sa.Column("borrower_person", Serial),
        sa.Column("lender", Serial, nullable=False),
        sa.Column("lent_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("returned_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["borrower_person"], ["people.id"], name="fk_loans_borrower_person"),
        sa.ForeignKeyConstraint(["lender"], ["people.id"], name="fk_loans_lender"),
        sa.PrimaryKeyConstraint("id", name="pk_loans"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_loans_event", "loans", ["event"])
    op.create_table(
        "needs",
        sa.Column("id", Serial, nullable=False),
        sa.Column("person", Serial, nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger()),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_needs_person"),
        sa.PrimaryKeyConstraint("id", name="pk_needs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_needs_person", "needs", ["person"])
    op.create_index("ix_needs_status", "needs", ["status"])
    op.create_table(
        "shifts",
        sa.Column("id", Serial, nullable=False),
        sa.Column("person", Serial, nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_shifts_person"),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shifts_person", "shifts", ["person"])
    op.create_table(
        "thanks",
        sa.Column("id", Serial, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("giver", Serial, nullable=False),
        sa.Column("helper", Serial),
        sa.Column("ticket", sa.BigInteger()),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["giver"], ["people.id"], name="fk_thanks_giver"),
        sa.ForeignKeyConstraint(["helper"], ["people.id"], name="fk_thanks_helper"),
        sa.PrimaryKeyConstraint("id", name="pk_thanks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_thanks_at", "thanks", ["at"])
    op.create_index("ix_thanks_giver", "thanks", ["giver"])
    op.create_index("ix_thanks_helper", "thanks", ["helper"])
    op.create_table(
        "volunteers",
        sa.Column("person", Serial, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("quiet", sa.String(), nullable=False),
        sa.Column("cap", sa.Integer()),
        sa.Column("mentor", Serial),
        sa.Column("break_until", sa.BigInteger()),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger()),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("suggested_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["mentor"], ["people.id"], name="fk_volunteers_mentor"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_volunteers_person"),
        sa.PrimaryKeyConstraint("person", name="pk_volunteers"),
    )
    op.create_index("ix_volunteers_state", "volunteers", ["state"])
    op.create_table(
        "attachments",
        sa.Column("id", Serial, nullable=False),
        sa.Column("ticket", sa.BigInteger()),
        sa.Column("question", Serial),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_attachments_ticket"),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], name="fk_attachments_question"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_ticket", "attachments", ["ticket"])
    op.create_index("ix_attachments_question", "attachments", ["question"])
    op.create_table(
        "drafts",
        sa.Column("id", Serial, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("author", Serial, nullable=False),
        sa.Column("author_network", sa.String(), nullable=False),
        sa.Column("author_key", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("mentor", Serial),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("confirm", sa.JSON()),
        sa.ForeignKeyConstraint(["author"], ["people.id"], name="fk_drafts_author"),
        sa.ForeignKeyConstraint(["mentor"], ["people.id"], name="fk_drafts_mentor"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_drafts_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_mentor", "drafts", ["mentor"])
    op.create_index("ix_drafts_status", "drafts", ["status"])
    op.create_index("ix_drafts_ticket", "drafts", ["ticket"])
    op.create_table(
        "offers",
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("person", Serial, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_offers_person"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_offers_ticket"),
        sa.PrimaryKeyConstraint("ticket", "person", name="pk_offers"),
    )
    op.create_index("ix_offers_person_at", "offers", ["person", "at"])
    op.create_table(
        "requests",
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", Serial),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_requests_decided_by"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_requests_ticket"),
        sa.PrimaryKeyConstraint("ticket", name="pk_requests"),
    )
    op.create_index("ix_requests_item", "requests", ["item"])
    op.create_table(
        "swaps",
        sa.Column("id", Serial, nullable=False),
        sa.Column("shift", Serial, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("giver", Serial, nullable=False),
        sa.Column("wanted", Serial),
        sa.Column("taker", Serial),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["giver"], ["people.id"], name="fk_swaps_giver"),
        sa.ForeignKeyConstraint(["shift"], ["shifts.id"], name="fk_swaps_shift"),
        sa.ForeignKeyConstraint(["taker"], ["people.id"], name="fk_swaps_taker"),
        sa.ForeignKeyConstraint(["wanted"], ["people.id"], name="fk_swaps_wanted"),
        sa.PrimaryKeyConstraint("id", name="pk_swaps"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_swaps_starts_at", "swaps", ["starts_at"])
    op.add_column("changes", sa.Column("room", sa.String(), server_default="", nullable=False))
    op.add_column("changes", sa.Column("message", sa.String()))
    op.create_index("ix_changes_message", "changes", ["network", "room", "message"])
    op.add_column("tickets", sa.Column("kind", sa.String(), server_default="question", nullable=False))
    op.add_column("tickets", sa.Column("title", sa.String(), server_default="", nullable=False))
    op.add_column("tickets", sa.Column("priority", sa.Integer(), server_default="1", nullable=False))
    op.add_column("tickets", sa.Column("tags", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("tickets", sa.Column("queue", sa.String(), server_default="", nullable=False))
    op.add_column("tickets", sa.Column("event", sa.BigInteger()))
    op.add_column("tickets", sa.Column("incident", sa.BigInteger()))
    op.add_column("tickets", sa.Column("merged_into", sa.BigInteger()))
    op.add_column("tickets", sa.Column("notice", sa.Text(), server_default="", nullable=False))
    op.add_column("tickets", sa.Column("due_at", sa.BigInteger()))
    op.add_column("tickets", sa.Column("lease_until", sa.BigInteger()))
    op.add_column("tickets", sa.Column("waits_since", sa.BigInteger()))
    op.add_column("tickets", sa.Column("answered_at", sa.BigInteger()))
    op.add_column("tickets", sa.Column("resolved_at", sa.BigInteger()))
    op.add_column("tickets", sa.Column("solved", sa.String(), server_default="", nullable=False))
    op.add_column("tickets", sa.Column("escalated", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE tickets SET waits_since = opened_at WHERE status IN ('open', 'claimed')")
    op.execute("UPDATE tickets SET resolved_at = changed_at WHERE status = 'resolved'")
    op.execute("UPDATE timers SET kind = 'life.first' WHERE kind = 'remind'")
    op.create_index("ix_tickets_queue_answered_at", "tickets", ["queue", "answered_at"])
    op.create_index("ix_tickets_claimant_status", "tickets", ["claimant", "status", "changed_at"])
    # What somebody did is counted by the index alone.
    op.drop_index("ix_changes_actor_at", "changes")
    op.create_index("ix_changes_actor_at", "changes", ["actor", "at", "kind"])
    for column in ("event", "incident", "merged_into"):
        # Nearly all rows have none; a planner that sees these takes "has none" for a rare find.
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_tickets_{column}", "tickets", [column], sqlite_where=there, postgresql_where=there)
    op.create_index("ix_tickets_waiting", "tickets", ["status", "queue", "priority", "opened_at"])
    op.create_index("ix_tickets_kind_status", "tickets", ["kind", "status"])
    op.create_index("ix_tickets_message", "tickets", ["network", "room", "message"])
    for table in ("members", "invitations"):
        op.execute(f"UPDATE {table} SET role = CASE role WHEN 2 THEN 4 WHEN 1 THEN 3 ELSE role END")  # noqa: S608
    op.execute("UPDATE tickets SET waits_since = opened_at WHERE status IN ('open', 'claimed')")
    op.execute("UPDATE tickets SET resolved_at = changed_at WHERE status = 'resolved'")
    for statement in search_schema.statements(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
