"""Pure rules: proxies, languages, whose form it is, and how much is too much."""

from __future__ import annotations

import pytest

from helpdesk.web.client import form_token, language_of, origin_of, ours, valid_seed
from helpdesk.web.limits import Gate, Limiter, Rate

PROXIES = ("10.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not a proxy of ours: it may write what it likes
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what stands in front was written by the visitor
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_address_is_believed_as_far_as_our_proxies_say_it(peer: str, forwarded: str, address: str) -> None:
    assert origin_of(peer, {"X-Forwarded-For": forwarded}, PROXIES)[0] == address


def test_only_a_trusted_proxy_can_say_that_it_was_https() -> None:
    headers = {"X-Forwarded-Proto": "https"}
    assert origin_of("10.0.0.1", headers, PROXIES) == ("10.0.0.1", True)
    assert origin_of("203.0.113.9", headers, PROXIES) == ("203.0.113.9", False)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.5, de;q=0.7", "de"),
        ("fr, de;q=0.1", "de"),
        ("de;q=0, en", "en"),
        ("fr", "en"),
        ("de;q=nonsense", "en"),
        ("de" + ",x" * 10_000, "de"),
    ],
)
def test_the_language_is_the_best_wish_that_we_speak(header: str, language: str) -> None:
    assert language_of(header, ("de", "en"), "en") == language


@pytest.mark.parametrize(
    ("headers", "genuine"),
    [
        ({}, True),
        ({"Origin": "https://help.example.org"}, True),
        ({"Origin": "http://inside:8080"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)
def test_a_form_of_another_site_is_told_from_ours(headers: dict[str, str], genuine: bool) -> None:
    assert ours(headers, "inside:8080", "https://help.example.org/desk/") is genuine


def test_form_tokens_differ_by_browser_and_a_seed_has_its_form() -> None:
    assert form_token("a" * 43) != form_token("b" * 43)
    assert valid_seed("a" * 43)
    assert not valid_seed("a" * 42)
    assert not valid_seed("<" * 43)


def test_a_bucket_empties_refills_and_forgets_the_oldest() -> None:
    limiter, rate = Limiter(size=2), Rate(2, 0.5)
    assert [limiter.take(rate, "anna", 0) for _ in range(3)] == [0, 0, 2]
    assert limiter.take(rate, "anna", 1) == 1
    assert limiter.take(rate, "anna", 2) == 0
    assert limiter.take(rate, "ben", 2) == 0
    assert limiter.take(rate, "carl", 2) == 0
    assert limiter.take(rate, "anna", 2) == 0  # forgotten, so full again


def test_a_gate_lets_in_as_many_as_there_is_room_for() -> None:
    gate = Gate()
    assert [gate.enter("anna", 2) for _ in range(3)] == [True, True, False]
    gate.leave("anna")
    assert gate.enter("anna", 2)
    assert gate.enter("ben", 2)
