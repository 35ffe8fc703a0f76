from hypothesis import given
from hypothesis import strategies as st

from app.model import errors


def _kinds(root: type[errors.SplicedeckError]) -> set[type[errors.SplicedeckError]]:
    return {root}.union(*(_kinds(kind) for kind in root.__subclasses__()))


@given(st.text(), st.text(min_size=1), st.text())
def test_what_a_user_reads_is_one_printable_line(where: str, what: str, remedy: str) -> None:
    assert str(errors.UsageError(where, what, remedy)).isprintable()


def test_parts_are_kept_as_they_were_given() -> None:
    error = errors.ShowFileError("show.toml: show", "missing", "add [show]")
    assert (error.where, error.what, error.remedy) == ("show.toml: show", "missing", "add [show]")
    assert str(error) == "show.toml: show: missing; add [show]"


def test_exit_statuses_are_those_of_the_contract() -> None:
    tree = {kind for kind in _kinds(errors.SplicedeckError) if kind.__module__ == errors.__name__}
    usage = {kind for kind in tree if kind.exit_status == 2}
    assert usage == tree & _kinds(errors.UsageError) | {errors.StoreUnusableError}
    assert {kind for kind in tree if kind.exit_status == 3} == {errors.EnvironmentLackError}


def test_the_tree_is_drawn_whole() -> None:
    for kind in _kinds(errors.SplicedeckError):
        if kind.__module__ == errors.__name__:
            assert kind.__name__ in str(errors.__doc__)


def test_a_cue_error_names_its_place() -> None:
    assert str(errors.CueError("wrong", offset=3, field="tier")) == "byte 3: tier: wrong"
    assert str(errors.CueError("wrong")) == "wrong"
