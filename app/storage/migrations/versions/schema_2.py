"""Schema 2: the schedule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.storage.tables import CleanText, UtcDateTime

revision, down_revision = "2", "1"


def upgrade() -> None:
    """Add the schedule's tables; those of the as-run stay as they are."""
    op.create_table(
        "bookings",
        sa.Column("channel", CleanText, primary_key=True),
        sa.Column("break_id", CleanText, primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("version", "touched", "created")),
        sa.Column("starts_at", UtcDateTime),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("base", sa.Text),
        sa.Column("list_id", sa.BigInteger),
        sa.Column("changed_by", CleanText, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    op.create_index("bookings_start", "bookings", ["channel", "starts_at"])
    for name, column in (("version", "version"), ("created", "created"), ("list", "list_id")):
        op.create_index(f"bookings_{name}", "bookings", [column])
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("file", CleanText, nullable=False),
        sa.Column("by", CleanText, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("undone_at", UtcDateTime),
    )
    op.create_table(
        "import_before",
        sa.Column("import_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("channel", CleanText, primary_key=True),
        sa.Column("break_id", CleanText, primary_key=True),
        sa.Column("touched", sa.BigInteger, nullable=False),
        sa.Column("starts_at", UtcDateTime),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("base", sa.Text),
        sa.Column("list_id", sa.BigInteger),
    )
    op.execute("UPDATE schema_version SET version = 2")
