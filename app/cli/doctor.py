"""``splicedeck doctor``: what this workstation can do, each point tried and not assumed."""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from app.cli.usage import default_data_dir_text, folder
from app.model.errors import SplicedeckError
from app.model.show import Origin, Show
from app.settings import default_data_dir, default_database, load_show

NEEDED = {"libx264", "aac"}
PROBE_OBJECT = "splicedeck-doctor.txt"


@dataclass(frozen=True, slots=True)
class Finding:
    """One point. ``ok`` None: not needed, told all the same."""

    part: str
    name: str
    ok: bool | None
    text: str


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of ``doctor``."""
    parser = subparsers.add_parser(
        "doctor",
        help="what this workstation can do",
        description="Try what a show needs here: display libraries, encoders (each encodes a few frames), keyring, "
        "database and, with a show file, its origins (a small object is written and deleted).",
        epilog="exit status: 0 nothing that is needed is lacking; 2 the show file can't be used; 3 something is "
        "lacking, with its remedy",
    )
    parser.add_argument("show", nargs="?", metavar="SHOW.toml", type=Path, help="try this show's origins too")
    parser.add_argument("--data-dir", metavar="DIR", type=folder, help=f"default: {default_data_dir_text()}")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Try everything; 3 when something needed is lacking."""
    show = _show(args.show) if args.show else None
    findings = list(_findings(args.data_dir or default_data_dir(), show.origins if show else ()))
    healthy = all(finding.ok is not False for finding in findings)
    if args.json:
        print(json.dumps({"ok": healthy, "findings": [asdict(finding) for finding in findings]}, indent=1))
    else:
        for finding in findings:
            mark = {True: "ok     ", False: "LACKING", None: "-      "}[finding.ok]
            print(f"{mark}  {finding.part:9} {finding.name:14} {finding.text}")
    return 0 if healthy else 3


def _show(path: Path) -> Show:
    from app.delivery.origin import check_origin
    from app.pipeline.announcing import check_signalling
    from app.pipeline.slate import check_slate
    from app.pipeline.sources import check_source

    return load_show(
        path,
        check_source=check_source,
        check_slate=check_slate,
        check_origin=check_origin,
        check_signalling=check_signalling,
    )


def _findings(data_dir: Path, origins: tuple[Origin, ...]) -> Iterator[Finding]:
    from app.pipeline import trial
    from app.security.secrets import backend_name

    yield Finding("python", platform.python_version(), ok=True, text=platform.platform())
    yield _tried("display", "window", _display, needed=False)
    for name in trial.KNOWN:
        reason = trial.trial(name)
        works = "works: encoded here"
        yield Finding("encoder", name, (not reason) if name in NEEDED or not reason else None, reason or works)
    yield _tried("secrets", "keyring", backend_name, needed=False)
    yield _tried("database", "sqlite", lambda: _database(data_dir), needed=True)
    for origin in origins:
        yield _tried("origin", origin.name, partial(_origin, origin), needed=True)


def _tried(part: str, name: str, attempt: Callable[[], str], *, needed: bool) -> Finding:
    try:
        return Finding(part, name, ok=True, text=attempt())
    except SplicedeckError as error:
        return Finding(part, name, False if needed else None, str(error))


def _display() -> str:
    from app.ui.application import preflight

    preflight()
    return "libraries and a display are there"


def _database(data_dir: Path) -> str:
    from app.storage.asrun import open_store

    path = default_database(data_dir)
    if path.exists():
        open_store(path, create=False).close()
        return f"{path} opens"
    with tempfile.TemporaryDirectory() as folder:
        open_store(Path(folder) / "trial.sqlite3").close()
    return f"{path} will be made at the first start"


def _origin(origin: Origin) -> str:
    from app.engine.outputs import open_named_origin

    client = open_named_origin(origin)
    try:
        client.put(PROBE_OBJECT, b"written by splicedeck doctor\n", "text/plain")
        client.delete(PROBE_OBJECT)
    finally:
        client.close()
    return f"{origin.url} took and deleted an object"
