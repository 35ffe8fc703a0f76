"""What a profile's reader makes of a playlist, by app/model/profiles.py and the vendors' own pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from app.lint.marks import ADOBE, ASSET, CUE_OUT_IN, DATERANGE, IN, OTHER, OUT
from app.lint.reading import AT_BOUNDARY, Media, limited
from app.model.cue import Section, SpliceInsert
from app.model.lint import LintFinding, error, note, warning
from app.model.profiles import INTERSTITIAL_CLASS, PROFILES, Profile
from app.model.signalling import SignalMode
from app.monitoring.playlist import moment_of
from app.scte35.profiles import vocabularies
from app.scte35.signalling import STARTS, SectionRole, section_role

_AWS = "AWS MediaTailor, HLS supported ad markers"
_GAM = "Google Ad Manager help, HLS live ad breaks"

UNREAD = error("profile.dialects-unread")
IGNORED = note("profile.dialects-unread")
VOCABULARIES = warning("profile.two-vocabularies")
NO_DURATION = error("profile.cue-out-without-duration")
VERSION = warning("profile.version")
NO_BREAK = note("profile.mode-is-no-break")
NO_DELIVERY = warning("profile.no-delivery-restrictions")
NO_IN = error("profile.no-cue-in", _GAM)
PLACE = error("profile.daterange-place", _AWS)
DATE_INTERVAL = error("profile.date-interval", "AWS MediaPackage, EXT-X-DATERANGE")
NO_INTERSTITIAL = warning("profile.no-interstitial", "rfc8216bis appendix D")
UNDATED = error("profile.undated", "RFC 8216 §4.3.2.7")


def profile_findings(media: Media, name: str) -> Iterator[LintFinding]:
    """What the rules of a profile say of a playlist."""
    profile = PROFILES[name]
    yield from _of_dialects(profile, media)
    if profile.needs_duration:
        yield from _of_durations(profile, media)
    if profile.hls_version is not None and media.playlist.version > profile.hls_version:
        what = f"EXT-X-VERSION is {media.playlist.version}, {profile.reader} takes HLS version {profile.hls_version}"
        yield replace(VERSION, clause=profile.source).found(what, media.name)
    match name:
        case "google-dai":
            yield from _of_google(media)
        case "mediatailor":
            yield from _of_mediatailor(media)
        case "mediapackage":
            yield from _of_mediapackage(media)
        case "interstitials":
            yield from _of_interstitials(media)


def section_profile_findings(section: Section, name: str) -> Iterator[LintFinding]:
    """What a profile's reader makes of a section by itself."""
    profile = PROFILES[name]
    if section_role(section) not in {SectionRole.OUT, SectionRole.START}:
        return
    command, described = section.command, section.segmentation_descriptors
    types = {one.segmentation_type_id for one in described}
    mode = next((mode for mode, start in STARTS.items() if start in types), None)
    insert = isinstance(command, SpliceInsert)
    known = SignalMode.SPLICE_INSERT in profile.modes if insert else mode in profile.modes
    if not known and profile.modes != frozenset(SignalMode):
        listed = ", ".join(f"0x{one:02X}" for one in sorted(types))
        what = f"{profile.reader} takes segmentation_type_id {listed} for no break"
        yield replace(NO_BREAK, clause=profile.source).found(what)
    elif profile.needs_delivery and not insert and all(one.delivery is None for one in described):
        what = f"{profile.reader} takes a time_signal without delivery restrictions for no ad, unless it is told to"
        yield replace(NO_DELIVERY, clause=profile.source).found(what)
    timed = command.break_duration if isinstance(command, SpliceInsert) else described[0].segmentation_duration_ticks
    if profile.needs_duration and not timed:
        what = f"an OUT without a duration is no break to {profile.reader}"
        yield replace(NO_DURATION, clause=profile.source).found(what)


def _of_dialects(profile: Profile, media: Media) -> Iterator[LintFinding]:
    told = {mark.dialect for mark in media.marks if mark.kind != OTHER}
    there = told | {mark.dialect for mark in media.of(ASSET)}
    if told and profile.reads.isdisjoint(told):
        what = f"{profile.reader} finds no break: it reads none of {', '.join(sorted(told))}"
        fix = f"right is {' or '.join(sorted(profile.reads))}"
        yield replace(UNREAD, clause=profile.source).found(what, media.name, fix)
        return
    if unread := sorted(there - profile.reads - {*profile.dialects}):
        what = f"{profile.reader} makes nothing of {', '.join(unread)}"
        yield replace(IGNORED, clause=profile.source).found(what, media.name)
    spoken = vocabularies(told & profile.reads)
    if profile.one_vocabulary and len(spoken) > 1:
        what = f"each of {', '.join(sorted(spoken))} opens a break to {profile.reader}: one splice may count twice"
        fix = f"right is one of them, as {', '.join(profile.dialects)}"
        yield replace(VOCABULARIES, clause=profile.source).found(what, media.name, fix)


def _of_durations(profile: Profile, media: Media) -> Iterator[LintFinding]:
    """An OUT without a duration in a dialect that needs one."""
    bare = [
        (f"{mark.tag.name} without a duration is no break to {profile.reader}", media.at(mark.tag.line))
        for mark in media.marks
        if mark.kind == OUT and mark.dialect in profile.reads & {ADOBE, CUE_OUT_IN} and not mark.declared_s
    ]
    yield from limited(replace(NO_DURATION, clause=profile.source), bare, "write it into the tag")


def _of_google(media: Media) -> Iterator[LintFinding]:
    kinds = {cue.kind for cue in media.of(CUE_OUT_IN)}
    if OUT in kinds and media.finished and IN not in kinds:
        yield NO_IN.found("no EXT-X-CUE-IN: a break is ended by one", media.name)


def _of_mediatailor(media: Media) -> Iterator[LintFinding]:
    """START-DATE is ignored: the tag's own place is the splice."""
    found = []
    for mark in media.of(DATERANGE):
        date, text = media.date(mark.segment), mark.text("START-DATE")
        if mark.kind != OUT or "SCTE35-OUT" not in mark.attributes or date is None or text is None:
            continue
        try:
            apart = moment_of(text) - date
        except ValueError:
            continue
        left = mark.segment == 0 and apart < -AT_BOUNDARY  # the break goes on, its first segment has left the window
        if abs(apart) > AT_BOUNDARY and not left:
            what = f"the tag stands {-apart.total_seconds():+.3f} s from its START-DATE, which MediaTailor ignores"
            found.append((what, media.at(mark.tag.line)))
    yield from limited(PLACE, found, "put it directly before the splice's segment")


def _of_mediapackage(media: Media) -> Iterator[LintFinding]:
    dated = [segment for segment in media.playlist.segments if segment.dated]
    close = [
        (f"EXT-X-PROGRAM-DATE-TIME {float(segment.duration_s):.3f} s before the next one", media.at(segment.line))
        for segment, after in pairwise(dated)
        if after.sequence == segment.sequence + 1 and segment.duration_s < Fraction(1) and media.of(DATERANGE)
    ]
    yield from limited(DATE_INTERVAL, close, "its interval is 1 s or more")


def _of_interstitials(media: Media) -> Iterator[LintFinding]:
    marks = media.of(DATERANGE)
    splices = [mark for mark in media.marks if mark.kind == OUT]
    if splices and not any(mark.text("CLASS") == INTERSTITIAL_CLASS for mark in marks):
        what = f"no EXT-X-DATERANGE of CLASS {INTERSTITIAL_CLASS}: nothing is played in the breaks"
        yield NO_INTERSTITIAL.found(what, media.name, "name an asset_list")
    if marks and not any(segment.dated for segment in media.playlist.segments):
        yield UNDATED.found("a player can't place a date range without EXT-X-PROGRAM-DATE-TIME", media.name)
