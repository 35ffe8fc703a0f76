"""Encoders are tried in a child that may crash or hang; what worked is remembered, what failed is tried again."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.model.errors import EncoderError
from app.pipeline import trial, trial_results

type Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    trial._tried.cache_clear()
    yield
    trial._tried.cache_clear()
    trial._kept.clear()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The encoders a child was started for; the children are real ones."""
    names: list[str] = []
    real: Start = subprocess.Popen

    def noted(command: list[str], **more: Any) -> subprocess.Popen[str]:
        names.append(command[-1])
        return real(command, **more)

    monkeypatch.setattr(subprocess, "Popen", noted)
    return names


def runs_instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """The child does this."""
    real: Start = subprocess.Popen

    def other(_command: list[str], **more: Any) -> subprocess.Popen[str]:
        return real([sys.executable, "-c", code], **more)

    monkeypatch.setattr(subprocess, "Popen", other)


def test_what_worked_needs_no_child_after_a_restart(tmp_path: Path, started: list[str]) -> None:
    trial.keep_results(tmp_path / "encoders.json")
    trial.require("aac")
    trial._tried.cache_clear()  # as a new process begins
    trial.keep_results(tmp_path / "encoders.json")
    trial.require("aac")
    assert started == ["aac"]


def test_what_failed_is_tried_again(tmp_path: Path, started: list[str]) -> None:
    trial.keep_results(tmp_path / "encoders.json")
    for _ in range(2):
        with pytest.raises(EncoderError, match="no_such does not work on this machine"):
            trial.require("no_such")
        trial._tried.cache_clear()
    assert started == ["no_such", "no_such"]


@pytest.mark.parametrize("left", ["", "[1]", "{", "[" * 40_000, '{"aac": 3}', '{"aac": "PyAV 0.1"}'])
def test_a_file_that_says_nothing_about_this_build_means_a_trial(tmp_path: Path, started: list[str], left: str) -> None:
    (tmp_path / "encoders.json").write_text(left)
    trial.keep_results(tmp_path / "encoders.json")
    trial.require("aac")
    assert started == ["aac"]
    assert trial_results.TrialResults(tmp_path / "encoders.json").worked("aac")


def test_a_folder_that_takes_no_file_is_no_fault(tmp_path: Path, started: list[str]) -> None:
    trial.keep_results(tmp_path / "missing" / "encoders.json")
    trial.require("aac")
    trial.require("aac")
    assert started == ["aac"]


def test_an_encoder_in_hardware_is_tried_anew_when_the_system_was_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = trial_results.TrialResults(tmp_path / "encoders.json")
    results.note("h264_nvenc")
    results.note("libx264")
    assert results.worked("h264_nvenc")
    (tmp_path / "boot_id").write_text("another")
    monkeypatch.setattr(trial_results, "_BOOT_ID", tmp_path / "boot_id")
    assert not results.worked("h264_nvenc")
    assert results.worked("libx264")


def test_a_child_that_crashes_says_by_which_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    runs_instead(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert trial.trial("h264_nvenc") == "it crashed: SIGSEGV"


def test_a_child_that_hangs_is_ended_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "TIMEOUT_S", 0.5)
    runs_instead(monkeypatch, "import time; time.sleep(60)")
    before = threading.active_count()
    assert trial.trial("h264_nvenc").startswith("hung for")
    assert threading.active_count() == before
