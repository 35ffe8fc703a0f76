"""What waits for an origin, and in which order it goes."""

from __future__ import annotations

from collections.abc import Callable

from app.delivery.backlog import Backlog
from app.delivery.jobs import Removal
from app.model.errors import DeliveryError
from app.model.segment import Deletion
from tests.delivery.deliveries import playlist, segment


def filled(count: int) -> Backlog:
    backlog = Backlog(1 << 30, jitter=lambda: 1.0)
    for sequence in range(count):
        backlog.add(segment("a", sequence))
    return backlog


def drain(backlog: Backlog, now_s: float = 0.0, take: Callable[[str], bool] = lambda _path: True) -> list[str]:
    done = []
    while (job := backlog.next_job(now_s)) is not None:
        done.append(job.path)
        if take(job.path):
            backlog.done(job)
        else:
            backlog.failed(job, DeliveryError("delete 403", status=403), now_s, quick=True)
    return done


def test_deletions_come_last_and_wait_for_the_playlist() -> None:
    backlog = filled(2)
    backlog.add(playlist("a", ("a/00000.ts", "a/00001.ts")))
    assert drain(backlog) == ["a/00000.ts", "a/00001.ts", "a/index.m3u8"]
    backlog.add(Deletion(("a/00000.ts",)))
    assert drain(backlog) == []
    assert backlog.wait_s(0.0) is None
    backlog.add(segment("a", 2))
    backlog.add(playlist("a", ("a/00001.ts", "a/00002.ts")))
    assert drain(backlog) == ["a/00002.ts", "a/index.m3u8", "a/00000.ts"]


def test_a_deletion_is_tried_three_times_then_left() -> None:
    backlog = filled(0)
    backlog.add(Deletion(("a/00000.ts", "a/00001.ts")))
    tries = []
    for now_s in range(100):
        tries += [(now_s, path) for path in drain(backlog, now_s, lambda path: path != "a/00000.ts")]
    assert [now_s for now_s, path in tries if path == "a/00000.ts"] == [0, 4, 24]
    assert [path for _now, path in tries].count("a/00001.ts") == 1
    assert backlog.deletions.left == 1
    assert backlog.wait_s(100.0) is None


def test_ten_objects_that_fail_leave_the_rest_going() -> None:
    """Even with every older object refused, a new one is asked with within a few rounds."""
    backlog = filled(10)
    now_s, asked = 0.0, 0
    for _ in range(40):
        job = backlog.next_job(now_s)
        if job is None:
            now_s += backlog.wait_s(now_s) or 0
            continue
        asked += 1
        if job.path == "a/00009.ts":
            break
        backlog.failed(job, DeliveryError("push 500", status=500), now_s, quick=True)
    assert asked < 25
    assert now_s < 40
    assert not isinstance(job, Removal)
