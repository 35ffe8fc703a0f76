"""Choosing a file without a modal dialog: the cue keys work on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.ui.words import _

SHOW_FILES = _("Show files (*.toml);;All files (*)")
ALL_FILES = _("All files (*)")


def choose_file(
    parent: QWidget, title: str, chosen: Callable[[str], object], names: str = ALL_FILES, *, new: bool = False
) -> QFileDialog:
    """``new``: one to be written, which is not asked about twice."""
    chooser = QFileDialog(parent.window(), title, "", names)
    chooser.setOption(QFileDialog.Option.DontUseNativeDialog)  # a native one is modal
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if new:
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)  # its question is modal; the old file is kept beside
        chooser.setDefaultSuffix("toml")
    chooser.fileSelected.connect(chosen)
    chooser.setModal(False)
    chooser.show()
    return chooser


def choose_folder(parent: QWidget, title: str, chosen: Callable[[str], object]) -> QFileDialog:
    """A folder."""
    chooser = QFileDialog(parent.window(), title)
    chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
    chooser.setFileMode(QFileDialog.FileMode.Directory)
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.fileSelected.connect(chosen)
    chooser.setModal(False)
    chooser.show()
    return chooser
