"""A draft makes a show; what is picked of a source stands in it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.cli.setup_face import ProgramSetup
from app.model.setup_face import FoundStream, SourceFound
from app.model.show import Origin
from app.model.signalling import CuePolicy, SignalMode
from app.settings import demo_show, show_from_toml
from app.settings.show_writer import show_toml
from app.ui.setup.draft import LENGTHS_S, PRESETS, RUNGS, Draft
from tests.ui.setup.conftest import Opens
from tests.ui.setup.test_wizard import click, wizard_of

ORIGINS = (Origin("primary", "https://a.example/live/"), Origin("backup", "https://b.example/live/"))


@given(
    st.builds(
        Draft,
        title=st.text(min_size=1, max_size=80).filter(lambda title: title.isprintable() and bool(title.strip())),
        url=st.sampled_from(["test:bars", "udp://239.1.1.1:5000"]),
        policy=st.sampled_from(CuePolicy),
        pids=st.sampled_from([(), (500,), (500, 501)]),
        rungs=st.sampled_from([("720p",), tuple(rung.name for rung in RUNGS)]),
        preset=st.sampled_from(PRESETS),
        origins=st.sampled_from([ORIGINS[:1], ORIGINS]),
        mode=st.sampled_from(SignalMode),
        pre_roll_s=st.integers(16, 48).map(lambda quarters: Fraction(quarters, 4)),
        lengths_s=st.sampled_from([(), (30,), LENGTHS_S]),
    )
)
def test_every_draft_is_a_show_file(draft: Draft) -> None:
    show = draft.show("Europe/Berlin")
    assert show_from_toml(show_toml(show), "written", check_folders=False) == show


def test_it_joins_the_show_on_air_and_replaces_a_channel_of_its_name(tmp_path: Path) -> None:
    base = demo_show(tmp_path)
    joined = Draft(title="Two", url="test:bars", origins=ORIGINS[:1]).show("UTC", base)
    assert [each.name for each in joined.channels] == ["demo", "two"]
    assert [each.name for each in joined.origins] == ["local", "primary"]
    replaced = Draft(title="Demo", url="test:bars", origins=ORIGINS[:1]).show("UTC", base)
    assert [each.name for each in replaced.channels] == ["demo"]
    assert replaced.channels[0].templates


@pytest.mark.parametrize(("title", "name"), [("News One!", "news-one"), ("Ø", "channel"), ("  A  B ", "a-b")])
def test_a_channel_s_name_comes_from_its_title(title: str, name: str) -> None:
    assert Draft(title=title).name == name


class Marked(ProgramSetup):
    """A source with two SCTE-35 PIDs, as a probe tells it."""

    def probe(self, url: str) -> SourceFound:
        streams = (FoundStream(256, "video", "h264", 1080), FoundStream(257, "audio", "aac"))
        return SourceFound(
            url, "mpegts", (*streams, FoundStream(500, "scte35", "SCTE-35"), FoundStream(501, "scte35", "SCTE-35"))
        )


def test_a_ticked_pid_is_listened_to_where_markers_are_not_stripped(
    setup_room: Opens, tmp_path: Path, qtbot: QtBot
) -> None:
    wizard = wizard_of(setup_room(Marked(tmp_path)))
    wizard.source.url.setText("udp://239.1.1.1:5000")
    click(wizard.source.go)
    qtbot.waitUntil(wizard.next.isEnabled, timeout=5000)
    assert "no frame rate" in wizard.source.words.text()
    wizard.source.streams.item(3).setCheckState(Qt.CheckState.Checked)
    wizard.source.policy.setCurrentIndex(list(CuePolicy).index(CuePolicy.RELAY))
    cues = wizard.work.draft.channel().feed_cues
    assert (cues.policy, cues.pids) == (CuePolicy.RELAY, (501,))
    wizard.source.policy.setCurrentIndex(0)
    assert wizard.work.draft.channel().feed_cues.pids == ()
