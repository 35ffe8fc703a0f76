"""Harmed streams give no marker that was not sent; for an hour: ``python -m tests.pipeline.fuzz_feed_cues 3600``."""

import pytest

from tests.pipeline.fuzz_feed_cues import once


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_nothing_comes_that_was_not_sent(first: int) -> None:
    came = [once(seed) for seed in range(first, first + 50)]
    assert sum(came) > 500
