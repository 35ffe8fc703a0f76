"""How outputs are marked, as a show file says it: what a profile chooses, and what is refused by its key path."""

import re

import pytest

from app.model.errors import ShowFileError
from app.model.profiles import CONT_FORMS, CUE_OUT_FORMS, DIALECTS, PROFILES
from app.model.show import HlsOutput, MarkingOptions
from tests.settings.evening import SHOW, edited, fault, read

ASSETS = "https://ads.example/{break_id}.json?e={event_id}&d={duration}"


def output(more: str) -> HlsOutput:
    first = read(edited("window = 8\n", f"window = 8\n{more}\n")).channels[0].outputs[0]
    assert isinstance(first, HlsOutput)
    return first


def without_dialects(more: str) -> HlsOutput:
    first = read(edited('dialects = ["cue-out-in", "daterange"]\n', f"{more}\n")).channels[0].outputs[0]
    assert isinstance(first, HlsOutput)
    return first


def test_what_an_output_has_that_says_nothing() -> None:
    plain = without_dialects("")
    assert (plain.profile, plain.marking) == ("plain", MarkingOptions())
    assert plain.dialects == ("daterange", "cue-out-in", "oatcls-scte35", "scte35")


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_chooses_and_the_show_file_rules(name: str) -> None:
    profile = PROFILES[name]
    needed = f'asset_list = "{ASSETS}"' if profile.needs_asset_list else ""
    chosen = without_dialects(f'profile = "{name}"\n{needed}')
    assert (chosen.profile, chosen.dialects) == (name, profile.dialects)
    assert (chosen.marking.cue_out, chosen.marking.cont) == (profile.marking.cue_out, profile.marking.cont)
    own = without_dialects(f'profile = "{name}"\n{needed}\ndialects = ["scte35"]\ncue_out = "duration"\ncont = "ratio"')
    assert own.dialects == ("scte35",)
    assert (own.marking.cue_out, own.marking.cont) == ("duration", "ratio")


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_chooses_what_its_reader_reads_and_says_why(name: str) -> None:
    profile = PROFILES[name]
    assert set(profile.dialects) <= set(DIALECTS)
    assert profile.reads <= set(DIALECTS)
    assert profile.reads & set(profile.dialects)
    assert profile.why.endswith(".")
    assert profile.source
    assert profile.marking.cue_out in CUE_OUT_FORMS
    assert profile.marking.cont in CONT_FORMS


def test_everything_at_once() -> None:
    named = ", ".join(f'"{name}"' for name in DIALECTS)
    told = without_dialects(
        f'dialects = [{named}]\ncue_out = "seconds"\ncont = "elemental"\ndaterange_class = "org.example.signal"\n'
        f'end_on_next = true\nasset_list = "{ASSETS}"'
    )
    assert told.dialects == DIALECTS
    assert told.marking == MarkingOptions(
        cue_out="seconds",
        cont="elemental",
        daterange_class="org.example.signal",
        end_on_next=True,
        asset_list=ASSETS,
    )


def test_an_empty_text_is_none() -> None:
    assert output('daterange_class = ""\nend_on_next = false\nasset_list = ""').marking == MarkingOptions()


FAULTS = [
    ('profile = "mediatailer"', "profile", "did you mean mediatailor?"),
    ("profile = 5", "profile", "a whole number"),
    ('cue_out = "second"', "cue_out", "did you mean seconds?"),
    ('cont = "element"', "cont", "did you mean elemental?"),
    ('daterange_class = "a\\"b"', "daterange_class", "quoted-string"),
    ('daterange_class = "com.apple.hls.interstitial"', "daterange_class", "asset_list"),
    ('daterange_class = "{segmentation_type}"', "daterange_class", "did you mean {segmentation_type_id}?"),
    ("daterange_class = 5", "daterange_class", "a whole number"),
    ('end_on_next = "YES"', "end_on_next", "true or false"),
    ("end_on_next = true", "end_on_next", "daterange_class"),
    ('asset_list = "ads/{break_id}.json"', "asset_list", "no URL"),
    ('asset_list = "ftp://ads.example/a"', "asset_list", "no URL"),
    ('asset_list = "https:///a"', "asset_list", "no URL"),
    ('asset_list = "https://u:hush@ads.example/a"', "asset_list", "no URL"),
    ('asset_list = "https://{break_id}.example/a"', "asset_list", "no URL"),
    ('asset_list = "https://ads.example/a b"', "asset_list", "no URL"),
    ('asset_list = "https://ads.example/{"', "asset_list", "no URL"),
    ('asset_list = "https://ads.example/{break}"', "asset_list", "did you mean {break_id}?"),
    ('profile = "interstitials"', "asset_list", "profile interstitials needs it"),
    ('profile = "google-dai"\ncue_out = "bare"', "cue_out", "without a duration"),
    ("splicepoint = true", "splicepoint", "unknown key"),
]


@pytest.mark.parametrize(("more", "key", "said"), FAULTS)
def test_what_can_not_be_is_refused_by_its_key_path(more: str, key: str, said: str) -> None:
    error = fault(edited("window = 8\n", f"window = 8\n{more}\n"))
    assert type(error) is ShowFileError
    assert f"channels[0].outputs[0].{key}" in error.where
    assert said in str(error)
    assert "hush" not in str(error)


@pytest.mark.parametrize(
    ("dialects", "key", "said"),
    [
        ('["asset"]', "dialects", "opens no break"),
        ('["splicepoints"]', "dialects[0]", "did you mean splicepoint?"),
        ('["adobe", "adobe"]', "dialects[1]", "listed twice"),
        ("[]", "dialects", "empty"),
    ],
)
def test_dialects_that_can_not_be(dialects: str, key: str, said: str) -> None:
    error = fault(re.sub(r"dialects = .*", f"dialects = {dialects}", SHOW))
    assert f"channels[0].outputs[0].{key}" in error.where
    assert said in str(error)
