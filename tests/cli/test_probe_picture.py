"""``probe --picture`` writes what whoever sets a channel up looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.__main__ import main
from tests.ui.setup.conftest import media


def test_a_source_with_pictures_gives_one_and_sound_alone_gives_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, sound = media(tmp_path / "clip.ts"), media(tmp_path / "sound.ts", video=False)
    first, none = tmp_path / "a.png", tmp_path / "b.png"
    assert main(["probe", clip.as_uri(), "--picture", str(first)]) == 0
    assert first.read_bytes().startswith(b"\x89PNG")
    assert main(["probe", sound.as_uri(), "--picture", str(none)]) == 0
    assert not none.exists()
    capsys.readouterr()
    assert main(["probe", clip.as_uri(), "--picture", "/proc/no.png"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "can't be written" in told
