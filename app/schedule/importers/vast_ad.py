"""What an InLine ad of a VAST document puts into a break: its linear creatives as spots. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from app.model.rundown import Upid
from app.model.schedule import RefusedRow, Spot
from app.schedule.importers.vast_time import spot_seconds
from app.schedule.importers.xml_tree import Element
from app.schedule.rows import brief

_LONGEST_ID, _LONGEST_TITLE, _LONGEST_URI, _MOST_MEDIA = 128, 500, 8192, 100
_PROGRAMS = ("javascript", "shockwave-flash", "x-silverlight", "text/html")  # what only a player can run
_AD_ID, _EIDR = re.compile(r"[A-Z0-9]{11,12}"), re.compile(r"10\.\d{4,}/\S{1,200}")
_UPID_AD_ID, _UPID_EIDR = 0x03, 0x0A  # SCTE 35 table 22


@dataclass(frozen=True, slots=True)
class Pod:
    """What became of ads: the spots that can be booked, those that can't, and what is worth knowing.

    ``unfit``: why ads that are well-made have no place in a linear break.
    """

    spots: tuple[Spot, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    notes: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()

    def __add__(self, other: Pod) -> Pod:
        return Pod(
            self.spots + other.spots,
            self.refused + other.refused,
            self.notes + other.notes,
            self.unfit + other.unfit,
        )

    @property
    def nothing(self) -> str:
        """The reason where there is no spot and nothing was refused."""
        why = "; ".join(dict.fromkeys(self.unfit))
        return "no linear ad in it that can be booked" + (f": {why}" if why else "")


def clean(text: str, longest: int) -> str:
    """One line of what can be printed, no longer than it may be."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())[:longest]


def inline_pod(ad: Element, inline: Element, file: str) -> Pod:
    """The linear creatives of an InLine ad, in their order."""
    creatives = sorted(inline.all("Creatives", "Creative"), key=_sequence)
    linears = [(creative, linear) for creative in creatives for linear in creative.all("Linear")]
    if not linears:
        what = "only non-linear or companion creatives" if creatives else "no creative"
        return _unfit(what, f"{file}: {ad.place}")
    pods = [_linear_pod(ad, inline, creative, linear, file) for creative, linear in linears]
    joined = sum(pods, Pod())
    if len(joined.spots) > 1:
        numbered = (f"{spot.id[: _LONGEST_ID - 4]}/{n}" for n, spot in enumerate(joined.spots, 1))
        named = zip(joined.spots, numbered, strict=True)
        joined = replace(joined, spots=tuple(replace(spot, id=key) for spot, key in named))
    return joined


def _unfit(what: str, where: str) -> Pod:
    return Pod(notes=(f"{where}: {what}: nothing for a linear break",), unfit=(what,))


def _linear_pod(ad: Element, inline: Element, creative: Element, linear: Element, file: str) -> Pod:
    files = list(linear.all("MediaFiles", "MediaFile"))
    media = [each for each in files if not _is_program(each)] + list(linear.all("MediaFiles", "Mezzanine"))
    if not media and (files or linear.first("MediaFiles", "InteractiveCreativeFile") is not None):
        return _unfit("only VPAID or Flash media", f"{file}: {linear.place}")
    duration = linear.first("Duration")
    text = "" if duration is None else duration.text
    try:
        duration_s = spot_seconds(text)
    except ValueError as error:
        reason = str(error) if text else "missing: an ad lasts as long as its Duration says"
        return Pod(refused=(RefusedRow(file, (duration or linear).place, brief(text), reason),))
    notes = [] if media else [f"{file}: {linear.place}: it names no media"]
    if ad.flag("conditionalAd", default=False):
        notes.append(f"{file}: {ad.place}: a conditional ad: whether it plays is for a player to decide")
    return Pod((_spot(ad, inline, creative, media, duration_s),), (), tuple(notes))


def _spot(ad: Element, inline: Element, creative: Element, media: list[Element], duration_s: Fraction) -> Spot:
    title, names = inline.first("AdTitle"), creative.attributes
    key = ad.attributes.get("id", "").strip() or names.get("adId", names.get("id", "")).strip() or "1"
    uris = [uri for uri in map(_uri, media) if uri]
    return Spot(
        id=clean(key, _LONGEST_ID),
        title="" if title is None else clean(title.text, _LONGEST_TITLE),
        duration_s=duration_s,
        media=tuple(dict.fromkeys(uris[:_MOST_MEDIA])),
        upid=next((upid for upid in map(_upid, creative.all("UniversalAdId")) if upid is not None), None),
    )


def _sequence(creative: Element) -> int:
    text = creative.attributes.get("sequence", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else 0


def _is_program(media: Element) -> bool:
    kind = media.attributes.get("type", "").lower()
    return media.attributes.get("apiFramework", "").lower() == "vpaid" or any(word in kind for word in _PROGRAMS)


def _uri(media: Element) -> str:
    text = media.text
    return text if text.isprintable() and " " not in text and len(text) <= _LONGEST_URI else ""


def _upid(universal: Element) -> Upid | None:
    """A UniversalAdId that SCTE 35 has a type for: Ad-ID and EIDR. 4.0 has its value as idValue, later ones as text."""
    value = universal.text or universal.attributes.get("idValue", "").strip()
    registry = universal.attributes.get("idRegistry", "").strip().lower()
    if registry in {"ad-id", "ad-id.org"} and _AD_ID.fullmatch(value):
        return Upid(_UPID_AD_ID, value)
    if registry in {"eidr", "eidr.org"} and _EIDR.fullmatch(value):
        return Upid(_UPID_EIDR, value)
    return None
