"""Two real IRC servers that are one network, until the link between them is cut: a real netsplit, and its healing."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from tests.servers.gate import Gate
from tests.servers.irc import PASSWORD, InspIRCd, IrcPeer, free_port, unique

_SECRET = 'sendpass="split" recvpass="split"'


class Linked:
    """`hub` is where the desk lives, `leaf` is where the others are. The leaf connects to the hub through a gate."""

    def __init__(self) -> None:
        port = free_port()
        self._gate = Gate(port)
        self.hub = InspIRCd(
            name="hub.test.example",
            sid="1AA",
            spanning=True,
            more=f"""<bind address="127.0.0.1" port="{port}" type="servers">
<link name="leaf.test.example" ipaddr="127.0.0.1" port="1" allowmask="127.0.0.1/32" {_SECRET}>""",
        )
        self._leaf: InspIRCd | None = None

    @property
    def leaf(self) -> InspIRCd:
        assert self._leaf is not None
        return self._leaf

    async def start(self) -> None:
        """Both up, and one network."""
        await self._gate.open()
        link = f'<link name="hub.test.example" ipaddr="127.0.0.1" port="{self._gate.port}" {_SECRET}>'
        self._leaf = InspIRCd(name="leaf.test.example", sid="2BB", spanning=True, more=link)
        self.hub.start()
        self.leaf.start()
        await self._connect()

    async def cut(self) -> None:
        """Both go on, each on its side."""
        await self._gate.shut()

    async def mend(self) -> None:
        """One network again: who was on the other side comes back."""
        await self._gate.open()
        await self._connect()

    async def restart_leaf(self) -> None:
        """After `leaf.kill`: it is there again, and empty."""
        self.leaf.start()
        await self._connect()

    async def _connect(self) -> None:
        operator = await IrcPeer.connect(self.leaf, unique("oper"))
        operator.send(f"OPER oper {PASSWORD}")
        await operator.expect(r" 381 ")
        operator.send(f"MODE {operator.nick} +s +lL", "CONNECT hub.test.example")
        await operator.expect(r"NOTICE .*(Received end of netburst|Finished bursting)")
        await operator.quit()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._gate.shut()
        self.hub.stop()
        if self._leaf is not None:
            self._leaf.stop()
