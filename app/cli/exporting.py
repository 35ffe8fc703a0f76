"""What a command hands out: CSV and JSON, to stdout or into a file that is whole or not there."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.cli.csv_cell import guarded
from app.model.errors import UsageError
from app.model.wire import Plain


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, Plain]]) -> str:
    """A header and a line each; no cell begins a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guarded(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def json_text(value: object) -> str:
    """Indented by one."""
    return json.dumps(value, indent=1) + "\n"


def hand_out(text: str, output: Path | None) -> None:
    """Print it, or write it into ``output``. UsageError: that can't be written."""
    if output is None:
        print(text, end="")
    else:
        write_whole(text.encode(), output)


def write_whole(content: bytes, output: Path) -> None:
    """In one step: what was there before stays until all is written. UsageError: it can't be written."""
    part = output.with_name(f".{uuid.uuid4().hex}.part")
    try:
        try:
            part.write_bytes(content)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise UsageError(
            str(output), f"can't be written ({getattr(error, 'strerror', None) or error})", "name another file"
        ) from error
