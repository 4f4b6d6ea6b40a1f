"""A line counts as taken when it was echoed, or a PING sent after it was answered and nothing was refused."""

from __future__ import annotations

import asyncio

import pytest

from bridges.irc.delivery import Ledger, Lost, Speech, Undelivered
from bridges.irc.reports import Echoed, Refused


def line(ledger: Ledger, target: str = "#help", label: str = "") -> asyncio.Future[str]:
    taken: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ledger.written(Speech("PRIVMSG", lambda: target, "words", taken), target, label, 0.0)
    return taken


async def test_echoes_confirm_in_order_of_their_room() -> None:
    ledger = Ledger()
    first, other, second = line(ledger), line(ledger, "anna"), line(ledger)
    ledger.echoed(Echoed("#help", "", "m1"))
    assert first.result() == "m1"
    assert not second.done()
    ledger.echoed(Echoed("anna", "", "m2"))
    assert other.result() == "m2"


async def test_a_label_says_which() -> None:
    ledger = Ledger()
    first, second = line(ledger, label="s1"), line(ledger, label="s2")
    ledger.echoed(Echoed("#help", "s2", "m2"))
    assert second.result() == "m2"
    ledger.refused(Refused("#help", "s1", "404", "no"))
    assert isinstance(first.exception(), Undelivered)


async def test_a_pong_confirms_what_was_written_before_its_ping() -> None:
    ledger = Ledger()
    first = line(ledger)
    token = ledger.mark()
    second = line(ledger)
    assert ledger.unmarked == 1
    ledger.ponged("somebody else's")
    assert not first.done()
    ledger.ponged(token)
    assert first.done()
    assert not second.done()
    ledger.ponged(ledger.mark())
    assert second.done()
    assert len(ledger) == 0


async def test_a_refusal_without_target_is_of_the_oldest_line() -> None:
    ledger = Ledger()
    first, second = line(ledger), line(ledger)
    ledger.refused(Refused("", "", "417", "too long"))
    assert isinstance(first.exception(), Undelivered)
    ledger.refused(Refused("", "", "433", "nick in use"))
    ledger.refused(Refused("#other", "", "404", "no"))
    assert not second.done()
    second.cancel()


@pytest.mark.parametrize("how", ["lost", "left"])
async def test_what_is_not_confirmed_is_not_claimed(how: str) -> None:
    ledger = Ledger()
    taken = line(ledger)
    if how == "lost":
        ledger.lost(Lost("gone"))
        assert isinstance(taken.exception(), Lost)
    else:
        ledger.left("#help")
        assert isinstance(taken.exception(), Undelivered)


async def test_nobody_waits_any_more() -> None:
    ledger = Ledger()
    taken = line(ledger)
    taken.cancel()
    ledger.echoed(Echoed("#help", "", "m1"))
    assert len(ledger) == 0
