"""Whoever asked sees that an answer is being written."""

from pathlib import Path

from bridges.events import RoomId
from tests.desk import config_for, running


async def test_the_desk_types_while_it_looks_for_an_answer(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        desk["chat"].say("helpdesk: how do I get a mailing list?")
        await desk.says("chat", "Ask the desk for a list")
        await desk.quiet()
        assert desk["chat"].typed == [(RoomId("#help"), True), (RoomId("#help"), False)]
        assert desk["other"].typed == []
