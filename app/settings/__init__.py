"""Settings: the show file, the demo show, and where things are on this machine."""

from app.settings.demo import demo_show, demo_toml
from app.settings.folders import (
    default_data_dir,
    default_database,
    folder_of_url,
    journal_path,
    local_timezone,
    window_layout,
)
from app.settings.show import load_show, show_from_toml, show_text

__all__ = [
    "default_data_dir",
    "default_database",
    "demo_show",
    "demo_toml",
    "folder_of_url",
    "journal_path",
    "load_show",
    "local_timezone",
    "show_from_toml",
    "show_text",
    "window_layout",
]
