"""Sections from whatever text carries them: base64, hexadecimal with or without 0x, XML, JSON."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from app.model.cue import Section
from app.scte35.codec import decode, from_text
from app.scte35.from_json import section_from_json
from app.scte35.xml import section_from_xml

_LONGEST = 1 << 20  # characters of one payload; what is longer is refused anyhow
_MOST_LINES = 4096
_BEFORE_ROOT = 64  # lines of comments and the like
_DEEPEST = 24
_WITHIN_JSON = (" ", "\t", '"', "]", "\n")

type _Ends = Callable[[str], bool | None]  # fed line by line: the payload ends here, goes on, or (None) can't be one


def section_from_payload(text: str) -> Section:
    """The section; CueError with the byte, the element or the member that is wrong."""
    stripped = text.strip().removeprefix("\ufeff")
    if stripped.startswith("<"):
        return section_from_xml(stripped)
    if stripped.startswith("{"):
        return section_from_json(stripped)
    return decode(from_text(stripped))


def payload_texts(lines: Iterable[str]) -> Iterator[str]:
    """One a line, none for empty ones; XML and JSON may go on over lines. Of what never ends each line is one."""
    coming, again = iter(lines), deque[str]()
    while (line := again.popleft() if again else next(coming, None)) is not None:
        first = line.strip().removeprefix("\ufeff")
        if not first:
            continue
        gathered, size, ends = [line], len(line), _ends(first, at_margin=line.startswith(first))
        found = ends(first)
        while found is False and size <= _LONGEST and len(gathered) <= _MOST_LINES:
            following = again.popleft() if again else next(coming, None)
            if following is None:
                break
            gathered.append(following)
            size += len(following)
            found = ends(following)
        if found:
            yield "".join(gathered).strip()
        else:
            yield first
            again.extendleft(reversed(gathered[1:]))


def _ends(first: str, *, at_margin: bool) -> _Ends:
    if first.startswith("<"):
        return _xml_ends()
    if first.startswith("{") and at_margin and not first.endswith("}"):
        return lambda line: False if line is first else _json_ends(line)
    return lambda _: True


def _json_ends(line: str) -> bool | None:
    """Of JSON that is set out with its outer braces at the margin, and with no other one there."""
    return True if line.startswith("}") else False if line.startswith(_WITHIN_JSON) else None


def _xml_ends() -> _Ends:
    parser = expat.ParserCreate()
    depth, whole, lines = 0, False, 0

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise expat.ExpatError

    def end(_name: str) -> None:
        nonlocal depth, whole
        depth -= 1
        whole = depth == 0

    def no_entities(*_: object) -> None:  # what a document type defines is never read, not even here
        raise expat.ExpatError

    def ends(line: str) -> bool | None:
        nonlocal lines
        lines += 1
        if not depth and lines > _BEFORE_ROOT:
            return None
        try:
            parser.Parse(line)
        except (expat.ExpatError, UnicodeEncodeError):
            return whole or None
        return whole

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = no_entities
    return ends
