"""Whatever is read as a show is a show or its error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import ShowFileError, UnsupportedError
from app.settings import (
    load_show,
)
from tests.settings.evening import SHOW, read, write


def survives(text: str) -> None:
    try:
        read(text)
    except (ShowFileError, UnsupportedError) as error:
        assert str(error).isprintable()


@given(st.text())
def test_any_text_is_a_show_or_its_error(text: str) -> None:
    survives(text)


@given(st.lists(st.tuples(st.integers(0, len(SHOW)), st.integers(0, 12), st.text(max_size=6)), min_size=1, max_size=4))
def test_a_damaged_show_is_a_show_or_its_error(cuts: list[tuple[int, int, str]]) -> None:
    text = SHOW
    for start, length, new in cuts:
        text = text[:start] + new + text[start + length :]
    survives(text)


VALUES = [
    "1",
    "-1",
    "0.5",
    "nan",
    "[]",
    "[1]",
    "{}",
    "true",
    '""',
    '"x"',
    "1979-05-27",
    "[{}]",
    "'..'",
    "1e400",
    '"\\u0000"',
]


@given(st.data())
def test_a_value_of_any_kind_is_a_show_or_its_error(data: st.DataObject) -> None:
    lines = SHOW.splitlines()
    keys = [n for n, line in enumerate(lines) if " = " in line]
    for n in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3)):
        lines[n] = f"{lines[n].partition(' = ')[0]} = {data.draw(st.sampled_from(VALUES))}"
    survives("\n".join(lines))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_show_or_its_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = write(tmp_path_factory.getbasetemp(), content)
    try:
        load_show(path)
    except (ShowFileError, UnsupportedError):
        return
