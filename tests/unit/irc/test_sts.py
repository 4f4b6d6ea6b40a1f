"""Strict transport security, by the sections of https://ircv3.net/specs/extensions/sts."""

from __future__ import annotations

import pytest

from bridges.irc.sts import DURATION_MOST, Offer, Policies, Policy, parse

HOST, NOW = "irc.example.org", 1_000_000.0


@pytest.mark.parametrize(
    ("value", "offer"),
    [
        ("port=6697", Offer(6697)),
        ("duration=300,port=6697,preload", Offer(6697, 300)),
        ("duration=0", Offer(None, 0)),
        ("unknown,port=6697,port=1,duration", Offer(6697)),
        ("port=0,duration=-1", Offer()),
        ("port=65536", Offer()),
        ("port=６６９７", Offer()),
        ("duration=999999999999", Offer(None, DURATION_MOST)),
        ("", Offer()),
    ],
)
def test_the_value(value: str, offer: Offer) -> None:
    """ "Details": keys not understood are ignored."""
    assert parse(value) == offer


def test_a_policy_lives_as_long_as_it_says_and_is_reset_by_each_offer() -> None:
    """ "The `duration` key"."""
    known = Policies()
    assert known.live(HOST, NOW) is None
    assert known.learned(HOST, 6697, Offer(1, 100), NOW)
    assert known.live("IRC.example.org.", NOW + 99) == Policy(6697, 100, NOW + 100)  # its port is the one in use
    assert known.live(HOST, NOW + 100) is None
    assert known.live("other.example.org", NOW) is None
    known.learned(HOST, 6697, Offer(None, 100), NOW + 90)
    assert known.live(HOST, NOW + 189) is not None
    assert not known.learned(HOST, 6697, Offer(6697), NOW)  # an offer without a duration says nothing here
    assert known.live(HOST, NOW + 189) is not None
    assert known.learned(HOST, 6697, Offer(None, 0), NOW)
    assert known.live(HOST, NOW) is None
    assert not known.learned(HOST, 6697, Offer(None, 0), NOW)


def test_policies_come_back_from_their_file() -> None:
    known = Policies()
    known.learned(HOST, 6697, Offer(None, 100), NOW)
    again = Policies.load(known.dump())
    assert again.live(HOST, NOW + 99) == known.live(HOST, NOW + 99)
    for broken in ("", "[]", "{}", '{"policies": {"a": {}}}', '{"policies": []}', "null"):
        with pytest.raises(ValueError, match="STS"):
            Policies.load(broken)
