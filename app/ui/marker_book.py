"""The markers of every channel, as the events tell them: those of its source and our own. Pure; GUI thread only."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from app.model import events
from app.model.states import ProofState
from app.model.timebase import TICKS_PER_SECOND, decimal_text
from app.ui.grammar import Tone
from app.ui.icons import Icon
from app.ui.marker_row import Fate, MarkerRow, Source, fate, lead_of, role_of
from app.ui.words import _

KEPT = 1000  # rows of a channel; older ones are in the journal and the log
_REPEATS = 4  # of a marker that are waited for: each is handled as it comes
_SPLICES = 600  # whose verdicts and evidence are remembered: the engine keeps 500

type Splice = tuple[str, str, str]  # channel, break, direction
type Where = tuple[str, str]  # origin, output


class MarkerBook:
    """``take`` each event; ``rows`` are newest first. ``fresh`` and ``changed`` count up as rows come and change."""

    def __init__(self) -> None:
        self._rows: dict[str, deque[MarkerRow]] = {}
        self._by_key: dict[tuple[str, str], MarkerRow] = {}
        self._verdicts: OrderedDict[Splice, dict[Where, tuple[ProofState, str]]] = OrderedDict()
        self._folders: OrderedDict[Splice, dict[Where, str]] = OrderedDict()
        self._anchors: dict[str, tuple[int, datetime]] = {}
        self._fresh: dict[str, int] = {}
        self.changed = 0

    def rows(self, channel: str) -> deque[MarkerRow]:
        """Newest first."""
        return self._rows.setdefault(channel, deque())

    def fresh(self, channel: str) -> int:
        """How many rows have come, those that have gone since among them."""
        return self._fresh.get(channel, 0)

    def fate(self, row: MarkerRow) -> Fate:
        """What became of it."""
        return fate(row, self._verdicts.get((row.channel, row.break_id, row.direction), {}))

    def folders(self, row: MarkerRow) -> dict[Where, str]:
        """Where the evidence of its splice lies, by origin and output."""
        return self._folders.get((row.channel, row.break_id, row.direction), {})

    def know_clock(self, channel: str, first_pts: int, first_frame_at: datetime | None) -> None:
        """A channel's clock from its status, where its start was told before this window came."""
        if first_frame_at is not None:
            self._anchors.setdefault(channel, (first_pts, first_frame_at))

    def take(self, event: events.Event) -> None:
        """Learn from one event."""
        match event:
            case events.ChannelStarted():
                self._anchors[event.channel] = (event.first_pts, event.first_frame_at)
            case events.FeedCueSeen():
                self._seen(event)
            case events.FeedCueHandled():
                self._handled(event)
            case events.CueSent():
                self._sent(event)
            case events.BreakWithdrawn():
                self._withdrawn(event)
            case events.SpliceProved():
                told = self._of(self._verdicts, (event.channel, event.break_id, event.direction))
                told[event.origin, event.output] = (event.verdict, event.reason)
            case events.EvidenceKept():
                lies = self._of(self._folders, (event.channel, event.break_id, event.direction))
                lies[event.origin, event.output] = event.folder
            case _:
                return
        self.changed += 1

    def _seen(self, event: events.FeedCueSeen) -> None:
        key = f"feed:{event.pid}:{event.section.hex()}"
        before = self._by_key.get((event.channel, key)) if event.repeats else None
        if before is not None:
            before.times = max(before.times + 1, event.repeats + 1)
            self._call(before, event.cue_id)
            return
        row = MarkerRow(
            key=event.cue_id,
            channel=event.channel,
            at=event.at,
            whence=Source.FEED,
            section=event.section,
            pid=event.pid,
            source=event.source,
            lead_ms=event.lead_ms,
            pts=event.pts,
            frame=event.frame,
            problem=event.problem,
            times=event.repeats + 1,
        )
        self._add(row, key)
        self._by_key[event.channel, event.cue_id] = row

    def _handled(self, event: events.FeedCueHandled) -> None:
        row = self._by_key.get((event.channel, event.cue_id))
        if row is None:
            return  # gone from the list
        done = event.action in _DONE
        if event.cue_id != row.key and row.handled is not None and (row.done or not done):
            return  # a repeat of what was done already says nothing of the marker
        row.handled, row.done = _handled_fate(event), done
        if event.break_id:
            row.break_id, row.direction = event.break_id, role_of(row.section)

    def _call(self, row: MarkerRow, cue_id: str) -> None:
        """A repeat has a name of its own, under which it is handled."""
        row.repeats.append(cue_id)
        self._by_key[row.channel, cue_id] = row
        if len(row.repeats) > _REPEATS:
            self._by_key.pop((row.channel, row.repeats.pop(0)), None)

    def _sent(self, event: events.CueSent) -> None:
        key = f"us:{event.break_id}:{event.section.hex()}"
        before = self._by_key.get((event.channel, key))
        if before is not None:
            before.times += 1
            return
        row = MarkerRow(
            key=key,
            channel=event.channel,
            at=event.at,
            whence=Source.US,
            section=event.section,
            lead_ms=self._lead(event),
            pts=event.pts,
            break_id=event.break_id,
            direction=event.kind,
        )
        self._add(row, key)

    def _lead(self, event: events.CueSent) -> int | None:
        anchor = self._anchors.get(event.channel)
        if event.pts is None or anchor is None or event.at < anchor[1]:
            return None
        first_pts, first_frame_at = anchor
        ahead = timedelta(microseconds=(event.pts - first_pts) * 1_000_000 // TICKS_PER_SECOND)
        return lead_of(event.at, first_frame_at + ahead)

    def _withdrawn(self, event: events.BreakWithdrawn) -> None:
        for row in self.rows(event.channel):
            if row.break_id == event.break_id and row.whence is Source.US:
                row.withdrawn = True

    def _add(self, row: MarkerRow, key: str) -> None:
        rows = self.rows(row.channel)
        rows.appendleft(row)
        self._by_key[row.channel, key] = row
        self._fresh[row.channel] = self.fresh(row.channel) + 1
        if len(rows) > KEPT:
            gone = rows.pop()
            for name in _names(gone):
                if self._by_key.get((gone.channel, name)) is gone:
                    del self._by_key[gone.channel, name]

    @staticmethod
    def _of[Told](book: OrderedDict[Splice, dict[Where, Told]], splice: Splice) -> dict[Where, Told]:
        found = book.setdefault(splice, {})
        book.move_to_end(splice)
        while len(book) > _SPLICES:
            book.popitem(last=False)
        return found


def _names(row: MarkerRow) -> tuple[str, ...]:
    return (row.key, f"feed:{row.pid}:{row.section.hex()}", *row.repeats)


_DONE = {"relayed", "acted"}
_ACTIONS = {
    "relayed": (Icon.CHECK, _("RELAYED"), Tone.PLAIN),
    "acted": (Icon.PLAY, _("ACTED"), Tone.PLAIN),
    "stripped": (Icon.BARRED_RING, _("STRIPPED"), Tone.QUIET),
    "ignored": (Icon.TRIANGLE, _("IGNORED"), Tone.AMBER),
}


def _handled_fate(event: events.FeedCueHandled) -> Fate:
    icon, word, tone = _ACTIONS.get(event.action, (Icon.NOTE, event.action.upper(), Tone.QUIET))
    snapped = ""
    if event.snapped_ticks:
        way = _("later") if event.snapped_ticks > 0 else _("earlier")
        snapped = _("snapped {ms} ms {way}").format(ms=decimal_text(abs(event.snapped_ticks) * 1000, 1), way=way)
    placed = _("out on frame {frame}").format(frame=event.frame) if event.frame is not None else ""
    return Fate(icon, word, tone, "; ".join(part for part in (event.reason, placed, snapped) if part))
