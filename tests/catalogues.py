"""The window's texts and their catalogues: extracted, updated, compiled with Babel. ``make words`` runs it.

``python -m tests.catalogues`` takes new texts into every .po and compiles it; what is then without a translation is
listed, and is for a human to write. Nothing is guessed from similar texts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "resources" / "locale"
_KEYWORDS = {"_": None, "ngettext": (1, 2), "counted": (2, 3)}  # text.counted hands its two forms to ngettext
_WIDTH = 110


def extracted() -> Catalog:
    """Every text of the window, as the source has it now."""
    found = Catalog(project="Splicedeck")
    window = ROOT / "app" / "ui"
    for name, _line, text, _comments, _context in extract_from_dir(window, [("**.py", "python")], keywords=_KEYWORDS):
        found.add(text, locations=[(f"app/ui/{name}", 0)])
    return found


def catalogues() -> Iterator[Path]:
    """The .po file of each language."""
    yield from sorted(LOCALES.glob("*/LC_MESSAGES/splicedeck.po"))


def read(po_file: Path) -> Catalog:
    """One language's texts."""
    with po_file.open("rb") as file:
        catalogue = read_po(file, locale=po_file.parents[1].name)
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""  # the project has no such
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """As the window reads it."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def texts(message: Message) -> tuple[str, ...]:
    """Its one translation, or its plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def update(po_file: Path) -> list[str]:
    """Take in what is new, drop what is gone, compile; the texts that have no translation yet."""
    catalogue = read(po_file)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    with po_file.open("wb") as file:
        write_po(file, catalogue, width=_WIDTH, sort_by_file=True, ignore_obsolete=True)
    po_file.with_suffix(".mo").write_bytes(compiled(read(po_file)))
    return [str(message.id) for message in catalogue if message.id and not all(texts(message))]


def main() -> int:
    """Update every catalogue; 1 while one lacks a translation."""
    lacking = [f"{po_file.parents[1].name}: {text}" for po_file in catalogues() for text in update(po_file)]
    sys.stdout.write("".join(f"no translation yet: {line}\n" for line in lacking))
    return bool(lacking)


if __name__ == "__main__":
    sys.exit(main())
