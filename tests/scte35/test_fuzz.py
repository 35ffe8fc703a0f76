"""The fuzz driver's own properties, for a moment; ``python -m tests.scte35.fuzz SECONDS`` goes on for longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.model.cue import Section
from tests.scte35 import fuzz
from tests.scte35.strategies import sections


@given(sections, st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_no_damage_makes_another_cue_or_another_error(section: Section, data: st.DataObject) -> None:
    fuzz.try_everything(section, data)


def test_the_long_run_ends_by_itself_with_its_count() -> None:
    command = [sys.executable, "-m", "tests.scte35.fuzz", "1"]
    root = Path(__file__).parents[2]
    told = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, timeout=100).stdout
    assert "ended well" in told
    assert "'payloads'" in told
