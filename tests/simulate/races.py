"""Two processes with connections of their own give a command at the same instant, again and again."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy.exc import OperationalError

from bridges.events import PersonId, Sender
from helpdesk.batch import Entry
from helpdesk.config import Config
from helpdesk.deskevents import Invoked
from helpdesk.hub import Hub
from helpdesk.live import Live
from helpdesk.metrics import Metrics
from helpdesk.model import Invocation, Outcome
from helpdesk.store.engine import Database
from helpdesk.words import Words
from tests.simulate.world import quiet

WAIT = 60.0
"""Seconds that one may wait for the other before the race is off."""


def race(
    url: str, config: Config, who: Sequence[str], given: Sequence[Invocation], now: datetime
) -> list[list[Outcome]]:
    """What each came to, by command: the first's and the second's."""
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(len(who))
    runners, pipes = [], []
    for name in who:
        here, there = spawn.Pipe(duplex=False)
        runners.append(spawn.Process(target=_run, args=(url, config, name, list(given), now, barrier, there)))
        pipes.append(here)
    for runner in runners:
        runner.start()
    try:
        found: list[Any] = []
        for pipe in pipes:
            # A runner that dies breaks the barrier, which ends the other too.
            came = pipe.recv()
            if isinstance(came, BaseException):
                raise came
            found.append(came)
    finally:
        for runner in runners:
            runner.join(WAIT)
            runner.kill()
    return [list(both) for both in zip(*found, strict=True)]


def _run(
    url: str, config: Config, name: str, given: list[Invocation], now: datetime, barrier: Barrier, pipe: Pipe
) -> None:
    quiet()
    database = Database.open(url)
    if database.sqlite:
        with database.writing.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA synchronous=OFF")
    hub = Hub(database, config, Words("en"), Live(), Metrics(), lambda: now)
    sender = Sender(PersonId(name), name, authenticated=True)
    found: list[Outcome] = []
    try:
        for invocation in given:
            barrier.wait(WAIT)
            found.append(_decided(hub, Invoked("chat", sender, invocation), now))
        pipe.send(found)
    except BaseException as error:
        barrier.abort()
        pipe.send(RuntimeError(repr(error)))
    finally:
        database.close()


def _decided(hub: Hub, event: Invoked, now: datetime) -> Outcome:
    """As the hub does: what the database would not take is tried again."""
    while True:
        try:
            done = hub.database.write_now(hub._process, [Entry(event)], now, True)
        except OperationalError:
            continue
        [(_, applied)] = done.applied
        hub._standing = done.standing
        return applied.outcome
