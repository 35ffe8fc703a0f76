"""Rules of an interstitial's EXT-X-DATERANGE: Apple, HLS interstitials; draft-pantos-hls-rfc8216bis appendix D."""

from __future__ import annotations

from collections.abc import Iterator

from app.lint.marks import Mark
from app.model.lint import LintFinding, error, warning
from app.monitoring.playlist import seconds_text

_CLAUSE = "rfc8216bis appendix D.2"
_LISTS = {"CUE": {"PRE", "POST", "ONCE"}, "X-SNAP": {"OUT", "IN"}, "X-RESTRICT": {"SKIP", "JUMP"}}
_SECONDS = ("X-RESUME-OFFSET", "X-PLAYOUT-LIMIT")

ASSET = error("interstitial.asset", _CLAUSE)
VALUE = warning("interstitial.value", _CLAUSE)
SCTE35_TAG = warning("interstitial.scte35", _CLAUSE)


def interstitial_findings(mark: Mark, where: str) -> Iterator[LintFinding]:
    """What the rules say of one tag of that CLASS."""
    named = [name for name in ("X-ASSET-URI", "X-ASSET-LIST") if mark.text(name)]
    if len(named) != 1:
        what = "both X-ASSET-URI and X-ASSET-LIST" if named else "neither X-ASSET-URI nor X-ASSET-LIST"
        yield ASSET.found(f"an interstitial with {what}", where, "one of them names what is played")
    for name, known in _LISTS.items():
        told = mark.text(name)
        strange = set(told.split(",")) - known if told is not None else set()
        if strange:
            listed = ", ".join(sorted(known))
            yield VALUE.found(f"{name} holds {', '.join(sorted(strange))[:40]!r}", where, f"known are {listed}")
    for name in _SECONDS:
        told = mark.attributes.get(name)
        if told is not None and seconds_text(told.removeprefix("-")) is None:
            yield VALUE.found(f"{name} {told[:40]} is no number of seconds", where)
    if mark.carried:
        yield SCTE35_TAG.found(
            "an interstitial with a section in it", where, "give the section a tag and ID of its own"
        )
