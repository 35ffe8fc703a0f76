"""The rules of the house that no other tool holds up."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-dev.txt": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
    "requirements-setup.txt": PROJECT["dependency-groups"]["setup"] + PROJECT["build-system"]["requires"],
}
# Written in halves, so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w.~}])/(?:wo" r"rk|ro" r"ot|fa" r"rm|home/\w+)/")
INDEX = re.compile(r"index" r"-url|https?://[^\s\"']*/sim" r"ple[/\"']|\"resol" r"ved\": \"http|regis" r"try = [\"{]")


def _tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def _pins(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text().splitlines()
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", "\n".join(lines), flags=re.MULTILINE))


def test_the_floors_hold() -> None:
    # in a process of its own: it configures logging, which the tests of ours would then find disabled
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    told = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("room", ["model", "settings", "logs", "resources"])
def test_the_lowest_floor_needs_nothing_but_python(room: str) -> None:
    allowed = sys.stdlib_module_names | {"app"}
    for path in [*(ROOT / "app").glob(f"{room}.py"), *(ROOT / "app" / room).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                named = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                named = {(node.module or "").partition(".")[0]}
            else:
                continue
            assert named <= allowed, f"{path.relative_to(ROOT)}, line {node.lineno}: {named - allowed}"


def test_no_tracked_file_names_a_machine_or_a_package_index() -> None:
    found = []
    for path in _tracked():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(ROOT)
        found += [
            f"{name}:{n}: {line.strip()[:120]}"
            for n, line in enumerate(lines, 1)
            if MACHINE.search(line) or INDEX.search(line)
        ]
    assert not found, "\n".join(found)


def test_the_locks_are_the_only_ones() -> None:
    player = ROOT / "tests" / "player"  # hls.js for the player's test, by name and hash, without a host
    names = {path.name for path in _tracked() if path.parent != player}
    assert not names & {
        "uv.lock",
        "poetry.lock",
        "Pipfile.lock",
        "package-lock.json",
        "setup.cfg",
        "tox.ini",
        "ruff.toml",
    }


def test_every_lint_exception_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    rules = text[text.index("\nignore = [", text.index("[tool.ruff.lint]")) : text.index("[tool.ruff.lint.pydocstyle]")]
    named = [line for line in rules.splitlines() if re.search(r'"[A-Z]+[0-9]*"', line)]
    assert not [line for line in named if not re.search(r"# .{7,}", line)]


def test_every_exception_in_the_code_gives_its_reason() -> None:
    exception = re.compile(r"# (?:noqa|type: ignore)")
    explained = re.compile(r"# (?:noqa: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*|type: ignore\[[\w, -]+\])\W+\w.{6,}")
    found = []
    for path in _tracked():
        if path.suffix == ".py" and path != Path(__file__):
            for n, line in enumerate(path.read_text().splitlines(), 1):
                if exception.search(line) and not explained.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{n}")
    assert not found, "a noqa or type: ignore without a code and a reason: " + ", ".join(found)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_what_the_project_asks_for(lock: str) -> None:
    pins = _pins(lock)
    for wanted in map(Requirement, LOCKS[lock]):
        name = canonicalize_name(wanted.name)
        assert name in pins, f"{name} is not in {lock}: make lock"
        assert wanted.specifier.contains(pins[name], prereleases=True), f"{lock} has {name} {pins[name]}: make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    for name in _pins(lock):
        assert re.search(rf"^{name}==[^\n]*\\\n +--hash=sha256:[0-9a-f]{{64}}", text, flags=re.MULTILINE), name


def test_the_locks_agree() -> None:
    runtime, development = _pins("requirements.txt"), _pins("requirements-dev.txt")
    assert runtime.items() <= development.items()


@pytest.mark.parametrize("script", ["installers/setup.sh", ".ci/run"])
def test_a_script_can_be_run(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / script], check=True)
