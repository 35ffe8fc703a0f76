"""The window in other languages: catalogues that are complete, no text outside them, and German to work with."""

from __future__ import annotations

import gettext
import json
import os
import re
import string
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resources import resource
from app.ui.language import ENGLISH, LANGUAGES, VARIABLE, kept_language, language
from tests.catalogues import ROOT, catalogues, compiled, extracted, read, texts
from tests.ui.words_walk import bare

NAMES = (
    *("Splicedeck", "Zeta", "Kids", "Regional North", "Origin", "mira", "log.csv", "test:bars", "Toy pod", "Late pod"),
    *("Half-time", "Volta", "Nordbank", "Fizz", "Toyland", "Regional pod N", "Kids safe pod", "Bank pod", "Spot"),
)
ABBREVIATIONS = (
    *("UTC", "SCTE", "LUFS", "PPO", "PID", "UPID", "OUT", "IN", "Ctrl", "Shift", "Alt", "Esc", "Del", "Ins", "Home"),
    *(
        "Enter",
        "Return",
        "Menu",
        "Up",
        "Down",
        "Left",
        "Right",
        "PgUp",
        "PgDown",
        "ms",
        "English",
        "Deutsch",
        "min",
        "segmentation_type_id",
    ),
)
"""The trade's own, and the keys as their caps have them."""
ENCODER = ("veryfast", "superfast", "ultrafast", "faster", "fast", "medium", "/folder/evening.toml")
QTS = re.compile(r"QToolButton Scroll|qt_dockwidget_")  # parts of its own that Qt names itself, and nobody sees
SIGNALS = (
    r"(?:splice|provider|distributor|program|unscheduled|placement|opportunity|insert|event|breakaway|break|chapter|ad"
    r"|overlap|CueNext|\W)+"
)
LINTER = re.compile(r"segmentation_type_id 0x34, Provider.*|overlaps '\d+' by.*|(?:Move|Remove) \d+\b.*")
"""Findings and their remedies are the linter's, and English as in its reports."""


@cache
def walked(speaks: str, folder: Path | None = None) -> dict[str, str]:
    told = subprocess.run(
        [sys.executable, "-P", "-m", "tests.ui.words_walk", speaks, *([str(folder)] if folder else [])],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            VARIABLE: speaks if speaks in LANGUAGES else ENGLISH,
            "SPLICEDECK_CONFIG_DIR": os.devnull,
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert told.returncode == 0, told.stderr
    found: dict[str, str] = json.loads(told.stdout)
    return found


def fields(text: str) -> set[tuple[str | None, str | None]]:
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("po_file", list(catalogues()), ids=lambda path: path.parents[1].name)
def test_a_catalogue_has_every_text_with_its_fields(po_file: Path) -> None:
    catalogue, wanted = read(po_file), extracted()
    assert {message.id for message in catalogue if message.id} == {message.id for message in wanted if message.id}
    assert len(catalogue) > 1000
    for message in catalogue:
        if message.id:
            assert all(texts(message)), f"no translation: {message.id}; make words"
            assert not message.fuzzy, message.id
            forms = [message.id] if isinstance(message.id, str) else list(message.id)
            assert {frozenset(fields(text)) for text in texts(message)} == {frozenset(fields(text)) for text in forms}


@pytest.mark.parametrize("po_file", list(catalogues()), ids=lambda path: path.parents[1].name)
def test_what_is_shipped_is_what_the_catalogue_says(po_file: Path) -> None:
    assert po_file.with_suffix(".mo").read_bytes() == compiled(read(po_file)), "make words"


def test_each_language_has_its_catalogue() -> None:
    assert {path.parents[1].name for path in catalogues()} | {ENGLISH} == set(LANGUAGES)
    for name in set(LANGUAGES) - {ENGLISH}:
        with resource(f"locale/{name}/LC_MESSAGES/splicedeck.mo").open("rb") as file:
            assert gettext.GNUTranslations(file).ngettext("{n} channel", "{n} channels", 2) != "{n} channels"


@pytest.mark.parametrize(
    ("kept", "environ", "system", "spoken"),
    [
        ("", {}, "", "en"),
        ("", {"LANG": "de_AT.UTF-8"}, "", "de"),
        ("", {"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "", "en"),
        ("", {"LANGUAGE": "fr:de:en", "LANG": "fr_FR"}, "", "de"),
        ("", {"LANG": "fr_FR"}, "", "en"),
        ("", {}, "German_Germany", "de"),
        ("", {"LANG": "en_GB"}, "German_Germany", "en"),
        ("", {VARIABLE: "de", "LANG": "en_GB"}, "", "de"),
        ("en", {VARIABLE: "de", "LANG": "de_DE"}, "", "en"),
        ("de", {"LANG": "en_GB"}, "", "de"),
    ],
)
def test_who_has_the_say(kept: str, environ: dict[str, str], system: str, spoken: str) -> None:
    assert language(kept, environ, system) == (spoken, "")


def test_a_wish_that_cannot_be_met_is_told() -> None:
    spoken, told = language("", {VARIABLE: "tlh", "LANG": "de_DE"})
    assert spoken == ENGLISH
    assert "tlh" in told


@given(st.binary(max_size=40) | st.sampled_from([b'{"looks": []}', b"[]", b'{"looks": {"language": 3}}', b"[" * 9999]))
def test_any_file_of_settings_gives_a_language(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "window.json"
        path.write_bytes(content)
        assert kept_language(path) == ""
        path.write_text('{"looks": {"language": "de"}}')
        assert kept_language(path) == "de"


@pytest.mark.slow
def test_nothing_is_said_outside_the_catalogues() -> None:
    words = re.compile(rf"\b(?:{'|'.join(sorted((*NAMES, *ABBREVIATIONS), key=len, reverse=True))})\b")
    left = {}
    for text, where in walked("pseudo").items():
        rest = words.sub(" ", bare(text.replace("\u2011", "-")))
        known = (
            LINTER.search(text)
            or text in ENCODER
            or re.fullmatch(SIGNALS, text)
            or "QToolButton Scroll" in where
            or "qt_dockwidget_" in where
        )
        if not known and "…" not in text and re.search(r"[^\W\d_]{2}", rest):  # what is cut is elsewhere in whole
            left[text] = where
    assert not left


@pytest.mark.slow
def test_german_is_spoken_and_a_cue_is_fired_in_it(tmp_path: Path) -> None:
    shown = walked("de", tmp_path)
    assert {"SCHARF", "GEHALTEN", "IM BREAK", "Break einfügen", "Auf Sendung lassen", "CueNext"} <= set(shown)
    assert any(text.startswith("OUT landet 20:15:") for text in shown)
    assert not {"ARMED", "HELD", "IN BREAK", "Add a break", "Leave on air", "Undo"} & set(shown)
    assert (tmp_path / "armed-Operator.png").exists()
