"""A schedule from a file or a URL, in whichever form: the good rows as bookings, the bad ones with the reason."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.logs import scrubbed
from app.model.errors import BreakListError, UnsupportedError
from app.model.garbage import collected_later
from app.model.progress import Progress
from app.model.rundown import BreakPlan
from app.model.schedule import Booking, Imported, RefusedRow, Spot
from app.model.timebase import FrameRate
from app.model.when import When
from app.schedule.addresses import AddressError, normalised
from app.schedule.break_list import break_list, place_number
from app.schedule.contents import Kind, decoded, kind_of
from app.schedule.fetching import Fetcher, FetchError
from app.schedule.importers.columns import USUAL, Names
from app.schedule.importers.csv_list import rows_of_csv
from app.schedule.importers.json_list import rows_of_json
from app.schedule.importers.vast import Document, VastReader
from app.schedule.importers.vmap import VmapReader, booking_of
from app.schedule.importers.xml_tree import Element, parsed_xml
from app.schedule.limits import Limits
from app.schedule.plan_row import Channels
from app.schedule.rows import RawList, RowFaultError, brief

_URL = re.compile(r"https?://", re.IGNORECASE)
_DATED = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d:\d\d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FINEST = FrameRate.parse("120")  # any frame number is one here: only the hour is judged
_VAST = {"VAST", "VideoAdServingTemplate"}
_RIGHT = "right are VMAP 1.0 and VAST 2 to 4.3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What goes for every row of an import. ``channels`` None: no show is known; ``timezone`` "": nor house time.

    ``names``: what a table's columns are called, in small letters, beside the usual names.
    """

    channels: Channels | None
    default_channel: str | None
    start: When | None
    timezone: str = ""
    names: Names = field(default_factory=dict)
    progress: Progress | None = None


def imported_from(
    path_or_url: str,
    *,
    channels: Channels | None = None,
    default_channel: str | None = None,
    start: When | None = None,
    limits: Limits | None = None,
    timezone: str = "",
    names: Names | None = None,
    progress: Progress | None = None,
) -> Imported:
    """What a file or an http(s) URL gives. UsageError: it can't be used as a whole. See ``Asked``.

    ``progress``: is told of its rows, and may give it up: CancelledError.
    """
    asked = Asked(
        channels=channels,
        default_channel=default_channel,
        start=start,
        timezone=timezone,
        names=names or {},
        progress=progress,
    )
    fetcher = Fetcher(limits or Limits())
    if not _URL.match(path_or_url):
        return imported(_read(Path(path_or_url), fetcher.limits.file_bytes), path_or_url, asked, fetcher)
    try:
        base, content = fetcher.named(path_or_url)
    except (AddressError, FetchError) as error:
        remedy = "name a file, or an address that answers with one"
        raise BreakListError(scrubbed(path_or_url), str(error), remedy) from error
    return imported(content, path_or_url, asked, fetcher, base=base)


def imported(content: bytes, file: str, asked: Asked, fetcher: Fetcher, *, base: str = "") -> Imported:
    """As ``imported_from``, of what was read already; ``base``: the URL it came from."""
    with collected_later():
        return _imported(content, file, asked, fetcher, base)


def _imported(content: bytes, file: str, asked: Asked, fetcher: Fetcher, base: str) -> Imported:
    kind = kind_of(content, file)
    if kind is Kind.XML:
        return _of_xml(parsed_xml(content, file), file, asked, fetcher, base)
    notes: tuple[str, ...] = ()
    if kind is Kind.WORKBOOK:
        from app.schedule.importers.spreadsheet import rows_of_xlsx  # noqa: PLC0415 - a show's start needs no workbooks

        raw = rows_of_xlsx(content, file, {**USUAL, **asked.names})
    else:
        text, notes = decoded(content, file)
        raw = rows_of_json(text, file) if kind is Kind.JSON else rows_of_csv(text, file, {**USUAL, **asked.names})
    return _of_rows(raw, file, asked, notes)


def _of_rows(raw: RawList, file: str, asked: Asked, notes: tuple[str, ...]) -> Imported:
    listed = break_list(
        raw, file, channels=asked.channels, default_channel=asked.default_channel, progress=asked.progress
    )
    bookings: list[Booking] = []
    refused = list(listed.refused)
    for plan, place, spots, air in zip(listed.plans, listed.places, listed.spots, listed.airs, strict=True):
        if reason := _skipped(plan, asked.timezone):
            refused.append(RefusedRow(file, f"{place}, at", brief(plan.at.text if plan.at else ""), reason))
        else:
            bookings.append(Booking(plan=plan, spots=spots, source=file, air=air))
    return Imported(
        file=file,
        bookings=tuple(bookings),
        refused=tuple(sorted(refused, key=place_number)),
        notes=(*notes, *listed.warnings),
    )


def _skipped(plan: BreakPlan, timezone: str) -> str:
    """Why a dated house time is no moment: the clocks go forward over it, or back. "": it is one."""
    if not timezone or plan.at is None or not _DATED.fullmatch(plan.at.text):
        return ""
    try:
        plan.at.seconds(first_frame_at=_EPOCH, rate=_FINEST, timezone=timezone)
    except ValueError as error:
        return str(error)
    if plan.at.comes_twice(timezone):
        return f"{plan.at.text} comes twice in {timezone}: the clocks go back there; write RFC 3339 with its offset"
    return ""


def _of_xml(root: Element, file: str, asked: Asked, fetcher: Fetcher, base: str) -> Imported:
    channel = asked.default_channel or ""
    notes = () if channel else (f"{file}: of no channel yet: --channel names it",)
    vast = VastReader(fetcher)
    if root.name == "VMAP":
        found = VmapReader(vast, file, base=base, channel=channel, start=asked.start).breaks(root)
        return Imported(
            file=file, bookings=tuple(found.bookings), refused=tuple(found.refused), notes=(*notes, *found.notes)
        )
    if root.name not in _VAST:
        raise BreakListError(f"{file}: line {root.line}", f"XML of <{brief(root.name)}> is no schedule", _RIGHT)
    if root.name == "VideoAdServingTemplate":
        raise UnsupportedError(file, "VAST 1 (VideoAdServingTemplate) is not in this version", _RIGHT)
    chain = (normalised(base),) if base else ()
    pod = vast.pod(Document(root, file, base, chain))
    refused = pod.refused
    if not pod.spots and not refused:
        refused = (RefusedRow(file, root.place, "", pod.nothing),)
    bookings: tuple[Booking, ...] = ()
    try:
        if pod.spots:
            bookings = (booking_of(_pod_key(channel, pod.spots), channel, None, pod.spots, file),)
    except RowFaultError as fault:
        refused += (RefusedRow(file, root.place, brief(fault.value), fault.reason),)
    return Imported(file=file, bookings=bookings, refused=refused, notes=(*notes, *pod.notes))


def _pod_key(channel: str, spots: tuple[Spot, ...]) -> str:
    """The key of a pod, which has none of its own: the same ads give the same when they are asked for again."""
    known_by = [(spot.id, spot.title, spot.duration_s) for spot in spots]
    return "vast-" + hashlib.sha256(f"{channel}\n{known_by}".encode()).hexdigest()[:12]


def _read(path: Path, most_bytes: int) -> bytes:
    file = str(path)
    try:
        with path.open("rb") as opened:
            content = opened.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BreakListError(file, f"can't be read: {reason}", "name a file that is there") from error
    if len(content) > most_bytes:
        raise BreakListError(file, f"larger than {most_bytes} bytes: no schedule", "name a schedule")
    return content
