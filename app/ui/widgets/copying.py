"""Copying what a line says: Ctrl+C where the focus is, or the menu of the right button."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.words import _


def copied(event: QKeyEvent, words: str) -> bool:
    """Whether this key copies, and there was something to copy."""
    if not words or not event.matches(QKeySequence.StandardKey.Copy):
        return False
    QGuiApplication.clipboard().setText(words)
    return True


def show_copy_menu(at: QPoint, widget: QWidget, words: str, *, every: str = "") -> QMenu | None:
    """One entry, or two where ``every`` has all lines; None: there is nothing to copy. ``at``: on the screen."""
    if not words and not every:
        return None
    menu, clipboard = QMenu(widget), QGuiApplication.clipboard()
    for label, said in ((_("Copy"), words), (_("Copy all"), every)):
        if said:
            menu.addAction(label).triggered.connect(lambda _on=False, said=said: clipboard.setText(said))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
    return menu
