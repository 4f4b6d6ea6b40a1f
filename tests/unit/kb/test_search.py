"""Search for people: fields, synonyms, spelling, completion, languages, and that nobody is told of what they may not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.answer import KnowledgeBase
from kb.completion import Completer
from kb.index import ArticleIndex
from kb.model import Audience
from kb.options import Options, Tier
from tests.unit.kb.conftest import LISTS, TLS, Write

OPTIONS = Options("https://help.example.org/kb/", Tier.OFF)
MODERATE = """\
---
title: Moderate a mailing list
summary: Look into the list's web page once a day.
questions: [how do i moderate a list, who may approve held messages]
tags: [lists, moderation]
---
Held messages wait there.
"""
MODERIEREN = """\
---
title: Eine Mailingliste moderieren
summary: Einmal am Tag auf die Seite der Liste schauen.
questions: [wie moderiere ich eine Mailingliste, wer darf freigeben]
lang: de
tags: [lists]
translation_of: lists/moderate
---
Angehaltene Nachrichten warten auf der Web-Seite (Moderation).
"""
WIFI = """\
---
title: Use the wireless network
summary: The name of the network is on the wall.
questions: [how do i get on the wi-fi]
tags: [venue]
---
Choose it and give the password.
"""
SECRET = """\
---
title: Handle a zebra escalation
summary: Call the zebra keeper.
questions: [what about zebras, who keeps xylophones]
audience: volunteers
tags: [menagerie, lists]
---
The mailing list of keepers is private. Zebrafish are not zebras.
"""


@pytest.fixture
def kb(folder: Path, write: Write, tmp_path: Path) -> Iterator[KnowledgeBase]:
    texts = {
        "lists/get": LISTS,
        "irc/tls": TLS,
        "lists/moderate": MODERATE,
        "de/moderieren": MODERIEREN,
        "venue/wifi": WIFI,
        "sig/zebra": SECRET,
    }
    for name, text in texts.items():
        write(name, text)
    base = KnowledgeBase.open([folder], tmp_path / "state", OPTIONS)
    yield base
    base.close()


def found(kb: KnowledgeBase, text: str, **options: object) -> list[str]:
    return [hit.citation.article for hit in kb.search(text, **options)]  # type: ignore[arg-type]


def completed(kb: KnowledgeBase, text: str, **options: object) -> list[str]:
    return [hit.citation.article for hit in kb.complete(text, **options)]  # type: ignore[arg-type]


# What a query finds


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("title:moderate", ["lists/moderate"]),
        ("title:moderation", ["lists/moderate"]),
        ('title:"mailing list"', ["lists/get", "lists/moderate"]),
        ('title:"list mailing"', []),
        ("title:mod*", ["de/moderieren", "lists/moderate"]),
        ("tag:moderation", ["lists/moderate"]),
        ("tag:LISTS lang:en held", ["lists/get", "lists/moderate"]),
        ("lang:de", ["de/moderieren"]),
        ("lang:de mailing*", ["de/moderieren"]),
        ("lang:fr list", []),
        ("tag:lists -title:moderate -lang:de", ["lists/get"]),
        ('"held messages" -"two owners" -tag:moderation', []),
        ("-list", []),
        ("NOT list", []),
        ("the", []),
        ("AND OR NOT ( ) + -", []),
    ],
)
def test_fields_narrow_what_is_found(kb: KnowledgeBase, text: str, names: list[str]) -> None:
    everywhere = [hit.citation.article for hit in kb.search(text, lang="en")]
    assert sorted(everywhere) == [name for name in names if name != "de/moderieren" or "lists/moderate" not in names]


def test_a_beginning_finds_what_a_stem_has_lost(kb: KnowledgeBase, write: Write) -> None:
    write("nick", "---\ntitle: Register a nick\n---\nWith the services.\n")
    kb.refresh()
    for beginning in ("regis*", "registr*", "register*"):
        assert found(kb, beginning) == ["nick"]


def test_synonyms_are_found_after_the_word_itself(kb: KnowledgeBase, folder: Path, write: Write) -> None:
    assert found(kb, "wlan") == ["venue/wifi"]
    assert found(kb, "+wlan -password") == []
    assert found(kb, "beamer") == []
    assert found(kb, '"wlan"') == []
    write("beamer", "---\ntitle: The projector\n---\nIt hangs there.\n")
    write("other", "---\ntitle: The beamer\n---\nIt hangs here.\n")
    (folder / "_synonyms").mkdir()
    (folder / "_synonyms" / "en.txt").write_text("beamer, projector\n")
    kb.refresh()
    assert found(kb, "beamer") == ["other", "beamer"]
    assert "<mark>hangs</mark>" in kb.search("projector hangs")[0].excerpt


def test_what_is_typed_in_two_words_is_found_by_its_synonyms(kb: KnowledgeBase, write: Write) -> None:
    write("in", "---\ntitle: Login with a key\n---\nHold it close.\n")
    kb.refresh()
    assert "in" in found(kb, "sign in")


# Languages and translations


def test_the_reader_s_language_comes_first_and_translations_count_once(kb: KnowledgeBase) -> None:
    assert found(kb, "title:mod*", lang="de") == ["de/moderieren"]
    assert found(kb, "title:mod*", lang="en") == ["lists/moderate"]
    assert found(kb, "moderation TLS", lang="de")[0] == "de/moderieren"
    assert found(kb, "moderation TLS", lang="en")[-1] != "de/moderieren"
    assert kb.search("lang:de")[0].lang == "de"


def test_an_article_knows_its_translations(kb: KnowledgeBase, write: Write) -> None:
    group = {"de": "de/moderieren", "en": "lists/moderate"}
    for name in group.values():
        assert {lang: article.id for lang, article in kb.translations(name).items()} == group
    write("de/moderieren", MODERIEREN.replace("lang: de", "lang: de\naudience: volunteers"))
    kb.refresh()
    assert list(kb.translations("lists/moderate")) == ["en"]
    assert list(kb.translations("lists/moderate", Audience.VOLUNTEERS)) == ["de", "en"]


# Spelling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("moderaet", "moderate"),
        ("mailng lists", "mailing lists"),
        ("+mailng -camera", "+mailing -camera"),
        ('"mailng list" tag:lists', '"mailing list" tag:lists'),
        ("title:mailng", "title:mailing"),
        ("mailing list", ""),
        ("mailng*", ""),
        ("zbera", ""),
        ("wlan", ""),
        ("", ""),
        ("qqqqqqqq", ""),
    ],
)
def test_a_misspelt_word_is_mended(kb: KnowledgeBase, typed: str, meant: str) -> None:
    assert kb.suggest(typed) == meant


def test_nothing_is_mended_where_it_would_find_nothing_or_less(kb: KnowledgeBase) -> None:
    assert kb.suggest("list -mailng") == ""
    assert kb.suggest("mailng AND zzzz") == ""


def test_the_reader_s_language_is_mended_first(kb: KnowledgeBase) -> None:
    assert kb.suggest("Mailinglsite", lang="de") == "mailingliste"


# Completion


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("mod", ["lists/moderate"]),
        ("mode a li", ["lists/moderate"]),
        ("how do i get on", ["venue/wifi"]),
        ("which port fo", ["irc/tls"]),
        ("TLS conn", ["irc/tls"]),
        ("m", []),
        ("", []),
        ("   ", []),
        ("qq", []),
        ("mod qq", []),
        ("🎉🎉", []),
    ],
)
def test_titles_and_questions_are_completed(kb: KnowledgeBase, typed: str, names: list[str]) -> None:
    assert [hit.citation.article for hit in kb.complete(typed, lang="en") if hit.lang == "en"] == names


def test_a_completion_shows_what_fits_with_its_beginning_marked(kb: KnowledgeBase, write: Write) -> None:
    write("x", "---\ntitle: The <b>xylophone</b> & more\n---\nFood.\n")
    kb.refresh()
    assert kb.complete("approve")[0].excerpt == "who may <mark>approve</mark> held messages"
    assert kb.complete("xyl")[0].excerpt == "The &lt;b&gt;<mark>xylophone</mark>&lt;/b&gt; &amp; more"
    assert kb.complete("xyl")[0].citation.anchor == ""


def test_completions_are_bounded_and_the_reader_s_language_comes_first(kb: KnowledgeBase) -> None:
    assert completed(kb, "mod", lang="de") == ["de/moderieren", "lists/moderate"]
    assert completed(kb, "mod", lang="en") == ["lists/moderate", "de/moderieren"]
    assert len(completed(kb, "mod", limit=1)) == 1
    assert completed(kb, "mod", limit=0) == []


def test_any_of_nine_thousand_articles_is_completed(kb: KnowledgeBase) -> None:
    one = kb.library.articles["lists/moderate"]
    things = [
        f"{first}{second}" for first in ("wiki", "list", "nick", "room", "mail", "code") for second in range(1500)
    ]
    completer = Completer(
        replace(one, id=f"a/{thing}", title=f"Set up the {thing}", questions=(f"how do i set up {thing} at home",))
        for thing in things
    )
    for typed in ("se", "set up the wi", "how do i set up n", "list12", "set up list1499 at h"):
        assert completer.complete(typed, 8)


def test_what_is_saved_is_completed(kb: KnowledgeBase, write: Write) -> None:
    assert completed(kb, "xyloph") == []
    write("x", "---\ntitle: Feed the xylophone\n---\nFood.\n")
    kb.refresh()
    assert completed(kb, "xyloph") == ["x"]


# What is for volunteers

HIDDEN = (
    "zebra",
    "zebr*",
    "keeper",
    "zebrafish",
    "tag:menagerie",
    "title:zebra",
    'title:"zebra escalation"',
    "zebars",
    "xylophnes",
)


def told(kb: KnowledgeBase, text: str) -> object:
    return (
        kb.search(text),
        kb.suggest(text),
        kb.complete(text),
        [article.id for article in kb.translations("lists/moderate").values()],
        len(kb.search("lists OR tag:lists OR lang:en", limit=99)),
    )


@pytest.mark.parametrize("text", HIDDEN)
def test_volunteers_find_theirs_and_nobody_else_does(kb: KnowledgeBase, text: str) -> None:
    assert "zebra" not in repr(told(kb, text)).replace(repr(text), "")
    meant = kb.suggest(text, audience=Audience.VOLUNTEERS) or text
    assert "sig/zebra" in [hit.citation.article for hit in kb.search(meant, audience=Audience.VOLUNTEERS)]


def test_an_article_that_has_just_become_private_is_not_found_while_the_index_still_has_it(
    kb: KnowledgeBase, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ArticleIndex, "update", lambda *_: None)
    write("venue/wifi", WIFI.replace("tags:", "audience: volunteers\ntags:"))
    kb.refresh()
    for query in ("wireless", '"wireless network"', "wirel*", "tag:venue", "title:wireless", "NOT zzz OR wireless"):
        assert "venue/wifi" not in found(kb, query)
    assert completed(kb, "wirel") == []


WORDS = (
    *HIDDEN,
    "mailing",
    "list",
    "TLS",
    "moderate",
    "mailng",
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    "-zebra",
    "tag:lists",
    "lang:en",
    "z",
    "ke",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join) | st.text(max_size=40))
def test_the_public_is_told_the_same_whether_volunteers_have_articles_or_not(
    kb: KnowledgeBase, without: KnowledgeBase, text: str
) -> None:
    assert told(kb, text) == told(without, text)


@pytest.fixture
def without(kb: KnowledgeBase, tmp_path: Path) -> Iterator[KnowledgeBase]:
    """The same articles but for the volunteers'."""
    other = tmp_path / "without"
    for name, article in kb.library.articles.items():
        if article.audience is Audience.PUBLIC:
            path = other / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(article.path.read_bytes())
    base = KnowledgeBase.open([other], tmp_path / "state-without", OPTIONS)
    yield base
    base.close()


# Bad input


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\x07\x1b[31m",
        "a" * 100_000,
        "list " * 20_000,
        "(" * 50_000,
        "AND OR NOT",
        "🎉",
        "مرحبا بالعالم",
        "\u202elist",
        "\ud800",
    ],
)
def test_whatever_is_typed_has_a_clear_outcome(kb: KnowledgeBase, text: str) -> None:
    wanted = text.startswith("list ") or text == "\u202elist"
    assert bool(kb.search(text)) is wanted
    assert kb.suggest(text) == ""
    assert kb.complete(text, limit=3) == [] or wanted
