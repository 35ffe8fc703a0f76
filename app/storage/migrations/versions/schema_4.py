"""Schema 4: what airs apart from what is planned, and the library."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.storage.tables import CleanText, UtcDateTime

revision, down_revision = "4", "3"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "instances",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("channel", CleanText, nullable=False),
        sa.Column("break_id", CleanText, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("frozen_at", UtcDateTime, nullable=False),
        sa.Column("out_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("by", CleanText, nullable=False),
    )
    op.create_index("instances_of", "instances", ["channel", "break_id"])
    op.create_index("instances_frozen", "instances", ["frozen_at"])
    op.create_table(
        "library",
        sa.Column("shelf", sa.String(32), primary_key=True),
        sa.Column("id", CleanText, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("title", CleanText, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("changed_by", CleanText, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    op.create_index("library_version", "library", ["version"])
    op.execute("UPDATE schema_version SET version = 4")
