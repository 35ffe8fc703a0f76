"""The charts of a day: what they say, and that it is drawn."""

from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication

from app.model.make_goods import Avail
from app.model.outcome_figures import figures
from app.model.reconciling import reconciled
from app.ui.schedule_charts import ScheduleCharts, charts_of
from app.ui.theme import ROOMY, STANDARD, Skin
from tests.model.test_reconciling import NIGHT, NOON, booked, row

ZONE = ZoneInfo("Europe/Berlin")


def test_they_say_what_the_figures_are(qapp: QApplication) -> None:
    wanted = [booked("a", 0), booked("b", 600), booked("c", 1200)]
    lines = reconciled(wanted, [row("a", 0), row("b", 605), row("y", 5000)], now=NIGHT)
    avails = [Avail(channel="news-1", at=NOON + timedelta(hours=n), length_s=Fraction(30 * (n + 1))) for n in range(3)]
    charts = charts_of(figures(lines, avails), ZONE)
    assert [chart.words for chart in charts] == [
        "BREAKS BY OUTCOME: aired 2, booked-not-aired 1, aired-not-booked 1, potential-match 0",
        (
            "SECONDS EARLY AND LATE: over 60 s early 0, 10 to 60 s early 0, 1 to 10 s early 0, on time 1, "
            "1 to 10 s late 1, 10 to 60 s late 0, over 60 s late 0"
        ),
        "AVAILS LEFT TODAY: 13:00 30 s, 14:00 60 s, 15:00 90 s",
    ]
    assert [bar.part for bar in charts[2].bars] == pytest.approx([1 / 3, 2 / 3, 1])
    widget = ScheduleCharts(Skin(STANDARD, ROOMY))
    widget.show_value(charts)
    widget.resize(900, widget.sizeHint().height())
    picture = widget.grab().toImage()
    assert {STANDARD.green.rgb(), STANDARD.red.rgb(), STANDARD.amber.rgb()} <= {
        picture.pixelColor(x, y).rgb() for x in range(0, picture.width(), 3) for y in range(picture.height())
    }
    assert widget.accessibleDescription().startswith("BREAKS BY OUTCOME: aired 2")


def test_a_day_without_breaks_is_drawn_too(qapp: QApplication) -> None:
    widget = ScheduleCharts(Skin(STANDARD, ROOMY))
    for found in (None, figures([], [])):
        widget.show_value(charts_of(found, ZONE))
        widget.resize(300, 200)
        assert not widget.grab().isNull()
