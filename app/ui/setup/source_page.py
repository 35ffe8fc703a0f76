"""Where the pictures come from: probed before anything else, and shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QListWidgetItem

from app.model.setup_face import SourceFound
from app.model.signalling import CuePolicy
from app.ui.choosers import choose_file
from app.ui.fonts import MEDIUM, font
from app.ui.grammar import Tone
from app.ui.setup.draft import source_trouble, source_words
from app.ui.setup.page import Page, Work
from app.ui.setup.parts import Field, Words, caption, explanation, page_layout, row
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_POLICIES = {
    CuePolicy.STRIP: _("Markers of the source: strip them"),
    CuePolicy.RELAY: _("Markers of the source: relay them"),
    CuePolicy.ACT: _("Markers of the source: act on them"),
}
_PICTURE = (320, 180)
_PID = Qt.ItemDataRole.UserRole


class SourcePage(Page):
    """An address or a file; nothing goes on before it was probed and has pictures."""

    title = _("Source")

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        skin = self.skin
        self.name = Field(skin, _("Title of the channel"), self)
        self.name.setText(work.draft.title)
        self.url = Field(skin, _("Address or file of the source"), self)
        self.url.setPlaceholderText(_("udp://239.1.1.1:5000, file:///media/clip.ts, a path, or test:bars"))
        self.choose, self.go = TextButton(_("Choose file…"), skin, self), TextButton(_("Probe"), skin, self)
        self.words = Words(skin, self)
        self.picture = QLabel(self)
        self.picture.setFixedSize(*_PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setStyleSheet(
            f"background: {skin.palette.bg0.name()}; border: 1px solid {skin.palette.line.name()};"
        )
        self.streams = QListWidget(self)
        self.streams.setAccessibleName(_("Streams of the source"))
        self.streams.setFont(font(skin.density.body, MEDIUM))
        self.policy = QComboBox(self)
        self.policy.setAccessibleName(_("Markers of the source"))
        self.policy.setFont(font(skin.density.body, MEDIUM))
        for policy, words in _POLICIES.items():
            self.policy.addItem(words, policy)
        self._lay_out()
        self.name.textChanged.connect(lambda title: self.work.change(title=title))
        self.url.textChanged.connect(self._on_url)
        self.url.returnPressed.connect(self.probe)
        self.go.clicked.connect(self.probe)
        self.choose.clicked.connect(lambda: choose_file(self, _("Choose a source"), self._take_file))
        self.streams.itemChanged.connect(self._pick)
        self.policy.currentIndexChanged.connect(self._pick)
        self._show(None)
        self.setFocusProxy(self.url)

    def _lay_out(self) -> None:
        layout = page_layout(self)
        layout.addLayout(row(caption(_("Channel"), self.skin), self.name))
        layout.addLayout(row(caption(_("Source"), self.skin), self.url, self.choose, self.go))
        layout.addWidget(self.words)
        beside = row()
        beside.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        beside.addWidget(self.streams, 1)
        layout.addLayout(beside, 1)
        layout.addLayout(row(self.policy, stretch=True))
        said = _("Tick the SCTE-35 PIDs to listen to; with none ticked, all of the program count.")
        layout.addWidget(explanation(said, self.skin))

    def probe(self) -> None:
        """Read the source for two seconds."""
        url = self._address()
        if not url:
            self._refuse(_("Write an address, or choose a file"))
            return
        self.words.tell(_("Reading it …"))
        face = self.work.face
        self.ask(lambda: face.probe(url), "setup-probe", self._on_found, self._refuse)

    def _address(self) -> str:
        """A path is as good as its URL."""
        text = self.url.text().strip()
        path = Path(text)
        return path.as_uri() if text and "://" not in text and path.is_absolute() else text

    def _take_file(self, path: str) -> None:
        self.url.setText(Path(path).as_uri())
        self.probe()

    def _on_url(self) -> None:
        self.errand.abandon()
        self.url.mark(wrong=False)
        self.words.tell("")
        self._show(None)
        self.work.change(url=self._address(), found=None, pids=())
        self.told.emit()

    def _on_found(self, found: SourceFound) -> None:
        trouble = source_trouble(found)
        self._show(found)
        if trouble:
            self._refuse(trouble, found)
            return
        self.url.mark(wrong=False)
        more = source_words(found)
        self.words.tell(
            _("It can be read. {more}").format(more=more).strip(), Tone.GREEN if found.of("audio") else Tone.AMBER
        )
        self.work.change(url=found.url, found=found)
        self._pick()
        self.told.emit()

    def _refuse(self, why: str, found: SourceFound | None = None) -> None:
        self.url.mark(wrong=True)
        self.words.tell(why, Tone.RED)
        self._show(found)
        self.work.change(found=None)
        self.told.emit()

    def _show(self, found: SourceFound | None) -> None:
        pixmap = QPixmap()
        if found is not None and found.picture is not None and pixmap.loadFromData(found.picture):
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self.picture.setPixmap(pixmap.scaled(*_PICTURE, keep, smooth))
        else:
            self.picture.setText(_("No picture yet") if found is None else _("No picture"))
        self.streams.blockSignals(True)
        self.streams.clear()
        for stream in found.streams if found is not None else ():
            item = QListWidgetItem(f"{stream.media.upper()}  PID {stream.pid}   {stream.words}")
            if stream.media == "scte35":
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked)
                item.setData(_PID, stream.pid)
            self.streams.addItem(item)
        self.streams.blockSignals(False)
        self.policy.setEnabled(found is not None and bool(found.of("scte35")))

    def _pick(self) -> None:
        items = [self.streams.item(index) for index in range(self.streams.count())]
        ticked = tuple(
            int(each.data(_PID)) for each in items if each.data(_PID) and each.checkState() == Qt.CheckState.Checked
        )
        policy = CuePolicy(self.policy.currentData()) if self.policy.isEnabled() else CuePolicy.STRIP
        self.work.change(policy=policy, pids=ticked)

    def reason(self) -> str:
        """It must have been probed as it stands."""
        if self.errand.busy:
            return _("the source is being read")
        if not self.work.draft.title.strip():
            return _("the channel has no title")
        return "" if self.work.draft.found is not None else _("probe the source first")
