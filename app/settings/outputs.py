"""``[[channels.outputs]]``: HLS and continuous TS; what else the contract names is refused by name."""

from __future__ import annotations

import re
from fractions import Fraction
from urllib.parse import urlsplit

from app.model.show import HlsOutput, OutputKind, Rendition, TsOutput
from app.settings import marking
from app.settings.folders import folder_of_url
from app.settings.table import Table, nearest, shown

_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_SEGMENT = (Fraction(1, 2), Fraction(60), Fraction(6))
_WINDOW = (3, 20_000, 10)  # RFC 8216 §6.2.2: a live playlist holds three target durations at least


def output_from(
    table: Table, channel: str, renditions: tuple[Rendition, ...], origins: tuple[str, ...]
) -> HlsOutput | TsOutput:
    """One output of a channel."""
    kind = table.choice("kind", OutputKind)
    if kind in {OutputKind.DASH, OutputKind.RTMP}:
        raise table.unsupported("kind", f"output kind {kind} is not in this version", 'right are "hls" and "ts"')
    return _hls(table, channel, origins) if kind == OutputKind.HLS else _ts(table, renditions)


def _hls(table: Table, channel: str, origins: tuple[str, ...]) -> HlsOutput:
    table.only("kind", "container", "origins", "path", "segment", "window", *marking.KEYS)
    if table.choice("container", ("ts", "fmp4"), "ts") == "fmp4":
        raise table.unsupported("container", "container fmp4 is not in this version", 'right is "ts"')
    named, path = _known_origins(table, origins), _path(table, f"{channel}/")
    profile, dialects, options = marking.marking_from(table)
    return HlsOutput(
        origins=named,
        path=path,
        segment_s=table.seconds("segment", *_SEGMENT),
        window=table.integer("window", *_WINDOW, unit=" of segments"),
        dialects=dialects,
        profile=profile,
        marking=options,
    )


def _known_origins(table: Table, origins: tuple[str, ...]) -> tuple[str, ...]:
    named = table.texts("origins", form=f'["{origins[0] if origins else "primary"}"]')
    for n, name in enumerate(named):
        if name not in origins:
            remedy = nearest(name, origins) if origins else "add [[origins]] with its name and url"
            raise table.fault(f"origins[{n}]", f"no origin is named {shown(name)}", remedy)
        if name in named[:n]:
            raise table.fault(f"origins[{n}]", f"{shown(name)} is listed twice", "name it once")
    return named


def _path(table: Table, default: str) -> str:
    if table.values.get("path") == "":  # the origin's own root
        return ""
    path = table.text("path", default, form=f'"{default}"')
    right = f'right is a folder below the origin\'s URL with a slash at its end: "{default}"'
    if not path.endswith("/"):
        raise table.fault("path", f"{shown(path)} has no slash at its end", f"write {shown(path + '/')}")
    for part in path[:-1].split("/"):
        if part in {".", ".."}:
            raise table.fault("path", f"{shown(path)} leads out of its own folder", right)
        if not _FOLDER.fullmatch(part):
            raise table.fault("path", f"{shown(path)} has a part that can't be a folder: {shown(part)}", right)
    return path


def _ts(table: Table, renditions: tuple[Rendition, ...]) -> TsOutput:
    table.only("kind", "container", "url", "rendition")
    if table.choice("container", ("ts", "fmp4"), "ts") == "fmp4":
        raise table.fault("container", "a continuous transport stream has no other container", 'right is "ts"')
    names = [rendition.name for rendition in renditions]
    rendition = table.text("rendition", names[0])
    if rendition not in names:
        raise table.fault("rendition", f"no rendition is named {shown(rendition)}", nearest(rendition, names))
    return TsOutput(url=_ts_url(table), rendition=rendition)


def _ts_url(table: Table) -> str:
    url = table.text("url", form='"udp://239.1.1.1:5000"')
    right = 'right are "udp://host:port" and "file:///folder/name.ts"'
    scheme = url.partition(":")[0].lower()
    if scheme == "srt":
        raise table.unsupported("url", "SRT output is not in this version", right)
    if scheme == "file" and (path := folder_of_url(url)) is not None and path.suffix == ".ts" and path.stem:
        return url
    if scheme == "udp" and _is_udp(url):
        return url
    raise table.fault("url", f"{shown(url)} can't be sent to", right)


def _is_udp(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname and parts.port and parts.path in {"", "/"} and "@" not in parts.netloc)
    except ValueError:
        return False
