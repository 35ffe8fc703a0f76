"""Who reads an HLS output: the profiles (data of app/model/profiles.py), and what of an output a reader won't take."""

from __future__ import annotations

from collections.abc import Iterable

from app.model.lint import LintFinding, error, note, warning
from app.model.profiles import CUE_FAMILY, PROFILES, Profile
from app.model.show import HlsOutput
from app.model.signalling import Signalling, SignalMode

__all__ = ["PROFILES", "Profile", "output_findings"]

_UNREAD = "profile.dialects-unread"
_VOCABULARIES = "profile.two-vocabularies"
_DURATION = "profile.cue-out-without-duration"
_ASSET_LIST = "profile.no-asset-list"
_MODE = "profile.mode-is-no-break"
_DELIVERY = "profile.no-delivery-restrictions"
_NO_EFFECT = "profile.option-without-effect"


def output_findings(output: HlsOutput, signallings: Iterable[Signalling], where: str = "") -> list[LintFinding]:
    """What its profile's reader would make nothing of, or the wrong thing; ``signallings``: the channel's, in use."""
    profile = PROFILES[output.profile]
    return [
        *_dialect_findings(profile, output, where),
        *_option_findings(profile, output, where),
        *(found for each in signallings for found in _mode_findings(profile, each, where)),
    ]


def vocabularies(dialects: Iterable[str]) -> frozenset[str]:
    """Those of the dialects that open a break each; CUE-OUT and what stands beside it count as one."""
    return frozenset("cue-out-in" if dialect in CUE_FAMILY else dialect for dialect in dialects)


def _dialect_findings(profile: Profile, output: HlsOutput, where: str) -> list[LintFinding]:
    found = []
    choice = f"dialects = {list(profile.dialects)}".replace("'", '"')
    if profile.reads.isdisjoint(output.dialects):
        rule = error(_UNREAD, profile.source)
        found.append(rule.found(f"{profile.reader} reads none of {', '.join(output.dialects)}", where, choice))
    elif unread := [dialect for dialect in output.dialects if dialect not in {*profile.reads, *profile.dialects}]:
        rule = note(_UNREAD, profile.source)
        found.append(rule.found(f"{profile.reader} does not read {', '.join(unread)}", where, choice))
    spoken = vocabularies(profile.reads.intersection(output.dialects))
    if profile.one_vocabulary and len(spoken) > 1:
        told = f"each of {', '.join(sorted(spoken))} opens a break to {profile.reader}: one splice may count twice"
        found.append(warning(_VOCABULARIES, profile.source).found(told, where, choice))
    return found


def _option_findings(profile: Profile, output: HlsOutput, where: str) -> list[LintFinding]:
    found = []
    marking, cue_tags = output.marking, {"cue-out-in", "oatcls-scte35"}
    if profile.needs_duration and marking.cue_out == "bare" and not cue_tags.isdisjoint(output.dialects):
        text = f"{profile.reader} makes no break of a CUE-OUT without a duration"
        found.append(error(_DURATION, profile.source).found(text, where, 'cue_out = "duration"'))
    if profile.needs_asset_list and not marking.asset_list:
        text = f"{profile.reader} find no ads without an asset list"
        found.append(error(_ASSET_LIST, profile.source).found(text, where, 'asset_list = "https://…/{break_id}.json"'))
    if marking.daterange_class and "daterange" not in output.dialects:
        text = "daterange_class has nothing to stand in: dialects has no daterange"
        found.append(note(_NO_EFFECT).found(text, where, "leave it out"))
    return found


def _mode_findings(profile: Profile, signalling: Signalling, where: str) -> list[LintFinding]:
    found = []
    if signalling.mode not in profile.modes:
        text = f"{profile.reader} takes {signalling.mode.value} for no break"
        found.append(note(_MODE, profile.source).found(text, where))
    elif profile.needs_delivery and signalling.mode is not SignalMode.SPLICE_INSERT and signalling.delivery is None:
        text = f"{profile.reader} takes a time_signal without delivery restrictions for no ad, unless it is told to"
        fix = "web_delivery_allowed = false, or another of the four"
        found.append(warning(_DELIVERY, profile.source).found(text, where, fix))
    return found
