"""Each rule over a playlist: one that breaks it, and one that doesn't."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.lint.playlists import lint_playlist, lint_playlist_text
from app.model.cue import Section, TimeSignal
from app.model.errors import ProofError
from app.model.lint import LintFinding, LintSeverity
from app.scte35 import messages
from tests.lint.made import (
    CONTS,
    CUES,
    IN,
    NULL,
    OTHER_IN,
    OTHER_OUT,
    OUT,
    RANGES,
    base64,
    break_of,
    date,
    daterange,
    hexadecimal,
    lined,
    made,
    media,
    rules,
    signal,
)

CUE_OUT, CUE_IN = "#EXT-X-CUE-OUT:DURATION=18.000", "#EXT-X-CUE-IN"
OATCLS_OUT, OATCLS_IN = f"#EXT-OATCLS-SCTE35:{base64(OUT)}", f"#EXT-OATCLS-SCTE35:{base64(IN)}"
SCTE35_OUT, SCTE35_IN = f'#EXT-X-SCTE35:CUE="{base64(OUT)}",CUE-OUT=YES', f'#EXT-X-SCTE35:CUE="{base64(IN)}",CUE-IN=YES'
SCTE35 = break_of(SCTE35_OUT, SCTE35_IN)
ADOBE_OUT = f'#EXT-X-CUE:ID="17",TYPE="scte35",DURATION=18.000,TIME=10.000,CUE="{base64(OUT)}"'
ADOBE_IN = f'#EXT-X-CUE:ID="17",TYPE="scte35",DURATION=0.000,TIME=28.000,CUE="{base64(IN)}"'
ADOBE = break_of(ADOBE_OUT, ADOBE_IN, conts=(f"{ADOBE_OUT},ELAPSED=6.0", f"{ADOBE_OUT},ELAPSED=12.0"))
RANGE_OUT, RANGE_IN = daterange(out=OUT), daterange(back=IN)
EVERYTHING = break_of(
    lined(RANGE_OUT, SCTE35_OUT, OATCLS_OUT, CUE_OUT), lined(RANGE_IN, SCTE35_IN, OATCLS_IN, CUE_IN), conts=CONTS
)
INTERSTITIAL = (
    f'#EXT-X-DATERANGE:ID="i",CLASS="com.apple.hls.interstitial",START-DATE="{date(6)}"'
    ',X-ASSET-LIST="https://ads.example/17.json",X-SNAP="OUT,IN",X-RESUME-OFFSET=0,CUE="ONCE"'
)
PARTS = "#EXT-X-PART-INF:PART-TARGET=1.0"
PART = '#EXT-X-PART:DURATION=1.0,URI="p"'
CONTROL = "#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=3.0,HOLD-BACK=18.0,CAN-SKIP-UNTIL=36.0"
LOW = media(lined(PART, PART), head=lined(PARTS, CONTROL))
CANCEL = messages.splice_cancel(17)
PLACEMENT, PLACEMENT_END = signal(0x34, segmentation_duration_ticks=18 * 90_000), signal(0x35, pts=9)
TWO = made(
    replace(PLACEMENT, descriptors=(*PLACEMENT.descriptors, *signal(0x30, segmentation_duration_ticks=9).descriptors))
)
_WITH_CLASS = ',CLASS="x",END-ON-NEXT=YES'


def closed(**changes: str) -> str:
    """The playlist of RANGES with other values in the closing tag."""
    tag = RANGE_IN
    for name, value in changes.items():
        attribute = name.replace("_", "-")
        start = tag.index(f"{attribute}=")
        end = tag.index(",", start)
        tag = f"{tag[:start]}{attribute}={value}{tag[end:]}"
    return break_of(RANGE_OUT, tag)


def plain(tag: str, more: str = "") -> str:
    return media("", lined(tag, more) if more else tag)


def moment(name: str, start: float, more: str) -> str:
    return f'#EXT-X-DATERANGE:ID="{name}",START-DATE="{date(start)}"{more}'


def plan_of(section: str) -> str:
    return break_of(f"#EXT-OATCLS-SCTE35:{section}\n{CUE_OUT}", CUE_IN, conts=CONTS)


CASES: dict[str, tuple[str, str]] = {
    "playlist.syntax": (media("#EXT-X-DISCONTINUITY-SEQUENCE:x"), media("")),
    "playlist.no-target-duration": (media("", target=None), media("")),
    "playlist.over-target-duration": (media(("", 6.5)), media(("", 6.499))),
    "playlist.version": (media("", version=2), media("", version=3)),
    "playlist.no-segments": (media(), media("")),
    "playlist.no-markers": (media(""), CUES),
    "playlist.decimals": (CUES.replace(".000,\n", ".00,\n"), CUES),
    "playlist.no-date": (RANGES.replace("#EXT-X-PROGRAM", "#EXT-Z-PROGRAM"), RANGES),
    "playlist.undated": (break_of(CUE_OUT, CUE_IN, dated=False), CUES),
    "playlist.date-jump": (media("", "", f"#EXT-X-PROGRAM-DATE-TIME:{date(12.02)}"), media("", "", "")),
    "playlist.discontinuity-date": (
        media("", "#EXT-X-DISCONTINUITY\n##PROGRAM-DATE"),
        media("", "#EXT-X-DISCONTINUITY"),
    ),
    "playlist.discontinuity-at-splice": (
        break_of(f"#EXT-X-DISCONTINUITY\n{CUE_OUT}", CUE_IN),
        break_of(CUE_OUT, CUE_IN, conts=("#EXT-X-DISCONTINUITY", "")),
    ),
    "playlist.discontinuity-sequence": (
        media("", "#EXT-X-DISCONTINUITY", tail="", sequence=9),
        media("", "#EXT-X-DISCONTINUITY", tail="", sequence=9, head="#EXT-X-DISCONTINUITY-SEQUENCE:4"),
    ),
    "playlist.unknown-marker": (media("#EXT-X-CUE-SPAN:TIMEFROMSIGNAL=PT1S"), CUES),
    "daterange.no-id": (plain(f'#EXT-X-DATERANGE:START-DATE="{date(6)}"'), plain(moment("a", 6, ""))),
    "daterange.no-start-date": (plain('#EXT-X-DATERANGE:ID="a"'), plain(moment("a", 6, ""))),
    "daterange.date": (plain('#EXT-X-DATERANGE:ID="a",START-DATE="2026-11-22"'), plain(moment("a", 6, ""))),
    "daterange.duration": (plain(moment("a", 6, ",DURATION=-1")), plain(moment("a", 6, ",DURATION=0"))),
    "daterange.end-before-start": (
        plain(moment("a", 6, f',END-DATE="{date(5)}"')),
        plain(moment("a", 6, f',END-DATE="{date(6)}"')),
    ),
    "daterange.end-date": (closed(END_DATE=f'"{date(24.01)}"'), RANGES),
    "daterange.end-on-next": (plain(moment("a", 6, ",END-ON-NEXT=YES")), plain(moment("a", 6, _WITH_CLASS))),
    "daterange.class-overlap": (
        media(moment("a", 0, ',CLASS="x",DURATION=9'), moment("b", 6, _WITH_CLASS)),
        media(moment("a", 0, ',CLASS="x",DURATION=6'), moment("b", 6, _WITH_CLASS)),
    ),
    "daterange.attributes-differ": (closed(START_DATE=f'"{date(24)}"'), RANGES),
    "daterange.id-reused": (media("", RANGE_OUT, daterange(out=OTHER_OUT)), media("", RANGE_OUT, RANGE_OUT)),
    "daterange.quoted": (plain(moment("a", 6, f',SCTE35-OUT="{hexadecimal(OUT)}"')), RANGES),
    "daterange.section": (plain(moment("a", 6, ",SCTE35-OUT=0xFC30")), RANGES),
    "daterange.wrong-attribute": (plain(moment("a", 6, f",SCTE35-OUT={hexadecimal(NULL)}")), RANGES),
    "daterange.splice-in-cmd": (
        plain(moment("a", 6, f",SCTE35-CMD={hexadecimal(OUT)}")),
        plain(moment("a", 6, f",SCTE35-CMD={hexadecimal(NULL)}")),
    ),
    "daterange.open-in": (break_of(RANGE_OUT, moment("17-a", 6, f",SCTE35-IN={hexadecimal(IN)}")), RANGES),
    "daterange.out-duration": (plain(daterange(out=OUT, more=",DURATION=18.000")), RANGES),
    "daterange.planned-duration": (plain(daterange(out=OUT, planned="20.0")), RANGES),
    "daterange.in-without-out": (media(RANGE_IN), media(RANGE_IN, sequence=9)),
    "daterange.out-has-left": (media(RANGE_IN, sequence=9), break_of(RANGE_OUT, RANGE_IN, sequence=9)),
    "daterange.event-id": (break_of(RANGE_OUT, daterange(back=OTHER_IN)), RANGES),
    "daterange.types": (
        plain(daterange(out=TWO)),
        plain(lined(daterange(out=TWO), daterange(out=TWO, name="17-b"))),
    ),
    "daterange.no-milliseconds": (plain('#EXT-X-DATERANGE:ID="a",START-DATE="2026-11-22T20:00:06Z"'), RANGES),
    "daterange.within-segment": (media("", daterange(7, out=OUT), ""), media("", RANGE_OUT, "")),
    "interstitial.asset": (plain(INTERSTITIAL.replace("X-ASSET-LIST", "X-OTHER")), plain(INTERSTITIAL)),
    "interstitial.value": (plain(INTERSTITIAL.replace("OUT,IN", "OUT,UP")), plain(INTERSTITIAL)),
    "interstitial.scte35": (plain(f"{INTERSTITIAL},SCTE35-OUT={hexadecimal(OUT)}"), plain(INTERSTITIAL)),
    "cue.out-value": (break_of("#EXT-X-CUE-OUT:soon", CUE_IN), break_of("#EXT-X-CUE-OUT:18", CUE_IN)),
    "cue.no-duration": (break_of("#EXT-X-CUE-OUT", CUE_IN), CUES),
    "cue.out-twice": (media(CUE_OUT, CUE_OUT, CUE_IN), media(CUE_OUT, lined(CUE_IN, CUE_OUT), CUE_IN)),
    "cue.out-without-in": (media(CUE_OUT), media(CUE_OUT, tail="")),
    "cue.in-without-out": (media("", CUE_IN), media("", CUE_IN, sequence=9)),
    "cue.out-has-left": (media("", CUE_IN, sequence=9), CUES),
    "cue.in-value": (CUES.replace(CUE_IN, f"{CUE_IN}:ID=1"), CUES),
    "cue.order": (media(lined(CUE_OUT, CUE_IN)), media(lined("#EXT-X-CUE-OUT:0", CUE_IN))),
    "cue.longer": (CUES.replace("=18", "=17"), CUES),
    "cue.shorter": (CUES.replace("=18", "=19"), CUES),
    "cue.cont-value": (
        CUES.replace("ElapsedTime=6.000,Duration=18.000", "soon"),
        CUES.replace("ElapsedTime=6.000,Duration=18.000", "6/18"),
    ),
    "cue.cont-outside": (media("", CONTS[0]), media("", CONTS[0], sequence=9)),
    "cue.cont-missing": (break_of(CUE_OUT, CUE_IN, conts=(CONTS[0], "")), CUES),
    "cue.no-cont": (break_of(CUE_OUT, CUE_IN), CUES),
    "cue.elapsed": (
        CUES.replace("ElapsedTime=6.000", "ElapsedTime=7.000"),
        CUES.replace("ElapsedTime=6.000", "ElapsedTime=6.04"),
    ),
    "cue.cont-duration": (CUES.replace("Duration=18.000", "Duration=30.000"), CUES),
    "payload.section": (plan_of("/DAR"), EVERYTHING),
    "payload.base64": (plan_of(f"0x{OUT.encoded.hex()}"), EVERYTHING),
    "payload.cancel": (plan_of(base64(CANCEL)), EVERYTHING),
    "oatcls.alone": (plain(lined(CUE_IN, OATCLS_OUT)), plain(lined(OATCLS_OUT, CUE_OUT))),
    "scte35.no-cue": (plain("#EXT-X-SCTE35:CUE-OUT=YES"), SCTE35),
    "scte35.role": (SCTE35.replace("CUE-OUT=YES", "CUE-IN=YES"), SCTE35),
    "scte35.no-role": (SCTE35.replace(",CUE-OUT=YES", ""), SCTE35),
    "adobe.attributes": (ADOBE.replace("TIME=10.000,", ""), ADOBE),
    "adobe.missing": (break_of(ADOBE_OUT, ADOBE_IN), ADOBE),
    "asset.alone": (plain("#EXT-X-ASSET:CAID=0x17"), plain(lined("#EXT-X-ASSET:CAID=0x17", CUE_OUT))),
    "asset.encoding": (plain('#EXT-X-ASSET:T="a b"', CUE_OUT), plain('#EXT-X-ASSET:T="a%20b"', CUE_OUT)),
    "asset.form": (plain("#EXT-X-ASSET:17", CUE_OUT), plain("#EXT-X-ASSET:CAID=0x17", CUE_OUT)),
    "dialects.event": (EVERYTHING.replace(OATCLS_OUT, f"#EXT-OATCLS-SCTE35:{base64(OTHER_OUT)}"), EVERYTHING),
    "dialects.section": (
        EVERYTHING.replace(OATCLS_OUT, f"#EXT-OATCLS-SCTE35:{base64(messages.splice_out(17, 9, 18 * 90_000))}"),
        EVERYTHING,
    ),
    "dialects.role": (EVERYTHING.replace(SCTE35_OUT, f'#EXT-X-SCTE35:CUE="{base64(IN)}",CUE-OUT=YES'), EVERYTHING),
    "dialects.duration": (EVERYTHING.replace(CUE_OUT, "#EXT-X-CUE-OUT:20"), EVERYTHING),
    "dialects.missing": (
        break_of(lined(RANGE_OUT, CUE_OUT), CUE_IN, conts=(RANGE_IN.replace(date(24), date(18)), "")),
        EVERYTHING,
    ),
    "dialects.range-left": (
        media(lined(daterange(12, out=OTHER_OUT), CONTS[0]), CUE_IN, "", sequence=9, tail=""),
        media(lined(daterange(-6, out=OUT), CONTS[0]), CUE_IN, "", sequence=9, tail=""),
    ),
    "dialects.pair": (SCTE35.replace(base64(IN), base64(OTHER_IN)), SCTE35),
    "parts.no-target": (media(PART), LOW),
    "parts.over-target": (LOW.replace("DURATION=1.0", "DURATION=1.1"), LOW),
    "parts.short": (
        media(lined(PART.replace("1.0", "0.8"), PART), head=PARTS),
        media(lined(PART, PART.replace("1.0", "0.2")), head=PARTS),
    ),
    "parts.hold-back": (LOW.replace("PART-HOLD-BACK=3.0", "PART-HOLD-BACK=1.9"), LOW),
    "parts.hold-back-advised": (LOW.replace("PART-HOLD-BACK=3.0", "PART-HOLD-BACK=2.0"), LOW),
    "playlist.hold-back": (LOW.replace(",HOLD-BACK=18.0", ",HOLD-BACK=12.0"), LOW),
    "playlist.can-skip-until": (LOW.replace("UNTIL=36.0", "UNTIL=12.0"), LOW),
}
_CLOSE = media(RANGE_OUT, ("", 0.5), "")
PROFILES: dict[str, tuple[str, str, str]] = {
    "profile.dialects-unread": ("google-dai", RANGES, CUES),
    "profile.two-vocabularies": ("mediatailor", EVERYTHING, CUES),
    "profile.cue-out-without-duration": ("google-dai", break_of("#EXT-X-CUE-OUT", CUE_IN), CUES),
    "profile.version": ("google-dai", CUES, break_of(CUE_OUT, CUE_IN, version=3)),
    "profile.no-cue-in": ("google-dai", media(CUE_OUT), CUES),
    "profile.daterange-place": ("mediatailor", media(RANGE_OUT, ""), RANGES),
    "profile.date-interval": ("mediapackage", _CLOSE, RANGES),
    "profile.no-interstitial": ("interstitials", RANGES, break_of(lined(RANGE_OUT, INTERSTITIAL), RANGE_IN)),
    "profile.undated": ("interstitials", RANGES.replace("#EXT-X-PROGRAM", "#EXT-Z-PROGRAM"), RANGES),
}
MULTIVARIANT = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXT-X-MEDIA:TYPE=AUDIO,URI="b.m3u8"\n'
OVER_FILES = {
    "renditions.differ",
    "playlist.unreadable",
    "playlist.no-media",
    "playlist.renditions-unread",
}


def linted(text: str, profile: str = "plain") -> list[LintFinding]:
    return lint_playlist_text(text, "file:///index.m3u8", profile)


@pytest.mark.parametrize("rule", CASES)
def test_a_playlist_breaks_its_rule_and_another_keeps_it(rule: str) -> None:
    broken, kept = CASES[rule]
    assert broken != kept
    found = linted(broken)
    assert rule in rules(found), found
    assert rule not in rules(linted(kept)), linted(kept)


@pytest.mark.parametrize("rule", PROFILES)
def test_a_playlist_breaks_a_rule_of_its_reader(rule: str) -> None:
    profile, broken, kept = PROFILES[rule]
    assert rule in rules(linted(broken, profile)), linted(broken, profile)
    assert rule not in rules(linted(kept, profile))
    assert rule not in rules(linted(broken))


@pytest.mark.parametrize(
    "text", [CUES, RANGES, SCTE35, ADOBE, EVERYTHING, LOW], ids=["cues", "ranges", "scte35", "adobe", "all", "low"]
)
def test_well_marked_playlists_have_no_finding(text: str) -> None:
    assert rules(linted(text)) - {"playlist.no-markers"} == set()


def test_what_a_reader_skips_is_a_note_while_it_reads_another_dialect() -> None:
    (found,) = (one for one in linted(EVERYTHING, "google-dai") if one.rule == "profile.dialects-unread")
    assert found.severity is LintSeverity.NOTE
    (found,) = (one for one in linted(RANGES, "google-dai") if one.rule == "profile.dialects-unread")
    assert found.severity is LintSeverity.ERROR


def test_findings_tell_their_lines() -> None:
    text = EVERYTHING.replace(CUE_OUT, "#EXT-X-CUE-OUT:soon")
    (found,) = (one for one in linted(text) if one.rule == "cue.out-value")
    assert found.where == f"line {text.split('#EXT-X-CUE-OUT:soon')[0].count(chr(10)) + 1}"


def test_what_is_wrong_everywhere_is_told_three_times_and_counted() -> None:
    found = [one for one in linted(media(*[("", 9.0)] * 40)) if one.rule == "playlist.over-target-duration"]
    assert len(found) == 4
    assert "37 times more" in found[-1].text


def _written(folder: Path, first: str, second: str) -> str:
    (folder / "index.m3u8").write_text(MULTIVARIANT)
    (folder / "a.m3u8").write_text(first)
    (folder / "b.m3u8").write_text(second)
    return str(folder / "index.m3u8")


def test_renditions_have_the_same_markers(tmp_path: Path) -> None:
    assert rules(lint_playlist(_written(tmp_path, EVERYTHING, EVERYTHING))) == set()
    found = lint_playlist(_written(tmp_path, EVERYTHING, EVERYTHING.replace(CUE_OUT, "#EXT-X-CUE-OUT:18.000")))
    assert rules(found) == {"renditions.differ"}
    assert found[0].where.startswith("b.m3u8: line ")
    other = EVERYTHING.replace("PLANNED-DURATION=18.000", "PLANNED-DURATION=18.001")
    assert rules(lint_playlist(_written(tmp_path, EVERYTHING, other))) == {"renditions.differ"}


def test_a_window_that_rolled_on_between_two_readings_is_no_difference(tmp_path: Path) -> None:
    first = media("", CUE_OUT, "", sequence=8, tail="")
    second = media(CUE_OUT, "", "", sequence=9, tail="")
    assert "renditions.differ" not in rules(lint_playlist(_written(tmp_path, first, second)))


def test_a_rendition_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    target = _written(tmp_path, CUES, CUES)
    (tmp_path / "b.m3u8").unlink()
    assert rules(lint_playlist(target)) == {"playlist.unreadable"}
    assert rules(lint_playlist(_written(tmp_path, CUES, MULTIVARIANT))) == {"playlist.unreadable"}
    assert rules(linted(MULTIVARIANT)) == {"playlist.renditions-unread"}
    assert "playlist.no-media" in rules(linted("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n"))


def test_what_is_no_playlist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.m3u8").write_text("hello")
    with pytest.raises(ProofError, match="EXTM3U"):
        lint_playlist(str(tmp_path / "x.m3u8"))


def handover() -> str:
    """Event 17 from the second segment to the fourth, where its section opens event 18, which ends a segment later.

    Each dialect tells the section twice there, at its IN and at its OUT.
    """
    opening = signal(0x34, 17, segmentation_duration_ticks=12 * 90_000)
    ends, starts = signal(0x35, 17), signal(0x34, 18, segmentation_duration_ticks=6 * 90_000)
    both = made(
        replace(ends, command=TimeSignal(900_000 + 12 * 90_000), descriptors=(*ends.descriptors, *starts.descriptors))
    )
    closing = signal(0x35, 18, pts=900_000 + 18 * 90_000)

    def tags(section: Section, cue: str, kind: str) -> str:
        code = base64(section)
        names = (
            f'#EXT-X-SCTE35:CUE="{code}",{kind}=YES',
            f"#EXT-X-SPLICEPOINT-SCTE35:{code}",
            f"#EXT-OATCLS-SCTE35:{code}",
        )
        return lined(*names, cue)

    cont = "#EXT-X-CUE-OUT-CONT:ElapsedTime=6.000,Duration=12.000"
    kept = "PLANNED-DURATION=12.000,DURATION=12.000"
    return media(
        "",
        lined(daterange(out=opening, planned="12.000"), tags(opening, "#EXT-X-CUE-OUT:DURATION=12.000", "CUE-OUT")),
        cont,
        lined(
            f'#EXT-X-DATERANGE:ID="17-a",START-DATE="{date(6)}",{kept},END-DATE="{date(18)}",SCTE35-IN={hexadecimal(both)}',
            tags(both, "#EXT-X-CUE-IN", "CUE-IN"),
            daterange(18, name="18-a", out=both, planned="6.000"),
            tags(both, "#EXT-X-CUE-OUT:DURATION=6.000", "CUE-OUT"),
        ),
        lined(
            f'#EXT-X-DATERANGE:ID="18-a",START-DATE="{date(18)}",PLANNED-DURATION=6.000,DURATION=6.000,'
            f'END-DATE="{date(24)}",SCTE35-IN={hexadecimal(closing)}',
            tags(closing, "#EXT-X-CUE-IN", "CUE-IN"),
        ),
    )


def test_a_section_that_closes_one_event_and_opens_another_is_both() -> None:
    found = lint_playlist_text(handover(), "file:///a.m3u8")
    assert [str(one) for one in found if one.severity is LintSeverity.ERROR] == []
