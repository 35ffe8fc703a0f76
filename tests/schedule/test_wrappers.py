"""Wrappers, followed over a real server."""

import http.server
import time
from collections.abc import Iterator

import pytest

from app.model.errors import BreakListError
from app.model.schedule import Imported
from app.schedule.addresses import AddressError, absolute, is_public, normalised
from app.schedule.fetching import Fetcher
from app.schedule.importing import Asked, imported, imported_from
from app.schedule.limits import Limits
from tests.schedule.ad_server import AdServer, Page, ad_server, inline, vast, wrapper

HERE = Limits(private_addresses=True, step_s=2.0, total_s=5.0)


@pytest.fixture
def server() -> Iterator[AdServer]:
    with ad_server() as served:
        yield served


def read(document: str, limits: Limits = HERE) -> Imported:
    asked = Asked(channels=None, default_channel="news-1", start=None)
    return imported(document.encode(), "pod.xml", asked, Fetcher(limits))


def ids(pod: Imported) -> list[str]:
    return [spot.id for booking in pod.bookings for spot in booking.spots]


def reason(pod: Imported) -> str:
    assert not pod.bookings
    (refused,) = pod.refused
    return refused.reason


def test_a_wrapper_is_followed_relative_to_its_document(server: AdServer) -> None:
    server.pages["/a/one.xml"] = vast(wrapper("../b/two.xml?x=[CACHEBUSTING]"))
    server.pages["/b/two.xml?x=%5BCACHEBUSTING%5D"] = vast(inline("deep"))
    pod = read(vast(wrapper(f"{server.url}/a/one.xml")))
    assert ids(pod) == ["deep"]
    assert not pod.refused


@pytest.mark.parametrize(("length", "followed"), [(1, True), (5, True), (6, False), (10, False)])
def test_five_wrappers_and_no_more(server: AdServer, length: int, followed: bool) -> None:
    for n in range(1, length):
        server.pages[f"/{n}"] = vast(wrapper(f"{server.url}/{n + 1}"))
    server.pages[f"/{length}"] = vast(inline("end"))
    pod = read(vast(wrapper(f"{server.url}/1")))
    assert len(server.asked) == min(length, 5)
    if followed:
        assert ids(pod) == ["end"]
    else:
        assert reason(pod) == "more than 5 wrappers one behind the other (VAST error 302)"
        assert pod.refused[0].file == f"{server.url}/5"
        assert pod.refused[0].value == f"{server.url}/6"


def test_a_loop_is_known_however_it_is_spelt(server: AdServer) -> None:
    server.pages["/a"] = vast(wrapper(f"{server.url}/b"))
    server.pages["/b"] = vast(wrapper(f"{server.url.replace('http', 'HTTP')}/a#again"))
    assert "a loop" in reason(read(vast(wrapper(f"{server.url}/a"))))
    assert server.asked == ["/a", "/b"]


def test_the_same_address_twice_is_no_loop(server: AdServer) -> None:
    server.pages["/a"] = vast(inline("a"))
    pod = read(vast(*(wrapper(f"{server.url}/a", sequence=n) for n in (1, 2))))
    assert ids(pod) == ["a", "a"]


@pytest.mark.parametrize(("more", "found"), [("", ["alone"]), ('allowMultipleAds="true"', ["p1", "p2"])])
def test_only_a_wrapper_that_allows_several_ads_takes_a_pod(server: AdServer, more: str, found: list[str]) -> None:
    server.pages["/a"] = vast(inline("p2", sequence=2), inline("alone"), inline("p1", sequence=1))
    assert ids(read(vast(wrapper(f"{server.url}/a", more=more)))) == found


def test_a_pod_of_one_is_taken_from_a_wrapper_that_allows_one(server: AdServer) -> None:
    server.pages["/a"] = vast(inline("p1", sequence=1), inline("p2", sequence=2))
    assert ids(read(vast(wrapper(f"{server.url}/a")))) == ["p1"]


def test_a_wrapper_may_forbid_further_ones(server: AdServer) -> None:
    server.pages["/a"] = vast(wrapper(f"{server.url}/b"))
    assert "forbids" in reason(read(vast(wrapper(f"{server.url}/a", more='followAdditionalWrappers="0"'))))
    assert server.asked == ["/a"]


def test_a_stand_alone_ad_takes_the_place_of_one_that_has_nothing(server: AdServer) -> None:
    server.pages["/a"] = vast()
    members = (inline("p1", sequence=1), inline("p3", sequence=3), inline("spare"))
    with_fallback = wrapper(f"{server.url}/a", sequence=2, more='fallbackOnNoAd="true"')
    pod = read(vast(*members, with_fallback))
    assert ids(pod) == ["p1", "spare", "p3"]
    assert not pod.refused
    without = read(vast(*members, wrapper(f"{server.url}/a", sequence=2)))
    assert ids(without) == ["p1", "p3"]
    assert "VAST error 303" in without.refused[0].reason


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("{}", "VAST error 100"),
        ("<!DOCTYPE VAST><VAST/>", "a DOCTYPE is not read"),
        ("<vmap/>", "VAST error 101"),
        (vast(version="9.0"), "VAST error 102"),
        (vast(), "VAST error 303"),
        ("<VAST>" + " " * (1 << 20) + "</VAST>", "longer than 1048576 bytes"),
        (None, "answers 404"),
    ],
)
def test_what_a_server_may_answer(server: AdServer, page: str | None, said: str) -> None:
    if page is not None:
        server.pages["/a"] = page
    assert said in reason(read(vast(wrapper(f"{server.url}/a"))))


def test_a_redirect_is_followed_thrice(server: AdServer) -> None:
    def towards(path: str) -> Page:
        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", path)
            handler.end_headers()

        return answer

    server.pages |= {"/1": towards("/2"), "/2": towards("/3"), "/3": towards("/4"), "/4": vast(inline("a"))}
    assert ids(read(vast(wrapper(f"{server.url}/1")))) == ["a"]
    server.pages |= {"/4": towards("/5"), "/5": vast(inline("a"))}
    assert "redirected more than 3 times" in reason(read(vast(wrapper(f"{server.url}/1"))))
    server.pages["/1"] = towards("file:///etc/passwd")
    assert "no http or https address" in reason(read(vast(wrapper(f"{server.url}/1"))))


def _silent(server: AdServer, handler: http.server.BaseHTTPRequestHandler) -> None:
    server.closing.wait(30)
    handler.close_connection = True


def _dripping(server: AdServer, handler: http.server.BaseHTTPRequestHandler) -> None:
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not server.closing.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()
    except OSError:
        handler.close_connection = True


@pytest.mark.parametrize("kind", [_silent, _dripping])
def test_a_server_that_does_not_come_to_an_end_is_left(server: AdServer, kind: object) -> None:
    assert callable(kind)
    server.pages["/slow"] = lambda handler: kind(server, handler)
    began_s = time.monotonic()
    pod = read(vast(wrapper(f"{server.url}/slow")), Limits(private_addresses=True, step_s=0.5, total_s=1.0))
    assert "no answer in time (VAST error 301)" in reason(pod)
    assert time.monotonic() - began_s < 4


def test_what_is_fetched_is_bounded_in_all(server: AdServer) -> None:
    server.pages["/a"] = vast(inline("a"))
    ads = [wrapper(f"{server.url}/a?{n}", sequence=n) for n in range(1, 6)]
    server.pages |= {f"/a?{n}": vast(inline(str(n))) for n in range(1, 6)}
    limits = Limits(private_addresses=True, fetches=3)
    pod = read(vast(*ads), limits)
    assert ids(pod) == ["1", "2", "3"]
    assert {row.reason for row in pod.refused} == {"more than 3 addresses in one import"}
    size = len(vast(inline("1")))
    pod = read(vast(*ads), Limits(private_addresses=True, all_bytes=size * 2, body_bytes=size))
    assert ids(pod) == ["1", "2"]


def test_private_addresses_are_not_asked(server: AdServer) -> None:
    server.pages["/a"] = vast(inline("a"))
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
        url = server.url.replace("127.0.0.1", host) + "/a"
        said = reason(read(vast(wrapper(url)), Limits()))
        assert "no public address" in said or "no host" in said, host
    assert server.asked == []


def test_a_host_of_which_one_address_is_private_is_not_asked() -> None:
    fetcher = Fetcher(Limits(), resolve=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(AddressError, match=r"10\.0\.0\.1"):
        fetcher.read("http://ads.example/a")


def test_what_the_user_named_is_asked_and_what_lies_beside_it(server: AdServer) -> None:
    server.pages["/pod.xml"] = vast(wrapper("ad.xml"))
    server.pages["/ad.xml"] = vast(inline("a"))
    assert ids(imported_from(f"{server.url}/pod.xml", default_channel="news-1")) == ["a"]
    with ad_server() as other:
        other.pages["/a"] = vast(inline("a"))
        server.pages["/pod.xml"] = vast(wrapper(f"{other.url}/a"))
        assert "no public address" in reason(imported_from(f"{server.url}/pod.xml"))
        assert other.asked == []


def test_a_document_that_wraps_itself(server: AdServer) -> None:
    server.pages["/pod.xml"] = vast(wrapper("pod.xml"))
    assert "a loop" in reason(imported_from(f"{server.url}/pod.xml"))
    assert server.asked == ["/pod.xml"]


def test_an_address_that_answers_with_nothing_is_no_schedule(server: AdServer) -> None:
    with pytest.raises(BreakListError, match="answers 404"):
        imported_from(f"{server.url}/none")
    with pytest.raises(BreakListError, match="can be read by others") as caught:
        imported_from(server.url.replace("//", "//user:hunter2@"))
    assert "hunter2" not in str(caught.value)
    with pytest.raises(BreakListError, match="is no host that is known"):
        imported_from("http://no-such-host.invalid/")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://x/a", "a.xml", "//x", "http://", "http://[", "", "x" * 9000]
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(AddressError):
        absolute(address, "")


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "100.64.0.1",
     "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
     "ff02::1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


def test_one_address_has_one_normal_form() -> None:
    assert normalised("HTTP://Ads.Example:80?a#b") == normalised("http://ads.example/?a")
    assert normalised("https://ads.example/") != normalised("http://ads.example/")
