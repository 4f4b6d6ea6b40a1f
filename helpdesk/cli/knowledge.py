"""The knowledge base from the command line: `kb search|list|lint|new`. Works without a running service."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpdesk.cli.opened import citation_json, folders_of, where, with_kb
from helpdesk.cli.quality import evaluate
from helpdesk.cli.shared import (
    FAILED,
    OK,
    Failure,
    Shared,
    json_option,
    leave,
    pass_shared,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from kb.answer import KnowledgeBase
    from kb.library import Library
    from kb.model import Article, Hit, Problem

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def kb() -> None:
    """Search, list, check, begin and measure articles."""


kb.add_command(evaluate)


@kb.command(
    epilog="""\b
Examples:
  helpdesk kb search bouncer
  helpdesk kb search 'title:list +"two owners" -archive lang:en'
  helpdesk kb search --json "meeting room projector" | jq '.[0].article'

Exit code 1: nothing was found.
"""
)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, help="At most so many.")
@json_option
@pass_shared
def search(shared: Shared, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Search the articles, in the language of !search."""
    query = " ".join(words)
    lang = shared.config_or_starter().helpdesk.language

    def work(base: KnowledgeBase) -> tuple[list[Hit], str]:
        return base.search(query, limit=limit, lang=lang), base.suggest(query, lang=lang)

    hits, meant = with_kb(shared, work)
    if as_json:
        print_json(
            [{**citation_json(hit.citation), "score": round(hit.score, 3), "summary": hit.summary} for hit in hits]
        )
    elif hits:
        for hit in hits:
            click.secho(hit.citation.title, bold=True, nl=False)
            click.echo(f"  {hit.citation.heading}" if hit.citation.heading != hit.citation.title else "")
            click.echo(f"  {html.unescape(re.sub(r'<[^>]*>', '', hit.excerpt)) or hit.summary}")
            click.secho(f"  {where(hit.citation)}", dim=True)
    else:
        click.echo("Nothing was found.", err=True)
    if meant:
        click.echo(f"Did you mean: {meant}", err=True)
    leave(OK if hits else FAILED)


@kb.command(
    "list",
    epilog="""\b
Examples:
  helpdesk kb list --status draft
  helpdesk kb list --topic irc
  helpdesk kb list --json | jq -r '.[] | select(.review_by) | .id'
""",
)
@click.option("--status", type=click.Choice(["draft", "published", "archived"]), help="Only these.")
@click.option("--topic", help="Only those in this folder.")
@json_option
@pass_shared
def list_(shared: Shared, status: str | None, topic: str | None, as_json: bool) -> None:
    """List the articles."""
    from kb.library import Library

    library = Library(folders_of(shared.config_or_starter()))
    found = [
        article
        for _, article in sorted(library.articles.items())
        if status in (None, article.status) and (topic is None or article.topic == topic)
    ]
    if as_json:
        print_json([_article(article) for article in found])
    else:
        print_table(
            ["ARTICLE", "TITLE", "STATUS", "FOR"],
            [[article.id, article.title, article.status, article.audience] for article in found],
        )


def _article(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "title": article.title,
        "summary": article.summary,
        "status": article.status,
        "audience": article.audience,
        "language": article.lang,
        "tags": article.tags,
        "owner": article.owner,
        "review_by": article.review_by.isoformat() if article.review_by else None,
        "path": str(article.path),
    }


@kb.command(
    epilog="""\b
Examples:
  helpdesk kb lint                         all folders of the configuration
  helpdesk kb lint articles                a folder, whether it is configured or not
  helpdesk kb lint articles/irc/nicks.md   one file of it
  helpdesk kb lint --json | jq -r '.[].path'

Exit code 1: there are errors (with --strict: or warnings).
"""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--starter", is_flag=True, help="The articles that come with the program.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@json_option
@pass_shared
def lint(shared: Shared, paths: tuple[Path, ...], starter: bool, strict: bool, as_json: bool) -> None:
    """Tell what a contributor should mend, with file, line and mend."""
    from kb.library import Library, starter_folder
    from kb.lint import lint as problems_of

    files = [path.absolute() for path in paths if path.is_file()]
    folders = [path.absolute() for path in paths if path.is_dir()]
    if starter:
        folders.append(starter_folder())
    if files or not folders:
        folders += [folder for folder in folders_of(shared.config_or_starter()) if folder not in folders]
    for file in files:
        if not any(file.is_relative_to(folder) for folder in folders):
            # No folder of articles is known to hold it: an article's topic is a folder in it, so go up one.
            folders.append(file.parent.parent)
    library = Library(folders)
    found = [problem for problem in problems_of(library) if not paths or starter or _concerns(problem, paths)]
    faults = [problem for problem in found if strict or problem.severity == "error"]
    if as_json:
        print_json([_problem(problem) for problem in found])
    else:
        for problem in found:
            click.echo(_shown(problem))
        click.echo(_counted(library, found), err=bool(faults))
    leave(FAILED if faults else OK)


def _concerns(problem: Problem, paths: Sequence[Path]) -> bool:
    return any(problem.path.absolute().is_relative_to(path.absolute()) for path in paths)


def _problem(problem: Problem) -> dict[str, object]:
    names = ("line", "code", "severity", "message", "mend")
    return {"path": str(problem.path), **{name: getattr(problem, name) for name in names}}


def _shown(problem: Problem) -> str:
    path = problem.path
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    colour = "red" if problem.severity == "error" else "yellow"
    where = f"{path}:{problem.line}" if problem.line else str(path)
    return f"{where}: {click.style(problem.severity, fg=colour)}: {problem.message} [{problem.code}]\n  {problem.mend}"


def _counted(library: Library, found: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in found)
    return f"{len(library.articles)} articles: {errors} errors, {len(found) - errors} warnings."


@kb.command(
    epilog="""\b
Examples:
  helpdesk kb new irc/register-a-nick
  helpdesk kb new events/book-the-room --title "Book the meeting room" --folder articles
  helpdesk kb new events/raum-buchen --translation-of events/book-the-room --lang de

The article begins as a draft: nobody is answered from it before you write `status: published`.
"""
)
@click.argument("article")
@click.option("--title", help="What it is about, in one line.")
@click.option(
    "--folder", type=FOLDER, help="The folder of articles.  [default: the configuration's last]", show_default=False
)
@click.option("--lang", help="Its language.  [default: the configuration's]", show_default=False)
@click.option(
    "--translation-of", "source", metavar="ID", help="The article it says in another language: its text to begin with."
)
@pass_shared
def new(
    shared: Shared, article: str, title: str | None, folder: Path | None, lang: str | None, source: str | None
) -> None:
    """Begin an article: TOPIC/NAME, such as irc/register-a-nick."""
    article = article.removesuffix(".md")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*", article):
        raise Failure(
            f"{article!r} can't be an article's address", "use lower case letters, digits and hyphens: TOPIC/NAME"
        )
    config = shared.config_or_starter()
    if folder is None:
        if not config.kb_folders:
            raise Failure("no folder of articles is configured", "name one with --folder, and later in kb.folders")
        folder = config.kb_folders[-1]
    path = folder / f"{article}.md"
    if path.exists():
        raise Failure(f"{path} exists", "edit it, or choose another name")
    lang = lang or config.helpdesk.language
    original = _original(shared, folder, source, lang) if source is not None else None
    title = title or click.prompt("Title", default=original.title if original else None)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_skeleton(title, lang, original), encoding="utf-8")
    click.echo(f"Wrote {path}. Edit it, then: helpdesk kb lint {path}")


def _original(shared: Shared, folder: Path, article_id: str, lang: str) -> Article:
    from kb.library import Library

    found = Library(tuple(dict.fromkeys((*folders_of(shared.config_or_starter()), folder.absolute())))).article(
        article_id
    )
    if found is None:
        raise Failure(f"there is no article {article_id!r}", "see `helpdesk kb list` for the ids")
    if found.lang == lang:
        raise Failure(f"{article_id} is in {lang!r} already", "say with --lang which language you translate it to")
    return found


def _quoted(text: str | Sequence[str]) -> str:
    return json.dumps(text, ensure_ascii=False)  # JSON is YAML


def _skeleton(title: str, lang: str, original: Article | None) -> str:
    from kb.translations import content_digest

    link = (
        f"""
# What it was translated from, and which version of it: lint says when that one has changed.
translation_of: {_quoted(original.id)}
translated_digest: {_quoted(content_digest(original))}"""
        if original
        else ""
    )
    return f"""---
title: {_quoted(title)}
# One answer for a chat line, at most 300 characters.
summary: {_quoted(original.summary if original else "")}
# How people ask it, in their words; the more, the better it is found.
questions:
  - {_quoted(title)}
tags: {_quoted(original.tags if original else ())}
lang: {lang}{link}
# public, or volunteers: only those who work on tickets.
audience: {original.audience if original else "public"}
# draft, published or archived.
status: draft
---

{original.markdown.strip() if original else _BODY}
"""


_BODY = """\
What the reader wants to reach, in a sentence.

## Steps

1. The first thing to do.
2. The next.

## If it does not work

What goes wrong most often, and what to do then."""
