"""The wizard by clicks, over the real face: from a source to a show file that a run would take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from app.cli.setup_face import ProgramSetup
from app.model import commands
from app.model.setup_face import LadderCost
from app.model.show import HlsOutput, Rendition
from app.settings import load_show
from app.ui.setup.wizard import Wizard
from tests.ui.setup.conftest import Opens, Origin, SetupRoom, media

PROBE_MS, TRIAL_MS = 45_000, 60_000


class Idle(ProgramSetup):
    """What else runs on the machine of the tests is none of their business; the trial itself is real."""

    def try_ladder(self, source: str, rungs: tuple[Rendition, ...], rate: Fraction) -> LadderCost:
        return replace(super().try_ladder(source, rungs, rate), busy=0.0)


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(field: QLineEdit, text: str) -> None:
    field.clear()
    QTest.keyClicks(field, text)


def wizard_of(opened: SetupRoom) -> Wizard:
    QTest.keySequence(opened.window, QKeySequence("Ctrl+N"))
    wizard = opened.window.setup.wizard
    assert wizard is not None
    assert QTest.qWaitForWindowExposed(wizard)
    return wizard


def probe(wizard: Wizard, qtbot: QtBot, address: str) -> None:
    write(wizard.source.url, address)
    click(wizard.source.go)
    qtbot.waitUntil(lambda: not wizard.source.errand.busy, timeout=PROBE_MS)


def test_a_channel_from_its_source_to_its_show_file(
    setup_room: Opens, clip: Path, tmp_path: Path, qtbot: QtBot, http_origin: Callable[..., Origin]
) -> None:
    wizard = wizard_of(setup_room(Idle(tmp_path)))
    write(wizard.source.name, "News One")
    assert not wizard.next.isEnabled()
    probe(wizard, qtbot, str(clip))
    assert not wizard.source.picture.pixmap().isNull()
    assert wizard.source.streams.count() == 2
    wizard.ladder.boxes["720p"].setChecked(False)
    click(wizard.next)
    assert wizard.at == 1
    qtbot.waitUntil(lambda: not wizard.ladder.errand.busy, timeout=TRIAL_MS)
    assert "processors" in wizard.ladder.words.text()
    assert "decoding" in wizard.ladder.shares.text()
    click(wizard.next)
    origin = http_origin()
    write(wizard.outputs.rows[0].url, str(tmp_path / "live"))
    write(wizard.outputs.rows[1].url, origin.url)
    assert not wizard.next.isEnabled()
    for row in wizard.outputs.rows:
        click(row.go)
        qtbot.waitUntil(lambda: not wizard.outputs.errand.busy, timeout=20_000)
        assert "read back" in row.words.text()
    assert not origin.kept
    assert list((tmp_path / "live").iterdir()) == []
    click(wizard.next)
    click(wizard.cues.lengths[90])
    click(wizard.next)
    assert wizard.at == 4
    path = tmp_path / "news.toml"
    write(wizard.review.path, str(path))
    qtbot.waitUntil(wizard.review.save_button.isEnabled, timeout=10_000)
    assert not path.exists()
    click(wizard.review.save_button)
    qtbot.waitUntil(wizard.next.isEnabled, timeout=10_000)
    show = load_show(path)
    channel = show.channels[0]
    assert (channel.name, channel.sources) == ("news-one", (clip.as_uri(),))
    assert [rung.name for rung in channel.renditions] == ["360p"]
    assert [one.url for one in show.origins] == [f"{(tmp_path / 'live').as_uri()}/", origin.url]
    assert isinstance(channel.outputs[0], HlsOutput)
    assert [one.name for one in channel.templates] == ["Ad break 30 s", "Ad break 60 s", "Ad break 90 s"]
    assert "splicedeck run" in wizard.review.words.text()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("udp://127.0.0.1:45871", "nothing has arrived"),
        ("file:///no/such/clip.ts", "there is no such file"),
        ("srt://127.0.0.1:9", "not in this version"),
        ("nonsense", "not a source URL"),
    ],
)
def test_a_source_that_can_t_be_read_is_told_at_its_field(
    setup_room: Opens, face: ProgramSetup, qtbot: QtBot, address: str, words: str
) -> None:
    wizard = wizard_of(setup_room(face))
    probe(wizard, qtbot, address)
    assert words in wizard.source.words.text()
    assert not wizard.next.isEnabled()
    assert "dashed" in wizard.source.url.styleSheet()


def test_sound_alone_makes_no_channel_and_pictures_alone_make_a_silent_one(
    setup_room: Opens, face: ProgramSetup, qtbot: QtBot, tmp_path: Path
) -> None:
    wizard = wizard_of(setup_room(face))
    probe(wizard, qtbot, str(media(tmp_path / "sound.ts", video=False)))
    assert "no video" in wizard.source.words.text()
    assert not wizard.next.isEnabled()
    probe(wizard, qtbot, str(media(tmp_path / "mute.ts", audio=False)))
    assert "airs silence" in wizard.source.words.text()
    assert wizard.next.isEnabled()


class Small(ProgramSetup):
    """A machine with one processor that is half busy; the rest is real."""

    def try_ladder(self, _source: str, rungs: tuple[Rendition, ...], _rate: object) -> LadderCost:
        return LadderCost(tuple((rung.name, rung.height / 1000) for rung in rungs), 0.0, 1, 0.1)


def test_a_ladder_that_does_not_fit_is_refused_with_its_figure_until_it_fits(
    setup_room: Opens, tmp_path: Path, qtbot: QtBot
) -> None:
    wizard = wizard_of(setup_room(Small(tmp_path)))
    probe(wizard, qtbot, "test:bars")
    click(wizard.next)
    qtbot.waitUntil(lambda: not wizard.ladder.errand.busy, timeout=5000)
    assert "Refused: it takes 1.08 of 1 processors, 0.75 can be given" in wizard.ladder.words.text()
    assert "Without 360p (0.36) it fits" in wizard.ladder.words.text()
    assert not wizard.next.isEnabled()
    wizard.ladder.boxes["360p"].setChecked(False)
    assert not wizard.next.isEnabled()
    click(wizard.ladder.go)
    qtbot.waitUntil(wizard.next.isEnabled, timeout=5000)
    wizard.turn(0)
    write(wizard.source.url, "test:other")
    assert wizard.reached() == 0


@pytest.mark.parametrize("status", [401, 403, 507])
def test_an_origin_that_refuses_is_told_at_its_field(
    setup_room: Opens, tmp_path: Path, qtbot: QtBot, http_origin: Callable[..., Origin], status: int
) -> None:
    wizard = wizard_of(setup_room(Small(tmp_path)))
    row = wizard.outputs.rows[0]
    said = {401: "credentials", 403: "forbidden", 507: "disk is full"}[status]
    row.url.setText(http_origin(status).url)
    wizard.outputs.test(row)
    qtbot.waitUntil(lambda: not wizard.outputs.errand.busy, timeout=20_000)
    assert said in row.words.text()
    assert wizard.outputs.reason() == "test the primary origin first"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9/", "connection refused"),
        ("s3://bucket/", "not in this version"),
        ("http://me:secret@host/", "holds credentials"),
        ("file:///proc/nothing", "folder /proc/nothing"),
    ],
)
def test_an_origin_that_can_t_be_used_is_told_in_words(
    setup_room: Opens, tmp_path: Path, qtbot: QtBot, url: str, words: str
) -> None:
    wizard = wizard_of(setup_room(Small(tmp_path)))
    row = wizard.outputs.rows[0]
    row.url.setText(url)
    wizard.outputs.test(row)
    qtbot.waitUntil(lambda: not wizard.outputs.errand.busy, timeout=20_000)
    assert words in row.words.text()
    assert "secret@" not in row.words.text()


def test_cue_keys_work_while_the_wizard_has_the_focus_and_it_never_covers_their_column(
    setup_room: Opens, face: ProgramSetup, qtbot: QtBot
) -> None:
    opened = setup_room(face)
    wizard = wizard_of(opened)
    wizard.source.url.setFocus()
    QTest.keySequence(wizard.source.url, QKeySequence("F8"))
    assert [type(each) for each in opened.engine.submitted] == [commands.CueNext]
    column = opened.window.column
    left = column.mapToGlobal(column.rect().topLeft()).x()
    assert wizard.frameGeometry().right() < left
    wizard.move(left, 0)
    qtbot.waitUntil(lambda: wizard.frameGeometry().right() < left, timeout=3000)
    assert not wizard.isModal()


def test_numbers_typed_into_a_field_choose_no_channel(setup_room: Opens, face: ProgramSetup) -> None:
    opened = setup_room(face)
    wizard = wizard_of(opened)
    wizard.source.name.setFocus()
    write(wizard.source.name, "News 2")
    assert opened.window.desk.selected == "one"
    assert wizard.work.draft == replace(wizard.work.draft, title="News 2")
