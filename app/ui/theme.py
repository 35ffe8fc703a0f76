"""Colour tokens in two palettes, and the sizes of two densities: the window's whole vocabulary of looks.

Sizes are logical pixels at 100 %. The ratio of each pair of colours is held by a test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role. ``hi``, ``text``, ``dim``: values, body, labels; ``ink``: text on a fill.

    ``s1`` to ``s4``: curves.
    """

    name: str
    bg0: QColor
    bg1: QColor
    bg2: QColor
    bg3: QColor
    line: QColor
    edge: QColor
    hi: QColor
    text: QColor
    dim: QColor
    face: QColor
    ink: QColor
    red: QColor
    redf: QColor
    redb: QColor
    amber: QColor
    amberb: QColor
    amber_on_face: QColor
    green: QColor
    greenb: QColor
    sel: QColor
    blue: QColor
    blueb: QColor
    plan: QColor
    planl: QColor
    past: QColor
    meter: QColor
    s1: QColor
    s2: QColor
    s3: QColor
    s4: QColor


STANDARD = Palette(
    name="standard",
    bg0=QColor("#07090C"),
    bg1=QColor("#10141A"),
    bg2=QColor("#1A2029"),
    bg3=QColor("#27313D"),
    line=QColor("#3A4653"),
    edge=QColor("#76869A"),
    hi=QColor("#F5F8FB"),
    text=QColor("#CBD3DC"),
    dim=QColor("#98A5B3"),
    face=QColor("#E9EEF4"),
    ink=QColor("#0B0D10"),
    red=QColor("#FF6669"),
    redf=QColor("#C81F2D"),
    redb=QColor("#3A1216"),
    amber=QColor("#FFB42E"),
    amberb=QColor("#35270A"),
    amber_on_face=QColor("#8A5200"),
    green=QColor("#45DB90"),
    greenb=QColor("#0E2C1F"),
    sel=QColor("#FFFFFF"),
    blue=QColor("#62AEFF"),
    blueb=QColor("#12304F"),
    plan=QColor("#33475E"),
    planl=QColor("#7F9BBA"),
    past=QColor("#1D242D"),
    meter=QColor("#86B3C6"),
    s1=QColor("#E6EDF5"),
    s2=QColor("#8CC4FF"),
    s3=QColor("#B7A6FF"),
    s4=QColor("#7F93A8"),
)

COLOUR_BLIND_SAFE = replace(
    STANDARD,
    name="colour-blind safe",
    red=QColor("#FF8552"),
    redf=QColor("#B93A00"),
    redb=QColor("#361705"),
    amber=QColor("#FFE65A"),
    amberb=QColor("#33300C"),
    amber_on_face=QColor("#6E5F00"),
    green=QColor("#5BC8FF"),
    greenb=QColor("#0A2A3B"),
    blue=QColor("#FFFFFF"),
    blueb=QColor("#2A3048"),
    meter=QColor("#9AA9B6"),
    s1=QColor("#E6EDF5"),
    s2=QColor("#8CC4FF"),
    s3=QColor("#B7A6FF"),
    s4=QColor("#7F93A8"),
)


@dataclass(frozen=True, slots=True)
class Density:
    """Sizes of the zones and of the type; ``roomy``: whether the longer texts and second lines are shown."""

    roomy: bool
    strip: int
    column: int
    bottom: int
    status: int
    alarms: int
    row: int
    countdown: int
    ring: int
    clock: int
    take: int
    deadline: int
    title: int
    button: int
    state: int
    body: int
    small: int = 12


ROOMY = Density(
    roomy=True,
    strip=60,
    column=400,
    bottom=260,
    status=26,
    alarms=360,
    row=23,
    countdown=112,
    ring=82,
    clock=42,
    take=40,
    deadline=26,
    title=22,
    button=16,
    state=15,
    body=14,
)
COMPACT = Density(
    roomy=False,
    strip=46,
    column=336,
    bottom=176,
    status=22,
    alarms=346,
    row=21,
    countdown=72,
    ring=51,
    clock=34,
    take=28,
    deadline=20,
    title=18,
    button=13,
    state=12,
    body=12,
)


def density_for(width: int, height: int) -> Density:
    """The density of a window: the roomy one needs 1600 of width, and the height of its cue column."""
    return ROOMY if width >= 1600 and height >= 960 else COMPACT


@dataclass(frozen=True, slots=True)
class Skin:
    """What a widget paints with."""

    palette: Palette
    density: Density


def style_sheet(palette: Palette) -> str:
    """For the few stock widgets: tool tips, scroll bars, the event table, the question's buttons."""
    p = {
        name: getattr(palette, name).name()
        for name in ("bg0", "bg1", "bg2", "bg3", "line", "edge", "hi", "text", "blue")
    }
    return f"""
    QMainWindow {{ background: {p["bg0"]}; }}
    QMainWindow::separator {{ background: {p["bg0"]}; width: 4px; height: 4px; }}
    QMainWindow::separator:hover {{ background: {p["edge"]}; }}
    #tabbed::tab {{ background: {p["bg2"]}; color: {p["text"]}; border-right: 1px solid {p["line"]};
        padding: 3px 12px; }}
    #tabbed::tab:selected {{ background: {p["bg1"]}; color: {p["hi"]}; border-top: 2px solid {p["hi"]}; }}
    QDialog {{ background: {p["bg1"]}; border: 1px solid {p["edge"]}; }}
    QDialog QLabel {{ color: {p["text"]}; }}
    QToolTip {{ background: {p["bg3"]}; color: {p["hi"]}; border: 1px solid {p["edge"]}; padding: 4px; }}
    QAbstractScrollArea, QAbstractScrollArea > QWidget > QWidget {{ background: {p["bg1"]}; border: none; }}
    QTableView {{ color: {p["text"]}; gridline-color: {p["line"]}; }}
    QHeaderView {{ background: {p["bg2"]}; border: none; }}
    QScrollBar:vertical {{ background: {p["bg1"]}; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {p["line"]}; border-radius: 3px; min-height: 24px; margin: 1px; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page
        {{ background: none; height: 0; }}
    QPushButton {{ background: {p["bg3"]}; color: {p["hi"]}; border: 1px solid {p["edge"]}; border-radius: 5px;
        padding: 10px 18px; }}
    QPushButton:focus {{ border: 2px solid {p["blue"]}; padding: 9px 17px; }}
    QPushButton:pressed {{ background: {p["bg0"]}; border: 2px solid {p["hi"]}; padding: 9px 17px; }}
    """
