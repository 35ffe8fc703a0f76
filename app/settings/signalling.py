"""How a channel's breaks are signalled, its templates, and what is done with its feed's own markers."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from app.model.cue import DeliveryRestrictions
from app.model.errors import CueError
from app.model.rundown import Upid
from app.model.signalling import CuePolicy, FeedCues, Signalling, SignalMode, Template
from app.settings.table import Table, nearest, shown

type CheckSignalling = Callable[[Signalling], object]
"""Tries its sections; CueError for what no break of it could say."""

_FLAGS = ("web_delivery_allowed", "no_regional_blackout", "archive_allowed", "device_restrictions")
_OF_INSERT = ("unique_program_id", "avail")
_KEYS = ("mode", "tier", "unique_program_id", "avail", "segment", "upid", *_FLAGS, "repeats", "in_leads")
_FEED_KEYS = ("policy", "pids", "template", "cover", "lead", "silent_after", "return_wait")
_KEY_OF = {
    "segmentation_upid": "upid",
    "segmentation_upid_type": "upid",
    "avail_num": "avail",
    "segment_num": "segment",
}
_NUMBERS = re.compile(r"(\d{1,3})/(\d{1,3})", re.ASCII)
_HIGHEST_NUMBER, _TIERS, _PROGRAMS = 255, 0xFFF, 0xFFFF
_PIDS = (16, 8190)
_HEARTBEAT = (Fraction(1, 2), Fraction(300))  # §6.3: receivers may alarm after ten minutes without
_REPEAT = (Fraction(1, 10), Fraction(12))  # the longest pre-roll
_IN_LEAD = (Fraction(1, 10), Fraction(60))
_LEAD, _LEAST_LEAD = (Fraction(0), Fraction(3600)), Fraction(4)
_SILENT, _RETURN_WAIT = (Fraction(1), Fraction(86_400)), (Fraction(0), Fraction(60))
_DURATION = (Fraction(1), Fraction(86_400))
_LONGEST_NAME = 64


def signalling_of_channel(channel: Table, check: CheckSignalling | None) -> tuple[Signalling, tuple[Template, ...]]:
    """``signalling`` and ``[[channels.templates]]`` of a channel."""
    table = channel.table("signalling")
    own = Signalling()
    if table is not None:
        table.only(*_KEYS)
        own = _signalling(table, own, check)
    templates: list[Template] = []
    for each in channel.tables("templates"):
        each.only("name", "duration", *_KEYS)
        name = _template_name(each, [template.name for template in templates])
        duration_s = each.seconds("duration", *_DURATION, Fraction(30)) if "duration" in each.values else None
        templates.append(Template(name=name, duration_s=duration_s, signalling=_signalling(each, own, check)))
    return own, tuple(templates)


def heartbeat_of_channel(channel: Table) -> Fraction:
    """Seconds between splice_nulls."""
    return channel.seconds("heartbeat", *_HEARTBEAT, Fraction(5))


def feed_cues_of_channel(channel: Table, templates: tuple[Template, ...]) -> FeedCues:
    """``feed_cues`` of a channel; its template must be one of the channel's."""
    table = channel.table("feed_cues")
    if table is None:
        return FeedCues()
    table.only(*_FEED_KEYS)
    left_out = FeedCues()
    named = table.text("template", "", form='"Local ad 60"') if "template" in table.values else ""
    if named and named not in (names := [template.name for template in templates]):
        remedy = nearest(named, names) if names else "add [[channels.templates]]"
        raise table.fault("template", f"{shown(named)} is no template of this channel", remedy)
    return FeedCues(
        policy=CuePolicy(table.choice("policy", CuePolicy, left_out.policy)),
        pids=_pids(table),
        template=named,
        cover=table.flag("cover", default=left_out.cover),
        lead_s=_lead(table, left_out.lead_s),
        silent_after_s=table.seconds("silent_after", *_SILENT, _SILENT[0]) if "silent_after" in table.values else None,
        return_wait_s=table.seconds("return_wait", *_RETURN_WAIT, left_out.return_wait_s),
    )


def _signalling(table: Table, otherwise: Signalling, check: CheckSignalling | None) -> Signalling:
    """Keys that are left out are as in ``otherwise``; in another mode than its, only those of every mode."""
    mode = SignalMode(table.choice("mode", SignalMode, otherwise.mode))
    if mode is not SignalMode.SPLICE_INSERT:
        for key in _OF_INSERT:
            if key in table.values:
                raise table.fault(key, f"{mode.value} has none", 'leave it out, or mode = "splice_insert"')
    if mode is not otherwise.mode:
        otherwise = Signalling(
            tier=otherwise.tier,
            unique_program_id=otherwise.unique_program_id,
            repeats_s=otherwise.repeats_s,
            in_leads_s=otherwise.in_leads_s,
        )
    signalling = Signalling(
        mode=mode,
        upid=_upid(table, otherwise.upid),
        delivery=_delivery(table, otherwise.delivery),
        tier=table.integer("tier", 0, _TIERS, otherwise.tier),
        unique_program_id=table.integer("unique_program_id", 0, _PROGRAMS, otherwise.unique_program_id),
        avail=_numbers(table, "avail", otherwise.avail),
        segments=_numbers(table, "segment", otherwise.segments),
        repeats_s=table.list_of_seconds("repeats", *_REPEAT, otherwise.repeats_s),
        in_leads_s=table.list_of_seconds("in_leads", *_IN_LEAD, otherwise.in_leads_s, needed=True),
    )
    if check is not None:
        _try(table, signalling, check)
    return signalling


def _try(table: Table, signalling: Signalling, check: CheckSignalling) -> None:
    try:
        check(signalling)
    except CueError as error:
        key = _KEY_OF.get(error.field or "", error.field or "")
        raise table.fault(key if key in table.values else "", str(error)) from error


def _template_name(table: Table, taken: list[str]) -> str:
    name = table.text("name", form='"Local ad 60"')
    if len(name) > _LONGEST_NAME:
        raise table.fault("name", f"{shown(name)} is too long", f"right are 1 to {_LONGEST_NAME} characters")
    if name in taken:
        raise table.fault("name", f"{shown(name)} is used twice", "give each its own name")
    return name


def _upid(table: Table, otherwise: Upid | None) -> Upid | None:
    upid = table.table("upid")
    if upid is None:
        return otherwise
    upid.only("type", "value")
    kind = upid.integer("type", 0, 0xFF, form="9")
    if not kind and "value" in upid.values:
        raise upid.fault("value", "type 0 is no UPID and has none", "leave it out, or name its type: type = 9")
    return Upid(kind, upid.text("value", form='"SIGNAL:{uuid}"')) if kind else None


def _delivery(table: Table, otherwise: DeliveryRestrictions | None) -> DeliveryRestrictions | None:
    """One that is named restricts; those that are left out beside it don't. A flag that is set allows, §10.3.3.1."""
    if not any(key in table.values for key in _FLAGS):
        return otherwise
    web, blackout, archive, devices = _FLAGS
    return DeliveryRestrictions(
        web_delivery_allowed=table.flag(web, default=True),
        no_regional_blackout=table.flag(blackout, default=True),
        archive_allowed=table.flag(archive, default=True),
        device_restrictions=table.integer(devices, 0, 3, 3),
    )


def _numbers(table: Table, key: str, otherwise: tuple[int, int]) -> tuple[int, int]:
    """``"1/2"``: the first of two."""
    if key not in table.values:
        return otherwise
    text = table.text(key, form='"1/2"')
    match = _NUMBERS.fullmatch(text)
    if match is None or int(match[2]) > _HIGHEST_NUMBER or int(match[1]) > int(match[2]):
        right = f'right are "0/0" for none, and "1/2" for the first of two, up to {_HIGHEST_NUMBER}'
        raise table.fault(key, f"{shown(text)} is no number of a number", right)
    return int(match[1]), int(match[2])


def _pids(table: Table) -> tuple[int, ...]:
    pids = table.integers("pids", *_PIDS)
    for n, pid in enumerate(pids):
        if pid in pids[:n]:
            raise table.fault(f"pids[{n}]", f"{pid} is listed twice", "list it once")
    return pids


def _lead(table: Table, otherwise: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    bounds = table.list_of_seconds("lead", *_LEAD, otherwise, needed=True)
    if len(bounds) != 2 or bounds[0] >= bounds[1]:  # noqa: PLR2004 - least and greatest
        right = "right is the least and the greatest number of seconds: lead = [4, 60]"
        raise table.fault("lead", "these are no two bounds", right)
    return bounds[0], bounds[1]
