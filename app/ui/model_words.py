"""The model's own words (states, kinds, verdicts) as the window shows them; in records they stay as they are."""

from __future__ import annotations

from app.ui.words import _

_SHOWN = {
    "on_air": _("on air"),
    "off_air": _("off air"),
    "starting": _("starting"),
    "stopping": _("stopping"),
    "failed": _("failed"),
    "planned": _("planned"),
    "cued": _("cued"),
    "held": _("held"),
    "armed": _("armed"),
    "returned": _("returned"),
    "withdrawn": _("withdrawn"),
    "skipped": _("skipped"),
    "refused": _("refused"),
    "aired": _("aired"),
    "booked-not-aired": _("booked-not-aired"),
    "aired-not-booked": _("aired-not-booked"),
    "potential-match": _("potential-match"),
    "pending": _("pending"),
    "landed": _("landed"),
    "late": _("late"),
    "misplaced": _("misplaced"),
    "missing": _("missing"),
    "spot": _("spot"),
    "pod": _("pod"),
    "own": _("own"),
    "fill": _("fill"),
    "error": _("error"),
    "critical": _("critical"),
    "warning": _("warning"),
    "note": _("note"),
    "off": _("off"),
    "auto": _("auto"),
    "manual": _("manual"),
    "hold": _("hold"),
    "added": _("added"),
    "changed": _("changed"),
    "removed": _("removed"),
    "conflict": _("conflict"),
    "standard": _("standard"),
    "colour-blind safe": _("colour-blind safe"),
    "As-run, table (*.csv)": _("As-run, table (*.csv)"),
    "As-run, JSON (*.json)": _("As-run, JSON (*.json)"),
    "As-run, sheet (*.pdf)": _("As-run, sheet (*.pdf)"),
    "Reconciliation, table (*.csv)": _("Reconciliation, table (*.csv)"),
    "Reconciliation, sheet (*.pdf)": _("Reconciliation, sheet (*.pdf)"),
}


def shown(word: str) -> str:
    """A word of the model for the eye; one that is not known here as it stands, without its underscores."""
    return _SHOWN.get(word) or word.replace("_", " ")


def capitals(word: str) -> str:
    """As ``shown``, for a table's cell."""
    return shown(word.lower()).upper()
