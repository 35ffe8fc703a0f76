"""Sections of every kind that can be written, for hypothesis."""

from hypothesis import strategies as st

from app.model.cue import (
    CUEI,
    AudioComponent,
    AudioDescriptor,
    AvailDescriptor,
    BandwidthReservation,
    BreakDuration,
    DeliveryRestrictions,
    DtmfDescriptor,
    OpaqueDescriptor,
    PrivateCommand,
    ScheduledComponent,
    ScheduledSplice,
    Section,
    SegmentationDescriptor,
    SegmentedComponent,
    SpliceComponent,
    SpliceInsert,
    SpliceNull,
    SpliceSchedule,
    TimeDescriptor,
    TimeSignal,
)


def uint(bits: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(0, (1 << bits) - 1), st.sampled_from([0, 1, (1 << bits) - 1, (1 << bits) >> 1]))


ids = st.one_of(uint(32), st.just(508))  # 508 is 00 00 01 FC, the first bytes of a section behind a start code
ticks = uint(33)
break_durations = st.none() | st.builds(BreakDuration, st.booleans(), ticks)
_avail = {"unique_program_id": uint(16), "avail_num": uint(8), "avails_expected": uint(8)}
_flags = {"out_of_network_indicator": st.booleans(), "event_id_compliance_flag": st.booleans()}

program_inserts = st.builds(
    SpliceInsert, ids, splice_time_ticks=ticks, break_duration=break_durations, **_flags, **_avail
)
immediate_inserts = st.builds(
    SpliceInsert, ids, splice_immediate_flag=st.just(True), break_duration=break_durations, **_flags, **_avail
)
component_inserts = st.builds(
    SpliceInsert,
    ids,
    components=st.lists(st.builds(SpliceComponent, uint(8), st.none() | ticks), max_size=4).map(tuple),
    break_duration=break_durations,
    **_flags,
    **_avail,
)
cancelled_inserts = st.builds(SpliceInsert, ids, cancel=st.just(True))
_scheduled = {"break_duration": break_durations, **_flags, **_avail}
scheduled_splices = st.one_of(
    st.builds(ScheduledSplice, ids, cancel=st.just(True), event_id_compliance_flag=st.booleans()),
    st.builds(ScheduledSplice, ids, utc_splice_time_s=uint(32), **_scheduled),
    st.builds(
        ScheduledSplice,
        ids,
        components=st.lists(st.builds(ScheduledComponent, uint(8), uint(32)), max_size=3).map(tuple),
        **_scheduled,
    ),
)
commands = st.one_of(
    st.just(SpliceNull()),
    program_inserts,
    immediate_inserts,
    component_inserts,
    cancelled_inserts,
    st.builds(TimeSignal, st.none() | ticks),
    st.builds(SpliceSchedule, st.lists(scheduled_splices, max_size=4).map(tuple)),
    st.just(BandwidthReservation()),
    st.builds(PrivateCommand, st.binary(min_size=4, max_size=4), st.binary(max_size=40)),
)


@st.composite
def segmentation_descriptors(draw: st.DrawFn) -> SegmentationDescriptor:
    if draw(st.booleans()):
        return SegmentationDescriptor(draw(ids), cancel=True, event_id_compliance_indicator=draw(st.booleans()))
    sub_segments = draw(st.none() | st.tuples(uint(8), uint(8)))
    return SegmentationDescriptor(
        draw(ids),
        event_id_compliance_indicator=draw(st.booleans()),
        components=draw(st.none() | st.lists(st.builds(SegmentedComponent, uint(8), ticks), max_size=3).map(tuple)),
        delivery=draw(
            st.none() | st.builds(DeliveryRestrictions, st.booleans(), st.booleans(), st.booleans(), uint(2))
        ),
        segmentation_duration_ticks=draw(st.none() | uint(40)),
        upid_type=draw(uint(8)),
        upid=draw(st.binary(max_size=200)),
        segmentation_type_id=draw(uint(8)),
        segment_num=draw(uint(8)),
        segments_expected=draw(uint(8)),
        sub_segment_num=None if sub_segments is None else sub_segments[0],
        sub_segments_expected=None if sub_segments is None else sub_segments[1],
    )


audio_components = st.builds(
    AudioComponent, uint(8), st.binary(min_size=3, max_size=3), uint(3), uint(4), st.booleans()
)
descriptors = st.one_of(
    segmentation_descriptors(),
    st.builds(AvailDescriptor, uint(32)),
    st.builds(DtmfDescriptor, uint(8), st.text("0123456789*#ABCD", max_size=7)),
    st.builds(TimeDescriptor, uint(48), uint(32), uint(16)),
    st.builds(AudioDescriptor, st.lists(audio_components, max_size=15).map(tuple)),
    st.builds(
        OpaqueDescriptor,
        uint(8),
        st.binary(min_size=4, max_size=4).filter(lambda identifier: identifier != CUEI),
        st.binary(max_size=250),
    ),
    st.builds(OpaqueDescriptor, st.integers(5, 255), st.just(CUEI), st.binary(max_size=250)),
)
sections = st.builds(
    Section,
    commands,
    st.lists(descriptors, max_size=5).map(tuple),
    pts_adjustment=ticks,
    tier=uint(12),
    cw_index=uint(8),
    sap_type=uint(2),
    encryption_algorithm=uint(6),
    alignment_stuffing=st.binary(max_size=5),
)
