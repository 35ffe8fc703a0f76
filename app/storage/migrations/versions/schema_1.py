"""Schema 1: the as-run and the counters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.storage.tables import CleanText, UtcDateTime

revision, down_revision = "1", None


def upgrade() -> None:
    """Make the first tables; stores of the first version have them already."""
    op.create_table("schema_version", sa.Column("version", sa.Integer, primary_key=True, autoincrement=False))
    op.create_table(
        "counters",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "asrun",
        *(sa.Column(name, CleanText, primary_key=True) for name in ("run_id", "channel", "break_id")),
        sa.Column("listed_at", UtcDateTime, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", CleanText, nullable=False),
        sa.Column("by", CleanText, nullable=False),
        sa.Column("splice_event_id", sa.BigInteger),
        sa.Column("planned_at", UtcDateTime),
        *(sa.Column(f"planned_{name}", sa.BigInteger) for name in ("frame", "pts", "duration_ticks")),
        *(sa.Column(f"out_{name}", sa.BigInteger) for name in ("frame", "pts")),
        sa.Column("out_at", UtcDateTime),
        *(sa.Column(f"in_{name}", sa.BigInteger) for name in ("frame", "pts")),
        sa.Column("in_at", UtcDateTime),
        sa.Column("duration_ticks", sa.BigInteger),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16)),
        sa.Column("reason", CleanText, nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("frame_rate", sa.String(32), nullable=False),
    )
    op.create_index("asrun_listed", "asrun", ["channel", "listed_at"])
    op.execute("INSERT INTO schema_version (version) VALUES (1)")
