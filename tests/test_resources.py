import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.resources import resource

ROOT = Path(__file__).resolve().parents[1]
FACES = ["Inter-Bold", "Inter-ExtraBold", "Inter-Medium", "InterDisplay-Bold", "InterDisplay-ExtraBold"]


def test_a_checkout_has_its_fonts_with_their_licence() -> None:
    assert [path.stem for path in sorted(resource("fonts").glob("*.ttf"))] == FACES
    assert "SIL OPEN FONT LICENSE" in resource("fonts/OFL.txt").read_text()


@pytest.mark.parametrize("face", FACES)
def test_every_face_has_tabular_figures(face: str) -> None:
    assert b"tnum" in resource(f"fonts/{face}.ttf").read_bytes()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"fonts/Comic\.ttf.*install Splicedeck again"):
        resource("fonts/Comic.ttf")


def test_a_wheel_carries_the_resources_and_finds_them(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("splicedeck-*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    ask = "from app.resources import resource; print(resource('fonts/Inter-Bold.ttf')); "
    ask += "from app.ui.words import _; print(_('Undo'))"
    found = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path,
        env=os.environ
        | {"PYTHONPATH": str(tmp_path / "site"), "SPLICEDECK_LANGUAGE": "de", "SPLICEDECK_CONFIG_DIR": os.devnull},
        check=True,
        capture_output=True,
        text=True,
    )
    face, undo = found.stdout.split()
    assert Path(face) == tmp_path / "site/app/_resources/fonts/Inter-Bold.ttf"
    assert undo == "Zurück"
