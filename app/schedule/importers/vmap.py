"""VMAP 1.0 as breaks: those at a time, or at the start; what a live show can't place is refused with the reason."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from fractions import Fraction

from app.model.rundown import BreakPlan
from app.model.schedule import Booking, RefusedRow, Spot
from app.model.when import When
from app.schedule.addresses import normalised
from app.schedule.importers.vast import Document, VastReader
from app.schedule.importers.vast_ad import Pod, clean
from app.schedule.importers.vast_time import clock_seconds
from app.schedule.importers.xml_tree import Element
from app.schedule.offsets import after
from app.schedule.plan_row import ads_of
from app.schedule.rows import RowFaultError, brief

_LONGEST_ID = 128
_LONGEST_BREAK_S = 86_400
_VERSIONS = {"", "1.0", "1.0.1"}
_PERCENT = re.compile(r"\d{1,3}(?:\.\d+)?%", re.ASCII)
_POSITION = re.compile(r"#\d+", re.ASCII)


@dataclass(slots=True)
class Breaks:
    """What became of a document's breaks."""

    bookings: list[Booking] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class VmapReader:
    """Reads one document. ``start``: what its offsets count from; None: the channel's first frame."""

    def __init__(self, vast: VastReader, file: str, *, base: str, channel: str, start: When | None) -> None:
        self._vast, self._file, self._base, self._channel, self._start = vast, file, base, channel, start
        self._found = Breaks()
        self._places: dict[str, str] = {}

    def breaks(self, root: Element) -> Breaks:
        """All of them, in the document's order."""
        version = root.attributes.get("version", "").strip()
        if version not in _VERSIONS:
            self._refuse(root, version, "this VMAP version is not read: right is 1.0")
            return self._found
        listed = list(root.all("AdBreak"))
        if not listed:
            self._refuse(root, "", "no AdBreak in it: nothing to book")
        for ad_break in listed:
            try:
                self._take(ad_break)
            except RowFaultError as fault:
                self._refuse(ad_break, fault.value, fault.reason, fault.field_name)
        return self._found

    def _take(self, ad_break: Element) -> None:
        kinds = {kind.strip().lower() for kind in ad_break.attributes.get("breakType", "linear").split(",")}
        if "linear" not in kinds:
            value = ad_break.attributes.get("breakType")
            raise RowFaultError("breakType", value, "no linear break: overlays and displays are for players")
        at = self._at(ad_break.attributes.get("timeOffset", "").strip())
        if repeat := ad_break.attributes.get("repeatAfter"):
            self._note(
                ad_break, f"repeatAfter {brief(repeat)!r}: a schedule has no end to repeat to; it is booked once"
            )
        pod = self._pod(ad_break)
        self._found.refused += pod.refused
        self._found.notes += pod.notes
        if pod.spots:
            self._book(ad_break, at, pod.spots)
        elif not pod.refused:
            raise RowFaultError("", "", pod.nothing)

    def _at(self, text: str) -> When:
        if text == "start":
            return after(self._start, Fraction(0))
        if text == "end":
            raise RowFaultError("timeOffset", text, "a live show has no end that is known")
        if _PERCENT.fullmatch(text):
            raise RowFaultError("timeOffset", text, "a live show has no length to take a part of")
        if _POSITION.fullmatch(text):
            raise RowFaultError("timeOffset", text, "a position among a player's breaks is no time of a live show")
        try:
            return after(self._start, clock_seconds(text))
        except ValueError as error:
            raise RowFaultError("timeOffset", text, str(error)) from error

    def _pod(self, ad_break: Element) -> Pod:
        source = ad_break.first("AdSource")
        if source is None:
            raise RowFaultError("", "", "no AdSource in it: nothing says how long it is")
        allowed = source.flag("allowMultipleAds", default=True)
        follow = source.flag("followRedirects", default=True)
        inside = source.first("VASTAdData") or source.first("VASTData")  # the latter stands in the standard's own text
        root = next(iter(inside.children), None) if inside is not None else None
        chain = (normalised(self._base),) if self._base else ()
        document = Document(root or source, self._file, self._base, chain, multiple=allowed, follow=follow)
        if root is not None:
            return self._vast.pod(document)
        address = source.first("AdTagURI")
        if address is not None and address.text:
            return self._vast.followed(address, document)
        if source.first("CustomAdData") is not None:
            raise RowFaultError("AdSource", "", "CustomAdData is of its own ad server only: right is VAST")
        raise RowFaultError("AdSource", "", "neither VASTAdData nor AdTagURI in it")

    def _book(self, ad_break: Element, at: When, spots: tuple[Spot, ...]) -> None:
        """A break; one of the same id at the same time goes on with it: ad servers send a pod so."""
        key = clean(ad_break.attributes.get("breakId", ""), _LONGEST_ID)
        key = key or "vmap-" + hashlib.sha256(f"{self._channel}\n{at.text}".encode()).hexdigest()[:12]
        bookings = self._found.bookings
        n = next((n for n, booking in enumerate(bookings) if booking.plan.id == key), len(bookings))
        if n < len(bookings):
            if bookings[n].plan.at != at:
                raise RowFaultError("breakId", key, f"that of {self._places[key]} too, at another time")
            spots = bookings[n].spots + spots
            self._note(ad_break, f"breakId {key!r} at the same time again: its ads follow in that break")
        booking = booking_of(key, self._channel, at, spots, self._file)
        bookings[n:] = [booking, *bookings[n + 1 :]]
        self._places.setdefault(key, ad_break.place)

    def _refuse(self, element: Element, value: object, reason: str, field_name: str = "") -> None:
        place = f"{element.place}, {field_name}" if field_name else element.place
        self._found.refused.append(RefusedRow(self._file, place, brief(value), reason))

    def _note(self, element: Element, said: str) -> None:
        self._found.notes.append(f"{self._file}: {element.place}: {said}")


def booking_of(key: str, channel: str, at: When | None, spots: tuple[Spot, ...], source: str) -> Booking:
    """The break that spots fill: as long as they are together. RowFaultError: longer than a day."""
    length_s = sum((spot.duration_s for spot in spots), Fraction(0))
    if length_s > _LONGEST_BREAK_S:
        raise RowFaultError("", f"{float(length_s):g} s", "its ads last longer than 24 h together")
    title = spots[0].title if len(spots) == 1 else ""
    plan = BreakPlan(id=key, channel=channel, at=at, duration_s=length_s, title=title, ads=ads_of(spots))
    return Booking(plan=plan, spots=spots, source=source)
