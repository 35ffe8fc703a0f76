"""A show that is written reads back as the same show, whatever it says."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.cue import DeliveryRestrictions
from app.model.errors import ShowFileError
from app.model.inlets import FolderInlet, UrlInlet, WebhookInlet
from app.model.profiles import PROFILES
from app.model.quality_limits import QualityLimits, Rule, Weight
from app.model.rundown import Upid
from app.model.schedule_limits import Blackout, ScheduleLimits
from app.model.show import Audio, Automation, Channel, HlsOutput, Origin, Rendition, Show, TsOutput
from app.model.signalling import CuePolicy, FeedCues, Signalling, SignalMode, Template
from app.model.timebase import FrameRate
from app.model.triggers import Triggers
from app.settings import demo_show, show_from_toml
from app.settings.show_writer import show_toml
from app.settings.toml_writer import decimal, key, quoted
from tests.settings.evening import SHOW, read

NAMES = st.sampled_from(["a", "b-2", "news-1", "0", "-", "x" * 64])
WORDS = st.sampled_from(["Local ad 60", 'say "ad"', "a\\b", "日本", "# one", "it's", "[y] = 2", "ß"])


def seconds(low: int, high: int) -> st.SearchStrategy[Fraction]:
    return st.integers(low * 1000, high * 1000).map(lambda value: Fraction(value, 1000))


def numbers() -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(0, 255).flatmap(lambda most: st.tuples(st.integers(0, most), st.just(most)))


def quality() -> st.SearchStrategy[QualityLimits]:
    holds = st.integers(0, 3600).map(Fraction)
    rules = st.builds(Rule, weight=st.sampled_from(Weight), after_s=holds, clear_s=holds)
    return st.builds(
        QualityLimits,
        silence_dbfs=st.integers(-120, 0).map(float),
        target_lufs=st.integers(-500, 0).map(lambda tenths: tenths / 10),
        phase_least=st.sampled_from([-1.0, -0.25, 0.125, 1.0]),
        black_luma=st.integers(16, 128),
        lost_packets=st.integers(1, 100),
        silence=rules,
        freeze=rules,
    )


@st.composite
def signallings(draw: st.DrawFn, delivery: bool = True) -> Signalling:
    mode = draw(st.sampled_from(SignalMode))
    of_insert = mode is SignalMode.SPLICE_INSERT
    flags = st.builds(DeliveryRestrictions, st.booleans(), st.booleans(), st.booleans(), st.integers(0, 3))
    return Signalling(
        mode=mode,
        upid=draw(st.none() | st.builds(Upid, st.integers(1, 255), WORDS)),
        delivery=draw(st.none() | flags) if delivery else None,
        tier=draw(st.integers(0, 0xFFF)),
        unique_program_id=draw(st.integers(0, 0xFFFF)) if of_insert else 0,
        avail=draw(numbers()) if of_insert else (0, 0),
        segments=draw(numbers()),
        repeats_s=tuple(draw(st.lists(seconds(1, 12), max_size=3))),
        in_leads_s=tuple(draw(st.lists(seconds(1, 60), min_size=1, max_size=3))),
    )


def beside(template: Signalling, own: Signalling) -> Signalling:
    """A mode without a unique_program_id takes its channel's along."""
    if template.mode is SignalMode.SPLICE_INSERT:
        return template
    return replace(template, unique_program_id=own.unique_program_id)


@st.composite
def outputs(draw: st.DrawFn, path: str, origins: tuple[str, ...], rungs: tuple[Rendition, ...]) -> HlsOutput | TsOutput:
    if not origins or draw(st.booleans()):
        return TsOutput(f"udp://{path.strip('/')}:{draw(st.integers(1, 65535))}", draw(st.sampled_from(rungs)).name)
    profile = PROFILES["plain"]
    marking = replace(profile.marking, daterange_class=draw(st.just("") | NAMES), announce=draw(st.booleans()))
    return HlsOutput(
        origins=origins,
        path=path,
        segment_s=draw(seconds(1, 60)),
        window=draw(st.integers(3, 20_000)),
        dialects=profile.dialects,
        marking=marking,
    )


@st.composite
def channels(draw: st.DrawFn, name: str, origins: tuple[str, ...]) -> Channel:
    size = st.integers(16, 1000).map(lambda half: 2 * half)
    rungs = tuple(
        Rendition(each, draw(size), draw(size), draw(st.integers(10_000, 200_000_000)))
        for each in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    )
    own = draw(signallings(delivery=False))
    names = draw(st.lists(WORDS, max_size=2, unique=True))
    templates = tuple(
        Template(
            name=each,
            duration_s=draw(st.none() | seconds(1, 600)),
            signalling=beside(draw(signallings()), own),
        )
        for each in names
    )
    low = draw(seconds(0, 10))
    return Channel(
        name=name,
        title=draw(WORDS),
        sources=tuple(draw(st.lists(st.sampled_from(["test:bars", "udp://h:1"]), min_size=1, max_size=2))),
        renditions=rungs,
        outputs=(draw(outputs(f"of{name}/", origins, rungs)),),
        frame_rate=draw(st.none() | st.sampled_from([FrameRate(25), FrameRate(30000, 1001)])),
        pre_roll_s=draw(seconds(4, 12)),
        slate=draw(st.none() | NAMES.map(lambda each: f"/{each}.png")),
        audio=draw(st.builds(Audio, st.just("aac"), st.integers(16_000, 288_000), st.integers(1, 2))),
        signalling=own,
        templates=templates,
        heartbeat_s=draw(seconds(1, 300)),
        feed_cues=FeedCues(
            policy=draw(st.sampled_from(CuePolicy)),
            pids=tuple(draw(st.lists(st.integers(16, 8190), max_size=3, unique=True))),
            template=draw(st.sampled_from(["", *names])),
            cover=draw(st.booleans()),
            lead_s=(low, low + draw(seconds(1, 60))),
            silent_after_s=draw(st.none() | seconds(1, 3600)),
            return_wait_s=draw(seconds(0, 60)),
        ),
        quality=draw(quality()),
        schedule=ScheduleLimits(
            ad_load_s=draw(st.none() | seconds(1, 3600)),
            spacing_s=draw(seconds(0, 100)),
            blackouts=tuple(draw(st.lists(st.just(Blackout(72_000, 72_900)), max_size=1))),
        ),
    )


@st.composite
def shows(draw: st.DrawFn) -> Show:
    origins = tuple(Origin(each, f"https://{each}.example/live/") for each in draw(st.sets(NAMES, max_size=2)))
    places = tuple(each.name for each in origins)
    names = draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    inlets = (
        FolderInlet(name="in", channel=names[0], path="/in", every_s=draw(seconds(1, 9)), columns=(("a b", "id"),)),
        UrlInlet(name="day", channel=names[0], url="https://h.example/d.csv", start="+5", all_or_nothing=True),
        WebhookInlet(name="hook", channel=names[0], host="::1", port=5180, private_addresses=True),
    )
    return Show(
        name=draw(WORDS),
        timezone=draw(st.sampled_from(["UTC", "Europe/Berlin"])),
        origins=origins,
        channels=tuple(draw(channels(each, places)) for each in names),
        triggers=draw(st.none() | st.just(Triggers(http=("127.0.0.1", 5185), osc=("::1", 5186), per_minute=7))),
        automation=draw(st.none() | st.just(Automation("::1", 5167))),
        inlets=draw(st.sampled_from([(), inlets])),
    )


@settings(max_examples=25)
@given(shows())
def test_a_show_reads_back_as_it_was_written(show: Show) -> None:
    assert show_from_toml(show_toml(show), "written", check_folders=False) == show


def test_the_demo_and_the_evening_read_back(tmp_path: Path) -> None:
    for show in (demo_show(tmp_path), read(SHOW)):
        assert show_from_toml(show_toml(show), "written", check_folders=False) == show


@given(st.text())
def test_any_text_is_quoted_as_toml_has_it(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()  # half a surrogate pair is in no file
    assert tomllib.loads(f"{key(text)} = {quoted(text)}") == {text: text}


@pytest.mark.parametrize(("value", "text"), [(Fraction(6), "6"), (Fraction(1, 2), "0.5"), (Fraction(-5, 4), "-1.25")])
def test_a_number_of_seconds_is_exact(value: Fraction, text: str) -> None:
    assert decimal(value) == text


def test_what_no_show_file_can_say_is_refused_and_not_written(tmp_path: Path) -> None:
    show = demo_show(tmp_path)
    third = replace(show, channels=(replace(show.channels[0], pre_roll_s=Fraction(16, 3)),))
    with pytest.raises(ShowFileError, match="no decimal"):
        show_toml(third)
    spaced = replace(show, channels=(replace(show.channels[0], name="Not A Name"),))
    with pytest.raises(ShowFileError, match="no name"):
        show_toml(spaced)
