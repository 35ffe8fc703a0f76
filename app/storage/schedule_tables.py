"""The schedule's tables, beside the as-run's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.storage import tables
from app.storage.tables import CleanText, UtcDateTime


class Base(DeclarativeBase):
    """All tables of the store are made, migrated and copied together."""

    metadata = tables.metadata


class BookingRow(Base):
    """A break as it is booked, or the trace of one that was removed: others learn of it by its version.

    Every change of the schedule has a revision, counted up in its own transaction. ``version``: the row's newest;
    ``touched``: the one that wrote its content; ``created``: its first.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        Index("bookings_start", "channel", "starts_at"),
        Index("bookings_version", "version"),
        Index("bookings_created", "created"),
        Index("bookings_list", "list_id"),
    )

    channel: Mapped[str] = mapped_column(CleanText, primary_key=True)
    break_id: Mapped[str] = mapped_column(CleanText, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    touched: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[int] = mapped_column(BigInteger)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: it has no time yet, or counts from a start
    state: Mapped[str] = mapped_column(String(16))
    removed: Mapped[bool] = mapped_column(Boolean)
    content: Mapped[str] = mapped_column(Text)  # see booking_text: ASCII
    base: Mapped[str | None] = mapped_column(Text)  # as its list had it, where it differs from the content
    list_id: Mapped[int | None] = mapped_column(BigInteger)  # the list's first import; None: made by hand
    changed_by: Mapped[str] = mapped_column(CleanText)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportRow(Base):
    """An import that changed something; its id is its revision."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    file: Mapped[str] = mapped_column(CleanText)
    by: Mapped[str] = mapped_column(CleanText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BeforeRow(Base):
    """A booking as it was before an import changed or removed it, for its undo."""

    __tablename__ = "import_before"

    import_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(CleanText, primary_key=True)
    break_id: Mapped[str] = mapped_column(CleanText, primary_key=True)
    touched: Mapped[int] = mapped_column(BigInteger)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed: Mapped[bool] = mapped_column(Boolean)
    content: Mapped[str] = mapped_column(Text)
    base: Mapped[str | None] = mapped_column(Text)
    list_id: Mapped[int | None] = mapped_column(BigInteger)


class InstanceRow(Base):
    """What airs of a booking, as it was when it was armed; its id is the revision of that."""

    __tablename__ = "instances"
    __table_args__ = (Index("instances_of", "channel", "break_id"), Index("instances_frozen", "frozen_at"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(CleanText)
    break_id: Mapped[str] = mapped_column(CleanText)
    version: Mapped[int] = mapped_column(BigInteger)  # of the booking's content: its ``touched``
    content: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))  # planned: it was withdrawn
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(CleanText)


class LibraryRow(Base):
    """An item of the library, or the trace of one that was removed. Its versions are revisions of the schedule."""

    __tablename__ = "library"
    __table_args__ = (Index("library_version", "version"),)

    shelf: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(CleanText, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    removed: Mapped[bool] = mapped_column(Boolean)
    title: Mapped[str] = mapped_column(CleanText)
    content: Mapped[str] = mapped_column(Text)  # JSON, ASCII
    changed_by: Mapped[str] = mapped_column(CleanText)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


bookings, imports, before, instances, library = (
    tables.metadata.tables[model.__tablename__] for model in (BookingRow, ImportRow, BeforeRow, InstanceRow, LibraryRow)
)
