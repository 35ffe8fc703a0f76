"""``[triggers]``: off where it is not there, on this workstation alone where it is."""

from __future__ import annotations

import pytest

from app.model.triggers import Triggers
from tests.settings.evening import SHOW, fault, read


def test_off_by_default() -> None:
    assert read(SHOW).triggers is None


def test_both_addresses() -> None:
    show = read(SHOW + '\n[triggers]\nhttp = "127.0.0.1:5185"\nosc = "[::1]:5186"\nper_minute = 60\n')
    assert show.triggers == Triggers(http=("127.0.0.1", 5185), osc=("::1", 5186), per_minute=60)
    assert read(SHOW + '\n[triggers]\nosc = "localhost:5186"\n').triggers == Triggers(osc=("127.0.0.1", 5186))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "missing, and osc too"),
        ("per_minute = 5", "missing, and osc too"),
        ('http = "0.0.0.0:5185"', "not this workstation alone"),
        ('osc = "192.168.1.4:5186"', "not this workstation alone"),
        ('http = "studio.example:80"', "not this workstation alone"),
        ('http = "127.0.0.1"', "no address"),
        ("http = 5185", "right is text"),
        ('http = "127.0.0.1:5185"\nper_minute = 0', "out of range"),
        ('http = "127.0.0.1:5185"\ntoken = "abc"', "unknown key"),
    ],
)
def test_what_is_no_place_for_triggers(written: str, why: str) -> None:
    assert why in str(fault(SHOW + f"\n[triggers]\n{written}\n"))
