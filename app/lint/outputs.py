"""Rules of an HLS output's settings: dialects that need each other, the window, what its profile's reader takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from urllib.parse import urlsplit

from app.model.lint import LintFinding, error, note, warning
from app.model.show import HlsOutput
from app.model.signalling import Signalling
from app.scte35.profiles import output_findings
from app.scte35.signalling import is_splice

_CUES = frozenset({"cue-out-in", "oatcls-scte35"})
_TELL_SIGNALS = frozenset({"daterange", "scte35", "splicepoint"})
_TELL_LATE_JOINERS = frozenset({"daterange", "cue-out-in", "scte35", "adobe"})
_DATE_INTERVAL_S = 1
_TYPE_ID = re.compile(r"\{segmentation_type_id\}|(0[xX])?[0-9A-Fa-f]{1,2}")

OATCLS_ALONE = note("settings.oatcls-alone", "HLS ad markers")
ASSET_ALONE = error("settings.asset-alone", "AWS MediaTailor, HLS supported ad markers")
SIGNALS_UNTOLD = warning("settings.signals-untold", "RFC 8216 §4.3.2.7.1")
WINDOW = warning("settings.window")
WINDOW_KEPT = note("settings.window-kept", "RFC 8216 §6.2.2")
END_ON_NEXT = error("settings.end-on-next", "RFC 8216 §4.3.2.7")
CLASS = note("settings.class", "SCTE 35 §12.2.1")
ANNOUNCED = error("settings.announce", "AWS MediaTailor, HLS supported ad markers")
ASSET_LIST = error("settings.asset-list", "rfc8216bis appendix D")
DATE_INTERVAL = error("settings.date-interval", "AWS MediaPackage, EXT-X-DATERANGE")


def output_rules(
    output: HlsOutput, signallings: Sequence[Signalling], longest_s: Fraction, where: str
) -> Iterator[LintFinding]:
    """What the rules say of one output; ``longest_s``: the channel's longest break that is known, 0 where none is."""
    dialects = frozenset(output.dialects)
    if "oatcls-scte35" in dialects and "cue-out-in" not in dialects:
        what = "oatcls-scte35 brings EXT-X-CUE-OUT and -IN along, but no -CONT for those who join late"
        yield OATCLS_ALONE.found(what, f"{where}.dialects", "add cue-out-in")
    if "asset" in dialects and dialects.isdisjoint(_CUES):
        what = "asset says what a break is about, and no EXT-X-CUE-OUT opens one"
        yield ASSET_ALONE.found(what, f"{where}.dialects", "add cue-out-in")
    signals = [each.mode.value for each in signallings if not is_splice(each.mode)]
    if signals and dialects.isdisjoint(_TELL_SIGNALS):
        what = f"none of its dialects tells of {', '.join(dict.fromkeys(signals))}"
        yield SIGNALS_UNTOLD.found(what, f"{where}.dialects", f"add one of {', '.join(sorted(_TELL_SIGNALS))}")
    yield from window_findings(output, longest_s, f"{where}.window")
    yield from _of_marking(output, where)
    yield from output_findings(output, signallings, where)


def window_findings(output: HlsOutput, longest_s: Fraction, where: str) -> Iterator[LintFinding]:
    """Whether the longest break that is known fits into an output's window."""
    window_s = output.window * output.segment_s
    if longest_s <= window_s:
        return
    what = f"a window of {float(window_s):g} s and a break of {float(longest_s):g} s: its OUT leaves before it ends"
    if _TELL_LATE_JOINERS.isdisjoint(output.dialects):
        yield WINDOW.found(what, where, "who joins then finds no break: a longer window, or cue-out-in")
    else:
        yield WINDOW_KEPT.found(f"{what}; its later tags tell of it", where)


def _of_marking(output: HlsOutput, where: str) -> Iterator[LintFinding]:
    marking = output.marking
    if marking.end_on_next and not marking.daterange_class:
        yield END_ON_NEXT.found("END-ON-NEXT=YES without a CLASS", f"{where}.end_on_next", "name daterange_class")
    elif marking.end_on_next and not _TYPE_ID.fullmatch(marking.daterange_class):
        what = f"CLASS {marking.daterange_class!r} with END-ON-NEXT: the standard has the segmentation_type_id there"
        yield CLASS.found(what, f"{where}.daterange_class")
    if marking.announce and output.profile == "mediatailor" and "daterange" in output.dialects:
        what = "announced date ranges open a break early at MediaTailor, which ignores their START-DATE"
        yield ANNOUNCED.found(what, f"{where}.announce", "announce = false")
    if marking.asset_list and not _is_web_url(marking.asset_list):
        yield ASSET_LIST.found(f"{marking.asset_list[:60]!r} is no http(s) URL", f"{where}.asset_list")
    if output.profile == "mediapackage" and "daterange" in output.dialects and output.segment_s < _DATE_INTERVAL_S:
        what = f"segments of {float(output.segment_s):g} s, each dated: the interval has to be {_DATE_INTERVAL_S} s"
        yield DATE_INTERVAL.found(what, f"{where}.segment")


def _is_web_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
