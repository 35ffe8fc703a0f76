"""Where the files that travel with the program are: fonts, icons, licences, the built-in slate."""

from pathlib import Path

_ROOM = Path(__file__).parent
_PLACES = (_ROOM / "_resources", _ROOM.parent / "resources")  # an installed wheel's; a checkout's


def resource(name: str) -> Path:
    """Path of a bundled file or folder by its name below resources/, such as ``fonts/Inter-Bold.ttf``.

    Raises FileNotFoundError: a file the program ships with is gone, which only a broken installation can explain.
    """
    for place in _PLACES:
        if (path := place / name).exists():
            return path
    msg = f"{name}: not among the program's own files in {_PLACES[0]} or {_PLACES[1]}; install Splicedeck again"
    raise FileNotFoundError(msg)
