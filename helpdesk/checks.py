"""`helpdesk check`: tries what the configuration says, line by line, without disturbing a service that runs.

Writes nothing and joins nothing: the database is only read, a network is only probed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bridges.network import Context, Finding, NetworkError
from bridges.registry import factory
from helpdesk import control
from helpdesk.config import Config, ConfigError

PROBE_SECONDS = 45.0
MOST_ARTICLE_LINES = 20


async def check(config: Config) -> AsyncIterator[Finding]:
    """What was found, as it is found. Raises nothing for what is wrong with the configured parts."""
    running = await asyncio.to_thread(_running, config)
    yield Finding(f"configuration {config.source or ''}".strip(), ok=True)
    for finding in _state(config, running=running):
        yield finding
    yield await asyncio.to_thread(_database, config)
    for finding in await asyncio.to_thread(lambda: list(_articles(config))):
        yield finding
    yield await asyncio.to_thread(_meaning, config)
    for finding in _web(config, running=running):
        yield finding
    probes = [asyncio.create_task(_network(config, name)) for name in config.networks if config.kinds[name] != "web"]
    try:
        for probe in probes:
            for finding in await probe:
                yield finding
    finally:
        for probe in probes:
            probe.cancel()
    for finding in (*_links(config), *_desk(config)):
        yield finding


def _running(config: Config) -> bool:
    try:
        control.call(config.state / control.NAME, "ping", timeout=5)
    except control.NotRunningError:
        return False
    except control.ControlError:
        return True
    return True


def _state(config: Config, *, running: bool) -> Iterator[Finding]:
    state = config.state
    if state.is_dir():
        what = f"state folder {state}" + (" (a helpdesk runs on it)" if running else "")
        writable = os.access(state, os.W_OK | os.X_OK)
        yield Finding(what, writable, "" if writable else f"let the service's user write there: chown -R USER {state}")
        return
    if state.exists():
        yield Finding(f"state folder {state}", ok=False, mend="it is no folder; name another in helpdesk.state")
        return
    parent = next(folder for folder in state.parents if folder.exists())
    writable = os.access(parent, os.W_OK | os.X_OK)
    yield Finding(
        f"state folder {state} (the first run makes it)",
        writable,
        "" if writable else f"make it, and let the service's user write there: install -d -m 700 -o USER {state}",
    )


def _database(config: Config) -> Finding:
    from helpdesk.store.engine import Database, StoreError

    try:
        url = config.database_url()
        if url.startswith("sqlite:") and not (config.state / "helpdesk.db").exists():
            return Finding("database: SQLite (the first run makes it)", ok=True)
        database = Database.open(url)
    except (ConfigError, StoreError) as error:
        return Finding("database", ok=False, mend=str(error))
    try:
        what = (
            "database: SQLite" if database.sqlite else f"database: {database.url.render_as_string(hide_password=True)}"
        )
        if database.pending_migrations():
            return Finding(
                what, ok=False, mend="its schema is older: `helpdesk db backup FILE`, then `helpdesk db upgrade`"
            )
        return Finding(f"{what}, revision {database.revision()}", ok=True)
    finally:
        database.close()


def article_folders(config: Config) -> tuple[Path, ...]:
    """The folders that are served, the starter articles included where they are."""
    from kb.library import starter_folder

    return ((starter_folder(),) if config.kb.starter else ()) + config.kb_folders


def _articles(config: Config) -> Iterator[Finding]:
    from kb.library import Library
    from kb.lint import lint
    from kb.model import Audience, Status

    folders = article_folders(config)
    if not folders:
        yield Finding("articles", ok=False, mend="set kb.starter = true, or name folders of articles in kb.folders")
        return
    library = Library(folders)
    public = sum(
        found.status is Status.PUBLISHED and found.audience is Audience.PUBLIC for found in library.articles.values()
    )
    errors = [problem for problem in lint(library) if problem.severity == "error"]
    if not errors:
        yield Finding(
            f"articles: {public} published for everybody",
            public > 0,
            "" if public else "give at least one article `status: published` and `audience: public`",
        )
    for problem in errors[:MOST_ARTICLE_LINES]:
        where = f"{problem.path}:{problem.line}" if problem.line else str(problem.path)
        yield Finding(f"articles: {where}", ok=False, mend=f"{problem.message} {problem.mend}")
    if len(errors) > MOST_ARTICLE_LINES:
        yield Finding(
            f"articles: {len(errors) - MOST_ARTICLE_LINES} errors more", ok=False, mend="see `helpdesk kb lint`"
        )


def _meaning(config: Config) -> Finding:
    """Whether the model that judges the meaning of questions can be used."""
    from kb.semantic.encoder import ModelError
    from kb.semantic.models import open_encoder

    options = config.kb_options("")
    try:
        encoder = open_encoder(options.tier, options.model, options.model_sha256)
    except ModelError as error:
        return Finding("meaning of questions", ok=False, mend=f'{error}; or set kb.semantic = "off"')
    return Finding(f"meaning of questions: {encoder.tier if encoder else 'off'}", ok=True)


def _loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return host == "localhost"
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _web(config: Config, *, running: bool) -> Iterator[Finding]:
    if not config.web.enabled:
        yield Finding("website: off", ok=True)
        return
    where = f"website on {config.web.host}:{config.web.port}"
    if running or config.web.port == 0:
        yield Finding(where, ok=True)
    else:
        fault = _can_listen(config.web.host, config.web.port)
        yield Finding(where, not fault, f"{fault}: set another web.port or web.host" if fault else "")
    if not config.helpdesk.public_url:
        only_here = _loopback(config.web.host)
        yield Finding(
            "public_url: not set" + (", people on this machine only" if only_here else ""),
            only_here,
            "" if only_here else "set helpdesk.public_url to the address people use: links in answers begin with it",
        )
        return
    parts = urlsplit(config.public_url)
    what = f"public_url {config.public_url}"
    host = parts.hostname or ""
    if _loopback(host) and not _loopback(config.web.host):
        yield Finding(what, ok=False, mend="it names this machine only; write the address others use")
    elif parts.scheme == "http" and not _loopback(host):
        yield Finding(f"{what} (not encrypted: outside a network of your own, put a TLS proxy in front)", ok=True)
    elif parts.scheme == "https" and not config.web.trusted_proxies:
        yield Finding(
            what,
            ok=False,
            mend='name the TLS proxy in web.trusted_proxies, such as ["127.0.0.1"]: without it all visitors share one address',
        )
    else:
        yield Finding(what, ok=True)


def _can_listen(host: str, port: int) -> str:
    """The fault, or nothing. Listens for a moment."""
    import socket

    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""


async def _network(config: Config, name: str) -> list[Finding]:
    label = f"network {name}"
    with tempfile.TemporaryDirectory(prefix="helpdesk-check-") as scratch:
        own = config.state / "networks" / name
        context = Context(state=own if own.is_dir() else Path(scratch), desk_name=config.helpdesk.name)
        try:
            network = factory(config.kinds[name])(name, config.networks[name], context)
            async with asyncio.timeout(PROBE_SECONDS):
                findings = await network.probe()
        except TimeoutError:
            mend = f"no reply within {PROBE_SECONDS:.0f} s: look at the address, the port and the firewall"
            return [Finding(label, ok=False, mend=mend)]
        except NetworkError as error:
            return [Finding(f"{label}: {error}", ok=False, mend=getattr(error, "mend", "") or "look at its settings")]
    return [replace(found, what=f"{label}: {found.what}") for found in findings]


def _links(config: Config) -> Iterator[Finding]:
    for link in config.links:
        first, *others = link.rooms
        arrow = " → " if link.one_way else " ⇄ "
        yield Finding(f"link {first}{arrow}{', '.join(others) if link.one_way else arrow.join(others)}", ok=True)


def _desk(config: Config) -> Iterator[Finding]:
    remote = [name for name, kind in config.kinds.items() if kind != "web"]
    if remote and not config.volunteer_rooms:
        yield Finding(
            "volunteers' room",
            ok=False,
            mend='no room hears of new tickets: set volunteers = true in a [networks.NAME.rooms."ROOM"]',
        )
    if remote and not config.members.leads:
        yield Finding(
            "leads",
            ok=False,
            mend='name somebody who may use !sig: [members] leads = ["NETWORK:NAME"], or `helpdesk invite`',
        )
