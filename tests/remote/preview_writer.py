"""An engine's side in a process of its own: posts pictures of one colour each, as fast as it is told to."""

from __future__ import annotations

import sys
import time
from math import inf
from pathlib import Path

from app.engine import Mailbox, PreviewFrame
from app.remote.previews import PreviewShelf

CHANNEL = "one"


def a_picture(number: int, width: int = 320, height: int = 180) -> PreviewFrame:
    """Every byte is the number's."""
    pixels = bytes([number % 251]) * (width * height * 4)
    return PreviewFrame(width, height, width * 4, memoryview(pixels), number, (-20.0, -inf), pixels)


def write_for_ever(data_dir: Path, fps: float) -> None:
    mailbox = Mailbox()
    shelf = PreviewShelf(data_dir, {CHANNEL: mailbox}.__getitem__)
    shelf.want("window", CHANNEL, (320, 180))
    number = 0
    while True:
        number += 1
        mailbox.post(a_picture(number))
        if number == 1:
            print("writing", flush=True)
        if fps:
            time.sleep(1 / fps)


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]), float(sys.argv[2]))
