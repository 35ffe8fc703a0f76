"""Where --data-dir stands: the control room's own alone, each command's behind it."""

import pytest

from app.cli.command_line import command_line


def test_help_shows_it_before_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("usage: splicedeck [-h] [--version] [--data-dir DIR] splicedeck COMMAND … ")
    assert "--data-dir DIR without a command" in told


def test_before_a_command_it_is_refused_and_the_right_place_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command_line(["--data-dir", "somewhere", "cue", "encode", "null"])
    assert caught.value.code == 2
    assert "write it behind: splicedeck COMMAND --data-dir DIR" in capsys.readouterr().err


def test_a_commands_own_help_begins_with_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line(["status", "--help"])
    assert capsys.readouterr().out.startswith("usage: splicedeck status ")
