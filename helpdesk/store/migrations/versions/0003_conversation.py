"""A question knows what it goes on from, how it was read, for whom it was answered, and what was suggested."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("previous", sa.Text(), server_default="", nullable=False))
    op.add_column("questions", sa.Column("read_as", sa.Text(), server_default="", nullable=False))
    op.add_column("questions", sa.Column("audience", sa.String(), server_default="public", nullable=False))
    op.add_column("questions", sa.Column("choices", sa.JSON(), server_default="[]", nullable=False))
    op.create_index("ix_anchors_question", "anchors", ["question"], unique=False)
