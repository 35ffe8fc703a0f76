from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import BreakListError, UnsupportedError
from app.model.rundown import Upid
from app.model.schedule import Imported
from app.schedule.fetching import Fetcher
from app.schedule.importing import Asked, imported
from app.schedule.limits import Limits
from tests.schedule.ad_server import inline, linear, vast


def read(document: str | bytes, channel: str | None = "news-1") -> Imported:
    content = document.encode() if isinstance(document, str) else document
    asked = Asked(channels=None, default_channel=channel, start=None)
    return imported(content, "pod.xml", asked, Fetcher(Limits()))


def test_a_pod_is_one_break_that_waits_for_its_time() -> None:
    pod = read(
        vast(
            inline("second", linear("00:00:15.500"), sequence=2, title="Soap"),
            inline("first", linear("00:01:00"), sequence=1, title=" Two\n lines "),
            inline("alone"),
        )
    )
    (booking,) = pod.bookings
    assert (booking.plan.channel, booking.plan.at, booking.source) == ("news-1", None, "pod.xml")
    assert booking.plan.duration_s == Fraction(151, 2)
    assert [(spot.id, spot.title, spot.duration_s) for spot in booking.spots] == [
        ("first", "Two lines", 60),
        ("second", "Soap", Fraction(31, 2)),
    ]
    assert booking.spots[0].media == ("https://ads.example/a.mp4",)
    assert [ad.id for ad in booking.plan.ads] == ["first", "second"]
    assert not pod.refused
    assert "1 stand-alone beside the pod: not booked" in pod.notes[0]


def test_stand_alone_ads_are_alternatives() -> None:
    bad, flash = inline("bad", linear("soon")), inline("flash", linear(kind="application/x-shockwave-flash"))
    pod = read(vast(bad, flash, inline("good"), inline("spare")))
    assert [spot.id for spot in pod.bookings[0].spots] == ["good"]
    assert not pod.refused
    assert any("Duration[1]: no time" in note for note in pod.notes)
    assert any("1 further alternatives" in note for note in pod.notes)


def test_reading_it_again_gives_the_same_key_and_another_pod_another() -> None:
    keys = [read(vast(inline(key))).bookings[0].plan.id for key in "aab"]
    assert keys[0] == keys[1] != keys[2]
    assert read(vast(inline("a")), channel="news-2").bookings[0].plan.id != keys[0]


@pytest.mark.parametrize(
    ("duration", "reason"),
    [
        ("", "missing"),
        ("00:00:00", "above 0"),
        ("00:00:00.000", "above 0"),
        ("-00:00:10", "no time"),
        ("25:00:00", "hours end at 23"),
        ("26:00:00", "hours end at 23"),
        ("00:60:00", "hours end at 23"),
        ("30", "no time"),
        ("00:00:10,5", "no time"),
        ("\u0660\u0660:\u0660\u0660:\u0661\u0660", "no time"),
        ("00:00:10.1234567890123", "no time"),
    ],
)
def test_a_bad_duration_costs_its_ad_alone(duration: str, reason: str) -> None:
    pod = read(vast(inline("a", sequence=1), inline("b", linear(duration), sequence=2), inline("c", sequence=3)))
    assert [spot.id for spot in pod.bookings[0].spots] == ["a", "c"]
    (refused,) = pod.refused
    assert refused.file == "pod.xml"
    assert refused.where == "line 1, VAST/Ad[2]/InLine[1]/Creatives[1]/Creative[1]/Linear[1]/Duration[1]"
    assert refused.value == duration
    assert reason in refused.reason


@pytest.mark.parametrize("sequence", ["0", "-1", "x", "1.5"])
def test_a_sequence_is_a_whole_number_above_0(sequence: str) -> None:
    pod = read(vast(inline("a", sequence=sequence), inline("b", sequence=1)))
    assert [spot.id for spot in pod.bookings[0].spots] == ["b"]
    assert [row.where for row in pod.refused] == ["line 1, VAST/Ad[1], sequence"]


NOTHING = [
    (inline("a", linear(kind="application/javascript")), "only VPAID or Flash media"),
    (inline("a", linear(kind="application/x-shockwave-flash")), "only VPAID or Flash media"),
    (inline("a", "<Creative><NonLinearAds/></Creative>"), "only non-linear or companion creatives"),
    ("<Ad><InLine><AdTitle/></InLine></Ad>", "no creative"),
    ("<Ad/>", "neither InLine nor Wrapper"),
    ("", "VAST error 303"),
]


@pytest.mark.parametrize(("ad", "reason"), NOTHING)
def test_a_document_with_nothing_for_a_linear_break_is_refused_with_the_reason(ad: str, reason: str) -> None:
    pod = read(vast(ad))
    assert not pod.bookings
    (refused,) = pod.refused
    assert reason in refused.reason


def test_programs_beside_a_film_are_left_out() -> None:
    files = (
        '<MediaFile type="application/javascript" apiFramework="VPAID">https://x/a.js</MediaFile>'
        '<MediaFile type="video/mp4" apiFramework="VPAID">https://x/b.mp4</MediaFile>'
        '<MediaFile type="video/mp4">https://x/c.mp4</MediaFile><Mezzanine type="video/mov">https://x/d.mov</Mezzanine>'
    )
    creative = f"<Creative><Linear><Duration>00:00:10</Duration><MediaFiles>{files}</MediaFiles></Linear></Creative>"
    (booking,) = read(vast(inline("a", creative))).bookings
    assert booking.spots[0].media == ("https://x/c.mp4", "https://x/d.mov")


@pytest.mark.parametrize(
    ("universal", "upid"),
    [
        ('<UniversalAdId idRegistry="Ad-ID">ABCD1234000H</UniversalAdId>', Upid(3, "ABCD1234000H")),
        ('<UniversalAdId idRegistry="ad-id.org" idValue="ABCD1234000H"/>', Upid(3, "ABCD1234000H")),
        ('<UniversalAdId idRegistry="Ad-ID">8465</UniversalAdId>', None),
        (
            '<UniversalAdId idRegistry="EIDR">10.5240/F85A-E100-B068-5B8F-B1C8-T</UniversalAdId>',
            Upid(10, "10.5240/F85A-E100-B068-5B8F-B1C8-T"),
        ),
        ('<UniversalAdId idRegistry="unknown">unknown</UniversalAdId>', None),
    ],
)
def test_what_the_trade_knows_an_ad_by(universal: str, upid: Upid | None) -> None:
    creative = linear().replace("<Linear>", f"{universal}<Linear>")
    assert read(vast(inline("a", creative))).bookings[0].spots[0].upid == upid


def test_several_linear_creatives_follow_their_sequence() -> None:
    later = linear("00:00:20").replace("<Creative>", '<Creative sequence="2">')
    sooner = linear("00:00:05").replace("<Creative>", '<Creative sequence="1">')
    (booking,) = read(vast(inline("a", later, sooner))).bookings
    assert [(spot.id, float(spot.duration_s)) for spot in booking.spots] == [("a/1", 5), ("a/2", 20)]


@pytest.mark.parametrize("version", ["2.0", "2.0.1", "3.0", "4.0", "4.1", "4.2", "4.3"])
def test_versions_that_are_read(version: str) -> None:
    assert read(vast(inline("a"), version=version)).bookings


@pytest.mark.parametrize("version", ["1.0", "4.4", "5.0", "x"])
def test_versions_that_are_not(version: str) -> None:
    pod = read(vast(inline("a"), version=version))
    assert not pod.bookings
    assert "VAST error 102" in pod.refused[0].reason


def test_vast_1_is_named() -> None:
    with pytest.raises(UnsupportedError, match="VAST 1"):
        read("<VideoAdServingTemplate/>")


def test_a_version_and_a_channel_that_are_not_named_are_noted() -> None:
    pod = read(f"<VAST>{inline('a')}</VAST>", channel=None)
    assert pod.bookings[0].plan.channel == ""
    assert [note.partition(": ")[2] for note in pod.notes] == [
        "of no channel yet: --channel names it",
        "line 1, VAST: names no version",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>{vast(inline("a", title="Käse"))}'
    assert read(text.encode(encoding)).bookings[0].plan.title == "Käse"


HOSTILE = [
    (
        '<!DOCTYPE VAST [<!ENTITY x SYSTEM "file:///etc/passwd">]><VAST version="3.0">&x;</VAST>',
        "a DOCTYPE is not read",
    ),
    ('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>', "a DOCTYPE is not read"),
    ('<!DOCTYPE VAST SYSTEM "http://127.0.0.1:1/x.dtd"><VAST/>', "a DOCTYPE is not read"),
    ("<VAST>&x;</VAST>", "undefined entity"),
    ("<VAST>", "no element found"),
    ("<VAST></VMAP>", "mismatched tag"),
    ("<VAST x='1' x='2'/>", "duplicate attribute"),
    ("<x:VAST/>", "unbound prefix"),
    ("<a>" * 100_000, "elements deep"),
    ("<a>" + "<b/>" * 500_001 + "</a>", "500000 in all"),
    ("<RSS/>", "XML of <RSS> is no schedule"),
    ('<?xml version="1.0" encoding="klingon"?><VAST/>', "encoding"),
]


@pytest.mark.parametrize(("document", "reason"), HOSTILE)
def test_hostile_xml_is_refused_before_it_costs_anything(document: str, reason: str) -> None:
    with pytest.raises(BreakListError, match=reason) as caught:
        read(document)
    assert str(caught.value).startswith("pod.xml: line 1")


def test_a_doctype_is_seen_in_every_encoding() -> None:
    with pytest.raises(BreakListError, match="DOCTYPE"):
        read('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE VAST><VAST/>'.encode("utf-16"))


NAMES = ["VAST", "VMAP", "Ad", "AdBreak", "AdSource", "VASTAdData", "InLine", "Wrapper", "Creatives", "Creative"]
NAMES += ["Linear", "Duration", "MediaFiles", "MediaFile", "VASTAdTagURI", "UniversalAdId", "AdTitle"]
ATTRIBUTES = ["id", "sequence", "version", "timeOffset", "breakType", "breakId", "type", "repeatAfter", "idRegistry"]
VALUES = ["", "1", "-1", "start", "end", "00:00:10", "25:00:00", "linear", "a b", "file:///x", "Ad-ID", "2.0", "\u0661"]
ELEMENTS = st.recursive(
    st.sampled_from(VALUES),
    lambda inner: st.builds(
        lambda name, attributes, children: (
            f"<{name} {' '.join(f'{key}="{value}"' for key, value in attributes.items())}>{''.join(children)}</{name}>"
        ),
        st.sampled_from(NAMES),
        st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES), max_size=4),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@given(ELEMENTS, st.sampled_from(["VAST", "VMAP"]))
def test_any_tree_is_a_schedule_or_its_refusal(tree: str, root: str) -> None:
    version = "1.0" if root == "VMAP" else "4.2"
    found = read(f'<{root} version="{version}">{tree}</{root}>')
    assert found.bookings or found.refused
    assert all(row.reason and str(row).isprintable() for row in found.refused)
    assert all(booking.plan.duration_s > 0 and booking.spots for booking in found.bookings)


@given(st.integers(1, 9), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_a_break_is_as_long_as_its_ads(ads: int, hours: int, minutes: int, seconds: int, ms: int) -> None:
    each = Fraction(hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + ms, 1000)
    duration = f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"
    found = read(vast(*(inline(str(n), linear(duration), sequence=n) for n in range(1, ads + 1))))
    lengths = [booking.plan.duration_s for booking in found.bookings]
    assert lengths == ([each * ads] if 0 < each * ads <= 86_400 else [])


def test_texts_are_made_printable_and_bounded() -> None:
    pod = read(vast(inline("i" * 300, linear(media="https://x/a b"), title="t\u202e" * 600)))
    (spot,) = pod.bookings[0].spots
    assert (len(spot.id), len(spot.title), spot.media) == (128, 500, ())
    assert spot.title.isprintable()
