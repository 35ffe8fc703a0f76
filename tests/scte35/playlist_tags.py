"""Marker lines read back by RFC 8216 §4.2's grammar alone, and breaks to write some of."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

from hypothesis import strategies as st

from app.model.cue import DeliveryRestrictions
from app.model.rundown import Upid
from app.model.show import MarkingOptions
from app.model.signalling import Signalling, SignalMode
from app.scte35.dialects import DIALECTS, Avail, daterange_id
from app.scte35.signalling import in_section, is_splice, out_section

ASSETS = "https://ads.example/{break_id}.json?e={event_id}&d={duration}"
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|0x[0-9A-F]+|[0-9]+\.[0-9]+|[A-Z0-9-]+)(?:,|$)')

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - st adds the zone
lengths = st.integers(1, 90_000 * 4000)
dialect_sets = st.lists(st.sampled_from(DIALECTS), unique=True, min_size=1)
options = st.builds(
    MarkingOptions,
    cue_out=st.sampled_from(["duration", "seconds", "bare"]),
    cont=st.sampled_from(["elapsed", "ratio", "elemental"]),
    daterange_class=st.sampled_from(["", "org.example.signal", "{segmentation_type_id}"]),
    asset_list=st.sampled_from(["", ASSETS]),
) | st.builds(
    MarkingOptions, daterange_class=st.just("org.example.signal"), end_on_next=st.just(True), asset_list=st.just(ASSETS)
)
_MODES = st.sampled_from(SignalMode)
upids = st.sampled_from([None, Upid(9, "SIGNAL:{uuid}"), Upid(8, "0x0000000020FB6501"), Upid(15, 'urn:a:b,c="d"')])
deliveries = st.none() | st.builds(DeliveryRestrictions, st.booleans(), st.booleans(), st.booleans(), st.integers(0, 3))


@st.composite
def avails(draw: st.DrawFn, modes: st.SearchStrategy[SignalMode] = _MODES) -> Avail:
    """A break, or another signal, that is over; its sections as a channel makes them."""
    event_id, break_id = draw(st.integers(0, (1 << 32) - 1)), draw(st.sampled_from(["b1", "evening/2", "ä b"]))
    signalling = Signalling(mode=draw(modes), upid=draw(upids), delivery=draw(deliveries))
    start_at, pts, planned = draw(moments), draw(st.integers(0, (1 << 33) - 1)), draw(lengths | st.none())
    lasted = draw(lengths)
    opened = out_section(signalling, event_id, pts, planned, break_id=break_id)
    closed = in_section(signalling, event_id, (pts + lasted) % (1 << 33), break_id=break_id)
    avail = Avail(daterange_id(event_id, start_at), opened.encoded, start_at, planned, break_id=break_id)
    assert avail.is_splice == is_splice(signalling.mode)
    if draw(st.booleans()):
        longer = draw(lengths)
        again = out_section(signalling, event_id, pts, longer, break_id=break_id)
        avail = avail.extended(again.encoded, longer)
    return avail.closed(closed.encoded, lasted)


def attributes(line: str) -> dict[str, str]:
    """Of a tag with an attribute list: each name once, each value one of the grammar's kinds."""
    text = line.partition(":")[2]
    found = [(match[1], match[2]) for match in _ATTRIBUTE.finditer(text)]
    assert ",".join(f"{name}={value}" for name, value in found) == text, line
    assert len(dict(found)) == len(found), line
    return dict(found)


def named(lines: list[str], tag: str) -> list[str]:
    return [line for line in lines if line.partition(":")[0] == f"#{tag}"]


def payloads(lines: list[str]) -> list[bytes]:
    """Every section that a line carries, in hexadecimal or base64."""
    found = re.findall(r"SCTE35-(?:OUT|IN|CMD)=0x([0-9A-F]+)", "\n".join(lines))
    text = re.findall(r'(?:CUE="|SCTE35:|SCTE35=)(/[A-Za-z0-9+/]+=*)', "\n".join(lines))
    return [bytes.fromhex(one) for one in found] + [base64.b64decode(one, validate=True) for one in text]


def date(quoted: str) -> datetime:
    return datetime.fromisoformat(quoted.strip('"'))
