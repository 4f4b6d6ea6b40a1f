"""What people call the queues. The one there always is, which has no name of its own, is `main`. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from helpdesk.config import Config

MAIN = "main"


@dataclass(frozen=True, slots=True)
class QueueNames:
    config: Config

    def title(self, queue: str) -> str:
        """As it is shown."""
        settings = self.config.queues.get(queue)
        return (settings.title if settings is not None else "") or queue or MAIN

    @property
    def known(self) -> tuple[str, ...]:
        """As they can be written."""
        main = () if MAIN in self.config.queues else (MAIN,)
        return (*main, *self.config.queues)

    def all(self, words: str) -> bool:
        """Whether the words mean every queue."""
        return words.casefold() in ("all", "alle") and words not in self.config.queues

    def find(self, words: str) -> str | None:
        """The queue that is meant, by name or title; a small slip is forgiven."""
        names = {name.casefold(): name for name in self.config.queues}
        names |= {settings.title.casefold(): name for name, settings in self.config.queues.items() if settings.title}
        names.setdefault(MAIN, "")
        wanted = " ".join(words.split()).casefold()
        near = get_close_matches(wanted, names, n=1, cutoff=0.8)
        return names[wanted] if wanted in names else names[near[0]] if near else None


def served(own: tuple[str, ...], room: str) -> tuple[str, ...]:
    """The queues whose tickets somebody is shown in a room: their own, and the room's."""
    return tuple(dict.fromkeys((*(own or ("",)), room))) if room else own or ("",)


def and_events(queues: Iterable[str], config: Config) -> tuple[str, ...]:
    """These and, for whoever serves the main one, those of the community events that are on."""
    found = tuple(dict.fromkeys(queues))
    return (*found, *(name for name in config.occasions if name not in found)) if "" in found else found
