"""These tests need Chromium and hls.js, which ``make test`` sets up where it can; without them there are none."""

import pytest

from tests.player.browser import lacking

LACKS = lacking()

if LACKS:
    collect_ignore_glob = ["test_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What is left out is said where the result is read."""
    if LACKS:
        terminalreporter.write_line(f"left out: tests/player, for want of {' and '.join(LACKS)} (installers/setup.sh)")
