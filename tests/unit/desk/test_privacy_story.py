"""To be forgotten, on the way through hub, store and outbox."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select

from bridges.events import PersonId, Redact, Sender
from bridges.text import plain
from helpdesk.deskevents import Invoked
from helpdesk.model import Invocation, Role, TicketStatus
from helpdesk.store.schema import identities, members, metadata
from tests.desk import Desk, config_for, running


async def everything(desk: Desk) -> str:
    def rows(connection: Connection) -> str:
        return "\n".join(f"{table.name}: {list(connection.execute(select(table)))}" for table in metadata.sorted_tables)

    return await desk.database.read(rows)


async def test_who_is_forgotten_left_nothing_but_tickets_without_a_name(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        chat.say("helpdesk: my badge is broken, says zaphod", by="zaphod")
        announced = await desk.says("chat", "#1", "zaphod on chat asks")
        chat.say("my door too, it says ‘Beeblebrox’", by="zaphod", direct=True)
        await desk.says("chat", "#2", "private page")
        chat.say("!answer 1 Hi Zaphod, come by.", by="vera", room="#sig")
        await desk.says("chat", "vera answers: Hi Zaphod")
        await desk.quiet()
        chat.say("!forget me yes", by="zaphod")
        await desk.says("chat", "!forget me yes within 15 minutes")
        await desk.quiet()
        assert "Beeblebrox" in await everything(desk)
        chat.say("!forget me yes", by="zaphod")
        await desk.says("chat", "I know you no more")
        await desk.says("chat", "#2 was cancelled")
        await desk.quiet()
        redacted = [sent.action for sent in chat.sent if isinstance(sent.action, Redact)]
        assert announced.receipt.messages[0] in {target for action in redacted for target in action.targets}
        left = await everything(desk)
        assert [line for line in left.splitlines() if "zaphod" in line.lower()] == []
        assert "Beeblebrox" not in left
        ticket = await desk.reader.ticket(1)
        assert ticket is not None
        assert (ticket.status, ticket.asker_identity.name) == (TicketStatus.CANCELLED, "somebody")
        assert ticket.text == "my badge is broken, says somebody"
        assert "Hi somebody, come by." in [change.text for change in await desk.reader.history(1)]
        chat.say("!status", by="zaphod")
        await desk.says("chat", "no open ticket")


async def test_a_volunteer_who_is_forgotten_gives_everything_back(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        chat.say("!sig add zaphod lead", by="lea", room="#sig")
        await desk.says("chat", "zaphod")
        chat.say("helpdesk: my badge is broken")
        await desk.says("chat", "#1", "asks: my badge")
        chat.say("!claim 1", by="zaphod", room="#sig")
        await desk.says("chat", "#1 is yours")
        chat.say("!sig add bert", by="zaphod", room="#sig")
        await desk.says("chat", "bert")
        chat.say("!forget me", by="zaphod", room="#sig")
        await desk.says("chat", "within 15 minutes")
        chat.say("!forget me yes", by="zaphod", room="#sig")
        await desk.says("chat", "I know you no more")
        await desk.quiet()
        assert "zaphod" not in await everything(desk)
        ticket = await desk.reader.ticket(1)
        assert ticket is not None
        assert (ticket.status, ticket.claimant) == (TicketStatus.OPEN, None)
        assert {identity.name: role for identity, role in await desk.reader.members()}["bert"] is Role.SOLO
        chat.say("!queue", by="zaphod", room="#sig")
        await desk.says("chat", "is not for everybody")


async def test_the_operator_has_somebody_forgotten(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        desk["chat"].say("helpdesk: my badge is broken", by="zaphod")
        await desk.says("chat", "#1", "asks: my badge")
        await desk.quiet()

        async def say(words: str) -> str:
            operator = Sender(PersonId("operator"), "operator", authenticated=True)
            outcome = await desk.hub.submit(
                Invoked("operator", operator, Invocation("forget", None, words), operator=True)
            )
            return " ".join(plain(text) for text in outcome.said)

        assert "1 open ones are cancelled" in await say("chat:zaphod")
        assert "nothing here leads to chat:zaphod any more" in await say("chat:zaphod yes")
        assert "I know nobody by chat:zaphod" in await say("chat:zaphod yes")
        await desk.quiet()
        assert "zaphod" not in await everything(desk)

        def known(connection: Connection) -> list[str]:
            return list(connection.execute(select(identities.c.key).union(select(members.c.key))).scalars())

        assert await desk.database.read(known) == ["operator"]
