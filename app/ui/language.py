"""Which language the window speaks. Pure but for one look at the user's own settings; standard library only."""

from __future__ import annotations

import json
import locale
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ENGLISH = "en"
LANGUAGES: Mapping[str, str] = {ENGLISH: "English", "de": "Deutsch"}  # each by its own name: told to those who read it
VARIABLE = "SPLICEDECK_LANGUAGE"
_LOCALES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # as gettext looks at them, the first that is set decides
_MOST_BYTES = 1_000_000


def language(kept: str, environ: Mapping[str, str], system: str = "") -> tuple[str, str]:
    """The language to speak, and what to tell of a wish that can't be met.

    ``kept``: the user's own choice, "" for none. ``system``: the system's locale where no variable names one.
    """
    if kept in LANGUAGES:
        return kept, ""
    if wanted := environ.get(VARIABLE, ""):
        if (known := _base(wanted)) in LANGUAGES:
            return known, ""
        return ENGLISH, f"{VARIABLE} is {wanted[:40]}: there are {', '.join(LANGUAGES)}; English is used"
    named = next((environ[name] for name in _LOCALES if environ.get(name)), system)
    return next((base for one in named.split(":") if (base := _base(one)) in LANGUAGES), ENGLISH), ""


def kept_language(own_file: Path) -> str:
    """What the user chose before; "" where it can't be read: who reads the whole file tells what is wrong with it."""
    try:
        if own_file.stat().st_size > _MOST_BYTES:
            return ""
        found: Any = json.loads(own_file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    looks = found.get("looks") if isinstance(found, dict) else None
    chosen = looks.get("language") if isinstance(looks, dict) else None
    return chosen if isinstance(chosen, str) else ""


def system_locale() -> str:
    """As the system says it where no variable does (Windows, macOS); "" where it says nothing."""
    try:
        return locale.getlocale()[0] or ""
    except ValueError:
        return ""


def _base(named: str) -> str:
    """``de`` of de_AT.UTF-8, de-CH, German_Germany."""
    base = named.partition(".")[0].partition("@")[0].replace("-", "_").partition("_")[0].lower()
    return {"german": "de", "english": ENGLISH}.get(base, base)
