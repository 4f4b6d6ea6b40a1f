"""`!mod`: how leads make, find and lift rules, and what stands of it in the audit log."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridges.events import PersonId
from helpdesk.commands.base import Place
from helpdesk.config import Config
from helpdesk.desk.talk import command
from helpdesk.effects import AddRule, Audited, Effect, LiftRule, Reply
from helpdesk.model import AuditEntry, Identity, Invocation, Person, Role, Rule
from helpdesk.view import View
from tests.desk import config_for
from tests.unit.desk.making import GUEST, LEA, NOW, VERA, give, of, one, refusal, replies

IRC = {"host": "irc.example", "nick": "helpdesk", "rooms": {"#help": {}}}
CONFIG: Config = config_for(
    Path("state"),
    networks={
        "libera": {"kind": "irc", **IRC},
        "oftc": {"kind": "irc", **IRC},
        "matrix": {"kind": "matrix", "homeserver": "https://m.example", "user": "@desk:m.example", "password_env": "X"},
        "chat": {"kind": "memory", "rooms": {"#help": {}, "#sig": {"volunteers": True}}},
    },
    members={"leads": ["libera:lea", "matrix:@lea:m.example"], "volunteers": ["libera:vera"]},
)
LEAD = Person(1, Identity("libera", PersonId("account:lea"), "lea", True), Role.LEAD, "")
REMOTE = Person(2, Identity("matrix", PersonId("@lea:m.example"), "lea", True), Role.LEAD, "")


def rule(number: int, pattern: str = "account:eve", kind: Any = "ban", **more: Any) -> Rule:
    given = {"network": "libera", "reason": "", "source": "", "by": "lea", "at": NOW} | more
    return Rule(number, kind, pattern, **given)


def mod(words: str, who: Person = LEAD, **view: Any) -> list[Effect]:
    place = Place(who.identity.network, who.identity.sender)
    return command(Invocation("mod", None, words), place, View(person=who, **view), CONFIG, NOW)


def made(words: str, who: Person = LEAD, **view: Any) -> tuple[str, str]:
    found = one(AddRule, mod(words, who, **view))
    return found.network, found.pattern


def test_moderation_is_for_leads() -> None:
    assert refusal(give(VERA, "mod", words="list")) == "forbidden"


def test_a_guest_reads_which_role_it_takes() -> None:
    assert "“mod” takes the role of a lead" in replies(give(GUEST, "mod", words="list"))
    assert "“queue” takes the role of a shadow volunteer" in replies(give(GUEST, "queue"))


@pytest.mark.parametrize(
    ("who", "network", "pattern"),
    [
        ("libera:Eve", "libera", "account:eve"),
        ("oftc:eve", "oftc", "account:eve"),
        ("account:eve", "libera", "account:eve"),
        ("eve!*@*", "", "eve!*@*"),
        ("oftc:*!*@203.0.113.7", "oftc", "*!*@203.0.113.7"),
        ("oftc:host.example", "oftc", "*!*@host.example"),
        ("oftc:*.example", "oftc", "*!*@*.example"),
        ("@eve:evil.example", "", "@eve:evil.example"),
        ("matrix:@eve:evil.example", "matrix", "@eve:evil.example"),
        ("*:evil.example", "", "*:evil.example"),
        ("evil.example", "", "server:evil.example"),
        ("matrix:evil.example", "matrix", "server:evil.example"),
        ("chat:eve", "chat", "id:eve"),
    ],
)
def test_who_is_written_in_many_ways(who: str, network: str, pattern: str) -> None:
    assert made(f"ban {who}") == (network, pattern)


def test_an_account_belongs_to_a_network() -> None:
    assert refusal(mod("ban account:eve", REMOTE)) == "invalid"
    assert "libera, oftc" in replies(mod("ban account:eve", REMOTE))


def test_a_ban_may_end_and_have_a_reason() -> None:
    effects = mod("ban libera:eve for 2h Spam, again")
    found = one(AddRule, effects)
    assert (found.kind, found.reason, found.by) == ("ban", "Spam, again", "lea")
    assert found.until == NOW + timedelta(hours=2)
    assert "until 2026-01-02 05:04 UTC" in replies(effects)
    entry = one(Audited, effects)
    assert (entry.action, entry.about, entry.actor, entry.network) == (
        "ban",
        "libera:account:eve",
        "account:lea",
        "libera",
    )
    assert entry.detail == "Spam, again · until 2026-01-02 05:04 UTC"


@pytest.mark.parametrize(
    ("words", "length", "reason"),
    [
        ("for 3h", timedelta(hours=3), ""),
        ("for 3 hours", timedelta(hours=3), ""),
        ("For 2 Days: Spam, again", timedelta(days=2), "Spam, again"),
        ("for 90 minutes too loud", timedelta(minutes=90), "too loud"),
        ("for 90m", timedelta(minutes=90), ""),
        ("for 2 weeks", timedelta(weeks=2), ""),
        ("for a week", timedelta(weeks=1), ""),
        ("for an hour for good reason", timedelta(hours=1), "for good reason"),
    ],
)
def test_how_long_is_written_in_many_ways(words: str, length: timedelta, reason: str) -> None:
    found = one(AddRule, mod(f"mute libera:eve {words}"))
    assert found.until is not None
    assert (found.kind, found.until - NOW, found.reason) == ("mute", length, reason)


@pytest.mark.parametrize("words", ["for soon", "for", "for 3", "for 3 fish", "for 0h", "for good reason", "for 3h2"])
def test_nobody_is_muted_for_ever_by_a_slip(words: str) -> None:
    effects = mod(f"mute libera:eve {words}")
    assert refusal(effects) == "invalid"
    assert "write for 3h or for 2d" in replies(effects)


@pytest.mark.parametrize("words", ["ban libera:eve", "mute libera:eve flood", "word casino"])
def test_a_rule_without_a_time_says_so(words: str) -> None:
    assert "until lifted" in replies(mod(words)).lower()


def test_the_longest_ban_is_bounded() -> None:
    assert one(AddRule, mod("ban libera:eve for 99999d")).until == NOW + timedelta(days=3660)


def test_somebody_is_found_by_the_name_they_go_by() -> None:
    eve = Identity("oftc", PersonId("account:eve"), "Eve", True)
    guest = Identity("libera", PersonId("guest:1:2"), "Eve", False)
    assert made("ban eve", called=(eve,)) == ("oftc", "account:eve")
    assert made("ban eve", called=(guest,)) == ("libera", "Eve!*@*")
    effects = mod("ban eve", called=(eve, guest))
    assert refusal(effects) == "conflict"
    assert "oftc:eve, libera:Eve!*@*" in replies(effects)
    assert refusal(mod("ban eve")) == "not-found"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("ban libera:lea", "forbidden"),  # oneself
        ("ban account:lea", "forbidden"),
        ("ban @lea:m.example", "conflict"),  # a lead of the configuration
        ("ban *!*@*", "invalid"),
        ("ban matrix:eve", "invalid"),
        ("ban", "invalid"),
        ("word *", "invalid"),
        ("rate fast", "invalid"),
        ("lift x", "invalid"),
        ("lift 7", "not-found"),
        ("dance", "invalid"),
    ],
)
def test_what_is_refused(words: str, why: str) -> None:
    assert refusal(mod(words)) == why


def test_words_and_rates() -> None:
    assert made("word buy * now") == ("", "buy * now")
    assert made("rate 20") == ("", "20")
    assert "no more than 20 a minute" in replies(mod("rate 20"))


@pytest.mark.parametrize(
    "who",
    [
        "libera:eve",
        "evil.example",
        "*.evil.example",
        "matrix:evil.example",
        "server:evil",
        "libera:account:e.ve",
        "libera:account:ev*",
        "libera:server:evil.example",
        "@eve:evil.example",
        "chat:id:eve",
        "eve!*@*",
    ],
)
def test_a_rule_is_shown_as_it_is_written(who: str) -> None:
    assert f"{who} is banned" in replies(mod(f"ban {who}"))


def test_a_word_is_shown_as_it_is() -> None:
    assert "“server:evil.example”" in replies(mod("word server:evil.example"))


def test_a_rule_is_lifted_by_its_number() -> None:
    effects = mod("lift #7", rules=(rule(7),))
    assert one(LiftRule, effects) == LiftRule(7)
    assert one(Audited, effects).about == "libera:account:eve"
    assert "Lifted: ban libera:eve" in replies(effects)


def test_a_policy_rooms_rule_is_lifted_there() -> None:
    effects = mod("lift 7", rules=(rule(7, source="matrix\t#list:x\tuser\tr1"),))
    assert refusal(effects) == "conflict"
    assert "matrix:#list:x" in replies(effects)


def test_the_list_shows_live_rules_and_leads_own_first() -> None:
    rules = (
        rule(1, "server:evil.example", network="", source="matrix\t#list:x\tserver\tr1", by="@mod:x"),
        rule(2, reason="flood", until=NOW + timedelta(hours=1)),
        rule(3, "account:old", until=NOW),
    )
    lines = replies(mod("list", rules=rules)).splitlines()
    assert lines == [
        "#2 ban libera:eve until 2026-01-02 04:04 UTC (by lea · flood)",
        "#1 ban evil.example (by matrix:#list:x)",
    ]
    assert replies(mod("list EVIL", rules=rules)).startswith("#1 ")
    assert replies(mod("list nothing", rules=rules)) == "No rule has “nothing” in it."
    assert replies(mod("list")) == "Nobody is banned or muted, and no word or rate rule holds."
    many = tuple(rule(number, f"account:x{number}") for number in range(1, 21))
    assert replies(mod("", rules=many)).splitlines()[-1].startswith("5 more rules")


def test_the_list_is_not_read_out_in_a_room() -> None:
    effects = give(LEA, "mod", words="list", rules=(rule(1),))
    assert all(reply.private for reply in of(Reply, effects))
    entry = AuditEntry(1, NOW, "account:lea", "lea", "libera", "#sig", "ban", "libera:account:eve", "flood")
    for room in ("#help", "#sig"):
        logged = of(Reply, give(LEA, "mod", room, words="log", audit=(entry,) * 12))
        assert len(logged) == 10
        assert all(reply.private for reply in logged)
    effects = give(LEA, "mod", "direct", words="list", rules=(rule(1),))
    assert not any(reply.private for reply in of(Reply, effects))


def test_the_log_shows_who_did_what() -> None:
    entry = AuditEntry(1, NOW, "account:lea", "lea", "libera", "#sig", "ban", "libera:account:eve", "flood")
    assert replies(mod("log", audit=(entry,))) == "2026-01-02 03:04 UTC lea: ban libera:eve · flood"
    assert replies(mod("log")) == "Nothing has been done yet."


def test_a_new_volunteer_stands_in_the_log() -> None:
    entry = one(Audited, give(LEA, "sig", words="add anna"))
    assert (entry.action, entry.about, entry.detail, entry.actor_name) == ("grant", "chat:anna", "solo", "lea")


def test_leads_are_told_of_it() -> None:
    assert "!mod" in replies(give(LEA, "help"))
    assert "!mod" not in replies(give(VERA, "help"))
