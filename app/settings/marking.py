"""How an HLS output is marked: profile, dialects and their spelling. What can't be lawful or read is refused."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from app.model.profiles import CONT_FORMS, CUE_OUT_FORMS, DIALECTS, INTERSTITIAL_CLASS, PROFILES, TYPE_ID, Profile
from app.model.show import MarkingOptions
from app.settings.table import Table, nearest, shown

KEYS = ("profile", "dialects", "cue_out", "cont", "daterange_class", "end_on_next", "asset_list", "announce")
_ASSET_LIST = "https://ads.example/{break_id}.json?d={duration}"
_PUT_IN = ("{break_id}", "{event_id}", "{duration}")
_URL_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%{}]+")


def marking_from(table: Table) -> tuple[str, tuple[str, ...], MarkingOptions]:
    """Profile, dialects and spelling of one output: its profile's, but where it names its own."""
    profile = PROFILES[table.choice("profile", PROFILES, "plain")]
    dialects = _dialects(table, profile)
    marking = MarkingOptions(
        cue_out=table.choice("cue_out", CUE_OUT_FORMS, profile.marking.cue_out),
        cont=table.choice("cont", CONT_FORMS, profile.marking.cont),
        daterange_class=_daterange_class(table),
        end_on_next=_flag(table, "end_on_next", default=False),
        asset_list=_asset_list(table),
        announce=_flag(table, "announce", default=profile.marking.announce),
        unknown_s=profile.marking.unknown_s,
    )
    _refuse_unread(table, profile, dialects, marking)
    return profile.name, dialects, marking


def _dialects(table: Table, profile: Profile) -> tuple[str, ...]:
    named = table.texts("dialects", profile.dialects, form='["daterange", "cue-out-in"]')
    for n, name in enumerate(named):
        if name not in DIALECTS:
            raise table.fault(f"dialects[{n}]", f"{shown(name)} is not known", nearest(name, DIALECTS))
        if name in named[:n]:
            raise table.fault(f"dialects[{n}]", f"{shown(name)} is listed twice", "name it once")
    if named == ("asset",):
        raise table.fault("dialects", "asset alone opens no break", 'write dialects = ["asset", "cue-out-in"]')
    return named


def _daterange_class(table: Table) -> str:
    if table.values.get("daterange_class") == "":
        return ""
    name = table.text("daterange_class", "", form='"com.example.break"')
    if '"' in name:
        raise table.fault("daterange_class", f"{shown(name)} can't be a quoted-string", "write it without quotes")
    for put_in in re.findall(r"\{[^{}]*\}", name):
        if put_in != TYPE_ID:
            raise table.fault("daterange_class", f"{shown(put_in)} is not known", nearest(put_in, [TYPE_ID]))
    if name.lower() == INTERSTITIAL_CLASS:
        what = f"{shown(name)} is what players fetch ads for"
        raise table.fault("daterange_class", what, f'interstitials have it by asset_list = "{_ASSET_LIST}"')
    return name


def _flag(table: Table, key: str, *, default: bool) -> bool:
    value = table.values.get(key, default)
    if not isinstance(value, bool):
        raise table.wrong(key, "true or false")
    return value


def _asset_list(table: Table) -> str:
    if table.values.get("asset_list") == "":
        return ""
    url = table.text("asset_list", "", form=f'"{_ASSET_LIST}"')
    if not url:
        return ""
    for put_in in re.findall(r"\{[^{}]*\}", url):
        if put_in not in _PUT_IN:
            raise table.fault("asset_list", f"{shown(put_in)} is not known", nearest(put_in, _PUT_IN))
    if not _is_web_url(url):
        raise table.fault("asset_list", f"{shown(url)} is no URL of an asset list", f'right is "{_ASSET_LIST}"')
    return url


def _is_web_url(url: str) -> bool:
    """Absolute, for it is read from a playlist that may be anywhere; without a password, which everybody would see."""
    bare = url
    for put_in in _PUT_IN:
        bare = bare.replace(put_in, "0")
    try:
        parts, place = urlsplit(bare), urlsplit(url).netloc
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return known and "@" not in place and "{" not in place + bare and bool(_URL_CHARACTERS.fullmatch(url))


def _refuse_unread(table: Table, profile: Profile, dialects: tuple[str, ...], marking: MarkingOptions) -> None:
    """What its reader can make nothing of, and what RFC 8216 §4.3.2.7 does not allow."""
    if marking.end_on_next and not marking.daterange_class:
        what = "END-ON-NEXT=YES needs a CLASS (RFC 8216 §4.3.2.7)"
        raise table.fault("end_on_next", what, 'write daterange_class = "com.example.signal" too')
    if profile.needs_asset_list and not marking.asset_list:
        remedy = f'profile {profile.name} needs it: write asset_list = "{_ASSET_LIST}"'
        raise table.fault("asset_list", "missing", remedy)
    if profile.needs_duration and marking.cue_out == "bare" and {"cue-out-in", "oatcls-scte35"} & {*dialects}:
        what = f"{profile.reader} makes no break of a CUE-OUT without a duration"
        raise table.fault("cue_out", what, 'write cue_out = "duration" or "seconds"')
