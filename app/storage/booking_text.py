"""A booking as one line of JSON: what differs from the defaults, in a fixed order, so equal ones have one text."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from app.model.errors import StorageError
from app.model.rundown import Ad, BreakPlan, Upid
from app.model.schedule import AS_TIMED, Airing, AirMode, Booking, Follow, Missed, Spot
from app.model.when import When
from app.model.wire import from_plain

_encoded = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode  # ASCII: NUL and surrogates stay
_quoted = json.encoder.encode_basestring_ascii


def booking_text(booking: Booking) -> str:  # noqa: C901, PLR0912 - a field a line
    """The text; a hundred thousand are written in half a second. Fields are in the order of their names."""
    plan = booking.plan
    said = []
    if plan.ads:
        said.append(f'"ads":{_encoded([[ad.id, ad.title, str(ad.duration_s)] for ad in plan.ads])}')
    if booking.air is not AS_TIMED and booking.air != AS_TIMED:
        said.append(f'"air":{_encoded(_air(booking.air))}')
    if plan.at is not None:
        said.append(f'"at":{_quoted(plan.at.text)}')
    if not plan.auto_return:
        said.append('"auto_return":false')
    if plan.avail:
        said.append(f'"avail":{_encoded(list(plan.avail))}')
    said.append(f'"channel":{_quoted(plan.channel)},"duration":"{plan.duration_s}","id":{_quoted(plan.id)}')
    if plan.section:
        said.append(f'"section":"{base64.b64encode(plan.section).decode()}"')
    if plan.segmentation_type_id is not None:
        said.append(f'"segmentation_type_id":{plan.segmentation_type_id}')
    if plan.segments:
        said.append(f'"segments":{_encoded(list(plan.segments))}')
    if booking.source:
        said.append(f'"source":{_quoted(booking.source)}')
    if plan.splice_event_id is not None:
        said.append(f'"splice_event_id":{plan.splice_event_id}')
    if booking.spots:
        said.append(f'"spots":{_encoded([_spot(spot) for spot in booking.spots])}')
    if plan.template:
        said.append(f'"template":{_quoted(plan.template)}')
    if plan.title:
        said.append(f'"title":{_quoted(plan.title)}')
    if plan.unique_program_id is not None:
        said.append(f'"unique_program_id":{plan.unique_program_id}')
    if plan.upid is not None:
        said.append(f'"upid":[{plan.upid.type},{_quoted(plan.upid.value)}]')
    return "{" + ",".join(said) + "}"


def _spot(spot: Spot) -> list[Any]:
    upid = None if spot.upid is None else [spot.upid.type, spot.upid.value]
    return [spot.id, spot.title, str(spot.duration_s), list(spot.media), upid]


def _air(air: Airing) -> dict[str, Any]:
    fields: dict[str, Any] = {"mode": air.mode.value, "missed": air.missed.value, "late": str(air.late_s)}
    if air.follow is not None:
        fields["follow"] = [air.follow.break_id, air.follow.mark, str(air.follow.gap_s)]
    return fields


def booking_from(text: str) -> Booking:
    """The booking that ``booking_text`` made the text from. StorageError: somebody else wrote it."""
    try:
        return _booking(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError(f"the store holds a booking that can't be read ({error!r}): {text[:200]!r}") from error


def _booking(fields: dict[str, Any]) -> Booking:
    at = fields.get("at")
    plan = BreakPlan(
        id=fields["id"],
        channel=fields["channel"],
        at=None if at is None else When(at),
        duration_s=_fraction(fields["duration"]),
        title=fields.get("title", ""),
        splice_event_id=fields.get("splice_event_id"),
        segmentation_type_id=fields.get("segmentation_type_id"),
        upid=_upid(fields.get("upid")),
        auto_return=fields.get("auto_return", True),
        ads=tuple(_ad(*ad) for ad in fields["ads"]) if "ads" in fields else (),
        template=fields.get("template", ""),
        section=base64.b64decode(fields["section"], validate=True) if "section" in fields else b"",
        avail=tuple(fields.get("avail", ())),
        unique_program_id=fields.get("unique_program_id"),
        segments=tuple(fields.get("segments", ())),
    )
    spots = tuple(
        _spot_from(id_, title, lasts, tuple(media), None if upid is None else tuple(upid))
        for id_, title, lasts, media, upid in fields.get("spots", ())
    )
    air = _air_from(fields["air"]) if "air" in fields else AS_TIMED
    return Booking(plan=plan, spots=spots, source=fields.get("source", ""), air=air)


def _air_from(fields: dict[str, Any]) -> Airing:
    follow = None
    if "follow" in fields:
        break_id, mark, gap = fields["follow"]
        follow = Follow(break_id=break_id, mark=mark, gap_s=_fraction(gap))
    mode, missed = AirMode(fields["mode"]), Missed(fields["missed"])
    return Airing(mode=mode, missed=missed, late_s=_fraction(fields["late"]), follow=follow)


@lru_cache(4096)  # a day has few different lengths
def _fraction(text: str) -> Fraction:
    if text.isascii() and text.isdigit() and len(text) < 8:  # noqa: PLR2004 - whole seconds, as most are
        return Fraction(int(text))
    found: Fraction = from_plain(Fraction, text)
    return found


@lru_cache(4096)  # and few different ads
def _ad(id_: str, title: str, lasts: str) -> Ad:
    return Ad(id_, title, _fraction(lasts))


@lru_cache(4096)
def _spot_from(id_: str, title: str, lasts: str, media: tuple[str, ...], upid: tuple[Any, ...] | None) -> Spot:
    return Spot(id=id_, title=title, duration_s=_fraction(lasts), media=media, upid=_upid(upid))


def _upid(pair: Sequence[Any] | None) -> Upid | None:
    return None if pair is None else Upid(type=pair[0], value=pair[1])
