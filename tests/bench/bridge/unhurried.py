"""heisenbridge without its pauses, for the comparison of work alone. Run by its own environment's Python.

As it comes it keeps what IRC says for 0.1 s, to merge lines of one person, and says no more than a line in 1.5 s on IRC once five
went out quickly. Neither can be configured.
"""

from __future__ import annotations

from heisenbridge import event_queue, irc
from heisenbridge.__main__ import main


async def run(self: irc.HeisenConnection) -> None:
    while True:
        _, line, _ = await self._queue.get()
        super(irc.HeisenConnection, self).send_raw(line)
        self._queue.task_done()


def enqueue(self: event_queue.EventQueue, event: dict[str, object]) -> None:
    self._events.append(event)
    self._flush()


if __name__ == "__main__":
    irc.HeisenConnection._run = run
    event_queue.EventQueue.enqueue = enqueue
    main()
