import json

from hypothesis import given

from app.model.cue import (
    CUEI,
    AudioComponent,
    AudioDescriptor,
    EncryptedCommand,
    OpaqueDescriptor,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SpliceComponent,
    SpliceInsert,
    SpliceSchedule,
    TimeDescriptor,
    TimeSignal,
)
from app.scte35 import messages
from app.scte35.codec import decode, encode
from app.scte35.explain import explained
from app.scte35.findings import findings
from app.scte35.report import decoded_json
from tests.scte35.strategies import sections


@given(sections)
def test_every_section_can_be_told(section: Section) -> None:
    read = decode(encode(section))
    fields = decoded_json(read)
    assert json.loads(json.dumps(fields)) == fields
    assert fields["section_length"] == len(read.encoded) - 3
    assert fields["splice_command_length"] == read.splice_command_length
    text = "\n".join(explained(read))
    assert all(name in text for name, value in fields.items() if value != [])
    assert all(line.startswith(("note: ", "warning: ")) for line in findings(read))


def test_an_out_by_its_names() -> None:
    fields = decoded_json(messages.splice_out(17, 900_000, 2_700_000))
    assert fields["command"] == "splice_insert"
    assert fields["break_duration"] == {"auto_return": True, "duration": 2_700_000}
    assert fields["effective_pts"] == 900_000
    assert "components" not in fields


def test_a_cancel_has_its_id_and_nothing_more() -> None:
    fields = decoded_json(messages.splice_cancel(508))
    assert {"splice_event_id": 508, "cancel": True}.items() <= fields.items()
    assert "out_of_network" not in fields


def test_the_rarer_parts_by_their_names() -> None:
    schedule = SpliceSchedule((ScheduledSplice(1, utc_splice_time_s=7), ScheduledSplice(2, components=())))
    events = decoded_json(Section(schedule))["events"]
    assert isinstance(events, list)
    assert [event["splice_event_id"] for event in events if isinstance(event, dict)] == [1, 2]
    components = decoded_json(Section(SpliceInsert(1, components=(SpliceComponent(3, 5), SpliceComponent(4)))))
    assert components["components"] == [{"component_tag": 3, "pts_time": 5}, {"component_tag": 4}]
    assert decoded_json(Section(TimeSignal()))["pts_time"] is None
    descriptors = (
        TimeDescriptor(1, 2, 3),
        AudioDescriptor((AudioComponent(1, b"eng", 2, 3, full_srvc_audio=True),)),
        OpaqueDescriptor(9, CUEI, b"\1"),
    )
    told = decoded_json(Section(TimeSignal(), descriptors))["descriptors"]
    assert isinstance(told, list)
    time, audio, opaque = told
    assert time == {"tag": 3, "identifier": "CUEI", "length": 16, "tai_seconds": 1, "tai_ns": 2, "utc_offset": 3}
    assert audio == {
        "tag": 4,
        "identifier": "CUEI",
        "length": 10,
        "components": [
            {"component_tag": 1, "iso_code": "eng", "bit_stream_mode": 2, "num_channels": 3, "full_srvc_audio": True}
        ],
    }
    assert opaque == {"tag": 9, "identifier": "CUEI", "length": 5, "private_hex": "01"}


def test_an_encrypted_section_is_valid_and_not_read() -> None:
    fields = decoded_json(Section(EncryptedCommand(b"\1\2"), encryption_algorithm=1))
    assert fields["valid"] is fields["encrypted"] is True
    assert not {"command", "splice_command_type", "descriptors"} & fields.keys()


def test_people_read_seconds_and_names() -> None:
    text = "\n".join(explained(messages.time_signal_out(508, 900_000, 2_700_000, upid=(9, b"SIGNAL:a1b2"))))
    for words in (
        "10.000000 s",
        "30.000000 s",
        "0x000001FC",
        "Provider Placement Opportunity Start",
        "ADI: SIGNAL:a1b2",
    ):
        assert words in text


def test_what_is_unwise_is_noted() -> None:
    immediate = SpliceInsert(1, out_of_network_indicator=True, splice_immediate_flag=True)
    assert any("§9.9.2.1" in line for line in findings(Section(immediate)))
    ending = SegmentationDescriptor(1, segmentation_duration_ticks=5, segmentation_type_id=0x35, upid_type=3, upid=b"x")
    lines = findings(Section(TimeSignal(1), (ending,)))
    assert any("ends a segment and has a duration" in line for line in lines)
    assert any("Ad-ID" in line for line in lines)
    assert any("148 bytes after" in line for line in findings(decode(messages.splice_null().encoded + bytes(148))))
    assert findings(messages.splice_null()) == []
