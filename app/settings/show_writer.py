"""A ``Show`` as the text of a show file, which reads back as the very same show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.model.errors import ShowFileError
from app.model.inlets import FolderInlet, Inlet, UrlInlet, WebhookInlet
from app.model.profiles import PROFILES
from app.model.show import Audio, Channel, HlsOutput, Rendition, Show, TsOutput
from app.model.signalling import FeedCues, Signalling, SignalMode
from app.model.triggers import Triggers
from app.settings.quality import quality_keys
from app.settings.show import show_from_toml
from app.settings.toml_writer import Value, key, quoted, toml_text

type Keys = dict[str, Value]

_SIGNALLING = "signalling"
_FLAGS = frozenset({"web_delivery_allowed", "no_regional_blackout", "archive_allowed", "device_restrictions"})
_NAME = "the show as it would be written"


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a show file: its header, whose it is in words, and its keys.

    ``live``: a channel takes it on as it runs; ``says``: whose signalling it is read with, () for none's.
    """

    header: str
    of: tuple[str, ...]
    keys: Keys
    live: bool = False
    says: tuple[str, ...] = ()


def show_toml(show: Show) -> str:
    """The show file's text. ShowFileError: no show file can say this show; it was read back to be sure."""
    try:
        text = "\n".join(line for section in sections_of(show) for line in _lines(section)).strip("\n") + "\n"
    except ValueError as error:
        raise ShowFileError(_NAME, str(error), "choose a value with fewer decimals") from error
    if show_from_toml(text, _NAME, check_folders=False) != show:
        raise ShowFileError(_NAME, "it would not read back as it is", "write the show file by hand")
    return text


def sections_of(show: Show) -> Iterator[Section]:
    """The tables of its show file in their order, with every key that says something."""
    yield Section("[show]", ("show",), {"name": show.name, "timezone": show.timezone})
    if show.automation is not None:
        at = _listening(show.automation.host, show.automation.port)
        yield Section("[automation]", ("automation",), {"scte104": at})
    if show.triggers is not None:
        yield Section("[triggers]", ("triggers",), _triggers(show.triggers))
    for origin in show.origins:
        yield Section("[[origins]]", (f"origin {origin.name}",), {"name": origin.name, "url": origin.url})
    for channel in show.channels:
        yield from _channel(channel)
    for inlet in show.inlets:
        yield Section("[[schedule.inlets]]", (f"inlet {inlet.name}",), _inlet(inlet))


def _triggers(triggers: Triggers) -> Keys:
    at = {"http": triggers.http, "osc": triggers.osc}
    listened: Keys = {name: _listening(*where) for name, where in at.items() if where is not None}
    return {**listened, "per_minute": triggers.per_minute}


def _lines(section: Section) -> Iterator[str]:
    yield section.header
    yield from (f"{key(name)} = {toml_text(value)}" for name, value in section.keys.items())
    yield ""


def _channel(channel: Channel) -> Iterator[Section]:
    of = f"channel {channel.name}"
    own: Keys = {
        "name": channel.name,
        "title": channel.title,
        "sources": channel.sources,
        "frame_rate": str(channel.frame_rate) if channel.frame_rate else "source",
        "pre_roll": channel.pre_roll_s,
        "heartbeat": channel.heartbeat_s,
    }
    if channel.slate is not None:
        own["slate"] = channel.slate
    yield Section("[[channels]]", (of,), own)
    if channel.audio != Audio():
        yield Section("[channels.audio]", (of, "audio"), _audio(channel.audio))
    if channel.signalling != Signalling():
        yield Section("[channels.signalling]", (of, _SIGNALLING), _beside(channel.signalling, Signalling()))
    if channel.feed_cues != FeedCues():
        yield Section("[channels.feed_cues]", (of, "feed_cues"), _feed_cues(channel.feed_cues))
    if quality := quality_keys(channel.quality):
        yield Section("[channels.quality]", (of, "quality"), dict(quality), live=True)
    if limits := _limits(channel):
        yield Section("[channels.schedule]", (of, "schedule"), limits, live=True)
    for one in channel.templates:
        length: Keys = {"duration": one.duration_s} if one.duration_s is not None else {}
        keys: Keys = {"name": one.name, **length, **_beside(one.signalling, channel.signalling)}
        named = (of, f"template {one.name}")
        yield Section("[[channels.templates]]", named, keys, live=True, says=(of, _SIGNALLING))
    for rung in channel.renditions:
        yield Section("[[channels.renditions]]", (of, f"rendition {rung.name}"), _rendition(rung))
    for output in channel.outputs:
        where = output.path if isinstance(output, HlsOutput) else output.url
        yield Section("[[channels.outputs]]", (of, f"output {where}"), _output(output))


def _audio(audio: Audio) -> Keys:
    return {"codec": audio.codec, "bitrate": audio.bitrate_bps, "channels": audio.channels}


def _rendition(rung: Rendition) -> Keys:
    return {
        "name": rung.name,
        "size": f"{rung.width}x{rung.height}",
        "codec": rung.codec.value,
        "bitrate": rung.bitrate_bps,
        "preset": rung.preset,
    }


def _output(output: HlsOutput | TsOutput) -> Keys:
    if isinstance(output, TsOutput):
        return {"kind": "ts", "url": output.url, "rendition": output.rendition}
    keys: Keys = {
        "kind": "hls",
        "origins": output.origins,
        "path": output.path,
        "segment": output.segment_s,
        "window": output.window,
        "profile": output.profile,
        "dialects": output.dialects,
    }
    own, usual = output.marking, PROFILES[output.profile].marking
    for name in ("cue_out", "cont", "daterange_class", "end_on_next", "asset_list", "announce"):
        if getattr(own, name) != getattr(usual, name):
            keys[name] = getattr(own, name)
    return keys


def _beside(own: Signalling, otherwise: Signalling) -> Keys:
    """What it says that would not be so without: keys that are left out are as in ``otherwise``, of the same mode."""
    if own.mode is not otherwise.mode:
        otherwise = Signalling(
            mode=own.mode,
            tier=otherwise.tier,
            unique_program_id=otherwise.unique_program_id,
            repeats_s=otherwise.repeats_s,
            in_leads_s=otherwise.in_leads_s,
        )
        mode: Keys = {"mode": own.mode.value}
    else:
        mode = {}
    usual = _signalling(otherwise)
    theirs = _signalling(own)
    told = {name: value for name, value in theirs.items() if usual.get(name) != value}
    if not _FLAGS.isdisjoint(told):  # with one of them named, those that are left out are what they are by default
        told |= {name: value for name, value in theirs.items() if name in _FLAGS}
    return mode | told


def _signalling(own: Signalling) -> Keys:
    """Every key that its mode has."""
    keys: Keys = {"mode": own.mode.value, "tier": own.tier}
    if own.mode is SignalMode.SPLICE_INSERT:
        keys |= {"unique_program_id": own.unique_program_id, "avail": _numbers(own.avail)}
    keys["segment"] = _numbers(own.segments)
    if own.upid is not None:
        keys["upid"] = {"type": own.upid.type, "value": own.upid.value}
    else:
        keys["upid"] = {"type": 0}
    if own.delivery is not None:
        keys |= {
            "web_delivery_allowed": own.delivery.web_delivery_allowed,
            "no_regional_blackout": own.delivery.no_regional_blackout,
            "archive_allowed": own.delivery.archive_allowed,
            "device_restrictions": own.delivery.device_restrictions,
        }
    return keys | {"repeats": own.repeats_s, "in_leads": own.in_leads_s}


def _feed_cues(own: FeedCues) -> Keys:
    keys: Keys = {"policy": own.policy.value, "pids": own.pids, "cover": own.cover, "lead": own.lead_s}
    if own.template:
        keys["template"] = own.template
    if own.silent_after_s is not None:
        keys["silent_after"] = own.silent_after_s
    return keys | {"return_wait": own.return_wait_s}


def _limits(channel: Channel) -> Keys:
    limits = channel.schedule
    keys: Keys = {}
    if limits.ad_load_s is not None:
        keys["ad_load"] = limits.ad_load_s
    if limits.spacing_s:
        keys["spacing"] = limits.spacing_s
    if limits.blackouts:
        keys["blackouts"] = tuple(map(str, limits.blackouts))
    return keys


def _inlet(inlet: Inlet) -> Keys:
    keys: Keys = {"name": inlet.name}
    for name in ("channel", "start"):
        if value := getattr(inlet, name):
            keys[name] = value
    if inlet.columns:
        keys["columns"] = dict(inlet.columns)
    for ours, theirs in (("all_or_nothing",) * 2, ("remove_missing",) * 2, ("private_addresses", "allow_private")):
        if getattr(inlet, ours):
            keys[theirs] = True
    match inlet:
        case FolderInlet():
            return {"kind": "folder", **keys, "path": inlet.path, "every": inlet.every_s}
        case UrlInlet():
            return {"kind": "url", **keys, "url": inlet.url, "every": inlet.every_s}
        case WebhookInlet():
            at: Keys = {"listen": _listening(inlet.host, inlet.port), "per_minute": inlet.per_minute}
            return {"kind": "webhook", **keys, **at, "most_bytes": inlet.most_bytes}
    raise ValueError(f"inlet {quoted(inlet.name)} is of no kind that a show file has")


def _listening(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _numbers(pair: tuple[int, int]) -> str:
    return f"{pair[0]}/{pair[1]}"
