"""What volunteers say about themselves, however they say it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.desk.profile import BadProfileError, read, step
from helpdesk.model import Role
from helpdesk.nouns.sig import Volunteer
from tests.unit.desk.making import CONFIG, VERA

WHO = Volunteer(VERA.id, VERA.identity, Role.SOLO)
WHOLE = replace(
    WHO,
    skills=("matrix", "irc"),
    languages=("en", "de"),
    zone="Europe/Berlin",
    hours="mon-fri 18-22",
    quiet="daily 23-7",
)


@pytest.mark.parametrize(
    "words",
    [
        "skills: matrix, irc · languages: en, de · tz: Europe/Berlin · hours: mon-fri 18-22 · quiet: daily 23-7",
        "hours=mon-fri 18-22 quiet=daily 23-7 tz=europe/berlin languages=english,german skills=matrix,irc",
        "Zeitzone: Berlin; Themen: Matrix IRC; Sprachen: Englisch, Deutsch; Zeiten: mon-fri 18-22; Ruhe: daily 23-7",
        "Skils: matrix irc, langs: en/de, timezone: berlin, hours: mon-fri 18-22, quiet: daily 23-7",
    ],
)
def test_the_order_and_the_form_are_free(words: str) -> None:
    assert read(words, WHO, CONFIG) == (WHOLE, "")


def test_other_words_are_kept_for_the_leads() -> None:
    assert read("I run a server. cap: 3", WHO, CONFIG) == (replace(WHO, cap=3), "I run a server.")


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("tz Europe/Berlin", "zone", "Europe/Berlin"),
        ("tz new york", "zone", "America/New_York"),
        ("cap 3", "cap", 3),
        ("hours: sat 10-16", "hours", "sat 10-16"),
        ("skills mailing lists, irc", "skills", ("mailing-lists", "irc")),
        ("skills any", "skills", ()),
        ("lang fr", "languages", ("fr",)),
    ],
)
def test_one_thing_is_said_at_a_time(words: str, field: str, value: object) -> None:
    assert getattr(step(words, WHO, CONFIG), field) == value


def test_what_was_said_is_taken_back() -> None:
    for words in ("skills none", "hours -", "quiet none", "tz none", "languages any"):
        assert step(words, WHOLE, CONFIG) != WHOLE
    assert step("cap default", replace(WHO, cap=3), CONFIG).cap is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("tz Middle-Earth", "profile-zone"),
        ("hours whenever", "profile-hours"),
        ("cap 0", "profile-cap"),
        ("cap many", "profile-cap"),
        ("languages klingonese", "profile-language"),
        ("queues web", "profile-queue"),
        ("shoe 44", "profile-unknown"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(words: str, told: str) -> None:
    with pytest.raises(BadProfileError) as refused:
        step(words, WHO, CONFIG)
    assert refused.value.told.id == told
