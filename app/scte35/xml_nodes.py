"""XML elements whose attributes and children are taken by name, so that what nobody took can be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

from app.model.errors import CueError
from app.scte35 import bits

NAMESPACE = "http://www.scte.org/schemas/35"
_OURS = re.compile(r"https?://(?:www\.)?scte\.org/schemas/35(?:/.*)?|urn:scte:scte35:20\d\d:xml(?:\+bin)?")
_LONGEST = 1 << 20  # characters: the longest section takes about a third of them
_DEEPEST = 24
_NUMBER = re.compile(r"\+?\d{1,20}")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


class Node:
    """One element: ``content`` is its text, ``children`` the elements in it but Ext. Errors are CueError."""

    def __init__(self, element: ET.Element) -> None:
        namespace, self.name = _split(element.tag)
        if not _OURS.fullmatch(namespace):
            raise CueError(f"<{self.name}> is in namespace {namespace!r}, not in {NAMESPACE}", field="XML")
        self.content = (element.text or "").strip()
        self.children = [Node(child) for child in element if _split(child.tag)[1] != "Ext"]
        self._attributes = {
            name: value
            for qualified, value in element.attrib.items()
            for namespace, name in [_split(qualified)]
            if not namespace or _OURS.fullmatch(namespace)  # others are extensions
        }

    def optional_number(self, *names: str) -> int | None:
        """The attribute of the first of the names that is there; whether it fits its field is for the encoder."""
        name = next((name for name in names if name in self._attributes), names[0])
        text = self._attributes.pop(name, None)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text.strip()):
            raise CueError(f"{text!r} is no whole number", field=self._place(name))
        return int(text)

    def number(self, name: str, default: int | None = None) -> int:
        """As ``optional_number``; missing is an error where there is no default."""
        value = self.optional_number(name)
        value = default if value is None else value
        if value is None:
            raise CueError("is missing", field=self._place(name))
        return value

    def optional_flag(self, *names: str) -> bool | None:
        """xsd:boolean."""
        name = next((name for name in names if name in self._attributes), names[0])
        text = self._attributes.pop(name, None)
        if text is None:
            return None
        if text.strip() not in _FLAGS:
            raise CueError(f"{text!r} is neither true nor false", field=self._place(name))
        return _FLAGS[text.strip()]

    def flag(self, name: str, default: bool | None = None) -> bool:  # noqa: FBT001 - the default is a value of its kind
        """As ``optional_flag``; missing is an error where there is no default."""
        value = self.optional_flag(name)
        value = default if value is None else value
        if value is None:
            raise CueError("is missing", field=self._place(name))
        return value

    def optional_text(self, name: str) -> str | None:
        """The attribute as it stands."""
        return self._attributes.pop(name, None)

    def text(self, name: str) -> str:
        """As ``optional_text``; missing is an error."""
        value = self.optional_text(name)
        if value is None:
            raise CueError("is missing", field=self._place(name))
        return value

    def take(self, *names: str) -> list[Node]:
        """The children of those names, in order; they are then no longer among ``children``."""
        taken = [child for child in self.children if child.name in names]
        self.children = [child for child in self.children if child.name not in names]
        return taken

    def take_one(self, *names: str) -> Node | None:
        """The child of those names; more than one is an error."""
        taken = self.take(*names)
        if len(taken) > 1:
            raise CueError(f"<{taken[1].name}> once too often", field=self.name)
        return taken[0] if taken else None

    def hexadecimal(self) -> bytes:
        """The content as xsd:hexBinary."""
        try:
            return bytes.fromhex(self.content)
        except ValueError as error:
            raise CueError("is not hexadecimal", field=self.name) from error

    def forget(self) -> None:
        """Drop attributes and children: those of a cancelled event say nothing."""
        self._attributes, self.children = {}, []

    def finish(self) -> None:
        """CueError for an attribute or a child that nobody took: a misspelled one must not be lost without a word."""
        for child in self.children:
            raise CueError(f"<{child.name}> does not belong here", field=self.name)
        for name in self._attributes:
            raise CueError("is not known", field=self._place(name))

    def _place(self, name: str) -> str:
        return f"{self.name}/@{name}"


def element(name: str, *children: ET.Element, **attributes: int | str | bool | None) -> ET.Element:
    """An element to write; None leaves an attribute out."""
    texts = {name: _text(value) for name, value in attributes.items() if value is not None}
    made = ET.Element(name, texts)
    made.extend(children)
    return made


def _text(value: int | str | bool) -> str:  # noqa: FBT001 - an attribute may be a flag
    return str(value).lower() if isinstance(value, bool) else str(value)


def parsed(text: str) -> Node:
    """The root of the document; CueError with line and column for what is no XML, is too long, or is too deep."""
    if len(text) > _LONGEST:
        raise CueError(f"{len(text)} characters, {_LONGEST} are read", field="XML")
    parser = ET.XMLParser(target=_Builder())  # noqa: S314 - see _Builder
    try:
        parser.feed(text.strip().removeprefix("\ufeff"))
        root = parser.close()
    except ET.ParseError as error:
        raise CueError(f"not well-formed: {error}", field="XML") from error
    except UnicodeEncodeError as error:
        raise CueError("holds half a character", field="XML") from error
    return Node(root)


class _Builder(ET.TreeBuilder):
    """Builds the tree; a document type (and with it every entity) and great depth end the reading at once."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise CueError(f"over {_DEEPEST} elements deep", field="XML")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, name: str, _public: str | None, _system: str | None) -> None:
        """Called as soon as ``<!DOCTYPE name`` is read, before anything it defines."""
        raise CueError(f"a document type ({name!r}) is not read", field="XML")


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name


def finished[Part](node: Node, readers: dict[str, Callable[[Node], Part]]) -> Part:
    """Read by the reader of its name, with nothing left over."""
    part = readers[node.name](node)
    node.finish()
    return part


def private_elements(private: bytes) -> list[ET.Element]:
    """PrivateBytes, where there are any."""
    if not private:
        return []
    made = element("PrivateBytes")
    made.text = private.hex().upper()
    return [made]


def private_bytes(node: Node) -> bytes:
    """Of the PrivateBytes in a node."""
    private = node.take_one("PrivateBytes")
    if private is None:
        return b""
    private.finish()
    return private.hexadecimal()


def identifier(node: Node) -> bytes:
    """@identifier, 32 bits, as four bytes."""
    return bits.uint(node.number("identifier"), 4, "identifier")
