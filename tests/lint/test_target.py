"""What a target is, told by its content; the command with its exit statuses and its JSON."""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.cli.command_line import command_line
from app.lint.target import Asked, Kind, lint
from app.model.errors import UnsupportedError, UsageError
from app.model.lint import LintSeverity
from app.scte35.xml import section_to_xml
from tests.lint.made import CUES, OUT, RANGES, base64, hexadecimal, rules, signal

SHOW = """\
[show]
name = "Evening"
timezone = "Europe/Berlin"
[[origins]]
name = "p"
url = "file:///not/on/this/machine/"
[[channels]]
name = "news-1"
frame_rate = "25"
sources = ["udp://127.0.0.1:5000"]
pre_roll = 4
[[channels.templates]]
name = "Local ad 60"
duration = 60
[[channels.renditions]]
name = "a"
size = "320x180"
bitrate = 300000
[[channels.outputs]]
kind = "hls"
origins = ["p"]
"""
LIST = "id,at,duration,template,colour\na,+10,30,,\nb,+20,30,,\nc,+90,soon,,\nd,+200,,Local ad 60,\n"
JSON_LIST = '{"breaks": [{"id": "a", "at": "+10", "duration": 30}, {"id": "b", "at": "+20", "duration": 30}]}'
PAIR = f"{base64(signal(0x30, 1))}\n\n{hexadecimal(signal(0x3C, 2))}\n"

type Written = Callable[[str, str | bytes], str]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a", base64(OUT), Kind.SECTION),
        ("a.txt", PAIR, Kind.SECTION),
        ("a.bin", OUT.encoded, Kind.SECTION),
        ("a.xml", section_to_xml(OUT), Kind.SECTION),
        ("a", SHOW, Kind.SHOW),
        ("a", f"\ufeff{LIST}", Kind.SCHEDULE),
        ("a", LIST.replace(",", ";"), Kind.SCHEDULE),
        ("a", JSON_LIST, Kind.SCHEDULE),
        ("a", CUES, Kind.PLAYLIST),
    ],
    ids=["base64", "lines", "bytes", "xml", "show", "csv", "semicolons", "json", "playlist"],
)
def test_a_file_is_told_by_its_content(written: Written, name: str, content: str | bytes, kind: Kind) -> None:
    target = written(name, content)
    linted = lint(target, Asked())
    assert (linted.kind, linted.target) == (kind, target)
    assert lint(Path(target).as_uri(), Asked()).findings == linted.findings


@pytest.mark.parametrize("text", [base64(OUT), hexadecimal(OUT), OUT.encoded.hex(), section_to_xml(OUT)])
def test_a_section_is_a_target_itself(text: str) -> None:
    assert lint(text, Asked()).kind is Kind.SECTION


def test_a_file_goes_before_a_text(written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written("FC00", CUES)
    monkeypatch.chdir(tmp_path)
    assert lint("FC00", Asked()).kind is Kind.PLAYLIST


def test_a_folder_is_its_playlist(written: Written) -> None:
    target = written("index.m3u8", CUES)
    assert lint(str(Path(target).parent), Asked()).kind is Kind.PLAYLIST


def test_a_show_tells_lines_and_needs_no_folder_of_its_own(written: Written) -> None:
    findings = lint(written("show.toml", SHOW), Asked()).findings
    assert {one.where for one in findings} == {"channels[0].pre_roll (line 11)"}


@pytest.mark.parametrize(
    ("old", "new", "rule", "where"),
    [
        ("pre_roll = 4", "pre_roll = 3.5", "settings.pre-roll", "channels[0].pre_roll (line 11)"),
        ("pre_roll = 4", "heartbeat = 900", "settings.refused", "channels[0].heartbeat (line 11)"),
        (
            "pre_roll = 4",
            "signalling = { tier = 5000 }",
            "settings.signalling",
            "channels[0].signalling.tier (line 11)",
        ),
        ("duration = 60", "duration = 0.5", "settings.refused", "channels[0].templates[0].duration (line 14)"),
        (
            'origins = ["p"]',
            'origins = ["p"]\ndialects = ["dash"]',
            "settings.refused",
            "channels[0].outputs[0].dialects[0] (line 22)",
        ),
    ],
)
def test_what_the_settings_refuse_about_markers_is_a_finding(
    written: Written, old: str, new: str, rule: str, where: str
) -> None:
    findings = lint(written("show.toml", SHOW.replace(old, new)), Asked()).findings
    assert (findings[0].rule, findings[0].where, findings[0].severity) == (rule, where, LintSeverity.ERROR)


@pytest.mark.parametrize(
    ("said", "where"),
    [("lead = [60, 4]", "lead"), ('policy = "react"', "policy"), ("pids = [8191]", "pids[0]")],
)
def test_what_no_standard_says_cites_none(written: Written, said: str, where: str) -> None:
    text = SHOW.replace("pre_roll = 4", f"feed_cues = {{ {said} }}")
    finding = lint(written("show.toml", text), Asked()).findings[0]
    assert (finding.rule, finding.clause) == ("settings.refused", "")
    assert finding.where.startswith(f"channels[0].feed_cues.{where}")


def test_a_upid_of_no_type_has_no_value(written: Written) -> None:
    for upid, wrong in (('{ type = 0, value = "x" }', True), ("{ type = 0 }", False)):
        text = SHOW.replace("duration = 60", f'duration = 60\nmode = "chapter"\nupid = {upid}')
        found = [one.text for one in lint(written("show.toml", text), Asked()).findings if "type 0" in one.text]
        assert found == (["type 0 is no UPID and has none"] if wrong else [])


def test_the_rest_is_judged_without_what_was_refused(written: Written) -> None:
    text = SHOW.replace("pre_roll = 4", "pre_roll = 3\nheartbeat = 900").replace(
        'origins = ["p"]', 'origins = ["p"]\nsegment = 8'
    )
    found = [one.rule for one in lint(written("show.toml", text), Asked()).findings]
    assert found == ["settings.pre-roll", "settings.refused", "settings.pre-roll-segment"]


def test_any_other_refusal_is_the_show_files_own(written: Written) -> None:
    for old, new in (('name = "news-1"', 'name = "News 1"'), ("pre_roll", "preroll"), ("[show]", "[show")):
        with pytest.raises(UsageError):
            lint(written("show.toml", SHOW.replace(old, new)), Asked())
    with pytest.raises(UnsupportedError):
        lint(written("show.toml", SHOW.replace('"hls"', '"dash"')), Asked())


def test_a_list_tells_rows_and_what_was_refused(written: Written) -> None:
    linted = lint(written("breaks.csv", LIST), Asked())
    told = {(one.rule, one.where) for one in linted.findings}
    assert ("schedule.overlap", "line 3") in told
    assert ("schedule.refused-row", "line 4, duration") in told
    assert ("schedule.unread", "") in told


def test_a_list_with_templates_asks_for_its_show(written: Written) -> None:
    linted = lint(written("breaks.csv", LIST), Asked())
    (finding,) = (one for one in linted.findings if one.where == "line 5, duration")
    assert "without the show" in finding.text
    assert "--show" in finding.fix


def test_a_list_is_held_against_its_show(written: Written) -> None:
    breaks, show = written("breaks.csv", LIST), Path(written("show.toml", SHOW))
    alone, held = lint(breaks, Asked()), lint(breaks, Asked(show=show))
    refused = [one.where for one in alone.findings if one.rule == "schedule.refused-row"]
    assert refused == ["line 4, duration", "line 5, duration"]  # without the show its template has no duration
    assert [one.where for one in held.findings if one.rule == "schedule.refused-row"] == ["line 4, duration"]
    other = written("other.csv", LIST.replace("Local ad 60", "Lokal ad 60"))
    (finding,) = (one for one in lint(other, Asked(show=show)).findings if one.where == "line 5, template")
    assert "did you mean 'Local ad 60'?" in finding.text


def test_the_reader_of_a_playlist_may_be_named(written: Written) -> None:
    target = written("a.m3u8", RANGES)
    assert lint(target, Asked()).findings == ()
    linted = lint(target, Asked(profile="google-dai"))
    assert "profile.dialects-unread" in rules(list(linted.findings))
    assert linted.to_plain()["profile"] == "google-dai"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "nothing in it"),
        ("hello", "there are rules for"),
        (b"\x00\xff", "no text"),
        ("<rss/>", "XML of <rss>"),
        ("[show]\nname = 1\n", "show.name"),
        ('{"breaks": 1}', "breaks"),
        ('{"a', "not JSON"),
    ],
)
def test_what_has_no_rules_is_refused(written: Written, content: str | bytes, says: str) -> None:
    target = written("target", content)
    with pytest.raises(UsageError, match=says) as refused:
        lint(target, Asked())
    assert refused.value.exit_status == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>', "DASH manifest"),
        ("<vmap:VMAP xmlns:vmap='x'/>", "VMAP"),
        ("<VAST version='4.0'/>", "VAST"),
        ((b"\x47" + bytes(187)) * 3, "transport stream"),
    ],
    ids=["mpd", "vmap", "vast", "ts"],
)
def test_what_is_not_in_this_version_is_refused_by_name(written: Written, content: str | bytes, says: str) -> None:
    with pytest.raises(UnsupportedError, match=says):
        lint(written("target", content), Asked())


def test_a_url_is_read_with_its_renditions(written: Written, tmp_path: Path) -> None:
    written("index.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8\n")
    written("a.m3u8", CUES)
    written("b.m3u8", CUES.replace("EXT-X-CUE-IN", "EXT-X-OTHER"))
    written("manifest.mpd", '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>')
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    serving = threading.Thread(target=server.serve_forever, name="origin")
    serving.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        found = lint(f"{url}/index.m3u8", Asked()).findings
        assert {(one.rule, one.where.partition(":")[0]) for one in found} == {
            ("cue.out-without-in", "b.m3u8"),
            ("cue.cont-missing", "b.m3u8"),
            ("renditions.differ", "b.m3u8"),
        }
        with pytest.raises(UnsupportedError, match="DASH"):
            lint(f"{url}/manifest.mpd", Asked())
        with pytest.raises(UsageError, match="404"):
            lint(f"{url}/nosuch.m3u8", Asked())
    finally:
        server.shutdown()
        server.server_close()
        serving.join(5)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None: ...


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = command_line(["lint", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_the_status_is_of_the_gravest(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(capsys, base64(OUT))[:2] == (0, "section: 0 errors, 0 warnings, 0 notes\n")
    status, out, _ = _told(capsys, base64(signal(0x34)))
    assert (status, out.splitlines()[-1]) == (0, "section: 0 errors, 0 warnings, 1 note")
    status, out, _ = _told(capsys, base64(OUT)[:-8])
    assert status == 1
    assert out.startswith("error: byte 1: section_length: ")
    status, out, err = _told(capsys, "nosuch.m3u8")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert _told(capsys, written("a", CUES), "--profile", "mediatailer")[0] == 2
    assert _told(capsys, written("breaks.csv", LIST), "--show", "nosuch.toml")[0] == 2


def test_json_tells_counts_and_findings(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    target = written("breaks.csv", LIST)
    status, out, _ = _told(capsys, target, "--json")
    told = json.loads(out)
    assert status == 1
    assert (told["target"], told["kind"], told["profile"]) == (target, "schedule", None)
    severities = [finding["severity"] for finding in told["findings"]]
    assert [severities.count(name) for name in ("error", "warning", "note")] == [
        told[f"{name}s"] for name in ("error", "warning", "note")
    ]
    assert all(set(each) == {"severity", "rule", "clause", "where", "text", "fix"} for each in told["findings"])


def test_standard_input_is_a_target(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAIR.encode())))
    status, out, _ = _told(capsys, "-")
    assert status == 0
    assert "warning: line 3: Provider Promo Start" in out


def test_what_is_quoted_keeps_to_its_line(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    text = CUES.replace("#EXT-X-CUE-IN", "#EXT-X-CUE-IN:\x1b[31m")
    _, out, _ = _told(capsys, written("a.m3u8", text))
    assert "\x1b" not in out
