"""The gate: which URLs are read at all, and which addresses are dialled."""

from __future__ import annotations

import csv
import ipaddress
import json
import random
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.clock import SystemClock
from config.errors import ConfigError, FetchFailedError, FetchRefusedError
from config.settings import FetchSettings
from listener.fetch import Fetcher
from listener.gate import Gate, show, why_not
from listener.sources.base import Request
from tests.badserver import BadServer, FakeDns, Switchboard, answer

HOSTILE = Path(__file__).parents[2] / "../shared/data/hostile"
SSRF_URLS = HOSTILE / "own/ssrf_urls.tsv"
WPT_URLS = HOSTILE / "ada-wpt-url/tests/wpt/urltestdata.json"

# IANA IPv4 and IPv6 special-purpose address registries, multicast, reserved, and old embeddings.
IANA_SPECIAL = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24
198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 255.255.255.255/32
168.63.129.16/32
::/128 ::1/128 ::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64
100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:2::/48
2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16
2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""


@pytest.mark.parametrize("block", IANA_SPECIAL.split())
def test_no_address_of_a_special_block_is_ever_dialled(block):
    network = ipaddress.ip_network(block)
    last = network.num_addresses - 1
    anywhere = random.Random(block)

    for place in [0, last, *(anywhere.randint(0, last) for _ in range(50))]:
        assert why_not(str(network[place])), network[place]


@given(st.integers(0, 2**32 - 1), st.sampled_from(["::", "::ffff:", "64:ff9b::", "2002:"]))
def test_an_ipv4_address_wrapped_in_ipv6_is_never_dialled(number, prefix):
    packed = f"{number >> 16:x}:{number & 0xFFFF:x}"
    assert why_not(f"{prefix}{packed}" + ("::" if prefix == "2002:" else ""))


@given(st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address).map(str) | st.text(max_size=40))
@example("fe80::1%eth0")
@example("2606:4700::1%eth0")
def test_only_addresses_python_too_calls_global_pass(address):
    if why_not(address) is None:
        assert ipaddress.ip_address(address).is_global
        assert "%" not in address


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111"])
def test_public_servers_are_dialled(address):
    assert why_not(address) is None


def names_of_the_test_table() -> FakeDns:
    inside = {"localhost": "127.0.0.1", "localhost.": "127.0.0.1"}
    inside |= dict.fromkeys(
        ["169.254.169.254.nip.io", "metadata.google.internal"], "169.254.169.254"
    )
    return FakeDns({name: [[address]] for name, address in inside.items()})


@pytest.mark.real
@pytest.mark.skipif(not SSRF_URLS.exists(), reason="the recorded data is not on this machine")
def test_every_recorded_trick_is_refused_before_anything_is_dialled():
    with (
        BadServer({"/": answer(b"hello")}) as server,
        SSRF_URLS.open(newline="", encoding="utf-8") as file,
    ):
        board = Switchboard({"8.8.8.8": server.port, "2606:4700:4700::1111": server.port})
        fetcher = Fetcher(
            FetchSettings(host_gap_s=0),
            SystemClock(),
            resolve=names_of_the_test_table(),
            connect=board,
        )
        for row in csv.DictReader(file, delimiter="\t"):
            board.dialled.clear()
            if row["expected"] == "dial":
                assert fetcher.fetch(Request(row["url"])).body == b"hello"
            else:
                # A name that leads nowhere is no refusal, but it is not dialled either.
                with pytest.raises((FetchRefusedError, FetchFailedError)):
                    fetcher.fetch(Request(row["url"]))
                assert board.dialled == [], row["url"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "feed:https://a.example/",
        "feed://a.example/",
        "data:text/xml,<rss/>",
        "javascript:alert(1)",
        "//a.example/",
        "a.example/feed",
        "",
        "http:/a.example/",
        "http:a.example",
        "http:///a.example/",
        "http://a.example:22/",
        "http://a.example:0/",
        "http://a.example:99999/",
        "http://user:pw@a.example/",
        "http://user@a.example/",
        "http://@a.example/",
        "http://a.example\\@b.example/",
        "http://a.example/a b",
        "http://a.example/\tb",
        "http://a.example/\nb",
        " http://a.example/",
        "http://a.example/\x00",
        "http://a.example/\u2003",
        "http://a.example/\ud800",
        "http://[::1%25lo]/",
        "http://[::1/",
        "http://a<b.example/",
        "http://a.example/" + "x" * 9000,
    ],
)
def test_what_two_parsers_could_read_differently_is_refused(url):
    with pytest.raises(FetchRefusedError) as caught:
        Gate().read(url)

    assert caught.value.reason


def test_spellings_of_one_address_become_one():
    target = Gate().read("HTTPS://BÜCHER.example:443/a/../ä?q=ü#part")

    assert target.url == "https://xn--bcher-kva.example/%C3%A4?q=%C3%BC"
    assert target.origin == "https://xn--bcher-kva.example"
    assert target.port == 443


@given(st.text(max_size=60).map("http://a.example/".__add__) | st.text(max_size=60))
def test_what_the_gate_reads_it_reads_again_as_the_same(url):
    try:
        target = Gate().read(url)
    except FetchRefusedError:
        return
    again = Gate().read(target.url)
    assert (again.url, again.host, again.port) == (target.url, target.host, target.port)
    assert target.url.isascii()


@pytest.mark.real
@pytest.mark.skipif(not WPT_URLS.exists(), reason="the recorded data is not on this machine")
def test_what_the_gate_reads_is_what_browsers_read():
    read = 0
    for case in json.loads(WPT_URLS.read_text(encoding="utf-8")):
        if isinstance(case, str):  # a comment of the collection
            continue
        try:
            target = Gate().read(case["input"])
        except FetchRefusedError:
            continue
        assert target.url == case["href"].partition("#")[0]
        read += 1
    assert read > 50


def test_one_bad_answer_among_good_ones_refuses_the_whole_name():
    gate = Gate()
    target = gate.read("https://a.example/")

    with pytest.raises(FetchRefusedError, match=r"10\.0\.0\.7"):
        gate.dialable(target, ["8.8.8.8", "10.0.0.7"])


def test_a_private_server_is_asked_only_under_the_exact_host_and_port_the_operator_listed():
    gate = Gate(["Intranet.example:8080", "[fd00::1]:80"])

    assert gate.dialable(gate.read("http://intranet.example:8080/f"), ["10.1.1.1"]) == ("10.1.1.1",)
    assert gate.dialable(gate.read("http://[fd00::1]/"), ["fd00::1"])
    for url in ("http://intranet.example/", "http://www.intranet.example/"):
        with pytest.raises(FetchRefusedError):
            gate.dialable(gate.read(url), ["10.1.1.1"])
    with pytest.raises(FetchRefusedError):
        gate.read("http://intranet.example:8081/")


def test_a_public_site_cannot_send_us_to_a_private_server_the_operator_listed():
    gate = Gate(["intranet.example:80"])
    step = gate.follow(gate.read("http://a.example/"), "http://intranet.example/")

    with pytest.raises(FetchRefusedError, match="sent us on to http://intranet"):
        gate.dialable(step, ["10.1.1.1"])


@pytest.mark.parametrize("entry", ["intranet", "intranet:", ":80", "a b:80", "a<b:80", "a:x"])
def test_a_wrong_entry_of_allow_private_is_named(entry):
    with pytest.raises(ConfigError, match="allow_private"):
        Gate([entry])


def test_a_password_in_an_address_is_never_shown():
    with pytest.raises(FetchRefusedError) as caught:
        Gate().read("https://me:s3cret@a.example/\nfeed")

    assert "s3cret" not in str(caught.value) + caught.value.url
    assert "\n" not in str(caught.value)
    assert len(show("https://a.example/" + "x" * 9000)) == 300
