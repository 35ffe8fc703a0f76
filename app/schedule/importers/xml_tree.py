"""XML of other people as a small tree: no DOCTYPE and so no entities, bounded in depth and number; each place known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from app.model.errors import BreakListError

_DEEPEST = 64
_MOST_ELEMENTS = 500_000
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True)
class Element:
    """One element by its local name. ``text``: all that stands directly in it; ``place``: line and path, for people."""

    name: str
    attributes: dict[str, str]
    line: int
    path: str
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Without the blanks around it."""
        return "".join(self.texts).strip()

    @property
    def place(self) -> str:
        """Where it stands in its document."""
        return f"line {self.line}, {self.path}"

    def all(self, *path: str) -> Iterator[Element]:
        """Every element at a path of local names below this one, in the document's order."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def first(self, *path: str) -> Element | None:
        """The first at a path."""
        return next(self.all(*path), None)

    def flag(self, name: str, *, default: bool) -> bool:
        """An xsd:boolean, in any case of letters; what is none counts as left out."""
        return _FLAGS.get(self.attributes.get(name, "").strip().lower(), default)


class _DoctypeError(Exception):
    pass


class _TooMuchError(Exception):
    pass


def parsed_xml(content: bytes, file: str) -> Element:
    """The root. BreakListError with the line: not well-formed, a DOCTYPE, too deep, too much."""
    builder = _Builder()
    _parse(builder.parser, content, file)
    if builder.root is None:
        raise BreakListError(file, "there is no element in it")
    return builder.root


def check_xml(content: bytes, file: str) -> None:
    """As ``parsed_xml``, where another reader is to have the document."""
    _parse(expat.ParserCreate(), content, file)


def _parse(parser: expat.XMLParserType, content: bytes, file: str) -> None:
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat's own form: this is all of it
    except _DoctypeError as error:
        where = f"{file}: line {parser.CurrentLineNumber}"
        raise BreakListError(where, "a DOCTYPE is not read", "leave it out: entities are a way to attack") from error
    except _TooMuchError as error:
        raise BreakListError(f"{file}: line {parser.CurrentLineNumber}", str(error)) from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        where = f"{file}: line {parser.ErrorLineNumber or 1}"
        raise BreakListError(where, f"not well-formed XML: {str(error).partition(': line')[0]}") from error


def _refuse_doctype(*_of: object) -> None:
    raise _DoctypeError


class _Builder:
    """Collects what expat reports."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._numbers: list[dict[str, int]] = [{}]
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > _MOST_ELEMENTS:
            raise _TooMuchError(f"more than {_DEEPEST} elements deep, or {_MOST_ELEMENTS} in all")
        name = qualified.rpartition(" ")[2]
        numbers = self._numbers[-1]
        numbers[name] = numbers.get(name, 0) + 1
        step = name if not self._open else f"{self._open[-1].path}/{name}[{numbers[name]}]"
        plain = {key: value for key, value in attributes.items() if " " not in key}
        element = Element(name, plain, self.parser.CurrentLineNumber, step)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._numbers.append({})

    def _end(self, _name: str) -> None:
        self._open.pop()
        self._numbers.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].texts.append(text)
