"""A sheet as a PDF: A4 across, its head and column titles on each page, in the fonts that the program ships.

Drawn by Qt alone, which needs no display for it: QT_QPA_PLATFORM may be ``offscreen``.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from app.model.sheet import Bars, Cell, Sheet, SheetRow, Tone
from app.ui.fonts import BOLD, HEAVY, MEDIUM, load_fonts

_DPI = 144  # of the coordinates below; two units are a point
_MARGIN_MM = 12.0
_INK, _FAINT, _LINE, _BAND = QColor("#14181d"), QColor("#5a646f"), QColor("#c9d0d7"), QColor("#f1f4f6")
_TONES = {
    Tone.GOOD: (QColor("#0b6b3a"), QColor("#dff3e6")),
    Tone.WARNING: (QColor("#7a4b00"), QColor("#fdeecb")),
    Tone.BAD: (QColor("#9c1218"), QColor("#fbe0e0")),
    Tone.QUIET: (QColor("#48525c"), QColor("#e8ecef")),
}
_PAD, _TEXT_PT, _SMALL_PT = 8.0, 8.0, 6.8
_FOOT = 34.0
_BAR_H, _CHART_HEAD = 22.0, 30.0
_NOTE_LINES = 3


def sheet_pdf(sheet: Sheet) -> bytes:
    """The file's content. On the thread that Qt's application is on, or will be."""
    application = QGuiApplication.instance() or QGuiApplication(["splicedeck"])
    load_fonts()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    size, across = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape
    writer.setPageLayout(QPageLayout(size, across, margins, QPageLayout.Unit.Millimeter))
    writer.setResolution(_DPI)
    writer.setTitle(f"{sheet.title} {sheet.subtitle}".strip())
    writer.setCreator("Splicedeck")
    _Drawing(writer, sheet).draw()
    buffer.close()
    del application
    return bytes(buffer.data().data())


class _Drawing:
    """Pages are laid out first, so that each knows how many there are."""

    def __init__(self, writer: QPdfWriter, sheet: Sheet) -> None:
        self._writer, self._sheet = writer, sheet
        self._width, self._height = float(writer.width()), float(writer.height())
        shares = sum(column.share for column in sheet.columns) or 1
        self._widths = [self._width * column.share / shares for column in sheet.columns]

    def draw(self) -> None:
        """All pages."""
        self._painter = QPainter(self._writer)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pages = self._pages()
        for number, rows in enumerate(pages):
            if number:
                self._writer.newPage()
            y = self._head(first=not number)
            if not number:
                y = self._charts(y)
            if rows:
                y = self._titles(y)
            for n, row in rows:
                y = self._row(y, row, band=n % 2 == 1)
            if number == len(pages) - 1:
                self._endings(y)
            self._foot(number + 1, len(pages))
        self._painter.end()

    # ---- what fits where

    def _pages(self) -> list[list[tuple[int, SheetRow]]]:
        """Which rows stand on which page, with their numbers."""
        pages: list[list[tuple[int, SheetRow]]] = [[]]
        left = self._room(first=True)
        for n, row in enumerate(self._sheet.rows):
            height = self._row_height(row)
            if height > left and (pages[-1] or len(pages) == 1):
                pages.append([])
                left = self._room(first=False)
            pages[-1].append((n, row))
            left -= height
        if self._endings_height() > left:
            pages.append([])
        return pages

    def _room(self, *, first: bool) -> float:
        head = self._head_height(first=first) + self._line_height(_SMALL_PT) + 2 * _PAD
        return self._height - _FOOT - head - (self._charts_height() if first else 0)

    def _line_height(self, size_pt: float) -> float:
        return self._metrics(_font(size_pt)).lineSpacing()

    def _metrics(self, font: QFont) -> QFontMetricsF:
        return QFontMetricsF(font, self._writer)

    def _row_height(self, row: SheetRow) -> float:
        height = self._line_height(_TEXT_PT) + 2 * _PAD
        if any(cell.below for cell in row.cells):
            height += self._line_height(_SMALL_PT)
        return height + len(self._note_lines(row)) * self._line_height(_SMALL_PT)

    def _note_lines(self, row: SheetRow) -> list[str]:
        return self._wrapped(row.note, self._width - 4 * _PAD)

    def _wrapped(self, text: str, width: float) -> list[str]:
        """As many lines as a note may have; what is longer ends in an ellipsis."""
        metrics, lines = self._metrics(_font(_SMALL_PT)), [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if metrics.horizontalAdvance(longer) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
                if len(lines) > _NOTE_LINES:
                    break
        shown = lines[:_NOTE_LINES]
        if len(lines) > len(shown):
            shown[-1] += " …"
        elided = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in shown]
        return elided if text.strip() else []

    # ---- the parts of a page

    def _head_height(self, *, first: bool) -> float:
        rows = -(-len(self._sheet.facts) // 3) if first else 0
        return 64.0 + rows * (self._line_height(_TEXT_PT) + 4) + (_PAD if rows else 0)

    def _head(self, *, first: bool) -> float:
        sheet = self._sheet
        title = _set(_font(17.0 if first else 12.0, HEAVY), sheet.title)
        width = self._metrics(title).horizontalAdvance(sheet.title)
        self._text(QRectF(0, 0, width + _PAD, 44), sheet.title, title)
        subtitle = QRectF(width + 2 * _PAD, 0, self._width - width - 2 * _PAD, 44)
        self._text(subtitle, sheet.subtitle, _font(12.0 if first else 9.0, MEDIUM), _FAINT)
        self._painter.setPen(QPen(_INK, 2.5))
        self._painter.drawLine(QPointF(0, 50), QPointF(self._width, 50))
        if first:
            self._facts()
        return self._head_height(first=first)

    def _facts(self) -> None:
        height, third = self._line_height(_TEXT_PT) + 4, self._width / 3
        for n, (label, value) in enumerate(self._sheet.facts):
            x, y = n % 3 * third, 58 + n // 3 * height
            width = self._metrics(_font(_TEXT_PT, MEDIUM)).horizontalAdvance(label) + _PAD
            self._text(QRectF(x, y, width, height), label, _font(_TEXT_PT, MEDIUM), _FAINT)
            self._text(QRectF(x + width, y, third - width - _PAD, height), value, _font(_TEXT_PT, BOLD))

    def _charts_height(self) -> float:
        if not self._sheet.charts:
            return 0.0
        return _CHART_HEAD + max(len(chart.bars) for chart in self._sheet.charts) * _BAR_H + 2 * _PAD

    def _charts(self, y: float) -> float:
        width = self._width / max(1, len(self._sheet.charts))
        for n, chart in enumerate(self._sheet.charts):
            self._chart(QRectF(n * width, y, width - 3 * _PAD, 0), chart)
        return y + self._charts_height()

    def _chart(self, place: QRectF, chart: Bars) -> None:
        x, y, width = place.x(), place.y(), place.width()
        self._text(QRectF(x, y, width, _CHART_HEAD), chart.title, _font(_TEXT_PT, BOLD))
        longest = max((value for _, value, _ in chart.bars), default=0.0) or 1.0
        for n, (label, value, words) in enumerate(chart.bars):
            line = y + _CHART_HEAD + n * _BAR_H
            self._text(QRectF(x, line, width * 0.36, _BAR_H), label, _font(_SMALL_PT, MEDIUM))
            room = QRectF(x + width * 0.38, line + 5, width * 0.46, _BAR_H - 10)
            self._painter.fillRect(room, _BAND)
            self._painter.fillRect(QRectF(room.x(), room.y(), room.width() * value / longest, room.height()), _FAINT)
            self._text(QRectF(x + width * 0.86, line, width * 0.14, _BAR_H), words, _font(_SMALL_PT, BOLD))

    def _titles(self, y: float) -> float:
        height, x = self._line_height(_SMALL_PT) + _PAD, 0.0
        for column, width in zip(self._sheet.columns, self._widths, strict=True):
            place = QRectF(x + _PAD, y, width - 2 * _PAD, height)
            self._text(place, column.title, _font(_SMALL_PT, BOLD), _FAINT, right=column.right)
            x += width
        self._painter.setPen(QPen(_INK, 1.2))
        self._painter.drawLine(QPointF(0, y + height), QPointF(self._width, y + height))
        return y + height

    def _row(self, y: float, row: SheetRow, *, band: bool) -> float:
        height, x = self._row_height(row), 0.0
        if band:
            self._painter.fillRect(QRectF(0, y, self._width, height), _BAND)
        line, small = self._line_height(_TEXT_PT), self._line_height(_SMALL_PT)
        for column, cell, width in zip(self._sheet.columns, row.cells, self._widths, strict=True):
            place = QRectF(x + _PAD, y + _PAD, width - 2 * _PAD, line)
            self._cell(place, cell, right=column.right)
            below = place.translated(0, line)
            self._text(below, cell.below, _font(_SMALL_PT, MEDIUM), _FAINT, right=column.right)
            x += width
        notes = self._note_lines(row)
        for n, text in enumerate(notes):
            top = y + height - _PAD / 2 - (len(notes) - n) * small
            self._text(QRectF(2 * _PAD, top, self._width - 4 * _PAD, small), text, _font(_SMALL_PT, MEDIUM), _FAINT)
        self._painter.setPen(QPen(_LINE, 0.8))
        self._painter.drawLine(QPointF(0, y + height), QPointF(self._width, y + height))
        return y + height

    def _cell(self, place: QRectF, cell: Cell, *, right: bool) -> None:
        if cell.tone is Tone.PLAIN or not cell.text:
            self._text(place, cell.text, _font(_TEXT_PT, MEDIUM), right=right)
            return
        ink, ground = _TONES[cell.tone]
        font = _font(_SMALL_PT, BOLD)
        width = min(place.width(), self._metrics(font).horizontalAdvance(cell.text) + 2 * _PAD)
        mark = QRectF(place.right() - width if right else place.x(), place.y() - 1, width, place.height() + 2)
        self._painter.setPen(QPen(ink, 1.6 if cell.tone is Tone.BAD else 0.8))
        self._painter.setBrush(ground)
        self._painter.drawRoundedRect(mark, 4, 4)
        self._text(mark.adjusted(_PAD / 2, 0, -_PAD / 2, 0), cell.text, font, ink, middle=True)

    def _endings_height(self) -> float:
        return 2 * _PAD + len(self._sheet.endings) * self._line_height(_SMALL_PT) if self._sheet.endings else 0.0

    def _endings(self, y: float) -> None:
        small = self._line_height(_SMALL_PT)
        for n, text in enumerate(self._sheet.endings):
            place = QRectF(0, y + 2 * _PAD + n * small, self._width, small)
            self._text(place, text, _font(_SMALL_PT, MEDIUM), _FAINT)

    def _foot(self, number: int, pages: int) -> None:
        place = QRectF(0, self._height - _FOOT + 10, self._width, _FOOT - 10)
        made = self._sheet.made_at.strftime("%Y-%m-%d %H:%M:%S %Z")
        self._text(place, f"{self._sheet.footer}  ·  made {made}", _font(_SMALL_PT, MEDIUM), _FAINT)
        self._text(place, f"page {number} of {pages}", _font(_SMALL_PT, BOLD), _FAINT, right=True)

    def _text(
        self,
        place: QRectF,
        text: str,
        font: QFont,
        ink: QColor = _INK,
        *,
        right: bool = False,
        middle: bool = False,
    ) -> None:
        if not text:
            return
        font = _set(font, text)
        self._painter.setFont(font)
        self._painter.setPen(ink)
        across = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        across = Qt.AlignmentFlag.AlignHCenter if middle else across
        shown = self._metrics(font).elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, place.width() + 0.5)
        flags = across | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        self._painter.drawText(place, flags, shown)


def _set(font: QFont, text: str) -> QFont:
    """With tabular figures a plain hyphen would be as wide as one of them."""
    if "-" not in text:
        return font
    plain = QFont(font)
    plain.setFeature(QFont.Tag("tnum"), 0)
    return plain


def _font(size_pt: float, weight: QFont.Weight = MEDIUM) -> QFont:
    font = QFont(["Inter", "sans-serif"])
    font.setPointSizeF(size_pt)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
