"""A transport stream as rows of 188 bytes: alignment, header columns, continuity (ISO 13818-1 §2.4.3)."""

from __future__ import annotations

from collections.abc import Buffer
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

PACKET = 188
SYNC = 0x47
NULL_PID = 0x1FFF
_RUN = 4096  # packets looked at in one go where the stream is damaged
_SHORTEST_PCR = 7  # adaptation field bytes that hold its flags and a PCR
_PLACES = 8  # continuity findings that are told one by one

type Bytes2 = npt.NDArray[np.uint8]
type Ints = npt.NDArray[np.int64]
type Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Packets:
    """Columns over the packets of a stream, in byte order.

    ``rows``: shape (n, 188); ``payload_at``: offset of the payload in the row, 188 where there is none;
    ``pcr_rows`` / ``pcr_pids`` / ``pcr_ticks``: the packets with a PCR, its base in 90 kHz ticks.
    """

    rows: Bytes2
    pid: Ints
    unit_start: Flags
    payload_at: Ints
    counter: Ints
    pcr_rows: Ints
    pcr_pids: Ints
    pcr_ticks: Ints
    findings: tuple[str, ...]

    def payload(self, row: int) -> bytes:
        """The payload bytes of one packet."""
        return self.rows[row, int(self.payload_at[row]) :].tobytes()

    def rows_of(self, pid: int) -> Ints:
        """The packets of a PID that have a payload, in byte order."""
        return np.flatnonzero((self.pid == pid) & (self.payload_at < PACKET))


def packets_of(stream: Buffer) -> Packets:
    """The packets of a stream; damage is told in ``findings``, never raised."""
    rows, findings = _aligned(stream)
    flagged = (rows[:, 1] & 0x80) != 0
    if flagged.any():
        findings.append(f"{int(flagged.sum())} packets carry transport_error_indicator and are not read")
        rows = rows[~flagged]
    pid = (rows[:, 1].astype(np.int64) & 0x1F) << 8 | rows[:, 2]
    scrambled = ((rows[:, 3] & 0xC0) != 0) & (pid != NULL_PID)
    if scrambled.any():
        findings.append(f"{int(scrambled.sum())} packets are scrambled and are not read")
    has_field = (rows[:, 3] & 0x20) != 0
    field_length = np.where(has_field, rows[:, 4].astype(np.int64), -1)
    has_payload = ((rows[:, 3] & 0x10) != 0) & ~scrambled
    payload_at = np.where(has_payload, np.minimum(5 + field_length, PACKET), PACKET)
    counter = rows[:, 3].astype(np.int64) & 0x0F
    discontinuity = (field_length > 0) & ((rows[:, 5] & 0x80) != 0)
    findings += _continuity(pid, counter, (rows[:, 3] & 0x10) != 0, discontinuity)
    pcr_rows = np.flatnonzero((field_length >= _SHORTEST_PCR) & ((rows[:, 5] & 0x10) != 0))
    base = rows[pcr_rows, 6:11].astype(np.int64)
    ticks = base[:, 0] << 25 | base[:, 1] << 17 | base[:, 2] << 9 | base[:, 3] << 1 | base[:, 4] >> 7
    unit_start = (rows[:, 1] & 0x40) != 0
    return Packets(rows, pid, unit_start, payload_at, counter, pcr_rows, pid[pcr_rows], ticks, tuple(findings))


def _aligned(stream: Buffer) -> tuple[Bytes2, list[str]]:
    """The stream's packets, found again after lost or foreign bytes."""
    raw = np.frombuffer(stream, np.uint8)
    count = len(raw) // PACKET
    rows = raw[: count * PACKET].reshape(-1, PACKET)
    if (rows[:, 0] == SYNC).all():
        rest = len(raw) % PACKET
        return rows, [f"the stream ends inside a packet: {rest} bytes are left"] if rest else []
    is_sync = raw == SYNC
    likely = np.flatnonzero(is_sync[:-PACKET] & is_sync[PACKET:])  # two syncs one packet apart
    runs: list[Bytes2] = []
    at, kept, first_loss = 0, 0, -1
    while at + PACKET <= len(raw):
        column = is_sync[at : at + PACKET * _RUN : PACKET]
        wrong = np.flatnonzero(~column)
        length = min(int(wrong[0]) if len(wrong) else len(column), (len(raw) - at) // PACKET)
        if length:
            runs.append(raw[at : at + length * PACKET])
            at, kept = at + length * PACKET, kept + length * PACKET
            continue
        first_loss = at if first_loss < 0 else first_loss
        following = int(np.searchsorted(likely, at + 1))
        if following == len(likely):
            break
        at = int(likely[following])
    lost = f"{len(raw) - kept} bytes belong to no packet, the first at byte {max(first_loss, 0)}"
    joined = np.concatenate(runs) if runs else raw[:0]
    return joined.reshape(-1, PACKET), [lost]


def _continuity(pid: Ints, counter: Ints, has_payload: Flags, discontinuity: Flags) -> list[str]:
    """Continuity counters per PID (§2.4.3.3); one repetition of a packet is allowed, and told jumps are."""
    order = np.argsort(pid, kind="stable")
    sorted_pid, count, payload, told = pid[order], counter[order], has_payload[order], discontinuity[order]
    expected = (count[:-1] + payload[1:]) & 0x0F
    repeated = payload[1:] & payload[:-1] & (count[1:] == count[:-1])
    repeated[1:] &= ~repeated[:-1].copy()
    wrong = (sorted_pid[1:] == sorted_pid[:-1]) & (count[1:] != expected) & ~repeated & ~told[1:]
    places = np.flatnonzero(wrong & (sorted_pid[1:] != NULL_PID))
    pids, first, counts = np.unique(sorted_pid[1:][places], return_index=True, return_counts=True)
    texts = []
    for one, index, times in list(zip(pids, first, counts, strict=True))[:_PLACES]:
        at = places[index]
        texts.append(
            f"the continuity counter of PID {int(one):#x} breaks {int(times)} times, first at packet "
            f"{int(order[at + 1])}: {int(count[at + 1])} instead of {int(expected[at])}",
        )
    if len(pids) > _PLACES:
        texts.append(f"the continuity counters of {len(pids) - _PLACES} more PIDs break too")
    return texts
