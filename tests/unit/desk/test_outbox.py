"""Delivery: in order for each room, again after a failure, once under its key, and never silently lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bridges.events import Action, PersonId, PersonSeen, Receipt, Sender, SendMessage, ToPerson, ToRoom
from bridges.memory import MemoryNetwork
from bridges.network import Capabilities, Permanent, Transient
from helpdesk import outbox as deliverer
from helpdesk.model import ChangeKind
from helpdesk.store import outbox
from tests.desk import Desk, config_for, running

ANNA = Sender(PersonId("anna"), "anna", authenticated=True)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as found:
        yield found


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, float | None]]:
    """How long the outbox would have waited each time: (attempt, what the network said). Nobody waits here."""
    found: list[tuple[int, float | None]] = []

    async def at_once(attempt: int, told: float | None, kick: asyncio.Event) -> None:
        found.append((attempt, told))

    monkeypatch.setattr(deliverer.Outbox, "pause", staticmethod(at_once))
    return found


def fail(network: MemoryNetwork, monkeypatch: pytest.MonkeyPatch, *errors: Exception, where: str = "") -> None:
    """Sends to rooms whose name holds `where` fail with these errors, one each."""
    left, send = list(errors), network.send

    async def failing(key: str, action: Action) -> Receipt:
        room = repr(action.to) if isinstance(action, SendMessage) else action.room
        if left and where in room:
            raise left.pop(0)
        return await send(key, action)

    monkeypatch.setattr(network, "send", failing)


async def test_a_failure_for_now_is_tried_again_in_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, pauses: list[tuple[int, float | None]]
) -> None:
    chat = desk["chat"]
    fail(chat, monkeypatch, Transient("no"), Transient("no"), Transient("no"))
    for number in range(5):
        chat.say(f"!status {number}", by="anna")
    await desk.says("chat", "#4")
    numbers = [sent.text.rpartition("#")[2] for sent in chat.sent]
    assert numbers == ["0.", "1.", "2.", "3.", "4."]
    assert len(pauses) >= 3


async def test_a_failure_holds_back_its_own_room_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = desk["chat"]
    fail(chat, monkeypatch, Transient("wait", retry_after=3600), where="#help")
    chat.say("!status")
    chat.say("!status", by="vera", room="#sig")
    there = await desk.says("chat", "no open ticket")
    assert there.receipt.room == "#sig"


async def test_the_networks_word_on_when_to_try_again_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, pauses: list[tuple[int, float | None]]
) -> None:
    desk["chat"].say("!status")
    await desk.says("chat", "no open ticket")
    await desk.quiet()
    pauses.clear()
    fail(desk["chat"], monkeypatch, Transient("slow down", retry_after=17.5), Transient("no"))
    desk["chat"].say("!status")
    await desk.says("chat", "no open ticket")
    assert pauses == [(0, 17.5), (1, None)]


async def test_no_sign_of_life_cuts_the_networks_word_short(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    kicked = asyncio.Event()
    kicked.set()
    await deliverer.Outbox.pause(0, 60.0, kicked)
    assert slept == [60.0]
    await deliverer.Outbox.pause(20, None, kicked)
    assert slept == [60.0, deliverer.SHORTEST]
    await deliverer.Outbox.pause(0, None, kicked)
    assert 0.25 <= slept[-1] <= 0.5


async def test_an_answer_that_is_refused_for_ever_is_in_the_history(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "badge is broken")
    await desk.quiet()
    fail(chat, monkeypatch, Permanent("banned from #help"), where="#help")
    desk["other"].say("!answer 1 Come by.", by="olga", room="#team")
    await desk.says("other", "can’t be delivered", "banned from #help")
    await desk.says("chat", "can’t be delivered")
    last = (await desk.reader.history(1))[-1]
    assert (last.kind, last.text) == (ChangeKind.UNDELIVERED, "banned from #help")
    assert (await desk.database.read(outbox.sizes))["chat", "failed"] == 1


async def test_a_fault_of_ours_ends_in_a_notice_and_not_in_silence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, pauses: list[tuple[int, float | None]]
) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "badge is broken")
    await desk.quiet()
    fail(chat, monkeypatch, *[RuntimeError("bug")] * deliverer.FAULTS, where="#help")
    desk["other"].say("!answer 1 Come by.", by="olga", room="#team")
    await desk.says("other", "can’t be delivered", "a fault in the program")
    assert len(pauses) == deliverer.FAULTS - 1


async def test_who_comes_back_between_the_try_and_the_commit_is_told_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person was away when it was tried and is here when the row is held: nobody will report them again."""
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "badge is broken")
    chat.away.add(ANNA.id)
    hold = outbox.hold

    def held(*given: Any) -> None:
        chat.away.clear()
        hold(*given)

    monkeypatch.setattr(outbox, "hold", held)
    chat.say("!answer 1 Come by.", by="vera", room="#sig")
    await desk.says("chat", "vera answers: Come by.")
    await desk.quiet()
    assert await desk.database.read(outbox.sizes) == {}


async def test_held_words_go_out_in_order_once_the_person_is_seen(desk: Desk) -> None:
    chat = desk["chat"]
    chat.say("helpdesk: my badge is broken")
    await desk.says("chat", "badge is broken")
    chat.away.add(ANNA.id)
    for words in ("one", "two", "three"):
        chat.say(f"!answer 1 {words}", by="vera", room="#sig")
        await desk.says("chat", "is away")
    assert not [sent for sent in chat.sent if "vera answers" in sent.text]
    chat.away.clear()
    chat.emit(PersonSeen("chat", desk.clock(), Sender(PersonId("bert"), "bert", authenticated=True)))
    chat.emit(PersonSeen("chat", desk.clock(), ANNA))
    for words in ("one", "two", "three"):
        await desk.says("chat", f"vera answers: {words}")
    answers = [sent.text for sent in chat.sent if "vera answers" in sent.text]
    assert [text.split("answers: ")[1].split("\n")[0] for text in answers] == ["one", "two", "three"]


async def test_a_crash_between_the_send_and_its_row_repeats_it_under_the_same_key(tmp_path: Path) -> None:
    config, url = config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db"
    keys: list[str] = []
    async with running(config, url) as desk:
        never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        put = desk.hub.put

        async def killed(event: Any) -> None:
            if type(event).__name__ == "Settled":
                await never
            await put(event)

        desk.hub.put = killed  # type: ignore[method-assign]
        desk["chat"].say("!status")
        keys.append((await desk.says("chat", "no open ticket")).key)
    async with running(config, url) as desk:
        keys.append((await desk.says("chat", "no open ticket")).key)
        await desk.quiet()
        assert await desk.database.read(outbox.sizes) == {}
    assert keys[0] == keys[1]


async def test_a_network_that_starts_again_sends_what_was_promised(desk: Desk) -> None:
    chat = desk["chat"]
    desk.outbox.stop("chat")
    chat.say("!status")
    await desk.hub.drained()
    await desk.quiet()
    assert chat.sent == []
    desk.outbox.start(chat)
    await desk.says("chat", "no open ticket")


async def test_relays_keep_their_order(tmp_path: Path) -> None:
    config = config_for(tmp_path, links=[{"rooms": ["chat:#help", "other:#help"]}])
    async with running(config, f"sqlite:///{tmp_path}/desk.db") as desk:
        said = [f"line {number}" for number in range(300)]
        for words in said:
            desk["chat"].say(words)
        await desk.says("other", said[-1])
        assert [sent.text for sent in desk["other"].sent] == said


async def test_where_lines_are_short_an_answer_is_two_lines(tmp_path: Path) -> None:
    class Steps:
        def answer(self, question: str, **_: Any) -> Any:
            from kb.model import Answer
            from tests.desk import LIST

            return Answer(LIST, ("Do this:\n1. one\n2. two\n3. three", "More."), 0.9)

        def search(self, query: str, **_: Any) -> Any:
            raise AssertionError(query)

    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db", kb=Steps()) as desk:
        for name, short in (("chat", True), ("other", False)):
            desk[name].capabilities = Capabilities(short_lines=short)
            desk[name].say("helpdesk: how?")
        short_sent = await desk.says("chat", "one")
        long_sent = await desk.says("other", "one")
        assert isinstance(short_sent.action, SendMessage)
        assert isinstance(long_sent.action, SendMessage)
        assert (short_sent.action.lines, long_sent.action.lines) == (2, 0)
        chat = desk["chat"]
        chat.say("!human the door is locked", by="bert")
        await desk.says("chat", "door is locked")
        chat.say("!answer 1 " + "A volunteer explains. " * 40, by="vera", room="#sig")
        answer = await desk.says("chat", "vera answers")
        assert isinstance(answer.action, SendMessage)
        assert answer.action.lines == 0
        assert answer.text.count("A volunteer explains.") == 40


async def test_private_words_wait_for_who_asked_for_them(desk: Desk) -> None:
    """The words of a private ticket go to its claimant directly, and are not lost when they blink."""
    chat = desk["chat"]
    chat.say("my badge says Anna Secret", direct=True)
    await desk.says("other", "Anna Secret")
    chat.away.add(PersonId("vera"))
    chat.say("!claim 1", by="vera", room="#sig")
    await desk.says("chat", "#1 is yours")
    await desk.quiet()
    chat.away.clear()
    chat.emit(PersonSeen("chat", desk.clock(), Sender(PersonId("vera"), "vera", authenticated=True)))
    direct = await desk.says("chat", "Anna Secret")
    assert isinstance(direct.action, SendMessage)
    assert direct.action.to == ToPerson(PersonId("vera"))
    assert not any(
        "Secret" in sent.text
        for sent in chat.sent
        if sent.action.to == ToRoom("#sig")  # type: ignore[union-attr,arg-type]
    )
