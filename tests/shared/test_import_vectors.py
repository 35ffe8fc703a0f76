"""VAST and VMAP documents that other people published: imported, or refused for the right reason. No network."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from app.model.errors import UsageError
from app.model.schedule import Imported
from app.schedule.fetching import Fetcher
from app.schedule.importing import Asked, imported, imported_from
from app.schedule.limits import Limits
from tests.schedule.ad_server import ad_server
from tests.shared.conftest import SHARED

DOCUMENTS = sorted([*(SHARED / "vectors/vast").glob("*.xml"), *(SHARED / "vectors/vmap").glob("*.xml")])

# By a part of the name: what each break lasts, or why there is none. All others are one ad of 16 s.
LENGTHS: dict[str, list[str]] = {
    "testVast": ["25.25"],
    "Inline_LinearRegular_VAST2.0": ["30"],
    "spec_samples_sample": ["90.123"],
    "ad-responses_preroll.xml": ["5"],
    "midroll10s_midroll20s": ["5", "5"],
    "preroll_midroll6s_postroll": ["5", "5"],
}
REASONS: dict[str, str] = {
    "Inline_NonLinear_VAST2.0": "only non-linear or companion creatives",
    "vast_inline_nonlinear": "only non-linear or companion creatives",
    "Inline_Non-Linear_Tag": "only non-linear or companion creatives",
    "vast2VPAIDLinear": "only VPAID or Flash media",
    "samples_vpaid": "only VPAID or Flash media",
    "samples_empty-no-creative": "no creative",
    "vast_wrapper_nonlinear_2": "is no host that is known",
    "Wrapper_Tag": "is no host that is known",
    "Viewable_Impression": "is no host that is known",
    "samples_wrapper-": "no http or https address, and a file has no address to begin from",
    "emptyVmap": "VAST error 303",
    "preroll_midroll6s_postroll": "a live show has no end that is known",
}
UNUSABLE: dict[str, str] = {
    "vast1": "VAST 1 (VideoAdServingTemplate) is not in this version",
    "incorrect-vmap": "line 5: not well-formed XML: unbound prefix",
}


def named(table: dict[str, str], name: str) -> str:
    return next((value for part, value in table.items() if part in name), "")


def no_network(_host: str, _port: int) -> list[str]:
    raise OSError


def read(name: str, content: bytes) -> Imported:
    asked = Asked(channels=None, default_channel="news-1", start=None)
    return imported(content, name, asked, Fetcher(Limits(), resolve=no_network))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem[-40:])
def test_each_is_imported_or_refused_for_its_reason(path: Path) -> None:
    name, content = path.name, path.read_bytes()
    if why := named(UNUSABLE, name):
        with pytest.raises(UsageError, match=re.escape(why)):
            read(name, content)
        return
    found = read(name, content)
    why = named(REASONS, name)
    lengths = next((each for part, each in LENGTHS.items() if part in name), [] if why else ["16"])
    assert [booking.plan.duration_s for booking in found.bookings] == [Fraction(each) for each in lengths]
    assert bool(found.refused) is bool(why)
    assert all(why in row.reason for row in found.refused)
    for booking in found.bookings:
        assert all(spot.media for spot in booking.spots)
        assert (booking.plan.at is None) is (path.parent.name == "vast")


def test_wrappers_of_a_player_s_samples_lead_to_their_ads() -> None:
    sample = "dailymotion__vast-client-js__spec_samples_"
    with ad_server() as server:
        for path in (SHARED / "vectors/vast").glob(f"{sample}*"):
            server.pages[f"/{path.name.removeprefix(sample)}"] = path.read_bytes()

        def lengths(name: str) -> tuple[list[Fraction], str]:
            found = imported_from(f"{server.url}/{name}", default_channel="news-1")
            reason = found.refused[0].reason if found.refused else ""
            return [spot.duration_s for booking in found.bookings for spot in booking.spots], reason

        assert lengths("wrapper-b.xml") == ([Fraction(90123, 1000)], "")
        assert lengths("wrapper-a.xml") == ([Fraction(90123, 1000)], "")
        assert lengths("wrapper-attributes-multiple-ads.xml") == ([Fraction(90123, 1000)], "")
        assert lengths("wrapper-empty-no-creative.xml") == ([], "no linear ad in it that can be booked: no creative")
        assert lengths("wrapper-empty.xml") == ([], "the server answers 404 Not Found")
        assert lengths("wrapper-unavailable-url.xml") == ([], "the server answers 404 Not Found")
        assert lengths("wrapper-legacy.xml") == ([], "the server answers 404 Not Found")


def test_there_are_documents() -> None:
    assert len(DOCUMENTS) >= 48
