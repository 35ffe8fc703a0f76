"""Which key may stand for what, and how it is written. Pure but for Qt's names of keys."""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from app.ui.words import _

_K, _M = Qt.Key, Qt.KeyboardModifier
_USED = (_M.ControlModifier, _M.ShiftModifier, _M.AltModifier, _M.MetaModifier)
MODIFIER_KEYS = frozenset(
    {_K.Key_Control, _K.Key_Shift, _K.Key_Alt, _K.Key_Meta, _K.Key_AltGr, _K.Key_CapsLock, _K.Key_NumLock}
)
_GOING = {
    *(_K.Key_Return, _K.Key_Enter, _K.Key_Space, _K.Key_Tab, _K.Key_Backtab, _K.Key_Escape, _K.Key_Menu),
    *(_K.Key_Left, _K.Key_Right, _K.Key_Up, _K.Key_Down, _K.Key_Home, _K.Key_End, _K.Key_PageUp, _K.Key_PageDown),
    *(_K.Key_Insert, _K.Key_Delete, _K.Key_Backspace),
}
_CTRL_ALT = _M.ControlModifier | _M.AltModifier
_EDITING = ("Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z")
_LISTS = ("Ctrl+C", "Ctrl+X", "Ctrl+V", "Ctrl+A", "Ctrl+D", "Shift+F10", "N", "S", "+", "-", "=")
_CAPS = {"Ctrl": "⌃", "Shift": "⇧", "Alt": "⌥", "Meta": "⌘"}


def written(pressed: QKeyCombination) -> str:
    """A key as it is kept: ``Ctrl+Shift+F12``; "" for a modifier alone or a key that has no name."""
    key = pressed.key()
    if key in MODIFIER_KEYS or key == _K.Key_unknown:
        return ""
    held = _M.NoModifier
    for modifier in _USED:
        if pressed.keyboardModifiers() & modifier:
            held |= modifier
    return QKeySequence(QKeyCombination(held, key)).toString(QKeySequence.SequenceFormat.PortableText)


def normal(key: str) -> str:
    """A key as ``written`` has it; "" where it is none, or more than one."""
    sequence = QKeySequence(key, QKeySequence.SequenceFormat.PortableText)
    return written(_first(sequence)) if sequence.count() == 1 else ""


def cap(key: str) -> str:
    """A key as a button's cap has it: ``⌃⇧F12``."""
    held, last = (key[:-1], "+") if key.endswith("+") else key.rpartition("+")[::2]
    return "".join(_CAPS.get(name, name) for name in held.split("+")) + last


def combination(key: str) -> QKeyCombination:
    """A written key as Qt has it."""
    return _first(QKeySequence(key, QKeySequence.SequenceFormat.PortableText))


def _first(sequence: QKeySequence) -> QKeyCombination:
    found: QKeyCombination = sequence[0]  # type: ignore[index]  # Qt's stubs lack it
    return found


def refusal(key: str, *, is_cue: bool) -> str | None:
    """Why no action, or no cue, may have this key; None: it may. ``key`` is as ``written`` has it."""
    if not key:
        return _("that is no key of its own")
    code, held = combination(key).key(), combination(key).keyboardModifiers()
    desktops = bool(held & _M.MetaModifier) or key == "Alt+F4" or (held == _CTRL_ALT and _is_function(code))
    reasons = (
        (code in _GOING, _("moves about, chooses or closes, wherever the focus is")),
        (desktops, _("is the desktop's own")),
        (key in _LISTS, _("has its meaning in lists and on the timeline")),
        (is_cue and key in _EDITING, _("is for edits, and no edit's key ever touches the air")),
        (is_cue and code < _K.Key_Escape, _("is for texts, which would keep it from the cue: take a function key")),
    )
    return next((f"{key} {reason}" for holds, reason in reasons if holds), None)


def _is_function(code: Qt.Key) -> bool:
    return _K.Key_F1 <= code <= _K.Key_F35
