"""Where the output goes: each origin is put to, read back and deleted from before a show depends on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.model.setup_face import OriginTried
from app.model.show import Origin
from app.ui.choosers import choose_folder
from app.ui.grammar import Tone
from app.ui.setup.page import Page, Work
from app.ui.setup.parts import Field, Words, caption, explanation, page_layout, row
from app.ui.widgets.text_button import TextButton
from app.ui.words import _

_ABOUT = _(
    "A folder, or an http(s) address that takes PUT and DELETE. Credentials never stand in a show file: keep them with "
    "`splicedeck secret set origin:primary`, or in SPLICEDECK_SECRET_ORIGIN_PRIMARY for a headless engine."
)


class OriginRow(QWidget):
    """One origin by its name: its address, its test, its verdict."""

    def __init__(self, page: Page, name: str, *, needed: bool) -> None:
        super().__init__(page)
        self.name, self._needed, self._page = name, needed, page
        self.passed = ""
        skin = page.skin
        self.url = Field(skin, _("Address of the {name} origin").format(name=name), self)
        self.url.setPlaceholderText(_("https://host/live/ or a folder") + ("" if needed else _("; may be left empty")))
        self.choose, self.go = TextButton(_("Folder…"), skin, self), TextButton(_("Test"), skin, self)
        self.words = Words(skin, self)
        layout = page_layout(self)
        layout.addLayout(row(caption(_("Origin {name}").format(name=name), skin), self.url, self.choose, self.go))
        layout.addWidget(self.words)

    def origin(self) -> Origin | None:
        """As it stands; a path is as good as its URL."""
        text = self.url.text().strip()
        if not text:
            return None
        path = Path(text)
        url = path.as_uri() if "://" not in text and path.is_absolute() else text
        return Origin(self.name, f"{url.rstrip('/')}/")

    def reason(self) -> str:
        """Why it won't do."""
        origin = self.origin()
        if origin is None:
            return _("name the {name} origin").format(name=self.name) if self._needed else ""
        return "" if self.passed == origin.url else _("test the {name} origin first").format(name=self.name)

    def refuse(self, why: str) -> None:
        """Say why it failed."""
        self.passed = ""
        self.url.mark(wrong=True)
        self.words.tell(why, Tone.RED)

    def accept(self, origin: Origin, tried: OriginTried) -> None:
        """Say how long it took."""
        self.passed = origin.url
        self.url.mark(wrong=False)
        self.words.tell(_("It takes objects: {tried}").format(tried=tried), Tone.GREEN)


class OriginPage(Page):
    """One origin is needed; a second gets the same output."""

    title = _("Outputs")

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.rows = (OriginRow(self, "primary", needed=True), OriginRow(self, "backup", needed=False))
        layout = page_layout(self)
        layout.addWidget(explanation(_ABOUT, self.skin))
        for each in self.rows:
            layout.addWidget(each)
            each.url.textChanged.connect(lambda _text, one=each: self._on_url(one))
            each.url.returnPressed.connect(lambda one=each: self.test(one))
            each.go.clicked.connect(lambda _on, one=each: self.test(one))
            each.choose.clicked.connect(
                lambda _on, one=each: choose_folder(self, _("Choose a folder"), one.url.setText)
            )
        layout.addStretch()

    def test(self, one: OriginRow) -> None:
        """Put, read back, delete."""
        origin, face = one.origin(), self.work.face
        if origin is None:
            one.refuse(_("Name a folder or an http(s) address"))
            return
        one.words.tell(_("Putting a small object, reading it back, deleting it …"))

        def done(tried: OriginTried) -> None:
            one.accept(origin, tried)
            self.told.emit()

        def failed(why: str) -> None:
            one.refuse(why)
            self.told.emit()

        self.ask(lambda: face.try_origin(origin), "setup-origin", done, failed)

    def _on_url(self, one: OriginRow) -> None:
        self.errand.abandon()
        one.passed = ""
        one.url.mark(wrong=False)
        one.words.tell("")
        self.work.change(origins=tuple(origin for each in self.rows if (origin := each.origin()) is not None))
        self.told.emit()

    def reason(self) -> str:
        """Each that is named must have passed its test."""
        if self.errand.busy:
            return _("the origin is being tested")
        first, second = (each.origin() for each in self.rows)
        if first is not None and second is not None and first.url == second.url:
            return _("both origins are the same place")
        return next((why for each in self.rows if (why := each.reason())), "")
