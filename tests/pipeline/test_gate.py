"""What a thread of an abandoned life says late is heard by nobody."""

from __future__ import annotations

from app.pipeline.gate import Gate


def test_calls_go_through_until_it_is_shut() -> None:
    heard: list[tuple[int, str]] = []

    def call(number: int, *, word: str = "") -> None:
        heard.append((number, word))

    gate = Gate()
    guarded = gate.guarding(call)
    guarded(1, word="a")
    gate.shut()
    guarded(2, word="b")
    assert heard == [(1, "a")]
