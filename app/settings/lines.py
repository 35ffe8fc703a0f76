"""The lines of a TOML text on which its tables and keys stand, which tomllib doesn't tell.

Made for texts that tomllib has accepted. It looks at headers and keys only; a construct it can't follow costs the
line number in a message, never the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*=(.*)$""")
_PART = re.compile(r"""[\w-]+|"[^"\n]*"|'[^'\n]*'""")
_LONG_STRING = re.compile(r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'', re.DOTALL)
_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#.*')


def lines_of_keys(text: str) -> dict[str, int]:
    """Key paths in the form ``channels[0].renditions[1].bitrate`` and the lines (from 1) they stand on."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            table = _opened(header[2], counts, many=header[1] == "[[")
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            path = table
            for part in _parts(key[1]):
                path = f"{path}.{part}" if path else part
                lines.setdefault(path, number)
    return lines


def line_of(path: str, lines: dict[str, int]) -> int | None:
    """The line of a key path, else of the nearest table or list around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return None


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]


def _opened(dotted: str, counts: dict[str, int], *, many: bool) -> str:
    """The path of a table that a header opens; ``[[x]]`` counts one more x."""
    path = ""
    parts = _parts(dotted)
    for depth, part in enumerate(parts, 1):
        path = f"{path}.{part}" if path else part
        if many and depth == len(parts):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += f"[{counts[path]}]"
    return path


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Lines that begin a statement; those inside a long string or a list of several lines are left out."""
    text = _LONG_STRING.sub(lambda found: '""' + "\n" * found[0].count("\n"), text)
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = _STRING_OR_COMMENT.sub("", line)
        if depth == 0:
            yield number, line.rstrip("\r")
            if _HEADER.match(line.rstrip("\r")):
                continue
        depth = max(0, depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))
