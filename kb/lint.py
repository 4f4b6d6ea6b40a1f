"""What a contributor is told before anyone else reads the article: broken links, anchors and redirects, and what makes an article
hard to find. Must never import an engine. The codes are explained in docs/articles.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from urllib.parse import unquote, urlsplit

from kb import markup, synonyms
from kb.library import Library
from kb.model import Article, Audience, Problem, Status
from kb.render import SCHEMES, image_path, target_of
from kb.translations import content_digest, root, stale, translations

PLACES = ("name", "number", "volunteer", "link")
"""What it has to fill them with: the asker's name, the ticket's number, who answers, and an address they give."""


def lint(source: Library | Iterable[Article], *, today: date | None = None) -> list[Problem]:
    """All problems, by file and line. A Library's own come with it; from bare articles what was wrong in parsing is not
    known. `today` decides whether a review is due; without it it is the day in UTC.
    """
    day = today or datetime.now(UTC).date()
    problems = source.problems() if isinstance(source, Library) else []
    for folder in source.folders if isinstance(source, Library) else ():
        problems += synonyms.problems(folder)
    found = source.articles.values() if isinstance(source, Library) else source
    articles = {article.id: article for article in sorted(found, key=lambda article: article.id)}
    for article in articles.values():
        problems += _links(article, articles)
        problems += _front(article, day)
        problems += _levels(article)
        problems += _translation(article, articles)
        problems += _reply(article)
    problems += _redirects(articles)
    problems += _same_questions(articles.values())
    return sorted(problems, key=lambda problem: (str(problem.path), problem.line, problem.code))


def _links(article: Article, articles: Mapping[str, Article]) -> Iterator[Problem]:
    first = article.sections[0].line
    for link in markup.links(article.markdown):
        line = first + link.line
        if link.image:
            yield from _image(article, link, line)
            continue
        try:
            scheme = urlsplit(link.target).scheme.lower()
        except ValueError:
            scheme = "?"
        if scheme:
            if scheme not in SCHEMES and "@" not in link.target:
                yield Problem(
                    article.path, line, "link-scheme", f"The link {link.target[:80]} will not be shown.",
                    f"Use an address that begins with {', '.join(sorted(SCHEMES))}.",
                )  # fmt: skip
        elif link.target.startswith("/"):
            yield Problem(
                article.path, line, "link-absolute", f"The link {link.target[:80]} begins at the root of a site.",
                "Link an article by its file, such as ../irc/tls.md, or write the whole address with https://.",
            )  # fmt: skip
        elif (target := target_of(article.id, link.target)) is None:
            if link.target and "@" not in link.target:
                yield Problem(
                    article.path, line, "link-target", f"The link {link.target[:80]} leads to no article.",
                    "Link an article by its file with .md at the end, or write the whole address with https://.",
                )  # fmt: skip
        else:
            yield from _article_link(article, articles, line, *target)


def _article_link(
    article: Article, articles: Mapping[str, Article], line: int, other_id: str, anchor: str
) -> Iterator[Problem]:
    other = articles.get(other_id)
    if other is None:
        moved = next((a.id for a in articles.values() if other_id in a.redirect_from), "")
        near = moved or next(iter(difflib.get_close_matches(other_id, articles, 1)), "")
        mend = f"Did you mean {near}.md?" if near else "Write the article, or remove the link."
        yield Problem(article.path, line, "link-broken", f"There is no article {other_id[:100]}.", mend)
    elif anchor and other.section(anchor) is None:
        anchors = [section.anchor for section in other.sections if section.anchor]
        near = next(iter(difflib.get_close_matches(anchor, anchors, 1)), "")
        mend = f"Did you mean #{near}?" if near else f"It has {', '.join(anchors) or 'no headings'}."
        yield Problem(article.path, line, "anchor-broken", f"{other_id} has no heading #{anchor[:100]}.", mend)
    elif other.status is not Status.PUBLISHED and article.status is Status.PUBLISHED:
        yield Problem(
            article.path, line, "link-unpublished", f"{other_id} is not published ({other.status}).",
            "Publish it, or remove the link.", "warning",
        )  # fmt: skip
    elif other.audience != article.audience and other.audience == "volunteers" and article.status is Status.PUBLISHED:
        yield Problem(
            article.path, line, "link-volunteers", f"{other_id} is for volunteers only; readers of this can't open it.",
            "Link a public article.", "warning",
        )  # fmt: skip


def _image(article: Article, link: markup.Link, line: int) -> Iterator[Problem]:
    if image_path(article.id, link.target) is None:
        yield Problem(
            article.path, line, "image-outside", f"The image {link.target[:80]} is not among the articles.",
            "Put it beside the article and name it relative to it: readers are not sent to other sites.",
        )  # fmt: skip
    elif not _is_file(article, link.target):
        yield Problem(
            article.path, line, "image-missing", f"There is no image {link.target[:80]}.",
            "Add the file, or correct its name.",
        )  # fmt: skip
    if not link.label.strip():
        yield Problem(
            article.path, line, "image-description", "The image has no description.",
            "Say between [ and ] what it shows, for those who can't see it.", "warning",
        )  # fmt: skip


def _is_file(article: Article, target: str) -> bool:
    try:
        return (article.path.parent / unquote(urlsplit(target).path)).is_file()
    except (OSError, ValueError):
        return False


def _front(article: Article, today: date) -> Iterator[Problem]:
    if article.review_by and article.review_by < today:
        yield Problem(
            article.path, _key_line(article, "review_by"), "review-due", f"A review was due on {article.review_by}.",
            "Check that it is still right, then set review_by to a later date.", "warning",
        )  # fmt: skip
    if article.status is Status.ARCHIVED:
        return
    if not article.questions:
        yield Problem(
            article.path, 0, "questions-none", "The article has no questions.",
            "Add questions: how people ask for this, in their own words; it is found by them.", "warning",
        )  # fmt: skip
    if not article.summary:
        yield Problem(
            article.path, 0, "summary-none", "The article has no summary.",
            "Add summary: the answer in one line of chat.", "warning",
        )  # fmt: skip
    if not any(section.text for section in article.sections):
        yield Problem(article.path, 0, "body-empty", "The article has no text.", "Write it.", "warning")


def _levels(article: Article) -> Iterator[Problem]:
    before = 1
    for section in article.sections[1:]:
        if section.level > before + 1:
            yield Problem(
                article.path, section.line, "heading-skip",
                f"The heading {section.heading[:60]!r} is of level {section.level} below one of level {before}.",
                f"Begin it with {'#' * (before + 1)}.", "warning",
            )  # fmt: skip
        before = section.level


def _translation(article: Article, articles: Mapping[str, Article]) -> Iterator[Problem]:
    if not article.translation_of:
        return
    line = _key_line(article, "translation_of")
    source = articles.get(article.translation_of)
    if source is None:
        known = {former: a.id for a in articles.values() for former in a.redirect_from}
        near = known.get(article.translation_of) or next(
            iter(difflib.get_close_matches(article.translation_of, articles, 1)), ""
        )
        yield Problem(
            article.path, line, "translation-broken", f"There is no article {article.translation_of[:100]}.",
            f"Did you mean {near}?" if near else "Remove translation_of, or write that article.",
        )  # fmt: skip
        return
    if root(articles, source.id) in {article.id, source.id} and source.translation_of:
        yield Problem(
            article.path, line, "translation-broken", f"{source.id} is a translation of this article, too.",
            "Remove translation_of from the one that was there first.",
        )  # fmt: skip
        return
    twin = source if source.lang == article.lang else translations(articles, source.id).get(article.lang, article)
    if twin is not article:
        yield Problem(
            article.path, line, "translation-same-language", f"{twin.id} is in {article.lang}, too.",
            "Correct lang, or leave one of the two.",
        )  # fmt: skip
    if article.status is not Status.ARCHIVED and stale(article, articles):
        what = "has changed since it was translated" if article.translated_digest else "may have changed since"
        yield Problem(
            article.path, _key_line(article, "translated_digest") or line, "translation-stale", f"{source.id} {what}.",
            f'Compare it with {source.path}, then set translated_digest: "{content_digest(source)}".', "warning",
        )  # fmt: skip


def _reply(article: Article) -> Iterator[Problem]:
    """A canned reply: its places must be ones that the desk can fill, and its words stand above all headings."""
    if "reply" not in article.tags or article.audience is not Audience.VOLUNTEERS:
        return
    top = article.sections[0]
    if not top.text:
        yield Problem(
            article.path, top.line, "reply-empty", "The canned reply has no words above its first heading.",
            "Write what is sent above all headings.",
        )  # fmt: skip
    lines = top.markdown.split("\n")
    for number, line in enumerate(lines):
        for name in markup.PLACEHOLDER.findall(line):
            if name not in PLACES:
                yield Problem(
                    article.path, top.line + number, "reply-place", f"Nothing is known to put in {{{name}}}.",
                    f"Use one of {', '.join(f'{{{place}}}' for place in PLACES)}, or write it out.",
                )  # fmt: skip


def _redirects(articles: Mapping[str, Article]) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for article in articles.values():
        for former in article.redirect_from:
            line = _key_line(article, "redirect_from")
            if former in articles:
                chain = " (a chain of redirects)" if articles[former].redirect_from and former != article.id else ""
                yield Problem(
                    article.path, line, "redirect-taken", f"{former} is an article{chain}: nobody is led here from it.",
                    f"Remove it from redirect_from, or remove {former}.md and take over its redirect_from.",
                )  # fmt: skip
            elif former in claimed:
                yield Problem(
                    article.path, line, "redirect-duplicate", f"{claimed[former]} has {former} in redirect_from too.",
                    "Keep it in one of them.",
                )  # fmt: skip
            claimed.setdefault(former, article.id)


def _same_questions(articles: Iterable[Article]) -> Iterator[Problem]:
    asked: dict[tuple[str, str, str], str] = {}
    for article in articles:
        if article.status is not Status.PUBLISHED:
            continue
        for question in article.questions:
            key = (article.lang, article.audience, " ".join(question.casefold().rstrip(" ?!.").split()))
            first = asked.setdefault(key, article.id)
            if first != article.id:
                yield Problem(
                    article.path, _key_line(article, "questions"), "question-duplicate",
                    f"{first} has the question {question[:80]!r} too.",
                    "Leave it where it is answered best, or say how the two differ.", "warning",
                )  # fmt: skip


def _key_line(article: Article, key: str) -> int:
    """Where a key stands in the file; 0 when it can't be read any more."""
    try:
        with article.path.open(encoding="utf-8-sig", errors="replace") as file:
            return next((number for number, line in enumerate(file, 1) if line.startswith(f"{key}:")), 0)
    except OSError:
        return 0
