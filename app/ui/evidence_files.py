"""A splice's evidence as files of this machine: its pictures with their places, for whoever looks."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.ui.words import _

_MOST_BYTES = 1 << 20  # of a verdict, which has a few thousand


@dataclass(frozen=True, slots=True)
class Picture:
    """``offset_frames``: 0 is the first picture at the splice or behind it."""

    path: Path
    offset_frames: int


@dataclass(frozen=True, slots=True)
class Found:
    """``problem``: why there is none, or not all, in words."""

    pictures: tuple[Picture, ...] = ()
    problem: str = ""


def found_in(folder: str) -> Found:
    """The film-strip in a folder of evidence. The engine may be on another machine, or have let it go meanwhile."""
    path = Path(folder)
    try:
        with (path / "verdict.json").open("rb") as file:
            verdict = json.loads(file.read(_MOST_BYTES))
        listed = [(str(one["file"]), int(one["offset_frames"])) for one in verdict["pictures"]]
        problems = [str(problem) for problem in verdict["problems"]]
    except FileNotFoundError:
        return Found(problem=_("its evidence is no longer kept here: the newest 500 splices are"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Found(problem=_("its evidence can't be read: {error}").format(error=error))
    pictures = tuple(Picture(path / Path(name).name, offset) for name, offset in listed)
    return Found(pictures, "; ".join(problems))


def bundle(folders: Mapping[str, str], target: Path) -> str:
    """Pack folders of evidence by the name each has in the file; in words what went wrong, or nothing.

    What is there already under that name is replaced only once the whole of it is written.
    """
    part, packed = target.with_name(target.name + ".part"), 0
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
            for name, folder in folders.items():
                for path in sorted(Path(folder).glob("**/*")):
                    if path.is_file():
                        file.write(path, f"{name}/{path.relative_to(folder)}")
                        packed += 1
        if not packed:
            part.unlink()
            return _("its evidence is no longer kept here: the newest 500 splices are")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        return _("the evidence can't be saved: {strerror}").format(strerror=error.strerror or error)
    return ""
