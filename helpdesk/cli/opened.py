"""The knowledge base as the command line opens it, beside whatever service runs."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from helpdesk.cli.shared import Failure, Shared

if TYPE_CHECKING:
    from helpdesk.config import Config
    from kb.answer import KnowledgeBase
    from kb.model import Citation

T = TypeVar("T")
SILENT_SECONDS = 1.0
"""So long the model may take before its progress is shown."""


def folders_of(config: Config) -> tuple[Path, ...]:

    from helpdesk.checks import article_folders

    folders = article_folders(config)
    if not folders:
        raise Failure("there are no articles", "set kb.starter = true, or name folders of articles in kb.folders")
    return folders


def _cache(folders: Sequence[Path]) -> Path:
    """A folder for the index that no running service uses; made anew when it is gone."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "community-helpdesk"
    return base / hashlib.sha256("\0".join(str(folder) for folder in folders).encode()).hexdigest()[:16]


def with_kb(shared: Shared, work: Callable[[KnowledgeBase], T], semantic: str | None = "off") -> T:
    """`semantic`: with this model, which is loaded and reads the articles first; None: with the configuration's."""
    import warnings

    warnings.simplefilter("ignore")  # Whoosh's old escape sequences are no news to whoever asks a question
    from kb.answer import KnowledgeBase
    from kb.options import Tier

    config = shared.config_or_starter()
    folders = folders_of(config)
    state = _cache(folders)
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"{state}: {error.strerror}", "set XDG_CACHE_HOME to a folder you may write to") from error

    options = config.kb_options(f"{config.public_url}kb/" if config.helpdesk.public_url else "")
    base = KnowledgeBase.open(folders, state, options if semantic is None else replace(options, tier=Tier(semantic)))
    try:
        _read_all(base)
        return work(base)
    finally:
        base.close()


def _read_all(base: KnowledgeBase) -> None:
    """Wait for the model to read what it has not read before, with its progress where that takes long."""
    waiting = threading.Thread(target=base.wait)
    waiting.start()
    waiting.join(SILENT_SECONDS)
    if waiting.is_alive():
        _show(base, waiting)
    for problem in base.problems():
        if problem.code == "meaning":
            click.echo(f"{problem.message} {problem.mend}", err=True)


def _show(base: KnowledgeBase, waiting: threading.Thread) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Reading the articles for their meaning"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        while waiting.is_alive():
            done, wanted = base.settled()
            progress.update(task, completed=done, total=wanted or None)
            waiting.join(0.1)


def citation_json(citation: Citation) -> dict[str, str]:
    return {name: getattr(citation, name) for name in ("article", "anchor", "title", "heading", "url")}


def where(citation: Citation) -> str:
    """Its address, where it has a public one; else the article's id."""
    if citation.url.startswith("http"):
        return citation.url
    return citation.article + (f"#{citation.anchor}" if citation.anchor else "")
