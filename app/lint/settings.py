"""Rules of a show's channels: pre-roll, heartbeat, how breaks are signalled, what is done with a feed's own markers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from app.lint.outputs import output_rules
from app.model.errors import CueError
from app.model.lint import LintFinding, LintSeverity, error, note, warning
from app.model.profiles import LONGEST_UNKNOWN_S, PROFILES
from app.model.show import Automation, Channel, HlsOutput, Show
from app.model.signalling import CuePolicy, FeedCues, Signalling
from app.model.timebase import ticks_of
from app.scte35.findings import section_findings
from app.scte35.signalling import in_section, out_section

_LEAST_LEAD_S, _ARM_S = Fraction(4), Fraction(5)
_HEARTBEAT_S, _ALARM_S = 300, 600
_DEFAULT = Signalling()
_PROBE_ID, _PROBE_BREAK, _PROBE_S = 0xFFFF_FFFF, "0" * 12, Fraction(30)
_DURATIONS_S = (Fraction(1), Fraction(86_400))
_PIDS = range(0x10, 0x1FFF)
_LOOPBACK = ("127.", "localhost", "::1")
_LEAD_CLAUSE = "SCTE 35 §9.9.2.1"

PRE_ROLL = error("settings.pre-roll", _LEAD_CLAUSE)
PRE_ROLL_SHORT = note("settings.pre-roll-short", "SCTE 67")
PRE_ROLL_SEGMENT = warning("settings.pre-roll-segment", _LEAD_CLAUSE)
HEARTBEAT = warning("settings.heartbeat", "SCTE 35 §6.3")
HEARTBEAT_SLOW = note("settings.heartbeat-slow", "SCTE 35 §6.3")
SIGNALLING = error("settings.signalling")
REPEATS = note("settings.repeats", "SCTE 35 §9.1")
NO_REPEATS = warning("settings.no-repeats", "SCTE 35 §9.1")
TEMPLATE_TWICE = error("settings.template-twice")
TEMPLATE_DURATION = error("settings.template-duration")
FEED_TEMPLATE = error("feed.template")
FEED_LEAD = warning("feed.lead", _LEAD_CLAUSE)
FEED_BOUNDS = error("feed.bounds")
FEED_PID = error("feed.pid", "ISO/IEC 13818-1 table 2-3")
FEED_SOURCE = warning("feed.source")
FEED_SILENT = note("feed.silent", "SCTE 35 §6.3")
FEED_COVER = note("feed.cover")
FEED_LENGTH = warning("feed.length")
AUTOMATION = warning("settings.automation")


def lint_show(
    show: Show, profile: str | None = None, longest_s: dict[str, Fraction] | None = None
) -> list[LintFinding]:
    """What the rules say of a show.

    ``profile``: read every HLS output by it; ``longest_s``: the longest break that is known of a channel.
    """
    findings: list[LintFinding] = []
    for number, channel in enumerate(show.channels):
        known_s = (longest_s or {}).get(channel.name, Fraction(0))
        findings += _once(_of_channel(_read_by(channel, profile), f"channels[{number}]", known_s))
    if show.automation is not None:
        findings += _of_automation(show.automation)
    return findings


def _once(findings: Iterable[LintFinding]) -> Iterator[LintFinding]:
    """Without what a note says again of each template."""
    told: set[tuple[str, str]] = set()
    for finding in findings:
        if finding.severity is not LintSeverity.NOTE or (finding.rule, finding.text) not in told:
            yield finding
        told.add((finding.rule, finding.text))


def _read_by(channel: Channel, profile: str | None) -> Channel:
    if profile is None:
        return channel
    read = (replace(each, profile=profile) if isinstance(each, HlsOutput) else each for each in channel.outputs)
    return replace(channel, outputs=tuple(read))


def _of_channel(channel: Channel, where: str, longest_s: Fraction) -> Iterator[LintFinding]:
    yield from _of_pre_roll(channel, where)
    if channel.heartbeat_s > _ALARM_S:
        what = f"a splice_null every {float(channel.heartbeat_s):g} s: receivers may alarm after {_ALARM_S} s"
        yield HEARTBEAT.found(what, f"{where}.heartbeat", f"{_HEARTBEAT_S} s or less")
    elif channel.heartbeat_s > _HEARTBEAT_S:
        what = f"a splice_null every {float(channel.heartbeat_s):g} s, the standard advises {_HEARTBEAT_S} s"
        yield HEARTBEAT_SLOW.found(what, f"{where}.heartbeat")
    yield from _of_signalling(channel.signalling, _PROBE_S, f"{where}.signalling", channel.pre_roll_s)
    yield from _of_templates(channel, where)
    yield from _of_feed_cues(channel.feed_cues, channel, f"{where}.feed_cues")
    told = [each.duration_s for each in channel.templates if each.duration_s is not None]
    signallings = [channel.signalling, *(template.signalling for template in channel.templates)]
    for number, output in enumerate(channel.outputs):
        if isinstance(output, HlsOutput):
            yield from output_rules(output, signallings, max([longest_s, *told]), f"{where}.outputs[{number}]")


def _of_pre_roll(channel: Channel, where: str) -> Iterator[LintFinding]:
    lead_s, place = channel.pre_roll_s, f"{where}.pre_roll"
    if lead_s < _LEAST_LEAD_S:
        yield PRE_ROLL.found(f"{float(lead_s):g} s of pre-roll: an OUT is announced 4 s ahead", place, "4 or more")
    elif lead_s < _ARM_S:
        yield PRE_ROLL_SHORT.found(f"{float(lead_s):g} s of pre-roll: some splicers arm in 5 to 8 s", place)
    longest_s = max((each.segment_s for each in channel.outputs if isinstance(each, HlsOutput)), default=Fraction(0))
    if lead_s < longest_s:
        what = (
            f"{float(lead_s):g} s of pre-roll and segments of {float(longest_s):g} s: who reads by the segment meets "
            "the section only in the one that ends at the splice"
        )
        yield PRE_ROLL_SEGMENT.found(what, place, f"pre_roll = {float(longest_s):g}, or shorter segments")


def _of_signalling(
    signalling: Signalling, duration_s: Fraction, where: str, pre_roll_s: Fraction
) -> Iterator[LintFinding]:
    """By the very sections that it would send."""
    try:
        opening = out_section(signalling, _PROBE_ID, 0, ticks_of(duration_s), break_id=_PROBE_BREAK)
        closing = in_section(signalling, _PROBE_ID, 0, break_id=_PROBE_BREAK)
    except CueError as problem:
        yield SIGNALLING.found(str(problem), where)
        return
    opened = section_findings(opening)
    told = {finding.rule for finding in opened}
    for finding in [*opened, *(each for each in section_findings(closing) if each.rule not in told)]:
        yield replace(finding, where=where)
    if not signalling.repeats_s:
        yield NO_REPEATS.found("an OUT is sent once: a lost packet loses the break", f"{where}.repeats", "[5, 4, 2]")
    never = [each for each in signalling.repeats_s if each > pre_roll_s]
    if never and signalling.repeats_s != _DEFAULT.repeats_s:
        listed = ", ".join(f"{float(each):g} s" for each in never)
        what = f"a repeat {listed} before the OUT falls outside of the pre-roll of {float(pre_roll_s):g} s"
        yield REPEATS.found(what, f"{where}.repeats")


def _of_templates(channel: Channel, where: str) -> Iterator[LintFinding]:
    names: set[str] = set()
    for number, template in enumerate(channel.templates):
        place = f"{where}.templates[{number}]"
        if template.name in names:
            yield TEMPLATE_TWICE.found(
                f"a second template {template.name!r}", f"{place}.name", "give each its own name"
            )
        names.add(template.name)
        duration_s = template.duration_s
        if duration_s is not None and not _DURATIONS_S[0] <= duration_s <= _DURATIONS_S[1]:
            yield TEMPLATE_DURATION.found(f"a break of {float(duration_s):g} s", f"{place}.duration", "1 s to 24 h")
            continue
        if template.signalling != channel.signalling:
            yield from _of_signalling(template.signalling, duration_s or _PROBE_S, place, channel.pre_roll_s)


def _of_feed_cues(cues: FeedCues, channel: Channel, where: str) -> Iterator[LintFinding]:
    if cues.template and cues.template not in {template.name for template in channel.templates}:
        yield FEED_TEMPLATE.found(f"{cues.template!r} is no template of this channel", f"{where}.template")
    if cues.lead_s[0] >= cues.lead_s[1]:
        yield FEED_BOUNDS.found("the least lead is not below the greatest", f"{where}.lead", "lead = [4, 60]")
    for pid in cues.pids:
        if pid not in _PIDS:
            yield FEED_PID.found(f"PID {pid} holds no sections of a programme", f"{where}.pids", "16 to 8190")
    if cues.policy is CuePolicy.STRIP:
        if cues.cover:
            yield FEED_COVER.found("nothing is covered: the feed's markers are stripped", f"{where}.cover")
        return
    if cues.lead_s[0] < _LEAST_LEAD_S:
        what = f"markers {float(cues.lead_s[0]):g} s ahead are taken for timely"
        yield FEED_LEAD.found(what, f"{where}.lead", "an OUT is announced 4 s ahead")
    if not _may_bring_markers(channel.sources):
        what = f"policy {cues.policy.value}, and no source that can bring markers"
        yield FEED_SOURCE.found(what, f"{where}.policy", "a transport stream: udp://… or a .ts file")
    yield from _of_lengths(cues, channel, where)
    if cues.silent_after_s is None:
        what = "no alarm when the feed's markers cease: without silent_after nobody is told"
        yield FEED_SILENT.found(what, f"{where}.silent_after", "silent_after = 600")


def _of_lengths(cues: FeedCues, channel: Channel, where: str) -> Iterator[LintFinding]:
    """A source's break that tells no duration, at readers that need one."""
    template = next((each for each in channel.templates if each.name == cues.template), None)
    if cues.policy is CuePolicy.ACT and template is not None and template.duration_s is not None:
        return
    outputs = (each for each in channel.outputs if isinstance(each, HlsOutput))
    for profile in dict.fromkeys(PROFILES[each.profile] for each in outputs):
        if profile.needs_asset_list:
            what = f"{profile.reader} are shown no ads in a break of the feed that tells no duration"
        elif profile.needs_duration:
            least = f"{float(LONGEST_UNKNOWN_S):g} s"
            what = f"{profile.reader} is told {least} for a break of the feed that tells no duration, until its IN"
        else:
            continue
        fix = "let the source declare durations, or act with a template that has one"
        yield replace(FEED_LENGTH, clause=profile.source).found(what, f"{where}.policy", fix)


def _may_bring_markers(sources: Iterable[str]) -> bool:
    return any(not source.startswith("test:") for source in sources)


def _of_automation(automation: Automation) -> Iterator[LintFinding]:
    if not automation.host.startswith(_LOOPBACK):
        what = f"SCTE 104 is taken from {automation.host}: it knows no password"
        yield AUTOMATION.found(what, "automation.scte104", "keep it on loopback or a network of its own")
