"""The break that the cue keys act on, with its ads, and the one after it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.model.states import BreakState
from app.model.status import BreakStatus, ChannelStatus, UpcomingBreak
from app.ui import text
from app.ui.coming import booked, is_booked, met_by_current
from app.ui.faces import Panel
from app.ui.fonts import HEAVY, MEDIUM
from app.ui.grammar import Tone
from app.ui.widgets.painted import Painted
from app.ui.widgets.painting import RIGHT, draw_edge, elided, fill_round, width_of, write
from app.ui.words import _


@dataclass(frozen=True, slots=True)
class BreakCardFace:
    """``about``: which break this is; ``then``: the one after it. ``meets``: this one is in that one's way."""

    title: str = _("No break planned")
    about: str = ""
    length: str = ""
    ads: tuple[str, ...] = ()
    then: str = ""
    tone: Tone = Tone.QUIET
    meets: bool = False


def break_card_face(panel: Panel) -> BreakCardFace:
    """The current break, else the next planned one."""
    channel = panel.channel
    if channel is None:
        return BreakCardFace()
    brk, after = (channel.current, channel.next) if channel.current is not None else (channel.next, None)
    if brk is None:
        return BreakCardFace(about=_("a length and CUE NEXT make one"))
    which = _("This break") if channel.current is not None else _("Next break")
    number = (
        _("id {splice_event_id}").format(splice_event_id=brk.splice_event_id) if brk.splice_event_id is not None else ""
    )
    if is_booked(brk):
        booking = booked(channel, brk.id)
        number = booking.reason if booking is not None and booking.reason else _("booked")
    ads = text.counted(len(brk.ads), "{n} ad", "{n} ads") if brk.ads else ""
    about = " · ".join(part for part in (which, number, ads) if part)
    tone = {BreakState.PLANNED: Tone.QUIET, BreakState.ON_AIR: Tone.RED}.get(brk.state, Tone.AMBER)
    met = met_by_current(channel)
    return BreakCardFace(
        brk.title or _("Untitled break"),
        about,
        text.length(brk.duration_ticks),
        brk.ads,
        _then(panel, channel, after) if met is None else _meets(panel, met),
        tone,
        meets=met is not None,
    )


def _then(panel: Panel, channel: ChannelStatus, after: BreakStatus | None) -> str:
    if after is not None:
        when = text.clock(after.out_at, panel.zone) if after.out_at is not None else _("when taken")
        return _("Then {when}  {length}  {title}").format(
            when=when, length=text.length(after.duration_ticks), title=after.title or after.id
        )
    more = channel.planned + (0 if channel.schedule is None else channel.schedule.pending) - 1
    return _("and {planned} more planned").format(planned=more) if channel.current is None and more > 0 else ""


def _meets(panel: Panel, met: UpcomingBreak) -> str:
    when = text.clock(met.at, panel.zone) if met.at is not None else ""
    return _("In the way of {when}  {title}").format(when=when, title=met.title or met.id)


def _short_about(shown: BreakCardFace) -> str:
    return shown.about.removeprefix("This break · ").removeprefix("Next break · ")


class BreakCard(Painted[BreakCardFace]):
    """Paints a ``BreakCardFace``."""

    def show_value(self, shown: BreakCardFace) -> None:
        """Paint this from now on."""
        if shown == self.shown and self.accessibleName():
            return
        super().show_value(shown)
        told = (shown.title, shown.length, shown.about, ", ".join(shown.ads), shown.then)
        self.setAccessibleName(". ".join(filter(None, told)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Title and length above, the ads as a strip, the next break below."""
        painter, box, d, p = QPainter(self), QRectF(self.rect()), self.skin.density, self.skin.palette
        shown = self.shown
        quiet = shown.tone is Tone.QUIET
        fill_round(painter, box, p.bg2, 5)
        draw_edge(painter, box, p.line if quiet else shown.tone.colour(p), 1 if quiet else 2, radius=5)
        inner = box.adjusted(12, 0, -12, 0) if d.roomy else box.adjusted(10, 0, -10, 0)
        size = d.button + 2
        top = QRectF(inner.left(), box.top() + (6 if d.roomy else 4), inner.width(), 26)
        length_size = d.title if d.roomy else d.title - 1
        length_width = width_of(shown.length, length_size, HEAVY)
        write(painter, top, shown.length, p.hi, length_size, HEAVY, RIGHT)
        room = inner.width() - length_width - 12
        about, spare = _short_about(shown), room - width_of(shown.title, size) - 8
        if not d.roomy and shown.ads and width_of(about, d.small, MEDIUM) <= spare:
            write(painter, top.adjusted(0, 0, -length_width - 10, 0), about, p.dim, d.small, MEDIUM, RIGHT)
        title = elided(shown.title, room, size)
        self.setToolTip(shown.title if title != shown.title else "")
        write(painter, top, title, p.hi, size)
        if d.roomy:
            below = QRectF(inner.left(), top.bottom() - 2, inner.width(), 20)
            write(painter, below, shown.about, p.dim, d.body, MEDIUM)
        self._paint_strip(painter, inner)

    def _paint_strip(self, painter: QPainter, inner: QRectF) -> None:
        d, p, shown = self.skin.density, self.skin.palette, self.shown
        foot = 28.0 if d.roomy else 0.0
        height = min(40.0, inner.height() - foot - 58) if d.roomy else 24.0
        bottom = inner.bottom() - foot - (4 if d.roomy else 8)
        strip = QRectF(inner.left(), bottom - height, inner.width(), height)
        if shown.ads and (d.roomy or not shown.meets):
            self._paint_ads(painter, strip)
        elif not d.roomy:
            below = shown.then or _short_about(shown)
            colour = p.amber if shown.meets else p.text
            write(painter, strip, elided(below, strip.width(), d.small, MEDIUM), colour, d.small, MEDIUM)
        if d.roomy:
            line = QRectF(inner.left(), inner.bottom() - foot - 2, inner.width(), foot)
            colour = p.amber if shown.meets else p.text
            write(painter, line, elided(shown.then, inner.width(), d.body), colour, d.body)

    def _paint_ads(self, painter: QPainter, strip: QRectF) -> None:
        d, p, ads = self.skin.density, self.skin.palette, self.shown.ads
        gap = 2.0
        width = (strip.width() - gap * (len(ads) - 1)) / len(ads)
        for place, ad in enumerate(ads):
            block = QRectF(strip.left() + place * (width + gap), strip.top(), width, strip.height())
            painter.fillRect(block, p.plan)
            if width >= 30:
                words = elided(ad, width - 12, d.small)
                write(painter, block.adjusted(7, 0, -5, 0), words, p.hi, d.small)
