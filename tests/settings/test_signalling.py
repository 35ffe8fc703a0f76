"""What a show file says of signalling, templates, the feed's markers and automation."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.model.cue import DeliveryRestrictions
from app.model.errors import ShowFileError
from app.model.rundown import Upid
from app.model.show import Automation, Channel
from app.model.signalling import CuePolicy, FeedCues, Signalling, SignalMode, Template
from app.pipeline.announcing import check_signalling
from app.settings import show_from_toml
from tests.settings.evening import edited, read

AT = "pre_roll = 4.5\n"
OF = 'signalling = { mode = "break" }\n'


def channel(more: str, tables: str = "") -> Channel:
    """The first channel, with lines of its own and tables of its own."""
    text = edited(AT, AT + more).replace("[[channels.outputs]]", f"{tables}\n[[channels.outputs]]", 1)
    return show_from_toml(text, "show.toml", check_signalling=check_signalling).channels[0]


def signalling(keys: str) -> Signalling:
    return channel(f"signalling = {{ {keys} }}\n").signalling


def refused(more: str, tables: str = "") -> str:
    with pytest.raises(ShowFileError) as caught:
        channel(more, tables)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_may_be_left_out() -> None:
    made = channel("")
    assert (made.signalling, made.templates, made.heartbeat_s, made.feed_cues) == (
        Signalling(),
        (),
        Fraction(5),
        FeedCues(),
    )
    assert read().automation is None


def test_every_key_of_signalling() -> None:
    insert = signalling('mode = "splice_insert", tier = 5, unique_program_id = 7, avail = "1/2"')
    assert insert == Signalling(tier=5, unique_program_id=7, avail=(1, 2))
    ad = signalling(
        'mode = "distributor_ad", segment = "2/3", upid = { type = 9, value = "SIGNAL:{uuid}" }, '
        "web_delivery_allowed = false, repeats = [5, 2.5], in_leads = [4]"
    )
    assert ad == Signalling(
        mode=SignalMode.DISTRIBUTOR_AD,
        upid=Upid(9, "SIGNAL:{uuid}"),
        delivery=DeliveryRestrictions(False, True, True, 3),
        segments=(2, 3),
        repeats_s=(Fraction(5), Fraction(5, 2)),
        in_leads_s=(Fraction(4),),
    )


@pytest.mark.parametrize("mode", SignalMode)
def test_every_mode_is_known_by_its_name(mode: SignalMode) -> None:
    assert signalling(f'mode = "{mode.value}"').mode is mode


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("no_regional_blackout = false", DeliveryRestrictions(True, False, True, 3)),
        ("archive_allowed = false", DeliveryRestrictions(True, True, False, 3)),
        ("device_restrictions = 0", DeliveryRestrictions(True, True, True, 0)),
        ("device_restrictions = 3", DeliveryRestrictions(True, True, True, 3)),
    ],
)
def test_restrictions_that_are_left_out_beside_one_allow(key: str, what: DeliveryRestrictions) -> None:
    assert signalling(f'mode = "break", {key}').delivery == what


def test_a_table_of_its_own_says_the_same() -> None:
    text = edited("[[channels.renditions]]", '[channels.signalling]\nmode = "chapter"\n[[channels.renditions]]')
    assert read(text).channels[0].signalling.mode is SignalMode.CHAPTER


def test_a_template_of_the_channels_mode_has_what_it_leaves_out_from_the_channel() -> None:
    own = 'signalling = { mode = "break", tier = 5, upid = { type = 15, value = "urn:{break_id}" }, in_leads = [3] }\n'
    tables = '[[channels.templates]]\nname = "Local ad 60"\nduration = 60.04\n'
    tables += '[[channels.templates]]\nname = "Web"\nweb_delivery_allowed = false\nupid = { type = 0 }\n'
    made = channel(own, tables)
    local, web = made.templates
    assert local == Template(name="Local ad 60", duration_s=Fraction(6004, 100), signalling=made.signalling)
    assert (web.duration_s, web.signalling.upid, web.signalling.tier) == (None, None, 5)
    assert web.signalling.delivery == DeliveryRestrictions(False, True, True, 3)


def test_a_template_of_another_mode_has_only_what_every_mode_has_from_the_channel() -> None:
    own = 'signalling = { tier = 5, unique_program_id = 7, avail = "1/2", upid = { type = 15, value = "u" } }\n'
    made = channel(own, '[[channels.templates]]\nname = "Chapter"\nmode = "chapter"\nsegment = "1/9"\n')
    wanted = Signalling(mode=SignalMode.CHAPTER, tier=5, unique_program_id=7, segments=(1, 9))
    assert made.templates[0].signalling == wanted


def test_heartbeat_and_automation() -> None:
    assert channel("heartbeat = 0.5\n").heartbeat_s == Fraction(1, 2)
    for text, wanted in (("127.0.0.1:5167", Automation()), ("[::1]:1", Automation("::1", 1))):
        assert read(edited("[[origins]]", f'[automation]\nscte104 = "{text}"\n[[origins]]')).automation == wanted


def test_every_key_of_feed_cues() -> None:
    keys = 'policy = "act", pids = [500, 501], template = "Local ad 60", cover = true, lead = [2, 30.5]'
    made = channel(
        f"feed_cues = {{ {keys}, silent_after = 600, return_wait = 0.5 }}\n",
        '[[channels.templates]]\nname = "Local ad 60"\n',
    )
    assert made.feed_cues == FeedCues(
        policy=CuePolicy.ACT,
        pids=(500, 501),
        template="Local ad 60",
        cover=True,
        lead_s=(Fraction(2), Fraction(61, 2)),
        silent_after_s=Fraction(600),
        return_wait_s=Fraction(1, 2),
    )
    assert channel('feed_cues = { policy = "relay" }\n').feed_cues == replace(FeedCues(), policy=CuePolicy.RELAY)


FAULTS = [
    # keys of signalling, the key path, what the message says
    ("mod = 1", "signalling.mod (line 15)", "did you mean mode?"),
    ('mode = "brake"', "signalling.mode (line 15)", "did you mean break?"),
    ('mode = "break", avail = "1/2"', "signalling.avail (line 15)", "break has none"),
    ('mode = "chapter", unique_program_id = 5', "signalling.unique_program_id (line 15)", "splice_insert"),
    ("tier = 4096", "signalling.tier (line 15)", "from 0 to 4095"),
    ("unique_program_id = 65536", "signalling.unique_program_id (line 15)", "from 0 to 65535"),
    ('avail = "2/1"', "signalling.avail (line 15)", "first of two"),
    ('avail = "1/256"', "signalling.avail (line 15)", "up to 255"),
    ("avail = 1", "signalling.avail (line 15)", "right is text"),
    ('mode = "program", segment = "1/2"', "signalling.segment (line 15)", "1 of 1"),
    ('mode = "unscheduled_event", segment = "1/1"', "signalling.segment (line 15)", "no numbers"),
    ('mode = "chapter", segment = "0/2"', "signalling.segment (line 15)", "0 of 2"),
    ('upid = "SIGNAL"', "signalling.upid (line 15)", "a table"),
    ('upid = { value = "x" }', "signalling.upid.type (line 15)", "write type = 9"),
    ("upid = { type = 9 }", "signalling.upid.value (line 15)", "missing"),
    ('upid = { type = 256, value = "x" }', "signalling.upid.type (line 15)", "from 0 to 255"),
    ('upid = { typ = 9, value = "x" }', "signalling.upid.typ (line 15)", "did you mean type?"),
    ('upid = { type = 3, value = "short" }', "signalling.upid (line 15)", "12"),
    ('upid = { type = 18, value = "x" }', "signalling.upid (line 15)", "reserved"),
    ('upid = { type = 8, value = "0xZZ" }', "signalling.upid (line 15)", "no hexadecimal"),
    (f'tier = 1, upid = {{ type = 15, value = "{"x" * 170}" }}', "signalling.tier (line 15)", "one packet"),
    (f'upid = {{ type = 15, value = "{"x" * 250}" }}', "signalling (line 15)", "descriptor"),
    ("web_delivery_allowed = 0", "signalling.web_delivery_allowed (line 15)", "true or false"),
    ("device_restrictions = 4", "signalling.device_restrictions (line 15)", "from 0 to 3"),
    ("repeats = 5", "signalling.repeats (line 15)", "a list: repeats = [5, 4, 2]"),
    ("repeats = [5, 13]", "signalling.repeats[1] (line 15)", "from 0.1 to 12"),
    ("in_leads = []", "signalling.in_leads (line 15)", "write in_leads = [4, 2]"),
    ("in_leads = [0]", "signalling.in_leads[0] (line 15)", "from 0.1 to 60"),
]


@pytest.mark.parametrize(("keys", "place", "what"), FAULTS, ids=[keys[:40] for keys, _, _ in FAULTS])
def test_a_fault_of_signalling_is_named_by_its_key_path(keys: str, place: str, what: str) -> None:
    message = refused(f"signalling = {{ {keys} }}\n")
    assert f"show.toml: channels[0].{place}" in message
    assert what in message


CHANNEL_FAULTS = [
    # lines of the channel, tables of the channel, the key path, what the message says
    ("heartbeat = 0.1\n", "", "heartbeat (line 15)", "from 0.5 to 300"),
    ("heart_beat = 5\n", "", "heart_beat (line 15)", "did you mean heartbeat?"),
    ("templates = 5\n", "", "templates (line 15)", "[[channels.templates]]"),
    ("", "[[channels.templates]]\nduration = 60", "templates[0].name", 'write name = "Local ad 60"'),
    ("", '[[channels.templates]]\nname = "a"\n[[channels.templates]]\nname = "a"', "templates[1].name", "used twice"),
    ("", f'[[channels.templates]]\nname = "{"a" * 65}"', "templates[0].name", "1 to 64 characters"),
    ("", '[[channels.templates]]\nname = "a"\nduration = 0', "templates[0].duration", "from 1 to 86400"),
    ("", '[[channels.templates]]\nname = "a"\ndurtion = 60', "templates[0].durtion", "did you mean duration?"),
    ("", '[[channels.templates]]\nname = "a"\nmode = "brek"', "templates[0].mode", "did you mean break?"),
    ("feed_cues = 5\n", "", "feed_cues (line 15)", "a table"),
    ('feed_cues = { polcy = "act" }\n', "", "feed_cues.polcy (line 15)", "did you mean policy?"),
    ('feed_cues = { policy = "realy" }\n', "", "feed_cues.policy (line 15)", "did you mean relay?"),
    ("feed_cues = { pids = [15] }\n", "", "feed_cues.pids[0] (line 15)", "from 16 to 8190"),
    ("feed_cues = { pids = [500, 500] }\n", "", "feed_cues.pids[1] (line 15)", "listed twice"),
    ("feed_cues = { pids = 500 }\n", "", "feed_cues.pids (line 15)", "a list"),
    ("feed_cues = { lead = [60, 4] }\n", "", "feed_cues.lead (line 15)", "lead = [4, 60]"),
    ("feed_cues = { lead = [4] }\n", "", "feed_cues.lead (line 15)", "two bounds"),
    ("feed_cues = { cover = 1 }\n", "", "feed_cues.cover (line 15)", "true or false"),
    ("feed_cues = { silent_after = 0 }\n", "", "feed_cues.silent_after (line 15)", "from 1 to 86400"),
    ('feed_cues = { template = "Local" }\n', "", "feed_cues.template (line 15)", "add [[channels.templates]]"),
    (
        'feed_cues = { template = "Local ad 6" }\n',
        '[[channels.templates]]\nname = "Local ad 60"',
        "feed_cues.template (line 15)",
        "did you mean Local ad 60?",
    ),
]


@pytest.mark.parametrize(("more", "tables", "place", "what"), CHANNEL_FAULTS, ids=[each[2] for each in CHANNEL_FAULTS])
def test_a_fault_beside_it_is_named_by_its_key_path(more: str, tables: str, place: str, what: str) -> None:
    message = refused(more, tables)
    assert f"show.toml: channels[0].{place}" in message
    assert what in message


@pytest.mark.parametrize("text", ['"5167"', '"localhost"', '"a:0"', '"a:99999"', '"u@a:1"', '":1"', '"a:1/x"', "5167"])
def test_no_address_to_listen_at_is_refused(text: str) -> None:
    with pytest.raises(ShowFileError) as caught:
        read(edited("[[origins]]", f"[automation]\nscte104 = {text}\n[[origins]]"))
    assert "automation.scte104 (line 6)" in str(caught.value)
    assert "127.0.0.1:5167" in str(caught.value)


def test_automation_needs_its_address() -> None:
    with pytest.raises(ShowFileError, match=r"automation.scte104.*missing"):
        read(edited("[[origins]]", "[automation]\n[[origins]]"))
    with pytest.raises(ShowFileError, match="did you mean scte104"):
        read(edited("[[origins]]", '[automation]\nscte = "a:1"\n[[origins]]'))
