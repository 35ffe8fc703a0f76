"""A floating panel is always on a screen that is there, and never over the strip or the cue column."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from app.ui.docks.placing import placed

SCREENS = [QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 720)]
STRIP, COLUMN = QRect(0, 0, 1920, 60), QRect(1520, 60, 400, 994)
RECTS = st.builds(
    QRect, st.integers(-5000, 5000), st.integers(-3000, 3000), st.integers(50, 4000), st.integers(30, 3000)
)


@given(RECTS)
def test_it_is_on_a_screen_and_clear_of_the_column(panel: QRect) -> None:
    found = placed(panel, SCREENS, STRIP, COLUMN)
    assert any(screen.contains(found) for screen in SCREENS)
    assert not found.intersects(COLUMN)
    assert found.width() <= panel.width()
    assert placed(found, SCREENS, STRIP, COLUMN) == found


@given(RECTS)
def test_a_screen_that_has_gone_gives_its_panels_back(panel: QRect) -> None:
    assert SCREENS[0].contains(placed(panel, SCREENS[:1], QRect(), QRect()))


def test_where_it_is_free_it_stays() -> None:
    panel = QRect(300, 200, 600, 300)
    assert placed(panel, SCREENS, STRIP, COLUMN) == panel
    assert placed(panel.translated(900, 0), SCREENS, STRIP, COLUMN) == QRect(920, 200, 600, 300)
    assert placed(panel, [], STRIP, COLUMN) == panel
