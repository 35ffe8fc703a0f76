"""``[[schedule.inlets]]``: where a show's schedule comes in by itself."""

from fractions import Fraction
from pathlib import Path

import pytest

from app.model.inlets import FolderInlet, UrlInlet, WebhookInlet
from app.settings import show_from_toml
from tests.settings.evening import SHOW, fault, read

FOLDER = """
[[schedule.inlets]]
kind = "folder"
name = "drop"
path = "incoming"
every = 0.5
columns = { "On Air" = "at", Secs = "duration" }
"""
URL = """
[[schedule.inlets]]
kind = "url"
name = "traffic"
url = "https://traffic.example/day.csv"
start = "20:00:00"
remove_missing = true
"""
WEBHOOK = """
[[schedule.inlets]]
kind = "webhook"
name = "hook"
listen = "127.0.0.1:5190"
channel = "news-1"
all_or_nothing = true
"""


def test_the_three_kinds() -> None:
    show = show_from_toml(SHOW + FOLDER + URL + WEBHOOK, "show.toml", folder=Path("/shows/evening"))
    folder, url, webhook = show.inlets
    assert folder == FolderInlet(
        name="drop",
        channel="news-1",  # the show's only one
        path="/shows/evening/incoming",
        every_s=Fraction(1, 2),
        columns=(("on air", "at"), ("secs", "duration")),
    )
    assert url == UrlInlet(
        name="traffic",
        channel="news-1",
        url="https://traffic.example/day.csv",
        start="20:00:00",
        remove_missing=True,
    )
    assert webhook == WebhookInlet(name="hook", channel="news-1", host="127.0.0.1", port=5190, all_or_nothing=True)
    assert read().inlets == ()


def test_a_webhook_is_on_loopback_unless_the_show_says_otherwise() -> None:
    (hook,) = read(SHOW + '\n[[schedule.inlets]]\nkind = "webhook"\nname = "hook"\n').inlets
    assert isinstance(hook, WebhookInlet)
    assert (hook.host, hook.port, hook.per_minute, hook.most_bytes) == ("127.0.0.1", 5180, 30, 32_000_000)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (FOLDER.replace("path", "paht"), "schedule.inlets[0].paht", "unknown key; did you mean path?"),
        (URL.replace("remove_missing", "remove_mising"), "schedule.inlets[0].remove_mising", "did you mean remove_m"),
        (FOLDER.replace('path = "incoming"', ""), "schedule.inlets[0].path", "missing; write path"),
        (FOLDER.replace('"folder"', '"floder"'), "schedule.inlets[0].kind", "did you mean folder?"),
        (FOLDER.replace('kind = "folder"', ""), "schedule.inlets[0].kind", "missing"),
        (FOLDER.replace("0.5", "0.01"), "schedule.inlets[0].every", "right is a number of seconds from 0.1"),
        (FOLDER.replace('"at"', '"att"'), "schedule.inlets[0].columns.On Air", "did you mean at?"),
        (FOLDER + FOLDER, "schedule.inlets[1].name", "'drop' is used twice"),
        (FOLDER + 'channel = "news-7"\n', "schedule.inlets[0].channel", "did you mean news-1?"),
        (URL.replace("https", "ftp"), "schedule.inlets[0].url", "is no http or https address"),
        (URL.replace("//", "//me:pw@"), "schedule.inlets[0].url", "secret set inlet:traffic"),
        (URL.replace("20:00:00", "tonight"), "schedule.inlets[0].start", "no time to count from"),
        (WEBHOOK.replace("5190", "0"), "schedule.inlets[0].listen", "no address to listen at"),
        (WEBHOOK + "every = 3\n", "schedule.inlets[0].every", "unknown key"),
        (WEBHOOK + "per_minute = 0\n", "schedule.inlets[0].per_minute", "out of range"),
        (WEBHOOK + WEBHOOK.replace('"hook"', '"other"'), "schedule.inlets[1].listen", "inlet hook listens at"),
        ("\n[schedule]\ninlet = []\n", "schedule.inlet", "did you mean inlets?"),
        ("\n[schedule]\ninlets = 3\n", "schedule.inlets", "right is a list of tables: [[schedule.inlets]]"),
    ],
)
def test_what_is_wrong_is_refused_by_key_path(text: str, where: str, what: str) -> None:
    error = fault(SHOW + text)
    assert f"show.toml: {where} (line " in str(error)
    assert what in str(error)
