"""Each rule over a show's settings: one that breaks it, and one that doesn't."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.lint.settings import lint_show
from app.model.cue import DeliveryRestrictions
from app.model.rundown import Upid
from app.model.show import Automation, MarkingOptions, Show
from app.model.signalling import CuePolicy, FeedCues, Signalling, SignalMode, Template
from tests.lint.made import rules, show, signalling

S = Fraction
RELAY = FeedCues(policy=CuePolicy.RELAY, silent_after_s=S(600))
CHAPTER = Template(name="Chapter", signalling=signalling(SignalMode.CHAPTER))
LOCAL = Template(name="Local", duration_s=S(60), signalling=signalling(SignalMode.PROVIDER_PLACEMENT))
PLACEMENT = signalling(SignalMode.PROVIDER_PLACEMENT)


def automated(host: str) -> Show:
    return replace(show(), automation=Automation(host))


def template(name: str, duration: str) -> Template:
    return Template(name=name, duration_s=S(duration))


def marked(dialects: str = "daterange", profile: str = "plain", **marking: object) -> Show:
    options = replace(MarkingOptions(), **marking)  # type: ignore[arg-type] # any of its fields
    return show(output_dialects=tuple(dialects.split()), output_profile=profile, output_marking=options)


def replace_channel(it: Show, **fields: object) -> Show:
    (channel,) = it.channels
    return replace(it, channels=(replace(channel, **fields),))  # type: ignore[arg-type] # any of its fields


CASES: dict[str, tuple[Show, Show]] = {
    "settings.pre-roll": (show(pre_roll_s=S("3.9")), show(pre_roll_s=S(4))),
    "settings.pre-roll-short": (show(pre_roll_s=S(4)), show(pre_roll_s=S(5))),
    "settings.pre-roll-segment": (show(output_segment_s=S(8)), show(output_segment_s=S(6))),
    "settings.heartbeat": (show(heartbeat_s=S(601)), show(heartbeat_s=S(600))),
    "settings.heartbeat-slow": (show(heartbeat_s=S(301)), show(heartbeat_s=S(300))),
    "settings.signalling": (
        show(signalling=replace(PLACEMENT, upid=Upid(3, "too short"))),
        show(signalling=replace(PLACEMENT, upid=Upid(3, "ABCD0001000H"))),
    ),
    "settings.repeats": (
        show(signalling=Signalling(repeats_s=(S(8), S(4)))),
        show(signalling=Signalling(repeats_s=(S(6), S(4)))),
    ),
    "settings.no-repeats": (show(signalling=Signalling(repeats_s=())), show()),
    "settings.template-twice": (
        show(templates=(template("a", "9"), template("a", "9"))),
        show(templates=(template("a", "9"), template("b", "9"))),
    ),
    "settings.template-duration": (show(templates=(template("a", "0.5"),)), show(templates=(template("a", "1"),))),
    "settings.oatcls-alone": (marked("oatcls-scte35"), marked("oatcls-scte35 cue-out-in")),
    "settings.asset-alone": (marked("asset"), marked("asset cue-out-in")),
    "settings.signals-untold": (
        show(templates=(CHAPTER,), output_dialects=("cue-out-in",)),
        show(templates=(CHAPTER,), output_dialects=("cue-out-in", "splicepoint")),
    ),
    "settings.window": (
        show(templates=(LOCAL,), output_dialects=("splicepoint",), output_window=9),
        show(templates=(LOCAL,), output_dialects=("splicepoint",), output_window=10),
    ),
    "settings.window-kept": (show(templates=(LOCAL,), output_window=9), show(templates=(LOCAL,), output_window=10)),
    "settings.end-on-next": (marked(end_on_next=True), marked(end_on_next=True, daterange_class="0x10")),
    "settings.class": (
        marked(end_on_next=True, daterange_class="com.example"),
        marked(end_on_next=True, daterange_class="0x10"),
    ),
    "settings.announce": (
        marked("daterange", "mediatailor", announce=True),
        marked("cue-out-in", "mediatailor", announce=True),
    ),
    "settings.asset-list": (marked(asset_list="list.json"), marked(asset_list="https://ads.example/{break_id}.json")),
    "settings.date-interval": (
        show(output_profile="mediapackage", output_dialects=("daterange",), output_segment_s=S("0.5")),
        show(output_profile="mediapackage", output_dialects=("daterange",), output_segment_s=S(1)),
    ),
    "settings.automation": (automated("0.0.0.0"), automated("127.0.0.1")),
    "feed.template": (
        show(feed_cues=replace(RELAY, template="Lokal")),
        show(feed_cues=replace(RELAY, template="Local"), templates=(LOCAL,)),
    ),
    "feed.lead": (show(feed_cues=replace(RELAY, lead_s=(S(3), S(60)))), show(feed_cues=RELAY)),
    "feed.bounds": (show(feed_cues=replace(RELAY, lead_s=(S(60), S(4)))), show(feed_cues=RELAY)),
    "feed.pid": (show(feed_cues=replace(RELAY, pids=(8191,))), show(feed_cues=replace(RELAY, pids=(500,)))),
    "feed.source": (show(feed_cues=RELAY, sources=("test:bars",)), show(feed_cues=RELAY)),
    "feed.silent": (show(feed_cues=replace(RELAY, silent_after_s=None)), show(feed_cues=RELAY)),
    "feed.cover": (show(feed_cues=FeedCues(cover=True)), show(feed_cues=replace(RELAY, cover=True))),
}
# of the channel's own sections, by the rules over sections
SECTIONS: dict[str, tuple[Show, Show]] = {
    "segmentation.no-upid": (show(signalling=replace(PLACEMENT, upid=None)), show(signalling=PLACEMENT)),
    "section.packets": (
        show(signalling=replace(PLACEMENT, upid=Upid(9, "x" * 140))),
        show(signalling=replace(PLACEMENT, upid=Upid(9, "x" * 100))),
    ),
    "segmentation.web": (
        show(signalling=replace(PLACEMENT, delivery=DeliveryRestrictions(False, True, True, 3))),
        show(signalling=replace(PLACEMENT, delivery=DeliveryRestrictions(True, False, True, 3))),
    ),
}
CASES["feed.length"] = (
    replace_channel(marked("cue-out-in", "google-dai"), feed_cues=RELAY),
    replace_channel(marked("cue-out-in", "mediatailor"), feed_cues=RELAY),
)
READERS: dict[str, tuple[Show, Show]] = {
    "profile.dialects-unread": (marked("daterange", "google-dai"), marked("cue-out-in", "google-dai")),
    "profile.cue-out-without-duration": (
        marked("cue-out-in", "google-dai", cue_out="bare"),
        marked("cue-out-in", "google-dai"),
    ),
    "profile.two-vocabularies": (marked("daterange cue-out-in", "mediatailor"), marked("cue-out-in", "mediatailor")),
    "profile.no-asset-list": (
        marked("daterange", "interstitials"),
        marked("daterange", "interstitials", asset_list="https://ads.example/x"),
    ),
}


@pytest.mark.parametrize("rule", CASES | SECTIONS | READERS)
def test_a_show_breaks_its_rule_and_another_keeps_it(rule: str) -> None:
    broken, kept = (CASES | SECTIONS | READERS)[rule]
    assert rule in rules(lint_show(broken)), lint_show(broken)
    assert rule not in rules(lint_show(kept)), lint_show(kept)


def test_a_plain_show_is_clean() -> None:
    assert lint_show(show()) == []


@pytest.mark.parametrize("profile", ["google-dai", "adobe", "interstitials"])
def test_acting_with_a_length_needs_none_of_the_feed(profile: str) -> None:
    marking = {"asset_list": "https://ads.example/x"}
    for template, warned in ((LOCAL, False), (replace(LOCAL, duration_s=None), True)):
        acting = FeedCues(policy=CuePolicy.ACT, template="Local", silent_after_s=S(600))
        channel = replace_channel(marked(profile=profile, **marking), feed_cues=acting, templates=(template,))
        assert ("feed.length" in rules(lint_show(channel))) == warned


def test_findings_tell_the_key_path() -> None:
    (found,) = lint_show(show(output_segment_s=S(8)))
    assert found.where == "channels[0].pre_roll"
    (found,) = (one for one in lint_show(marked("asset")) if one.rule == "settings.asset-alone")
    assert found.where == "channels[0].outputs[0].dialects"


def test_a_template_that_says_what_its_channel_says_is_told_once() -> None:
    bare = replace(PLACEMENT, upid=None)
    found = lint_show(show(signalling=bare, templates=(Template(name="a", signalling=bare),)))
    assert [one.where for one in found if one.rule == "segmentation.no-upid"] == ["channels[0].signalling"]


def test_templates_restricted_alike_on_the_web_are_noted_once() -> None:
    web = replace(PLACEMENT, delivery=DeliveryRestrictions(False, True, True, 3))
    templates = tuple(Template(name=name, signalling=replace(web, tier=tier)) for tier, name in enumerate("abc"))
    found = [one.where for one in lint_show(show(templates=templates)) if one.rule == "segmentation.web"]
    assert found == ["channels[0].templates[0]"]


def test_another_reader_may_be_asked_about() -> None:
    assert "profile.dialects-unread" not in rules(lint_show(marked("daterange")))
    assert "profile.dialects-unread" in rules(lint_show(marked("daterange"), "google-dai"))


def test_the_longest_break_of_a_schedule_counts_too() -> None:
    assert rules(lint_show(show(), longest_s={"news-1": S(121)})) == {"settings.window-kept"}
    assert rules(lint_show(show(), longest_s={"other": S(121)})) == set()
