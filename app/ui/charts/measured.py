"""The charts as a benchmark opens them: a day of nine charts; and the plainest plots that show the same."""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from app.ui.bridge import Engine
from app.ui.charts.panel import ChartPanel
from app.ui.charts.span import Span
from app.ui.desk import Desk
from app.ui.desktop import operator_name, prepared_application
from app.ui.history.history import History
from app.ui.theme import ROOMY, STANDARD, Skin

if TYPE_CHECKING:
    from app.ui.history.tiers import Values

WIDTH, HEIGHT = 1100, 420
_DAY_S, _STEP_S = 86_400, 20


def measured_charts(engine: Engine, timezone: str, for_s: float) -> float:
    """Share of a core that the panel takes over a day's values."""
    application = prepared_application(STANDARD)
    desk = Desk(engine, ZoneInfo(timezone), operator_name())
    _fill(desk.history, engine, desk.clock())
    panel = ChartPanel(desk, Skin(STANDARD, ROOMY), full=True)
    panel.dress(Skin(STANDARD, ROOMY))
    panel.choose(Span.DAY)
    panel.resize(WIDTH, HEIGHT)
    panel.show()
    cpu = _cost(application.processEvents, lambda: panel.ready, for_s)
    panel.close()
    desk.close()
    return cpu


def bare_charts(engine: Engine, for_s: float) -> float:
    """The same curves in bare plots of the library, given anew as often."""
    application = prepared_application(STANDARD)
    history = History()
    _fill(history, engine, time.monotonic())
    curves = _curves(history)
    library = importlib.import_module("pyqtgraph")
    window = QWidget()
    grid = QGridLayout(window)
    plots = [library.PlotWidget() for _ in range(9)]
    drawn = []
    for number, plot in enumerate(plots):
        grid.addWidget(plot, number // 3, number % 3)
        drawn += [(plot.plot(), values) for values in curves[number::9]]
    timer = QTimer()
    timer.timeout.connect(lambda: [curve.setData(values) for curve, values in drawn])
    timer.start(round(Span.DAY.every_s * 1000))
    window.resize(WIDTH, HEIGHT)
    window.show()
    cpu = _cost(application.processEvents, lambda: True, for_s)
    window.close()
    return cpu


def _curves(history: History) -> list[Values]:
    return [series.over(Span.DAY)[1] for kept in history.channels.values() for series in kept.series.values()]


def _fill(history: History, engine: Engine, now_s: float) -> None:
    """A day of made-up values for the first channel, in the series that it has."""
    status = engine.snapshot()
    one = replace(status, channels=status.channels[:1])
    for look in (2, 1):
        history.take(one, now_s - _DAY_S - look)
    kept = history.of(one.channels[0].name)
    noise = np.random.default_rng(5)
    for at_s in range(0, _DAY_S, _STEP_S):
        for name, series in kept.series.items():
            series.add(now_s - _DAY_S + at_s, 20 + 5 * math.sin(at_s / 900) + float(noise.normal()) + len(name))


def _cost(turn: Callable[[], None], ready: Callable[[], bool], for_s: float) -> float:
    until_s = time.monotonic() + 20
    while not ready() and time.monotonic() < until_s:
        turn()
        time.sleep(0.005)
    began_s, cpu_s = time.monotonic(), time.process_time()
    while time.monotonic() - began_s < for_s:
        turn()
        time.sleep(0.02)
    return (time.process_time() - cpu_s) / (time.monotonic() - began_s)
