"""How a user wants the window to look and to speak: colours, size, motion, language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.ui.language import LANGUAGES
from app.ui.theme import COLOUR_BLIND_SAFE, STANDARD, Palette
from app.ui.words import _

PALETTES: dict[str, Palette] = {palette.name: palette for palette in (STANDARD, COLOUR_BLIND_SAFE)}
SCALES = (100, 125, 150)  # per cent


@dataclass(frozen=True, slots=True)
class Looks:
    """``scale_percent`` is of everything, type and pictures alike; Qt takes it once, when a window starts.

    So is ``language``, of app/ui/language.py; "": the machine's own. ``safe_areas``: whether the tiles have them drawn.
    """

    palette_name: str = STANDARD.name
    scale_percent: int = 100
    reduced_motion: bool = False
    safe_areas: bool = False
    language: str = ""

    @property
    def palette(self) -> Palette:
        """The colours."""
        return PALETTES[self.palette_name]

    def kept(self) -> dict[str, Any]:
        """As it is written down."""
        return asdict(self)


def looks_from(kept: Mapping[str, Any]) -> tuple[Looks, list[str]]:
    """What was written down, as far as it is known; a sentence for each part that is not."""
    looks, told = Looks(), list[str]()
    for name, value in kept.items():
        if name == "palette_name" and isinstance(value, str) and value in PALETTES:
            looks = replace(looks, palette_name=value)
        elif name == "scale_percent" and type(value) is int and value in SCALES:
            looks = replace(looks, scale_percent=value)
        elif name == "language" and isinstance(value, str) and value in {"", *LANGUAGES}:
            looks = replace(looks, language=value)
        elif name == "reduced_motion" and isinstance(value, bool):
            looks = replace(looks, reduced_motion=value)
        elif name == "safe_areas" and isinstance(value, bool):
            looks = replace(looks, safe_areas=value)
        else:
            told.append(_("looks: {name} can't be {value}").format(name=str(name)[:40], value=str(value)[:40]))
    return looks, told


def fits(scale_percent: int, screen: tuple[int, int], least: tuple[int, int]) -> bool:
    """Whether the least window has room on a screen of so many pixels (as at 100 %) at a scale."""
    return all(pixels * 100 >= wanted * scale_percent for pixels, wanted in zip(screen, least, strict=True))
