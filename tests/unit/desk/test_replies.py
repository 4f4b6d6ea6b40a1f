"""Canned replies and cited articles."""

from __future__ import annotations

from pathlib import Path

from helpdesk.desk.replies import article_called, canned
from helpdesk.effects import Record
from helpdesk.model import ChangeKind, TicketStatus
from kb.article import parse
from kb.lint import lint
from kb.model import Article
from tests.unit.desk.making import ANNA, VERA, VICTOR, give, of, refusal, replies, ticket, told


def article(name: str, body: str, front: str = "") -> Article:
    text = f"---\ntitle: {name}\nsummary: What {name} says.\nquestions: [what of {name}]\n{front}\n---\n\n{body}\n"
    found, problems = parse(Path(f"/kb/{name}.md"), name, text.encode())
    assert found is not None, problems
    return found


REPLY = "audience: volunteers\nstatus: published\ntags: [reply]"
SHELF = {
    made.id: made
    for made in (
        article("replies/hello-first", "Hello {name}, this is {volunteer}\nwith #{number}.", REPLY),
        article("replies/read-first", "Look here: {link}", REPLY),
        article("replies/need-logs", "What does it say, {name}?", REPLY.replace("reply", "reply, asks")),
        article("replies/odd", "Your {shoe_size}, please.", REPLY),
        article("replies/secret", "Not said yet.", REPLY.replace("published", "draft")),
        article("de/replies/hello-first", "Hallo {name}.", REPLY + "\nlang: de\ntranslation_of: replies/hello-first"),
        article("lists/request-a-list", "Ask us.", "status: published"),
        article(
            "de/lists/request-a-list", "Frag.", "status: published\nlang: de\ntranslation_of: lists/request-a-list"
        ),
        article("sig/own", "Ours.", "audience: volunteers\nstatus: published"),
    )
}


def test_a_canned_reply_is_filled_in_and_sent_as_an_answer() -> None:
    effects = give(VERA, "reply", number=7, words="Hello-First", ticket=ticket(), articles=SHELF)
    assert "vera answers: Hello anna, this is vera with #7." in told(effects, "#help")
    assert [r.text for r in of(Record, effects) if r.kind is ChangeKind.ANSWER] == ["Hello anna, this is vera with #7."]


def test_it_comes_in_the_askers_language() -> None:
    effects = give(VERA, "reply", number=7, words="hello-first", ticket=ticket(lang="de"), articles=SHELF)
    assert "Hallo anna." in told(effects, "#help")


def test_one_that_asks_asks_back() -> None:
    effects = give(VERA, "reply", number=7, words="need-logs now", ticket=ticket(), articles=SHELF)
    assert "vera asks: What does it say, anna? now" in told(effects, "#help")


def test_a_place_for_a_link_wants_an_article_or_an_address() -> None:
    at = {"ticket": ticket(), "articles": SHELF}
    assert "names an article" in replies(give(VERA, "reply", number=7, words="read-first", **at))
    assert "names an article" in replies(give(VERA, "reply", number=7, words="read-first own", **at))
    effects = give(VERA, "reply", number=7, words="read-first request-a-list", **at)
    assert "Look here: http://help.example/kb/lists/request-a-list" in told(effects, "#help")
    effects = give(VERA, "reply", number=7, words="read-first https://example.org/x", **at)
    assert "Look here: https://example.org/x" in told(effects, "#help")


def test_what_can_not_be_filled_is_never_sent() -> None:
    effects = give(VERA, "reply", number=7, words="odd", ticket=ticket(), articles=SHELF)
    assert refusal(effects) == "invalid"
    assert "{shoe_size}" in replies(effects)


def test_lint_says_which_place_nobody_can_fill() -> None:
    problems = lint(SHELF.values())
    assert [(p.code, p.path.name) for p in problems if p.severity == "error"] == [("reply-place", "odd.md")]


def test_an_unknown_name_is_guessed_and_other_words_are_sent() -> None:
    at = {"ticket": ticket(), "articles": SHELF}
    assert "Did you mean hello-first" in replies(give(VERA, "reply", number=7, words="hallo-first", **at))
    assert "no canned reply what-ever" in replies(give(VERA, "reply", number=7, words="what-ever", **at))
    assert "vera answers: Hello there" in told(give(VERA, "reply", number=7, words="Hello there", **at), "#help")
    assert "vera answers: Monday!" in told(give(VERA, "reply", number=7, words="Monday!", **at), "#help")


def test_alone_it_lists_what_is_published() -> None:
    assert "hello-first, need-logs, odd, read-first." in replies(give(VERA, "reply", articles=SHELF))
    assert list(canned(SHELF, "de")) == ["hello-first", "need-logs", "odd", "read-first"]
    assert "no canned replies yet" in replies(give(VERA, "reply"))


def test_a_cited_article_answers_and_gets_the_credit() -> None:
    effects = give(VERA, "cite", number=7, words="request-a-list", ticket=ticket(), articles=SHELF)
    said = "What lists/request-a-list says. → http://help.example/kb/lists/request-a-list"
    assert said in told(effects, "#help")
    assert next(r.text for r in of(Record, effects) if r.kind is ChangeKind.ANSWER) == said
    german = give(VERA, "cite", number=7, words="lists/request-a-list", ticket=ticket(lang="de"), articles=SHELF)
    assert "http://help.example/kb/de/lists/request-a-list" in told(german, "#help")


def test_an_article_that_is_not_for_everybody_is_not_cited() -> None:
    at = {"ticket": ticket(), "articles": SHELF}
    assert "no article sig/own" in replies(give(VERA, "cite", number=7, words="sig/own", **at))
    assert "Did you mean lists/request-a-list?" in replies(give(VERA, "cite", number=7, words="request-list", **at))
    assert "usage" not in replies(give(VERA, "cite", number=7, **at))


def test_of_two_of_a_name_both_are_named() -> None:
    two = {**SHELF, "wiki/request-a-list": article("wiki/request-a-list", "Ask.", "status: published")}
    assert article_called("request-a-list", two, "en") == ["lists/request-a-list", "wiki/request-a-list"]


def test_nobody_answers_over_somebodys_claim() -> None:
    other = ticket(TicketStatus.CLAIMED)
    effects = give(VICTOR, "cite", number=7, words="request-a-list", ticket=other, articles=SHELF)
    assert "vera has #7" in replies(effects)
    assert not told(effects, "#help")
    assert refusal(give(ANNA, "reply", number=7, words="hello-first", ticket=other, articles=SHELF)) == "forbidden"
