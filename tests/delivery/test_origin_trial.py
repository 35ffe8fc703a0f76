"""An origin is put to, read back and deleted from; what lies is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.delivery.folder_origin import FolderOrigin
from app.delivery.origin_trial import try_client
from app.model.errors import DeliveryError


class Forgets(FolderOrigin):
    def put(self, path: str, body: bytes, content_type: str, *, timeout_s: float = 1) -> None:
        super().put(path, body, content_type, timeout_s=timeout_s)
        super().delete(path)


class Changes(FolderOrigin):
    def get(self, path: str, *, timeout_s: float = 1) -> bytes | None:
        there = super().get(path, timeout_s=timeout_s)
        return there and b"a page of a cache"


class Keeps(FolderOrigin):
    def delete(self, path: str, *, timeout_s: float = 1) -> None:
        super().has(path, timeout_s=timeout_s)


def test_a_folder_passes_and_is_empty_afterwards(tmp_path: Path) -> None:
    tried = try_client(FolderOrigin(tmp_path / "live"))
    assert min(tried.put_ms, tried.read_ms, tried.delete_ms) >= 0
    assert list((tmp_path / "live").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "words"), [(Forgets, "can't be read back"), (Changes, "gave back another"), (Keeps, "still there")]
)
def test_an_origin_that_lies_is_found_out(tmp_path: Path, kind: type[FolderOrigin], words: str) -> None:
    with pytest.raises(DeliveryError, match=words):
        try_client(kind(tmp_path))
