"""The show file: TOML to a ``Show``, strictly; every fault is one line with file, key path, what is wrong and right."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.model.errors import ShowFileError
from app.model.show import Automation, Channel, HlsOutput, Origin, Show
from app.settings.channels import Check, channel_from, checked
from app.settings.folders import blocked, folder_of_url, known_timezone, local_timezone, prepared
from app.settings.inlets import inlets_from
from app.settings.lines import lines_of_keys
from app.settings.listening import listening_at
from app.settings.signalling import CheckSignalling
from app.settings.table import DecimalText, Document, Table, shown
from app.settings.triggers import triggers_from

_LARGEST_BYTES = 4_000_000


def load_show(
    path: Path,
    *,
    check_source: Check[str] | None = None,
    check_slate: Check[str] | None = None,
    check_origin: Check[Origin] | None = None,
    check_signalling: CheckSignalling | None = None,
    create_folders: bool = False,
) -> Show:
    """The show in a file. ShowFileError, UnsupportedError: it can't be used.

    The checks are given each source's URL, slate's path, origin and way of signalling. ``create_folders``: make the
    folders that it names and try to write in them.
    """
    return show_from_toml(
        show_text(path),
        str(path),
        folder=path.parent,
        check_source=check_source,
        check_slate=check_slate,
        check_origin=check_origin,
        check_signalling=check_signalling,
        create_folders=create_folders,
    )


def show_text(path: Path) -> str:
    """A show file's text. ShowFileError: it can't be read as one."""
    where = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ShowFileError(where, f"the show file can't be read: {reason}", "name a show file (TOML)") from error
    if len(content) > _LARGEST_BYTES:
        raise ShowFileError(where, f"larger than {_LARGEST_BYTES} bytes: no show file", "name a show file (TOML)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ShowFileError(where, f"line {line} is not UTF-8", "save the file as UTF-8") from error


def show_from_toml(  # noqa: PLR0913 - one check a room, named at its call
    text: str,
    where: str,
    *,
    folder: Path = Path(),
    check_source: Check[str] | None = None,
    check_slate: Check[str] | None = None,
    check_origin: Check[Origin] | None = None,
    check_signalling: CheckSignalling | None = None,
    create_folders: bool = False,
    check_folders: bool = True,
) -> Show:
    """As ``load_show``, from the file's text; ``where`` is its name in messages, ``folder`` where it is.

    ``check_folders`` False: for a show that was on air before; a folder or a slate that is gone must not keep it off.
    """
    top = Table(Document(where, lines_of_keys(text)), "", _parsed(text, where))
    top.only("show", "origins", "channels", "automation", "schedule", "triggers")
    show = top.table("show")
    if show is None:
        raise top.fault("show", "missing", 'add [show] with name = "…"')
    show.only("name", "timezone")
    name = show.text("name", form='"Evening"')
    timezone = _timezone(show)
    origin_tables = top.tables("origins")
    origins: list[Origin] = []
    for table in origin_tables:
        origins.append(_origin(table, [origin.name for origin in origins], check_origin))
    channel_tables = top.needed_tables("channels")
    channels: list[Channel] = []
    names = tuple(origin.name for origin in origins)
    for table in channel_tables:
        taken = [each.name for each in channels]
        made = channel_from(
            table,
            taken,
            names,
            folder,
            check_source,
            check_slate,
            check_signalling=check_signalling,
            slate_there=check_folders,
        )
        channels.append(made)
    automation = _automation(top.table("automation"))
    inlets = inlets_from(top.table("schedule"), channels, folder)
    triggers = triggers_from(top.table("triggers"))
    loaded = Show(name, timezone, tuple(origins), tuple(channels), automation, inlets, triggers)
    _refuse_shared_places(loaded, channel_tables)
    if check_folders:
        _check_folders(loaded, origin_tables, channel_tables, create=create_folders)
    return loaded


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=DecimalText)
    except RecursionError as error:
        raise ShowFileError(where, "nested too deeply", "a show file nests four levels") from error
    except ValueError as error:  # TOMLDecodeError, and int()'s own for thousands of digits
        reason, _, place = str(error).partition(" (at ")
        place = place.rstrip(")").replace("end of document", f"line {text.rstrip().count(chr(10)) + 1}, its end")
        raise ShowFileError(f"{where}: {place}" if place else where, f"not TOML: {reason[:200]}") from error


def _timezone(table: Table) -> str:
    name = table.text("timezone", local_timezone(), form='"Europe/Berlin"')
    if not known_timezone(name):
        raise table.fault("timezone", f"{shown(name)} is no time zone", 'right is an IANA name such as "Europe/Berlin"')
    return name


def _origin(table: Table, taken: list[str], check_origin: Check[Origin] | None) -> Origin:
    table.only("name", "url")
    name = table.name(taken)
    url = table.text("url", form='"http://127.0.0.1:8080/live/"')
    right = 'right are "https://host/folder/" and "file:///folder/"'
    scheme = url.partition(":")[0].lower()
    if scheme == "s3":
        raise table.unsupported("url", "an origin in S3 is not in this version", right)
    usable = _is_http(url) if scheme in {"http", "https"} else folder_of_url(url) is not None
    if not usable:
        raise table.fault("url", f"{shown(url)} is no origin", right)
    if "@" in urlsplit(url).netloc:
        raise table.fault("url", "credentials don't belong in a file", f"keep them with secret set origin:{name}")
    origin = Origin(name, url)
    checked(table, "url", origin, check_origin)
    return origin


def _automation(table: Table | None) -> Automation | None:
    """Where playout automation may send SCTE 104 to."""
    if table is None:
        return None
    table.only("scte104")
    host, port = listening_at(table, "scte104", "127.0.0.1:5167", needed=True)
    return Automation(host, port)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and port != 0 and not parts.query and not parts.fragment and " " not in url


def _places(show: Show, channel: Channel, n: int) -> Iterator[tuple[str, str]]:
    """What output ``n`` of a channel writes to, and how a message calls it."""
    output = channel.outputs[n]
    if not isinstance(output, HlsOutput):
        yield output.url, shown(output.url)
        return
    urls = {origin.name: origin.url for origin in show.origins}
    for name in output.origins:
        for folder in (output.path, *(f"{output.path}{each.name}/" for each in channel.renditions)):
            yield f"{urls[name].rstrip('/')}/{folder}", f"{shown(folder)} at origin {name}"


def _refuse_shared_places(show: Show, tables: list[Table]) -> None:
    """No two outputs may overwrite each other."""
    owners: dict[str, str] = {}
    for channel, table in zip(show.channels, tables, strict=True):
        for n, output in enumerate(table.tables("outputs")):
            key = "path" if isinstance(channel.outputs[n], HlsOutput) else "url"
            for place, called in _places(show, channel, n):
                if place in owners:
                    raise output.fault(key, f"{called} is written by {owners[place]} too", f"give each its own {key}")
                owners[place] = output.path


def _check_folders(show: Show, origins: list[Table], channels: list[Table], *, create: bool) -> None:
    """Refuse a folder that can't be written."""
    named = [(table, origin.url, False) for table, origin in zip(origins, show.origins, strict=True)]
    for table, channel in zip(channels, show.channels, strict=True):
        outputs = zip(table.tables("outputs"), channel.outputs, strict=True)
        named += [(each, output.url, True) for each, output in outputs if not isinstance(output, HlsOutput)]
    for table, url, is_file in named:
        if (path := folder_of_url(url)) is None:
            continue
        if is_file and path.is_dir():
            raise table.fault("url", f"{path} is a folder", "name a .ts file in it")
        folder = path.parent if is_file else path
        if reason := (prepared(folder) if create else blocked(folder)):
            raise table.fault("url", f"can't be written: {reason}", "name a folder that this user may write")
