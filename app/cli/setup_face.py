"""Setting a show up as the window asks for it: over the program's own probe, trials, origins, settings and linter."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.processor_load import busy_processors, processors
from app.cli.taking_on import Commanded, take_on
from app.model.errors import SourceError, SplicedeckError, StorageError, UsageError
from app.model.setup_face import FoundStream, LadderCost, OriginTried, Reading, Saved, SourceFound, TakenOn
from app.model.show import Origin, Rendition, Show
from app.model.timebase import FrameRate
from app.remote.spawning import program
from app.settings import show_from_toml, show_text
from app.settings.show_writer import show_toml

if TYPE_CHECKING:
    from app.remote.session import Session

_PROBE_FOR_S, _PROBE_MOST_S = 2.0, 40.0
_PLACE = re.compile(r"line (\d+)(?:, column (\d+))?")
_SEEN = "tour-seen"


class ProgramSetup:
    """See SetupFace. ``engine``: that of the run, None where there is none; ``tour``: it may be offered.

    ``differs``: reads again what a rehearsal was started with.
    """

    def __init__(
        self,
        data_dir: Path,
        engine: Commanded | None = None,
        *,
        tour: bool = False,
        differs: Callable[[], str] = lambda: "",
    ) -> None:
        self._data_dir, self._engine, self._tour, self._differs = data_dir, engine, tour, differs

    def rehearsed_otherwise(self) -> str:
        """Of the show file and the break lists that it was started with; and what its channels took on meanwhile."""
        from app.remote.running_show import file_of_running

        told, session = [self._differs()], self._session()
        if session is not None and file_of_running(self._data_dir, session) != session.rehearses():
            told.append("What channels took on during the rehearsal counts no more: the show file as it is now airs.")
        return " ".join(filter(None, told))

    def on_air(self) -> str:
        """The show file of the run of this data folder; "" where it has ended, or can't be read."""
        session = self._session()
        if session is None:
            return ""
        from app.remote.running_show import file_of_running

        show = file_of_running(self._data_dir, session)
        return session.show_toml if show == session.rehearses() else show_toml(show)

    def take_on(self, show: Show, *, by: str) -> tuple[TakenOn, ...]:
        """By commands to the engine, whose answers are waited for."""
        session = self._session()
        if self._engine is None or session is None:
            raise UsageError("the show on air", "none is known here", "save the file, then splicedeck run it")
        from app.remote.running_show import file_of_running

        return take_on(self._engine, file_of_running(self._data_dir, session), show, by=by)

    def _session(self) -> Session | None:
        from app.remote.session import read_session

        session = read_session(self._data_dir)
        return None if session is None or session.ended else session

    def probe(self, url: str) -> SourceFound:
        """In a process of its own: a source that makes FFmpeg hang or crash costs no window."""
        from app.pipeline.sources.address import Bars, parse_address

        if isinstance(parse_address(url), Bars):
            return _bars(url)
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "picture.png"
            words = ["probe", url, "--for", f"{_PROBE_FOR_S:g}", "--json", "--picture", str(picture)]
            try:
                ended = subprocess.run(
                    program(*words), check=False, capture_output=True, text=True, timeout=_PROBE_MOST_S
                )
            except subprocess.TimeoutExpired as error:
                raise SourceError(f"{url}: nothing was told of it for {_PROBE_MOST_S:.0f} s") from error
            if ended.returncode:
                said = ended.stderr.strip().splitlines()
                raise SourceError(said[-1].removeprefix("splicedeck: ") if said else f"{url}: probing it crashed")
            return _found(json.loads(ended.stdout), picture.read_bytes() if picture.exists() else None)

    def try_ladder(self, source: str, rungs: tuple[Rendition, ...], rate: Fraction) -> LadderCost:
        """In a process of its own; before it, how busy the machine is without it."""
        from app.pipeline.ladder_cost import ladder_cost

        busy = busy_processors()
        shares, decoding = ladder_cost(source, rungs, FrameRate.of(rate))
        return LadderCost(tuple(shares.items()), decoding, processors(), busy)

    def try_origin(self, origin: Origin) -> OriginTried:
        """With the credentials that the engine would use. UsageError, DeliveryError."""
        from app.delivery.origin import check_origin
        from app.delivery.origin_trial import try_client
        from app.engine.outputs import open_named_origin

        check_origin(origin)
        client = open_named_origin(origin)
        try:
            return try_client(client)
        finally:
            client.close()

    def written(self, show: Show) -> str:
        """The show file that says this show."""
        return show_toml(show)

    def read_text(self, text: str, path: Path | None) -> Reading:
        """As ``run`` would read it, and what ``lint`` says of it."""
        from app.lint.show_file import lint_show_text

        name, folder = (path.name, path.parent) if path is not None else ("show", Path())
        try:
            findings = tuple(lint_show_text(text, name, folder))
            show = show_from_toml(text, name, folder=folder)
        except SplicedeckError as error:
            place = _PLACE.search(error.where if isinstance(error, UsageError) else "")
            line, column = (int(part or 0) for part in place.groups()) if place else (0, 0)
            return Reading(None, str(error), line, column)
        return Reading(show, findings=findings)

    def open(self, path: Path) -> str:
        """A show file's text. ShowFileError: it can't be read."""
        return show_text(path)

    def save(self, text: str, path: Path) -> Saved:
        """Written beside its place, then renamed into it; an older file with other words is kept under its date."""
        if not path.is_absolute():
            raise UsageError(str(path), "not an absolute path", "name the folder too")
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            kept = _kept(path, text)
            with part.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True) if path.parent.is_dir() else None
            raise StorageError(f"{path}: not written: {error.strerror or error}") from error
        return Saved(path, kept)

    def tour_due(self) -> bool:
        """Whether it was never seen with this data folder."""
        return self._tour and not (self._data_dir / _SEEN).exists()

    def tour_seen(self) -> None:
        """StorageError: that can't be kept."""
        try:
            (self._data_dir / _SEEN).touch()
        except OSError as error:
            raise StorageError(f"{self._data_dir / _SEEN}: not written: {error.strerror}") from error


def _kept(path: Path, text: str) -> Path | None:
    """A copy of the file that is about to be replaced; None where there is none, or it says the same."""
    if not path.exists():
        return None
    old = path.read_bytes()
    if old == text.encode():
        return None
    at = datetime.now(UTC).astimezone()
    names = (
        f"{path.stem}-{at:%Y-%m-%d-%H%M%S}{more}{path.suffix}" for more in chain([""], (f"-{n}" for n in count(2)))
    )
    copy = next(each for name in names if not (each := path.with_name(name)).exists())
    copy.write_bytes(old)
    return copy


def _bars(url: str) -> SourceFound:
    from app.pipeline.source_picture import source_picture
    from app.pipeline.sources.bars import DEFAULT_RATE

    streams = (FoundStream(0, "video", "the built-in test picture, in any size"), FoundStream(1, "audio", "a tone"))
    return SourceFound(url, "built in", streams, DEFAULT_RATE, picture=source_picture(url))


def _found(report: dict[str, Any], picture: bytes | None) -> SourceFound:
    streams = tuple(_stream(each, report) for each in report["streams"])
    rates = [each["frame_rate"] for each in report["streams"] if each["media"] == "video" and each["frame_rate"]]
    try:
        rate = FrameRate.parse(rates[0]) if rates else None
    except ValueError:  # a source that claims 1000 frames a second
        rate = None
    found = SourceFound(report["url"], report["container"], streams, rate, report["program_number"], picture)
    return found if found.of("video") else replace(found, picture=None)


def _stream(each: dict[str, Any], report: dict[str, Any]) -> FoundStream:
    media = str(each["media"])
    parts = [str(each["codec"])]
    if media == "video":
        parts += [f"{each['width']}×{each['height']}", f"{each['frame_rate'] or '?'} fps"]
    elif media == "audio":
        parts += [f"{each['sample_rate_hz']} Hz", str(each["layout"]), str(each["language"] or "no language told")]
    elif media == "scte35":
        came = next((one for one in report["scte35"]["streams"] if one["pid"] == each["pid"]), None)
        parts = ["SCTE-35", f"{came['sections'] if came else 0} sections while it was read"]
    if each["bitrate_bps"]:
        parts.append(f"{each['bitrate_bps'] / 1e6:.2f} Mb/s")
    return FoundStream(int(each["pid"]), media, ", ".join(parts), int(each["height"] or 0))
