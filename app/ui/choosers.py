"""Choosing a file or a folder without anything modal: the cue keys work on, whatever Qt would like to ask."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.ui.words import _

SHOW_FILES = _("Show files (*.toml);;All files (*)")
ALL_FILES = _("All files (*)")


class Chooser(QFileDialog):
    """Never modal, and no question of Qt's own is: a file that is there is not asked about, nothing can be deleted."""

    def __init__(self, parent: QWidget, title: str, chosen: Callable[[str], object], names: str = ALL_FILES) -> None:
        super().__init__(parent, title, "", names)
        for option in (
            QFileDialog.Option.DontUseNativeDialog,  # a native one is modal
            QFileDialog.Option.DontConfirmOverwrite,
            QFileDialog.Option.ReadOnly,
        ):
            self.setOption(option)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.fileSelected.connect(chosen)

    def accept(self) -> None:
        """Qt would complain of a folder that is none in a window that makes all others dead."""
        named = self.selectedFiles()
        if self.fileMode() == QFileDialog.FileMode.Directory and not all(Path(each).is_dir() for each in named):
            self.setLabelText(QFileDialog.DialogLabel.FileName, _("No such folder:"))
            return
        super().accept()


def choose_file(parent: QWidget, title: str, chosen: Callable[[str], object], names: str = ALL_FILES) -> Chooser:
    """One that is there."""
    chooser = Chooser(parent, title, chosen, names)
    chooser.show()
    return chooser


def choose_new(
    parent: QWidget, title: str, chosen: Callable[[str], object], names: str, *, suffix: str, offered: str = ""
) -> Chooser:
    """One to be written, ``offered`` at first; whoever writes it sees to one that is there already."""
    chooser = Chooser(parent, title, chosen, names)
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setDefaultSuffix(suffix.removeprefix("."))
    if offered:
        chooser.selectFile(offered)
    chooser.show()
    return chooser


def choose_folder(parent: QWidget, title: str, chosen: Callable[[str], object]) -> Chooser:
    """A folder."""
    chooser = Chooser(parent, title, chosen)
    chooser.setFileMode(QFileDialog.FileMode.Directory)
    chooser.show()
    return chooser


def unused(path: Path) -> Path:
    """The path itself, or with a number behind its name where that is taken: an export never replaces a file."""
    others = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if not path.exists() else next(other for other in others if not other.exists())
