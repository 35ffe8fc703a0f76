"""Any value of an annotated type, for properties over every command, event and status."""

import dataclasses
import types
from datetime import UTC, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from app.model.timebase import FrameRate
from app.model.when import When
from app.model.wire import utc_text

moments = st.integers(0, 4 * 10**15).map(lambda us: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us))
rates = st.one_of(
    st.integers(1, 120).map(FrameRate),
    st.sampled_from([24_000, 30_000, 60_000, 120_000]).map(lambda frames: FrameRate(frames, 1001)),
)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-(1 << 70), 1 << 70),
    str: st.text(max_size=20),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bytes: st.binary(max_size=20),
    datetime: moments,
    Fraction: st.fractions(),
    FrameRate: rates,
    When: st.one_of(moments.map(utc_text), st.integers(0, 9_999_999).map("+{}.5".format), st.just("20:15:32:11")).map(
        When
    ),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type that the wire knows."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return st.one_of(*(st.none() if part is type(None) else values_of(part) for part in parts))
    if origin is tuple:
        any_length = st.lists(values_of(parts[0]), max_size=3).map(tuple)
        return any_length if Ellipsis in parts else st.tuples(*map(values_of, parts))
    if origin is dict:
        return st.dictionaries(st.text(max_size=8), values_of(parts[1]), max_size=3)
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values_of(hints[field.name]) for field in dataclasses.fields(kind)})
