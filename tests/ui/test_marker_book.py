"""What the markers' table knows: one row a marker, what became of it, and never more than it can hold."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import pytest

from app.model import events
from app.model.states import ProofState
from app.scte35.messages import splice_cancel, splice_out
from app.ui.grammar import Tone
from app.ui.marker_book import KEPT, MarkerBook
from app.ui.marker_row import MarkerRow, fields_of, role_of
from tests.ui.feed_markers import IN, NOISE, OUT, handled, kept, proved, seen, sent
from tests.ui.scripted_engine import NOW


def book_of(*told: events.Event) -> MarkerBook:
    book = MarkerBook()
    for event in told:
        book.take(event)
    return book


def only(book: MarkerBook) -> MarkerRow:
    (row,) = book.rows("one")
    return row


def test_a_marker_of_the_source_and_what_became_of_it() -> None:
    book = book_of(seen("k"))
    row = only(book)
    assert (row.whence_words, row.lead_words, book.fate(row).word) == ("PID 500", "6.2 s", "SEEN")
    assert row.command_words == "splice_insert OUT 4711, 60.000 s, auto-return, at 2:00:00.000"
    book.take(handled("k", frame=17, snapped_ticks=1350, reason="by its policy", break_id="f4711"))
    told = book.fate(row)
    assert (told.word, told.says) == (
        "RELAYED",
        "by its policy; out on frame 17; snapped 15.0 ms later",
    )
    assert (row.break_id, row.direction) == ("f4711", "out")


@pytest.mark.parametrize(
    ("action", "word", "tone"),
    [
        ("stripped", "STRIPPED", Tone.QUIET),
        ("acted", "ACTED", Tone.PLAIN),
        ("ignored", "IGNORED", Tone.AMBER),
        ("held back", "HELD BACK", Tone.QUIET),
    ],
)
def test_each_action_has_its_word(action: str, word: str, tone: Tone) -> None:
    book = book_of(seen("k"), handled("k", action, reason="so"))
    assert (book.fate(only(book)).word, book.fate(only(book)).tone) == (word, tone)


def test_what_is_no_marker_says_why() -> None:
    book = book_of(seen("k", NOISE, problem="byte 3: section_length: 17 bytes are told", lead_ms=None))
    row = only(book)
    assert (book.fate(row).word, row.command_words) == ("BROKEN", "byte 3: section_length: 17 bytes are told")
    assert row.lead_words == "–"
    names = [name for name, _ in fields_of(row, book.fate(row), "20:15:28.2")]
    assert "refused" in names
    assert names[-2:] == ["base64", "hex"]


def test_a_late_marker_says_by_how_much() -> None:
    row = only(book_of(seen("k", lead_ms=-1200)))
    assert (row.lead_words, row.is_late) == ("−1.2 s", True)
    told = dict(fields_of(row, book_of().fate(row), "20:15:28.2"))
    assert told["lead"] == "1.2 s after its own splice"


def test_the_same_bytes_again_are_one_row_with_a_count() -> None:
    book = book_of(seen("a"), handled("a"), seen("b", repeats=1), handled("b", "ignored"), seen("c", repeats=2))
    row = only(book)
    assert (row.times, book.fate(row).word) == (3, "RELAYED")
    book.take(seen("d", at=NOW + timedelta(minutes=5)))  # long after: another marker
    assert len(book.rows("one")) == 2


def test_a_repeat_that_is_relayed_where_its_first_was_ignored_tells_of_the_marker() -> None:
    book = book_of(seen("a"), handled("a", "ignored", reason="no picture of its source is on air"))
    for number in range(9):
        book.take(seen(f"b{number}", repeats=number + 1))
        book.take(handled(f"b{number}", "relayed", frame=40 + number))
    told = book.fate(only(book))
    assert (told.word, told.says, only(book).times) == ("RELAYED", "out on frame 40", 10)
    assert len(book._by_key) < 9


def test_a_repeat_whose_first_was_before_this_window_is_a_row() -> None:
    assert only(book_of(seen("b", repeats=3))).times == 4


def test_our_own_sections_take_on_their_verdicts() -> None:
    book = book_of(sent("b1"), sent("b1"), sent("b1", IN, "in"))
    back, out = book.rows("one")
    assert (out.whence_words, out.times, book.fate(out).word) == ("us", 2, "SENT")
    book.take(proved("b1"))
    assert (book.fate(out).word, book.fate(out).says) == ("LANDED", "proved at Origin A")
    assert book.fate(back).word == "SENT"
    book.take(proved("b1", "Origin B", ProofState.LATE, reason="announced 3.1 s ahead"))
    assert (book.fate(out).word, book.fate(out).says) == ("LATE", "at Origin B: announced 3.1 s ahead")


def test_a_withdrawn_break_says_so() -> None:
    book = book_of(sent("b1"), sent("b1", splice_cancel(4711).encoded, "cancel"))
    book.take(events.BreakWithdrawn(at=NOW, channel="one", break_id="b1"))
    assert [book.fate(row).word for row in book.rows("one")] == ["CANCEL", "WITHDRAWN"]


def test_the_lead_of_our_own_is_reckoned_on_the_channel_s_clock() -> None:
    started = events.ChannelStarted(at=NOW, channel="one", first_pts=900_000, first_frame_at=NOW, frame_rate="25")
    book = book_of(started, sent("b1", at=NOW + timedelta(seconds=4), pts=900_000 + 90_000 * 10))
    assert only(book).lead_words == "6.0 s"
    without = book_of(sent("b1", pts=900_000))
    assert only(without).lead_words == "–"
    without.know_clock("one", 900_000, NOW - timedelta(seconds=100))
    without.take(sent("b2", pts=900_000 + 90_000 * 108))
    assert without.rows("one")[0].lead_words == "8.0 s"


def test_evidence_is_found_by_break_and_direction() -> None:
    book = book_of(seen("k"), handled("k", break_id="f1"), sent("f1"), sent("f1", IN, "in"), kept("f1", "/there"))
    back, out, source = book.rows("one")
    assert book.folders(source) == book.folders(out) == {("Origin A", "one/"): "/there"}
    assert book.folders(back) == {}


def test_which_way_a_section_splices() -> None:
    assert [role_of(section) for section in (OUT, IN, splice_cancel(1).encoded, NOISE)] == ["out", "in", "", ""]


def test_a_hundred_thousand_markers_leave_the_newest_and_cost_little() -> None:
    book = MarkerBook()
    sections = [splice_out(number, 90_000, 90_000).encoded for number in range(50)]
    told = [seen(f"k{n}", sections[n % 50]) for n in range(100_000)]
    begun_s = process_time()
    for event in told:
        book.take(event)
    assert process_time() - begun_s < 10
    rows = book.rows("one")
    assert (len(rows), rows[0].key, book.fresh("one")) == (KEPT, "k99999", 100_000)
    assert len(book._by_key) <= 2 * KEPT


def test_channels_are_apart() -> None:
    book = book_of(seen("k"), seen("k", channel="two"))
    assert len(book.rows("one")) == len(book.rows("two")) == 1
