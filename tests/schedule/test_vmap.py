from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import BreakListError
from app.model.schedule import Imported
from app.model.when import When
from app.schedule.fetching import Fetcher
from app.schedule.importing import Asked, imported
from app.schedule.limits import Limits
from app.schedule.offsets import after, start_from
from tests.schedule.ad_server import AdServer, ad_break, ad_server, inline, linear, vast, vmap, wrapper


@pytest.fixture
def server() -> Iterator[AdServer]:
    with ad_server() as served:
        yield served


def read(document: str, start: str = "") -> Imported:
    asked = Asked(channels=None, default_channel="news-1", start=When(start) if start else None)
    return imported(document.encode(), "day.xml", asked, Fetcher(Limits(private_addresses=True)))


def ats(found: Imported) -> list[str]:
    return [booking.plan.at.text for booking in found.bookings if booking.plan.at is not None]


@pytest.mark.parametrize("namespace", ["http://www.iab.net/videosuite/vmap", "http://www.iab.net/vmap-1.0"])
def test_breaks_at_a_time_and_at_the_start(namespace: str) -> None:
    two = vast(inline("1", sequence=1), inline("2", linear("00:00:05.040"), sequence=2))
    pod = f"<vmap:VASTAdData>{two}</vmap:VASTAdData>"
    breaks = (
        ad_break("start", key="pre"),
        ad_break("00:10:00", key="mid-1", source=pod),
        ad_break("01:00:00.250", key="m2"),
    )
    found = read(vmap(*breaks, namespace=namespace))
    assert not found.refused
    assert ats(found) == ["+0", "+600", "+3600.25"]
    booking = found.bookings[1]
    assert (booking.plan.id, booking.plan.channel, booking.source) == ("mid-1", "news-1", "day.xml")
    assert booking.plan.duration_s == Fraction(1504, 100)
    assert [spot.id for spot in booking.spots] == ["1", "2"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-22T20:00:00+01:00", "2026-11-22T21:00:00.25+01:00"),
        ("2026-11-22T23:59:59.75Z", "2026-11-23T01:00:00Z"),
        ("2026-12-31T23:30:00-05:00", "2027-01-01T00:30:00.25-05:00"),
        ("+12.5", "+3612.75"),
    ],
)
def test_offsets_count_from_the_start(start: str, expected: str) -> None:
    assert ats(read(vmap(ad_break("01:00:00.250")), start)) == [expected]


@pytest.mark.parametrize(
    ("offset", "reason"),
    [
        ("end", "no end"),
        ("50%", "no length"),
        ("100%", "no length"),
        ("#1", "a position"),
        ("", "no time"),
        ("25:00:00", "hours end at 23"),
        ("00:61:00", "hours end at 23"),
        ("-00:00:10", "no time"),
        ("10", "no time"),
        ("START", "no time"),
    ],
)
def test_what_a_live_show_can_not_place_is_refused_and_the_rest_booked(offset: str, reason: str) -> None:
    found = read(vmap(ad_break("start", key="a"), ad_break(offset, key="b"), ad_break("00:00:30", key="c")))
    assert ats(found) == ["+0", "+30"]
    (refused,) = found.refused
    assert (refused.where, refused.value) == ("line 1, VMAP/AdBreak[2], timeOffset", offset)
    assert reason in refused.reason


def test_one_id_at_one_time_is_one_break_and_at_another_refused() -> None:
    found = read(vmap(ad_break("start", key="a"), ad_break("start", key="a"), ad_break("00:00:30", key="a")))
    assert [(len(booking.spots), float(booking.plan.duration_s)) for booking in found.bookings] == [(2, 20)]
    assert [row.reason for row in found.refused] == ["that of line 1, VMAP/AdBreak[1] too, at another time"]


def test_a_break_without_an_id_has_the_same_key_again() -> None:
    first, again = (read(vmap(ad_break("start", key=""), ad_break("00:00:30", key=""))) for _ in range(2))
    assert [booking.plan.id for booking in first.bookings] == [booking.plan.id for booking in again.bookings]
    assert len({booking.plan.id for booking in first.bookings}) == 2


def test_a_pod_where_one_ad_is_allowed() -> None:
    pod = f"<vmap:VASTAdData>{vast(inline('1', sequence=1), inline('2', sequence=2))}</vmap:VASTAdData>"
    found = read(vmap(ad_break("start", source=pod, flags='allowMultipleAds="false"')))
    assert [spot.id for spot in found.bookings[0].spots] == ["1"]
    assert any("allowMultipleAds is false" in note for note in found.notes)


def test_an_ad_tag_is_asked_for(server: AdServer) -> None:
    tag = f'<vmap:AdTagURI templateType="vast3"><![CDATA[ {server.url}/ad?x=1&y=2 ]]></vmap:AdTagURI>'
    server.pages["/ad?x=1&y=2"] = vast(wrapper(f"{server.url}/b"))
    server.pages["/b"] = vast(inline("deep"))
    document = vmap(ad_break("start", source=tag))
    assert [spot.id for spot in read(document).bookings[0].spots] == ["deep"]
    forbidden = read(vmap(ad_break("start", source=tag, flags='followRedirects="false"')))
    assert "forbids" in forbidden.refused[0].reason
    server.pages["/b"] = vast(wrapper(f"{server.url}/ad?x=1&y=2"))
    assert "a loop" in read(document).refused[0].reason


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('<vmap:AdBreak timeOffset="start" breakType="nonlinear"/>', "no linear break"),
        ('<vmap:AdBreak timeOffset="start" breakType="linear"/>', "no AdSource"),
        ('<vmap:AdBreak timeOffset="start"><vmap:AdSource/></vmap:AdBreak>', "neither VASTAdData nor AdTagURI"),
        (ad_break("start", source="<vmap:CustomAdData>x</vmap:CustomAdData>"), "CustomAdData"),
        (ad_break("start", source=f"<vmap:VASTAdData>{vast()}</vmap:VASTAdData>"), "VAST error 303"),
        (ad_break("start", source="<vmap:VASTAdData><VAST version='1.0'/></vmap:VASTAdData>"), "VAST error 102"),
        (ad_break("start", source=f"<vmap:VASTAdData>{vast(inline('a', linear('x')))}</vmap:VASTAdData>"), "no time"),
        (ad_break("start", source="<vmap:AdTagURI>file:///etc/passwd</vmap:AdTagURI>"), "no http or https"),
    ],
)
def test_a_break_that_nothing_fills_is_refused(broken: str, reason: str) -> None:
    found = read(vmap(broken, ad_break("00:00:30", key="c")))
    assert ats(found) == ["+30"]
    assert [reason in row.reason for row in found.refused] == [True]


def test_a_repeated_break_is_booked_once_and_noted() -> None:
    found = read(vmap(ad_break("start", more='repeatAfter="00:10:00"')))
    assert ats(found) == ["+0"]
    assert any("repeatAfter" in note for note in found.notes)


def test_a_document_without_breaks_or_of_another_version() -> None:
    assert "no AdBreak" in read(vmap()).refused[0].reason
    assert "version" in read(vmap(ad_break("start")).replace('version="1.0"><', 'version="2.0"><', 1)).refused[0].reason
    with pytest.raises(BreakListError, match="<WRONG> is no schedule"):
        read("<WRONG/>")


MOMENTS = st.datetimes().filter(lambda moment: 1 < moment.year < 9999)


@given(st.integers(0, 86_399_999), MOMENTS, st.integers(-720, 840))
def test_an_offset_is_exact(offset_ms: int, start: datetime, zone_minutes: int) -> None:
    sign, minutes = "-" if zone_minutes < 0 else "+", abs(zone_minutes)
    text = f"{start.isoformat(timespec='microseconds')}{sign}{minutes // 60:02}:{minutes % 60:02}"
    moment = datetime.fromisoformat(after(When(text), Fraction(offset_ms, 1000)).text)
    passed = moment - datetime.fromisoformat(text)
    assert passed.total_seconds() * 1000 == pytest.approx(offset_ms, abs=0.001)
    assert after(None, Fraction(offset_ms, 1000)) == after(When("+0"), Fraction(offset_ms, 1000))


NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+5", "+5"),
        ("2026-11-22T20:00:00+01:00", "2026-11-22T20:00:00+01:00"),
        ("2026-11-22 20:00:00", "2026-11-22T19:00:00Z"),
        ("2026-11-22 20:00:00:00", "2026-11-22T19:00:00Z"),
        ("20:00:00", "2026-03-29T18:00:00Z"),
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
    ],
)
def test_a_start_in_all_its_forms(text: str, expected: str) -> None:
    assert start_from(text, "Europe/Berlin", NOON).text == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("soon", "no time"),
        ("20:00:00:11", "a frame means nothing"),
        ("20:00:00;00", "a frame means nothing"),
        ("2026-03-29 02:30:00", "does not exist"),
        ("24:00:00", "no time of day"),
    ],
)
def test_a_start_that_is_none(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        start_from(text, "Europe/Berlin", NOON)
