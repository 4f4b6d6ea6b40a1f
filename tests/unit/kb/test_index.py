from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import generations, index
from kb.answer import KnowledgeBase
from kb.index import ArticleIndex, analyse, tokens
from kb.library import Library
from kb.model import Answer, Article, Audience
from kb.options import Options, Tier
from kb.postings import Known, View

QUESTION = "how do I get a mailing list for my project?"


def documents(held: ArticleIndex, audience: Audience = Audience.PUBLIC) -> set[str]:
    return {name for view in held.snapshot.views.get(audience, {}).values() for name in view.shown if name}


@pytest.fixture
def articles(filled: Path) -> list[Article]:
    return list(Library([filled]).articles.values())


@pytest.fixture
def opened(tmp_path: Path, articles: list[Article]) -> Iterator[ArticleIndex]:
    held = ArticleIndex(tmp_path / "index")
    held.update(articles)
    yield held
    held.close()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("TLS 1.3", ["tls", "1.3"]),
        ("#channel", ["#channel", "channel"]),
        ("2FA", ["2fa"]),
        ("E-mails", ["email", "mail"]),
        ("Wi-Fi wifi", ["wifi", "wi", "fi", "wifi"]),
        ("two-factor", ["twofactor", "two", "factor"]),
        ("matrix.org", ["matrix.org", "matrix", "org"]),
        ("don't you're can’t", []),
        ("the project's lists", ["project", "list"]),
        ("C++ and C#", ["c++", "c#"]),
        ("connecting connected connects", ["connect"] * 3),
        ("/join", ["join"]),
        ("ＦＵＬＬ width", ["full", "width"]),
        ("", []),
        ("?!… --- ''' ###", []),
    ],
)
def test_words_are_taken_as_people_mean_them(text: str, terms: list[str]) -> None:
    assert analyse(text) == terms


def test_each_language_has_its_own_stems_and_an_unknown_one_none() -> None:
    assert analyse("die Kanäle", "de") == analyse("Kanäle", "de-AT") == ["kanal"]
    assert analyse("connected", "eo") == ["connected"]


@given(st.text(max_size=200), st.sampled_from(["en", "de", "xx", "fr"]))
def test_tokens_stand_where_they_say(text: str, lang: str) -> None:
    for token in tokens(text, lang):
        assert 0 <= token.start < token.end <= len(text)
        assert token.term


def test_what_is_written_is_read_back(tmp_path: Path, opened: ArticleIndex) -> None:
    again = ArticleIndex(tmp_path / "index")
    assert again.load()
    assert not again.outdated
    assert again.snapshot.entries == opened.snapshot.entries
    first, second = (held.snapshot.views[Audience.PUBLIC]["en"] for held in (opened, again))
    assert first.shown == second.shown
    assert {term: scored(first, term) for term in first.terms()} == {
        term: scored(second, term) for term in second.terms()
    }
    again.close()


def test_only_what_changed_is_written(
    articles: list[Article], opened: ArticleIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[str] = []
    add = ArticleIndex._add

    def spy(writer: object, article: Article) -> None:
        added.append(article.id)
        add(writer, article)

    monkeypatch.setattr(ArticleIndex, "_add", staticmethod(spy))
    opened.update(articles)
    assert added == []
    changed = [_with_digest(article) if article.id == "irc/tls" else article for article in articles]
    opened.update([article for article in changed if article.id != "lists/get"])
    assert added == ["irc/tls"]
    assert "lists/get" not in documents(opened)
    assert "irc/tls" in documents(opened)


def _with_digest(article: Article) -> Article:
    return Article(**{name: getattr(article, name) for name in article.__slots__} | {"digest": "new"})


def test_updating_gives_the_same_postings_as_building(tmp_path: Path, articles: list[Article]) -> None:
    slow, fresh = ArticleIndex(tmp_path / "slow"), ArticleIndex(tmp_path / "fresh")
    slow.update(articles)
    slow.update(articles[3:])
    slow.update(articles[:5])
    slow.update(articles)
    fresh.update(articles)
    for audience in Audience:
        one, other = (held.snapshot.views[audience]["en"] for held in (slow, fresh))
        assert sorted(filter(None, one.shown)) == sorted(filter(None, other.shown))
        assert one.terms() == other.terms()
        for term in one.terms():
            assert one.idf(term) == other.idf(term)
            assert scored(one, term) == pytest.approx(scored(other, term), rel=0.05)  # kept impacts: within DRIFT
            assert likened(one, term) == pytest.approx(likened(other, term), rel=1e-5)
    slow.close()
    fresh.close()


def known(view: View, term: str) -> Known:
    found = view.known(term)
    assert found is not None
    return found


def scored(view: View, term: str) -> dict[str, float]:
    scores = view.scores([(known(view, term), 1.0)])
    return {name: float(score) for name, score in zip(view.ids, scores, strict=True) if score}


def likened(view: View, term: str) -> dict[str, float]:
    likeness = view.likeness([(known(view, term), 1.0)], 1.0)
    return {name: float(score) for name, score in zip(view.ids, likeness, strict=True) if score}


def test_nothing_of_volunteers_is_in_the_view_of_the_public(opened: ArticleIndex) -> None:
    public = opened.snapshot.views[Audience.PUBLIC]["en"]
    assert "sig/zebra" not in documents(opened)
    assert "sig/zebra" in documents(opened, Audience.VOLUNTEERS)
    assert "zebra" not in public
    assert public.beginning("zebr") == set()
    assert "zebra" not in public.terms()
    assert "zebra" in opened.snapshot.views[Audience.VOLUNTEERS]["en"]


def current(root: Path) -> Path:
    folder = generations.Generations(root).current()
    assert folder is not None
    return folder


def files(root: Path) -> list[Path]:
    return sorted(path for path in current(root).iterdir() if not path.name.endswith("LOCK"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), 7):
        data[place] ^= 0x5A
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", [cut, garble, Path.unlink])
@pytest.mark.parametrize("which", ["manifest.json", ".seg", ".toc"])
def test_damage_is_found_and_the_index_made_anew(
    tmp_path: Path, filled: Path, damage: Callable[[Path], None], which: str
) -> None:
    state = tmp_path / "state"
    KnowledgeBase.open([filled], state, Options(tier=Tier.OFF)).close()
    damaged = current(state / "index")
    victims = [path for path in files(state / "index") if path.name.endswith(which)]
    assert victims
    for path in victims:
        damage(path)
    base = KnowledgeBase.open([filled], state, Options(tier=Tier.OFF))
    assert isinstance(base.answer(QUESTION), Answer)
    assert current(state / "index") != damaged
    assert base.problems() == []
    base.close()


def test_damage_under_a_running_service_does_not_silence_it(filled: Path, tmp_path: Path, kb: KnowledgeBase) -> None:
    for path in files(tmp_path / "state" / "index"):
        garble(path)
    assert isinstance(kb.answer(QUESTION), Answer)
    (filled / "new.md").write_text("---\ntitle: Feed the xylophone\nsummary: Gently.\n---\nXylophone food.\n")
    assert kb.refresh()
    assert isinstance(kb.answer(QUESTION), Answer)
    assert [hit.citation.article for hit in kb.search("xylophone")] == ["new"]


def test_an_outdated_index_answers_until_the_new_one_is_there(
    tmp_path: Path, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    KnowledgeBase.open([filled], state, Options(tier=Tier.OFF)).close()
    old = current(state / "index")
    monkeypatch.setattr(index, "STAMP", "another schema")
    may_go, started = threading.Event(), threading.Event()
    write = ArticleIndex._write

    def wait(self: ArticleIndex, *arguments: object) -> None:
        started.set()
        assert may_go.wait(20)
        write(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ArticleIndex, "_write", wait)
    base = KnowledgeBase.open([filled], state, Options(tier=Tier.OFF))
    assert started.wait(20)
    assert base.ready
    assert current(state / "index") == old
    assert isinstance(base.answer(QUESTION), Answer)
    assert base.search("TLS")
    may_go.set()
    base.close()
    assert current(state / "index") != old
    assert json.loads((current(state / "index") / "manifest.json").read_text())["stamp"] == "another schema"
    assert [path.name for path in (state / "index").glob("generation-*")] == [current(state / "index").name]


def test_a_state_folder_that_cannot_be_written_is_said_and_answers_come_from_memory(
    tmp_path: Path, filled: Path
) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    base = KnowledgeBase.open([filled], tmp_path / "state", Options(tier=Tier.OFF))
    assert isinstance(base.answer(QUESTION), Answer)
    assert [problem.code for problem in base.problems()] == ["index-state"]
    (filled / "new.md").write_text("---\ntitle: Feed the xylophone\n---\nXylophone food.\n")
    base.refresh()
    assert [hit.citation.article for hit in base.search("xylophone")] == ["new"]
    (tmp_path / "state").unlink()
    base.refresh()
    assert base.problems() == []
    assert current(tmp_path / "state" / "index").is_dir()
    base.close()


def test_two_processes_may_share_the_folder(tmp_path: Path, filled: Path) -> None:
    one = KnowledgeBase.open([filled], tmp_path / "state", Options(tier=Tier.OFF))
    other = KnowledgeBase.open([filled], tmp_path / "state", Options(tier=Tier.OFF))
    (filled / "new.md").write_text("---\ntitle: Feed the xylophone\n---\nXylophone food.\n")
    for base in (one, other, one):
        base.refresh()
        assert [hit.citation.article for hit in base.search("xylophone")] == ["new"]
    one.close()
    other.close()


def test_a_lock_held_for_long_is_said(tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "LOCK_SECONDS", 0.0)
    held = ArticleIndex(tmp_path / "index")
    with generations.Generations(tmp_path / "index").lock():
        held.update(articles)
    assert "another process" in held.trouble
    assert "irc/tls" in documents(held)
    held.update(articles)
    assert held.trouble == ""
    held.close()


def test_words_side_by_side_are_found_by_their_places(opened: ArticleIndex) -> None:
    assert opened.neighbours("en", analyse("port 6697")) == {"irc/tls"}
    assert opened.neighbours("en", analyse("6697 port")) == set()
    assert opened.neighbours("en", ["lists", "\udcff"]) in (set(), None)
    assert opened.neighbours("eo", ["port", "6697"]) in (set(), None)
    opened.close()
    assert opened.neighbours("en", analyse("port 6697")) is None


def test_whoosh_imports_where_warnings_are_errors_and_nothing_is_compiled(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from kb.answer import KnowledgeBase\n"
        "from kb.options import Options, Tier\n"
        "folder = pathlib.Path(sys.argv[1]) / 'articles'\n"
        "folder.mkdir()\n"
        "(folder / 'a.md').write_text('---\\ntitle: Feed the xylophone\\n---\\nFood.\\n')\n"
        "base = KnowledgeBase.open([folder], folder.parent / 'state', Options(tier=Tier.OFF))\n"
        "assert base.search('\"feed the xylophone\" +food -nothing')\n"
        "base.close()\n"
    )
    subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", code, str(tmp_path)],
        check=True,
        timeout=100,
        env={**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "cache"), "PYTHONPATH": str(Path.cwd())},
    )
