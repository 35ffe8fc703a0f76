"""The show of a first start: one test channel on embedded defaults."""

from __future__ import annotations

from pathlib import Path
from string import Template

from app.model.show import Show
from app.resources import resource
from app.settings.show import show_from_toml

_TEMPLATE = "demo.toml"


def demo_toml(data_dir: Path) -> str:
    """The demo show as a show file; its origin is a folder in the data folder."""
    return Template(resource(_TEMPLATE).read_text("utf-8")).substitute(origin=(data_dir / "origin").absolute().as_uri())


def demo_show(data_dir: Path) -> Show:
    """One channel ``demo``: test picture, two small rungs, HLS in every dialect into ``origin/`` of the data folder."""
    return show_from_toml(demo_toml(data_dir), _TEMPLATE)
