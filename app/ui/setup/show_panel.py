"""A show file as text: checked as it is typed, compared with what is on air and with the file, saved whole."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSplitter

from app.model.errors import SplicedeckError
from app.model.setup_face import Reading, Saved, TakenOn
from app.settings.changes import Change, Takes, changes
from app.ui.choosers import SHOW_FILES, choose_file, choose_new
from app.ui.fonts import MEDIUM, font
from app.ui.grammar import Tone
from app.ui.setup.page import Page, Work
from app.ui.setup.parts import Field, Words, caption, page_layout, row
from app.ui.traffic.buttons import PrimaryButton
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_CHECK_MS = 300
_MOST_FINDINGS = 40


@dataclass(frozen=True, slots=True)
class _Looked:
    """What one look at the text gave. ``air``: the text on air; ``file``: that of the file as it lies there."""

    reading: Reading
    air: Reading | None
    air_text: str
    file: str | None


class ShowPanel(Page):
    """Also the wizard's last page. Nothing is written before the text reads as a show."""

    title = _("Review")

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        skin = self.skin
        self.path = Field(skin, _("Show file"), self)
        self.path.setPlaceholderText("/folder/evening.toml")
        self.open_button, self.as_button = TextButton(_("Open…"), skin, self), TextButton(_("Save as…"), skin, self)
        self.save_button = PrimaryButton(_("Save"), skin, self)
        self.live_button = TextButton(_("Take on now"), skin, self)
        self.live_button.setToolTip(
            _("Have the channels on air take on what needs no restart; the file stays as it is")
        )
        self.text, self.told_text = QPlainTextEdit(self), QPlainTextEdit(self)
        for box, name in ((self.text, _("Text of the show file")), (self.told_text, _("Findings and differences"))):
            box.setAccessibleName(name)
            box.setFont(font(skin.density.body, MEDIUM))
            box.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            box.setTabChangesFocus(True)
        self.told_text.setReadOnly(True)
        self.words = Words(skin, self)
        self._look: _Looked | None = None
        self._saved: Saved | None = None
        self._answered: tuple[TakenOn, ...] = ()
        self._opened: str | None = None
        self._timer = QTimer(self, interval=_CHECK_MS, singleShot=True)
        self._timer.timeout.connect(self.check)
        self._lay_out()
        self.text.textChanged.connect(self._on_edit)
        self.path.textChanged.connect(self._on_edit)
        self.open_button.clicked.connect(lambda: choose_file(self, _("Open a show file"), self.open, SHOW_FILES))
        self.as_button.clicked.connect(
            lambda: choose_new(self, _("Save the show file as"), self._save_as, SHOW_FILES, suffix=".toml")
        )
        self.save_button.clicked.connect(self.save)
        self.live_button.clicked.connect(self.take_on)
        self._judge()

    def _lay_out(self) -> None:
        layout = page_layout(self)
        buttons = (self.open_button, self.as_button, self.save_button, self.live_button)
        layout.addLayout(row(caption(_("Show file"), self.skin), self.path, *buttons))
        layout.addWidget(self.words)
        halves = QSplitter(self)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.text)
        halves.addWidget(self.told_text)
        layout.addWidget(halves, 1)

    @property
    def file(self) -> Path | None:
        """The file that is named."""
        named = self.path.text().strip()
        return Path(named) if named else None

    def open(self, named: str) -> None:
        """Show a file's text."""
        face, path = self.work.face, Path(named)

        def done(text: str) -> None:
            self._opened = text
            self.path.setText(named)
            self.show_text(text)

        self.ask(lambda: face.open(path), "setup-open", done, lambda why: self.words.tell(why, Tone.RED))

    def show_text(self, text: str) -> None:
        """Put a text there to be looked at."""
        self.text.setPlainText(text)
        self.check()

    def _on_edit(self) -> None:
        self._saved = self._look = None
        self._answered = ()
        self._timer.start()
        self._judge()

    # ---- what it says

    def check(self) -> None:
        """Read the text as a run would, and compare it."""
        self._timer.stop()
        face, text, path = self.work.face, self.text.toPlainText(), self.file

        def look() -> _Looked:
            air = face.on_air()
            there = face.open(path) if path is not None and path.is_file() else None
            return _Looked(face.read_text(text, path), face.read_text(air, None) if air else None, air, there)

        self.ask(look, "setup-check", self._on_look, lambda why: self.words.tell(why, Tone.RED))

    def _on_look(self, look: _Looked) -> None:
        self._look = look
        self.told_text.setPlainText("\n".join(_told(look, self.text.toPlainText())))
        self._judge()

    def _judge(self) -> None:
        reason = self._reason()
        self.save_button.allow(reason)
        self.live_button.setEnabled(bool(self._live_changes()))
        if self._answered:
            said, look = taken_on_words(self._answered), self._look
            if look is not None and look.file != self.text.toPlainText():
                said += _(" The file does not say so yet: save it, or the next run begins without it.")
            refused = any(each.refused for each in self._answered)
            self.words.tell(said, Tone.RED if refused else Tone.GREEN)
        elif self._saved is not None:
            self.words.tell(saved_words(self._saved, self._look), Tone.GREEN)
        elif self._look is not None and self._look.reading.show is None:
            self.words.tell(self._look.reading.trouble, Tone.RED)
        elif reason:
            self.words.tell(f"{reason[0].upper()}{reason[1:]}")
        else:
            self.words.tell(_("It reads as a show and can be saved"), Tone.GREEN)
        self.told.emit()

    def _reason(self) -> str:
        if not self.text.toPlainText().strip():
            return _("there is no text: open a show file")
        if self._look is None:
            return _("the text is being read")
        if self._look.reading.show is None:
            return _("the text is no show")
        path = self.file
        if path is None:
            return _("name the file to save it in")
        return "" if path.is_absolute() else _("name the folder too: /folder/evening.toml")

    def go_to_trouble(self) -> None:
        """Put the cursor where the text can't be read."""
        if self._look is None or not self._look.reading.line:
            return
        block = self.text.document().findBlockByNumber(self._look.reading.line - 1)
        cursor = QTextCursor(block)
        right = QTextCursor.MoveOperation.Right
        cursor.movePosition(right, QTextCursor.MoveMode.MoveAnchor, max(0, self._look.reading.column - 1))
        self.text.setTextCursor(cursor)
        self.text.setFocus()

    # ---- saving

    def _save_as(self, named: str) -> None:
        self.path.setText(named)
        self.save()

    def save(self) -> None:
        """Write what reads as a show; what stood in the file is kept beside it."""
        face, text, path = self.work.face, self.text.toPlainText(), self.file
        if path is None:
            self.words.tell(_("Name the file to save it in"), Tone.RED)
            return

        def write() -> tuple[Saved, Reading]:
            reading = face.read_text(text, path)
            if reading.show is None:
                raise SplicedeckError(reading.trouble)
            return face.save(text, path), reading

        self.ask(write, "setup-save", self._on_saved, self._on_not_saved)

    def _on_saved(self, written: tuple[Saved, Reading]) -> None:
        self._saved, _reading = written
        self._judge()
        self.path.mark(wrong=False)

    def _on_not_saved(self, why: str) -> None:
        self.path.mark(wrong=True)
        self.words.tell(why, Tone.RED)

    # ---- the air

    def _live_changes(self) -> tuple[Change, ...]:
        """What the channels on air can take on of the text as it was last read."""
        air = self._look.air.show if self._look is not None and self._look.air is not None else None
        wanted = self._look.reading.show if self._look is not None else None
        if air is None or wanted is None:
            return ()
        return tuple(each for each in changes(air, wanted) if each.takes is Takes.NOW)

    def take_on(self) -> None:
        """Have the channels on air take on what they can of the text."""
        wanted = self._look.reading.show if self._look is not None else None
        if wanted is not None:
            face, by = self.work.face, self.work.by
            self.live_button.setEnabled(False)
            self.ask(
                lambda: face.take_on(wanted, by=by),
                "setup-take-on",
                self._on_taken_on,
                lambda why: self.words.tell(why, Tone.RED),
            )

    def _on_taken_on(self, answers: tuple[TakenOn, ...]) -> None:
        self._answered = answers
        self.check()

    def entered(self) -> None:
        """Write down what the wizard has so far."""
        face, draft = self.work.face, self.work.draft

        def write() -> str:
            air = face.on_air()
            base = face.read_text(air, None).show if air and self.work.into else None
            return face.written(draft.show(self.work.timezone, base))

        self.ask(write, "setup-write", self.show_text, lambda why: self.words.tell(why, Tone.RED))

    def reason(self) -> str:
        """The end: it is saved."""
        return "" if self._saved is not None else _("save it first")


def saved_words(saved: Saved, look: _Looked | None) -> str:
    """That it was written, what became of the file before, and what is to be done for the air."""
    told = _("Written to {path}.").format(path=saved.path)
    if saved.kept is not None:
        told += _(" The file as it was, with its comments, is kept as {name}.").format(name=saved.kept.name)
    if look is not None and look.air is not None and look.air.show is not None and look.reading.show is not None:
        found = changes(look.air.show, look.reading.show)
        waits = sum(change.takes is Takes.RESTART for change in found)
        if not found:
            return _("{told} It is what is on air.").format(told=told)
        if not waits:
            return _("{told} Nothing in it needs a restart: “Take on now” puts it on air.").format(told=told)
        told += _(" {waits} of {found} changes need a restart.").format(waits=waits, found=len(found))
    return _("{told} To put it on air: stop the channels, then `splicedeck run {path}`.").format(
        told=told, path=saved.path
    )


def taken_on_words(answers: tuple[TakenOn, ...]) -> str:
    """Which channels run with it now, and which do not, with the reason."""
    done = ", ".join(each.channel for each in answers if not each.refused)
    told = [_("Taken on by {channels}.").format(channels=done)] if done else []
    told += [
        _("{channel} runs as before: {reason}").format(channel=each.channel, reason=each.refused)
        for each in answers
        if each.refused
    ]
    return " ".join(told)


def _told(look: _Looked, text: str) -> Iterator[str]:
    if look.reading.show is None:
        yield from (_("THE TEXT"), look.reading.trouble, "")
    findings = [str(each) for each in look.reading.findings]
    if findings:
        yield _("FINDINGS OF THE LINTER: {findings}").format(findings=len(findings))
        yield from findings[:_MOST_FINDINGS]
        yield ""
    yield from _against_air(look)
    if look.file is not None:
        yield _("AGAINST THE FILE AS IT LIES THERE")
        yield from _difference(look.file, text)
        if "#" in look.file and look.file != text:
            yield _("Its comments that are not in this text stay in the dated copy that saving makes.")


def _against_air(look: _Looked) -> Iterator[str]:
    if look.air is None or look.air.show is None or look.reading.show is None:
        yield from ((_("NOTHING IS KNOWN TO BE ON AIR TO COMPARE WITH"), "") if look.air is None else ())
        return
    found = changes(look.air.show, look.reading.show)
    yield _("AGAINST WHAT IS ON AIR: {found} changes").format(found=len(found) or _("no"))
    for change in found:
        yield f"{_('restart') if change.takes is Takes.RESTART else _('now'):<8} {change}"
    yield ""


def _difference(old: str, new: str) -> list[str]:
    lines = [each.rstrip("\n") for each in difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm="")]
    return lines[2:] or [_("The same text.")]
