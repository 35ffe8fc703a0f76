"""The window's texts in one language, chosen once as the process starts: ``_("text")``, and ``ngettext`` for counts.

What the engine says (journal, as-run, log, refusals, command line) is English everywhere, so that the records of all
workstations read alike; the window's own texts are translated, and nothing else is. A text with fields is
``_("… {name} …").format(name=…)``: a catalogue may put its fields in another order, never others.
"""

from __future__ import annotations

import gettext
import os

from app.model.errors import EnvironmentLackError
from app.resources import resource
from app.settings.folders import default_config_dir
from app.ui.language import ENGLISH, kept_language, language, system_locale

OWN_FILE = "window.json"
DOMAIN = "splicedeck"


def _kept() -> str:
    try:
        return kept_language(default_config_dir() / OWN_FILE)
    except EnvironmentLackError:
        return ""


def _catalogue(spoken: str) -> tuple[gettext.NullTranslations, str, str]:
    """The texts, their language, and what is wrong. English is what the program is written in: it needs no file."""
    if spoken == ENGLISH:
        return gettext.NullTranslations(), spoken, ""
    try:
        with resource(f"locale/{spoken}/LC_MESSAGES/{DOMAIN}.mo").open("rb") as file:
            return gettext.GNUTranslations(file), spoken, ""
    except (OSError, ValueError) as error:
        return gettext.NullTranslations(), ENGLISH, f"The texts in {spoken} can't be read: {error}"


SYSTEM_LANGUAGE, TROUBLE = language("", os.environ, system_locale())  # what is spoken without a choice of the user's
_CHOSEN, SPOKEN, _LACK = _catalogue(language(_kept(), os.environ, system_locale())[0])
TROUBLE = f"{TROUBLE or _LACK}." if TROUBLE or _LACK else ""  # "" where all is well

_ = _CHOSEN.gettext
ngettext = _CHOSEN.ngettext


def inner(title: str) -> str:
    """A title inside a sentence: in small letters in English, with a capital where nouns have one."""
    return title.lower() if SPOKEN == ENGLISH else title.capitalize()


def speak(catalogue: gettext.NullTranslations) -> None:
    """Use another catalogue for what is said from now on; what a module says once it has said already. For tests."""
    global _, ngettext
    _, ngettext = catalogue.gettext, catalogue.ngettext
