"""What a target of the linter is, told by its content, and everything that the rules say of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from app.lint.playlists import lint_playlist_text
from app.lint.scheduled import lint_rows
from app.lint.sections import is_payload, lint_section, lint_section_texts, lint_section_xml
from app.lint.show_file import lint_show_text
from app.model.errors import ProofError, UnsupportedError, UsageError
from app.model.lint import LintFinding, LintSeverity, error, warning
from app.model.profiles import PROFILES
from app.model.show import Show
from app.model.wire import Plain
from app.monitoring.fetch import Fetcher, as_url
from app.schedule.break_list import breaks_from_text
from app.schedule.fetching import Fetcher as ScheduleFetcher
from app.schedule.importing import Asked as Wishes
from app.schedule.importing import imported
from app.schedule.limits import Limits
from app.schedule.plan_row import UNTOLD
from app.settings.folders import folder_of_url
from app.settings.show import show_from_toml, show_text

_LARGEST_BYTES = 32_000_000
_SHOW = re.compile(r"(?m)^\s*(?:\[\s*show\s*\]|\[\[\s*(?:channels|origins)\s*\]\])")
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_SCHEDULE_ROOTS = frozenset({"VMAP", "VAST", "VideoAdServingTemplate"})
_SECTION_ROOTS = frozenset({"SpliceInfoSection", "Signal", "Binary"})
_PACKET_BYTES, _SYNC_BYTE, _TABLE_ID = 188, 0x47, 0xFC
_WORKBOOK = b"PK\x03\x04"
_NO_CHANNEL = "-"  # of rows that name none, where no show does either
_RIGHT = "right are a section (base64, hexadecimal, XML), a show file, a break list, VMAP, VAST, .xlsx, an HLS playlist"

REFUSED_ROW = error("schedule.refused-row")
UNREAD = warning("schedule.unread")


class Kind(StrEnum):
    """What can be linted."""

    SECTION = "section"
    SHOW = "show"
    SCHEDULE = "schedule"
    PLAYLIST = "playlist"


@dataclass(frozen=True, slots=True)
class Linted:
    """A target with all that was found. ``profile`` None: none was named."""

    target: str
    kind: Kind
    findings: tuple[LintFinding, ...]
    profile: str | None = None

    def count(self, severity: LintSeverity) -> int:
        """How many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def to_plain(self) -> dict[str, Plain]:
        """As JSON values."""
        counts = {f"{severity.value}s": self.count(severity) for severity in LintSeverity}
        findings: list[Plain] = [finding.to_plain() for finding in self.findings]
        return {"target": self.target, "kind": self.kind.value, "profile": self.profile, **counts, "findings": findings}


@dataclass(frozen=True, slots=True)
class Asked:
    """How a target is to be linted. ``show``: what a break list is for; ``now`` None: no time has passed."""

    profile: str | None = None
    show: Path | None = None
    now: datetime | None = None
    fetcher: Fetcher | None = None


def lint(target: str, asked: Asked) -> Linted:
    """Lint a target: a text itself, a path, a URL, or ``-`` for standard input. UsageError: it can't be used."""
    if asked.profile is not None and asked.profile not in PROFILES:
        raise UsageError("--profile", f"{asked.profile[:40]!r} is not known", f"known are {', '.join(PROFILES)}")
    with asked.fetcher or Fetcher() as fetcher:
        known = replace(asked, fetcher=fetcher)
        content, url = _content(target, fetcher)
        name = target if url else "standard input" if target == "-" else "the section"
        kind, findings = _of_content(content, name, url, known)
    return Linted(target, kind, tuple(findings), asked.profile)


def _content(target: str, fetcher: Fetcher) -> tuple[bytes, str]:
    """A target's bytes, and its URL; "" where it has none."""
    if target == "-":
        return sys.stdin.buffer.read(_LARGEST_BYTES + 1), ""
    if not _is_url(target) and not _is_there(target):
        if is_payload(target) or target.lstrip().startswith("<"):
            return target.encode("utf-8", "replace"), ""
        raise UsageError(target[:200], "there is no such file, and it is no section", _RIGHT)
    url = as_url(target)
    folder = folder_of_url(url)
    if folder is not None and folder.is_dir():
        url = (folder / "index.m3u8").as_uri()
    try:
        return bytes(memoryview(fetcher.read(url, _LARGEST_BYTES))[: _LARGEST_BYTES + 1]), url
    except ProofError as problem:
        raise UsageError("", str(problem), "name a file or URL that can be read") from problem


def _is_url(target: str) -> bool:
    try:
        return urlsplit(target).scheme.lower() in {"http", "https", "file"}
    except ValueError:
        return False


def _is_there(target: str) -> bool:
    try:
        return Path(target).exists()
    except (OSError, ValueError):
        return False


def _of_content(content: bytes, name: str, url: str, asked: Asked) -> tuple[Kind, list[LintFinding]]:
    """The kind of a target, by what it holds, and the findings."""
    if len(content) > _LARGEST_BYTES:
        raise UsageError(name, f"larger than {_LARGEST_BYTES} bytes", _RIGHT)
    if content.startswith(_WORKBOOK):
        return Kind.SCHEDULE, list(_of_import(content, name, asked))
    if content[:1] == bytes((_TABLE_ID,)):
        return Kind.SECTION, lint_section(content, asked.profile)
    if content[: _PACKET_BYTES + 1 : _PACKET_BYTES] == bytes((_SYNC_BYTE, _SYNC_BYTE)):
        raise UnsupportedError(name, "a transport stream is proved, not linted", "splicedeck verify reads it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UsageError(name, f"byte {problem.start} is not UTF-8: this is no text", _RIGHT) from problem
    if not text.strip():
        raise UsageError(name, "there is nothing in it", _RIGHT)
    return _of_text(text, name, url, asked)


def _of_text(text: str, name: str, url: str, asked: Asked) -> tuple[Kind, list[LintFinding]]:
    start = text.lstrip()
    if text.startswith("#EXTM3U"):
        fetcher = asked.fetcher if url else None
        try:
            return Kind.PLAYLIST, lint_playlist_text(text, url or name, asked.profile or "plain", fetcher)
        except ProofError as problem:
            raise UsageError("", str(problem)) from problem
    if start.startswith("<"):
        if _root(start) in _SCHEDULE_ROOTS:
            return Kind.SCHEDULE, list(_of_import(text.encode(), name, asked))
        return Kind.SECTION, _of_xml(start, name, asked)
    lines = [(f"line {number}", line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if is_payload(lines[0][1]):
        return Kind.SECTION, lint_section_texts(lines if len(lines) > 1 else [("", lines[0][1])], asked.profile)
    if _SHOW.search(text) or name.lower().endswith(".toml"):
        folder = folder_of_url(url)
        return Kind.SHOW, lint_show_text(text, name, folder.parent if folder else Path(), asked.profile)
    if start[0] in "{[" or name.lower().endswith((".json", ".csv")) or _is_table(lines[0][1]):
        return Kind.SCHEDULE, list(_of_list(text, name, asked))
    raise UsageError(name, "this is nothing that there are rules for", _RIGHT)


def _is_table(line: str) -> bool:
    """Whether a line is the header of a break list."""
    return {"at", "duration"} <= {cell.strip(' "').lower() for cell in re.split("[,;\t]", line)}


def _root(text: str) -> str:
    root = _ROOT.search(text)
    return root[1] if root else ""


def _of_xml(text: str, name: str, asked: Asked) -> list[LintFinding]:
    found = _root(text)
    if found == "MPD":
        raise UnsupportedError(name, "linting a DASH manifest (MPD) is not in this version", "right is an HLS playlist")
    if found not in _SECTION_ROOTS:
        raise UsageError(name, f"XML of <{found[:40]}> is nothing that there are rules for", _RIGHT)
    return lint_section_xml(text, asked.profile)


def _show_of(asked: Asked) -> Show | None:
    if asked.show is None:
        return None
    folder = asked.show.parent
    return show_from_toml(show_text(asked.show), str(asked.show), folder=folder, check_folders=False)


def _of_import(content: bytes, name: str, asked: Asked) -> Iterator[LintFinding]:
    """A schedule of another program: VMAP, VAST, a workbook."""
    show = _show_of(asked)
    channels = {channel.name: channel.templates for channel in show.channels} if show is not None else {}
    default = None if len(channels) > 1 else next(iter(channels), _NO_CHANNEL)
    wishes = Wishes(channels=channels or None, default_channel=default, start=None)
    listed = imported(content, name, wishes, ScheduleFetcher(Limits()))
    for row in listed.refused:
        shown = f": {row.value}" if row.value else ""
        yield REFUSED_ROW.found(f"refused: {row.reason}{shown}", row.where)
    for note in listed.notes:
        yield UNREAD.found(note.removeprefix(f"{name}: "))
    plans = [booking.plan for booking in listed.bookings]
    places = [f"break {plan.id}" for plan in plans]
    yield from lint_rows(plans, show, places=places, now=asked.now, profile=asked.profile)


def _of_list(text: str, name: str, asked: Asked) -> Iterator[LintFinding]:
    show = _show_of(asked)
    channels = {channel.name: channel.templates for channel in show.channels} if show is not None else {}
    default = None if len(channels) > 1 else next(iter(channels), _NO_CHANNEL)
    listed = breaks_from_text(text, name, channels=channels, default_channel=default)
    for row in listed.refused:
        if show is None and row.reason.startswith(UNTOLD):
            what = "refused: no duration, and a template's can't be known without the show"
            yield REFUSED_ROW.found(what, row.where, "name the show by --show, or give a duration")
            continue
        shown = f": {row.value}" if row.value else ""
        yield REFUSED_ROW.found(f"refused: {row.reason}{shown}", row.where)
    for line in listed.unread:
        yield UNREAD.found(line.removeprefix(f"{name}: "))
    yield from lint_rows(listed.plans, show, places=listed.places, now=asked.now, profile=asked.profile)
