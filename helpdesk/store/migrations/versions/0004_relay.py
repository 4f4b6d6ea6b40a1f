"""The relay: its ledger, links made by command, pages of long texts and files, moderation and its log."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "relayed",
        sa.Column("id", Serial, autoincrement=False, nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("edited", sa.JSON()),
        sa.Column("reactions", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("about", sa.BigInteger()),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_relayed"),
        sa.UniqueConstraint("network", "room", "message", name="uq_relayed_network_room_message"),
    )
    op.create_table(
        "speakers",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", "room", "person", name="pk_speakers"),
    )
    op.create_index("ix_speakers_folded", "speakers", ["folded"])
    op.create_index("ix_relayed_at", "relayed", ["at"])
    op.create_index("ix_relayed_person_at", "relayed", ["network", "person", "at"])
    op.create_index("ix_relayed_digest_at", "relayed", ["digest", "at"])
    op.create_index("ix_relayed_about", "relayed", ["about"])
    op.create_table(
        "copies",
        sa.Column("relayed", Serial, nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["relayed"], ["relayed.id"], name="fk_copies_relayed_relayed"),
        sa.PrimaryKeyConstraint("network", "room", "message", name="pk_copies"),
    )
    op.create_index("ix_copies_relayed", "copies", ["relayed"])
    op.create_table(
        "links",
        sa.Column("id", Serial, nullable=False),
        sa.Column("from_network", sa.String(), nullable=False),
        sa.Column("from_room", sa.String(), nullable=False),
        sa.Column("to_network", sa.String(), nullable=False),
        sa.Column("to_room", sa.String(), nullable=False),
        sa.Column("both", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint(
            "from_network",
            "from_room",
            "to_network",
            "to_room",
            name="uq_links_from_network_from_room_to_network_to_room",
        ),
    )
    op.create_table(
        "breakers",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", "person", name="pk_breakers"),
    )
    op.create_table(
        "told_once",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", "person", "what", name="pk_told_once"),
    )
    op.create_table(
        "pages",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_pages"),
    )
    op.create_index("ix_pages_expires_at", "pages", ["expires_at"])
    op.create_table(
        "rules",
        sa.Column("id", Serial, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rules_source", "rules", ["source"])
    op.create_table(
        "audit",
        sa.Column("id", Serial, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.add_column("outbox", sa.Column("relayed", sa.BigInteger()))
    op.execute("ALTER TABLE timers RENAME COLUMN ticket TO about")
