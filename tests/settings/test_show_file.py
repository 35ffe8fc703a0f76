"""What a show file may say, and what is said of one that is wrong."""

import re
from fractions import Fraction

import pytest

from app.model.errors import EnvironmentLackError, ShowFileError, SourceError, UnsupportedError, UsageError
from app.model.show import Audio, Channel, HlsOutput, Origin, Rendition, Show, TsOutput, VideoCodec
from app.model.timebase import FrameRate
from app.settings import (
    local_timezone,
    show_from_toml,
)
from tests.settings.evening import SHOW, edited, fault, read


def test_the_show_of_the_contract() -> None:
    assert read() == Show(
        name="Evening",
        timezone="Europe/Berlin",
        origins=(Origin("primary", "http://127.0.0.1:8080/live/"),),
        channels=(
            Channel(
                name="news-1",
                title="News 1",
                sources=("udp://127.0.0.1:5000", "file:///media/clip.mp4", "test:bars"),
                renditions=(
                    Rendition("720p", 1280, 720, 3_000_000, VideoCodec.H264, "fast"),
                    Rendition("360p", 640, 360, 600_000),
                ),
                outputs=(
                    HlsOutput(("primary",), "news-1/", Fraction(6006, 1000), 8, ("cue-out-in", "daterange")),
                    TsOutput("udp://239.1.1.1:5000", "360p"),
                ),
                frame_rate=FrameRate(30_000, 1001),
                pre_roll_s=Fraction(9, 2),
                audio=Audio("aac", 96_000, 1),
            ),
        ),
    )


def test_what_may_be_left_out() -> None:
    keys = "timezone|title|frame_rate|pre_roll|audio|codec|preset|container|path|segment|window|dialects|rendition"
    short = re.sub(rf"^({keys}) .*\n", "", SHOW, flags=re.MULTILINE)
    (channel,) = read(short).channels
    assert read(short).timezone == local_timezone()
    assert (channel.title, channel.pre_roll_s) == ("news-1", Fraction(6))
    assert channel.frame_rate is None
    assert channel.slate is None
    assert channel.audio == Audio("aac", 128_000, 2)
    assert channel.renditions[0] == Rendition("720p", 1280, 720, 3_000_000, VideoCodec.H264, "veryfast")
    dialects = ("daterange", "cue-out-in", "oatcls-scte35", "scte35")
    assert channel.outputs[0] == HlsOutput(("primary",), "news-1/", Fraction(6), 10, dialects)
    assert channel.outputs[1] == TsOutput("udp://239.1.1.1:5000", "720p")


FAULTS = [
    # what is edited, its place, what the message says
    ('name = "Evening"\n', "", "show.name (line 1)", "missing"),
    ('name = "Evening"', "name = 5", "show.name (line 2)", "a whole number"),
    ('name = "Evening"', 'name = " "', "show.name (line 2)", "empty"),
    ("[show]", "[shwo]", "shwo (line 1)", "did you mean show?"),
    ('timezone = "Europe/Berlin"', 'timezone = "Mars"', "show.timezone (line 3)", "no time zone"),
    ('timezone = "Europe/Berlin"', 'timezone = "../etc"', "show.timezone (line 3)", "no time zone"),
    ('timezone = "Europe/Berlin"', 'timezone = "Europe"', "show.timezone (line 3)", "no time zone"),
    ('url = "http:', 'ulr = "http:', "origins[0].ulr (line 7)", "did you mean url?"),
    ('url = "http://127.0.0.1:8080/live/"', "", "origins[0].url (line 5)", "missing"),
    ("http://127.0.0.1:8080/live/", "live/", "origins[0].url (line 7)", "no origin"),
    ("http://127.0.0.1:8080/live/", "http://127.0.0.1:99999/", "origins[0].url (line 7)", "no origin"),
    ("http://127.0.0.1:8080/live/", "http:///live/", "origins[0].url (line 7)", "no origin"),
    ("http://127.0.0.1:8080/live/", "http://[::1/", "origins[0].url (line 7)", "no origin"),
    ("http://127.0.0.1:8080/live/", "file://relative/folder", "origins[0].url (line 7)", "no origin"),
    ("http://127.0.0.1:8080/live/", "http://u:hush@host/", "origins[0].url (line 7)", "secret set origin:primary"),
    ("[[channels]]", '[[origins]]\nname="primary"\nurl="file:///x/"\n[[channels]]', "origins[1].name", "used twice"),
    ('name = "news-1"', 'name = "News 1"', "channels[0].name (line 10)", "no name"),
    ('name = "news-1"', f'name = "{"a" * 65}"', "channels[0].name (line 10)", "no name"),
    ('title = "News 1"', 'title = ""', "channels[0].title (line 11)", "empty"),
    ('"30000/1001"', '"0"', "channels[0].frame_rate (line 12)", "no frame rate"),
    ('"30000/1001"', '"1000"', "channels[0].frame_rate (line 12)", "1 to 120"),
    ('"30000/1001"', "25", "channels[0].frame_rate (line 12)", 'right is text: frame_rate = "25"'),
    ('sources = ["udp://127.0.0.1:5000", "file:///media/clip.mp4", "test:bars"]', "", "channels[0].sources", "missing"),
    ('["udp://127.0.0.1:5000", "file:///media/clip.mp4", "test:bars"]', "[]", "channels[0].sources (line 13)", "empty"),
    ('"test:bars"', "7", "channels[0].sources[2] (line 13)", "a whole number"),
    ('"test:bars"', '"bars"', "channels[0].sources[2] (line 13)", "no URL"),
    ("pre_roll = 4.5", "pre_roll = 3", "channels[0].pre_roll (line 14)", "from 4 to 12"),
    ("pre_roll = 4.5", "pre_roll = nan", "channels[0].pre_roll (line 14)", "from 4 to 12"),
    ("pre_roll = 4.5", "pre_roll = true", "channels[0].pre_roll (line 14)", "true or false"),
    ("pre_roll = 4.5", "pre_roll = 1e1", "channels[0].pre_roll (line 14)", "out of range"),
    ("pre_roll = 4.5", 'pre_roll = "4"', "channels[0].pre_roll (line 14)", "text"),
    ("pre_roll = 4.5", 'slate = "none.png"', "channels[0].slate (line 14)", "no picture"),
    ("bitrate = 96000", "bitrate = 1", "channels[0].audio.bitrate (line 15)", "16000"),
    ("channels = 1", "channels = 6", "channels[0].audio.channels (line 15)", "from 1 to 2"),
    ('codec = "aac"', 'codec = "aca"', "channels[0].audio.codec (line 15)", 'right is "aac"'),
    ('audio = { codec = "aac", bitrate = 96000, channels = 1 }', "audio = 5", "channels[0].audio (line 15)", "table"),
    ('size = "1280x720"', 'size = "1281x720"', "channels[0].renditions[0].size (line 19)", '"1282x720"'),
    ('size = "1280x720"', 'size = "7682x4320"', "channels[0].renditions[0].size (line 19)", "7680x4320"),
    ('size = "1280x720"', 'size = "0x0"', "channels[0].renditions[0].size (line 19)", "32x32"),
    ('size = "1280x720"', 'size = "720p"', "channels[0].renditions[0].size (line 19)", "no size"),
    ('codec = "h264"', 'codec = "h266"', "channels[0].renditions[0].codec (line 20)", "did you mean h26"),
    ("bitrate = 3000000", "bitrate = 0", "channels[0].renditions[0].bitrate (line 21)", "from 10000"),
    ("bitrate = 3000000", 'bitrate = "3M"', "channels[0].renditions[0].bitrate (line 21)", "text"),
    ("bitrate = 3000000", "bitrate = 3e6", "channels[0].renditions[0].bitrate (line 21)", "a decimal number"),
    ("bitrate = 3000000", "bitrat = 3", "channels[0].renditions[0].bitrat (line 21)", "did you mean bitrate?"),
    ('preset = "fast"', 'preset = "quick"', "channels[0].renditions[0].preset (line 22)", "veryfast"),
    ('name = "360p"', 'name = "720p"', "channels[0].renditions[1].name (line 25)", "used twice"),
    ('kind = "hls"', 'kind = "hsl"', "channels[0].outputs[0].kind (line 30)", "did you mean hls?"),
    ('container = "ts"', 'container = "mkv"', "channels[0].outputs[0].container (line 31)", "known are ts, fmp4"),
    ('origins = ["primary"]', 'origins = ["primry"]', "channels[0].outputs[0].origins[0] (line 32)", "mean primary?"),
    ('origins = ["primary"]', "origins = []", "channels[0].outputs[0].origins (line 32)", "empty"),
    ('origins = ["primary"]', "", "channels[0].outputs[0].origins (line 29)", "missing"),
    ('origins = ["primary"]', 'origins = ["primary", "primary"]', "outputs[0].origins[1] (line 32)", "listed twice"),
    ('path = "news-1/"', 'path = "news-1"', "channels[0].outputs[0].path (line 33)", "write 'news-1/'"),
    ('path = "news-1/"', 'path = "../other/"', "channels[0].outputs[0].path (line 33)", "out of its own folder"),
    ('path = "news-1/"', 'path = "a/../../b/"', "channels[0].outputs[0].path (line 33)", "out of its own folder"),
    ('path = "news-1/"', 'path = "/etc/"', "channels[0].outputs[0].path (line 33)", "can't be a folder"),
    ('path = "news-1/"', 'path = "a//b/"', "channels[0].outputs[0].path (line 33)", "can't be a folder"),
    ('path = "news-1/"', 'path = "a b/"', "channels[0].outputs[0].path (line 33)", "can't be a folder"),
    ("segment = 6.006", "segment = 0", "channels[0].outputs[0].segment (line 34)", "from 0.5 to 60"),
    ("segment = 6.006", "segment = -6.0", "channels[0].outputs[0].segment (line 34)", "from 0.5 to 60"),
    ("segment = 6.006", "segment = inf", "channels[0].outputs[0].segment (line 34)", "from 0.5 to 60"),
    ("window = 8", "window = 2", "channels[0].outputs[0].window (line 35)", "from 3"),
    ("window = 8", "window = 8.0", "channels[0].outputs[0].window (line 35)", "a decimal number"),
    ('"daterange"]', '"data-range"]', "channels[0].outputs[0].dialects[1] (line 36)", "did you mean daterange?"),
    ('url = "udp:', 'ulr = "udp:', "channels[0].outputs[1].ulr (line 40)", "did you mean url?"),
    ("udp://239.1.1.1:5000", "udp://239.1.1.1", "channels[0].outputs[1].url (line 40)", "udp://host:port"),
    ("udp://239.1.1.1:5000", "file:///tmp/a.mp4", "channels[0].outputs[1].url (line 40)", "name.ts"),
    ("udp://239.1.1.1:5000", "http://host/a.ts", "channels[0].outputs[1].url (line 40)", "can't be sent to"),
    ('rendition = "360p"', 'rendition = "480p"', "channels[0].outputs[1].rendition (line 41)", "did you mean"),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), FAULTS)
def test_a_fault_is_one_line_with_its_key_path_and_what_is_right(old: str, new: str, place: str, said: str) -> None:
    error = fault(edited(old, new))
    assert type(error) is ShowFileError
    assert error.where.startswith("show.toml: ")
    assert place in error.where
    assert said in str(error)
    assert "hush" not in str(error)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('kind = "hls"', 'kind = "dash"', "output kind dash"),
        ('kind = "ts"\nurl = "udp://239.1.1.1:5000"', 'kind = "rtmp"\nurl = "rtmp://host/app"', "output kind rtmp"),
        ('container = "ts"', 'container = "fmp4"', "container fmp4"),
        ("udp://239.1.1.1:5000", "srt://host:7000", "SRT output"),
        ('codec = "h264"', 'codec = "av1"', "av1"),
        ('codec = "h264"', 'codec = "h265"', "h265"),
        ('codec = "aac"', 'codec = "opus"', "audio codec opus"),
        ("http://127.0.0.1:8080/live/", "s3://bucket/prefix", "S3"),
    ],
)
def test_what_this_version_has_not_got_is_refused_by_name(old: str, new: str, named: str) -> None:
    error = fault(edited(old, new))
    assert type(error) is UnsupportedError
    assert named in str(error)
    assert "(line " in error.where


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "show: missing; add [show]"),
        ('[show]\nname = "x"', "channels: missing; add [[channels]]"),
        ('[show]\nname = "x"\nchannels = 3', "unknown key"),
        ('channels = 3\n[show]\nname = "x"', "right is a list of tables: [[channels]]"),
        ('channels = []\n[show]\nname = "x"', "channels (line 1): the list is empty"),
        ("show = 3", "right is a table: [show]"),
        ('[show]\nname = "x"\nname = "y"', "line 3"),
        ('[show]\nname = "x', "not TOML"),
        ("[show]\nname = " + "9" * 5000, "not TOML"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ('["a\\nb"]', "unknown key"),
        ('[show]\nname = "x"\n"a\\u001bb" = 1', "unknown key"),
    ],
)
def test_a_text_that_is_no_show(text: str, said: str) -> None:
    assert said in str(fault(text))
    assert str(fault(text)).isprintable()


def test_a_repeated_channel_is_refused() -> None:
    channel = SHOW[SHOW.index("[[channels]]") :]
    assert "channels[1].name" in fault(SHOW + channel).where


def another_channel(name: str, path: str) -> str:
    channel = SHOW[SHOW.index("[[channels]]") :]
    return channel.replace('"news-1"', f'"{name}"').replace('"news-1/"', f'"{path}"').replace(":5000", ":5001")


@pytest.mark.parametrize("path", ["news-1/", "news-1/720p/", "news-1/360p/"])
def test_two_outputs_never_write_to_one_place(path: str) -> None:
    error = fault(SHOW + another_channel("news-2", path))
    assert "channels[1].outputs[0].path" in error.where
    assert "channels[0].outputs[0]" in str(error)


def test_two_streams_never_go_to_one_address() -> None:
    error = fault(SHOW + another_channel("news-2", "news-2/").replace(":5001", ":5000"))
    assert "channels[1].outputs[1].url" in error.where


def test_two_names_for_one_origin_are_one_place() -> None:
    text = edited("[[channels]]", '[[origins]]\nname = "b"\nurl = "http://127.0.0.1:8080/live"\n[[channels]]')
    assert "is written by" in str(fault(text.replace('origins = ["primary"]', 'origins = ["primary", "b"]')))


def test_channels_side_by_side_are_fine() -> None:
    assert len(read(SHOW + another_channel("news-2", "news-2/")).channels) == 2
    assert read(edited('path = "news-1/"', 'path = ""')).channels[0].outputs[0].path == ""  # type: ignore[union-attr] # it is the HLS output


def test_an_output_may_not_name_an_origin_that_nobody_wrote() -> None:
    text = re.sub(r"\[\[origins\]\]\n.*\n.*\n", "", SHOW)
    assert "no origin is named 'primary'; add [[origins]]" in str(fault(text))


def test_the_caller_looks_at_sources_and_origins() -> None:
    seen: list[object] = []
    show_from_toml(SHOW, "show.toml", check_source=seen.append, check_origin=seen.append)
    assert set(seen) == {*read().channels[0].sources, *read().origins}


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (UsageError("x", "a file that is not there", "name another"), ShowFileError),
        (UnsupportedError("x", "rtsp is not in this version"), UnsupportedError),
        (SourceError("a file that is not there"), ShowFileError),
    ],
)
def test_a_refused_source_gets_its_place(raised: Exception, kind: type[Exception]) -> None:
    def check(url: str) -> None:
        if url == "test:bars":
            raise raised

    with pytest.raises(kind) as caught:
        show_from_toml(SHOW, "show.toml", check_source=check)
    assert "show.toml: channels[0].sources[2] (line 13): " in str(caught.value)


def test_what_the_machine_lacks_stays_that() -> None:
    def check(_: Origin) -> None:
        raise EnvironmentLackError("no trusted authorities", "install ca-certificates")

    with pytest.raises(EnvironmentLackError):
        show_from_toml(SHOW, "show.toml", check_origin=check)
