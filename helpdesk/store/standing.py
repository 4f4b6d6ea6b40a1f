"""What stands from one event to the next: the links between rooms, the rules of moderation, and the events that are on.

Whoever holds it asks by two small reads whether it has changed; other workers change it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from helpdesk.config import Config
from helpdesk.desk.moderation import EMPTY, Rulebook
from helpdesk.links import Links
from helpdesk.store import links, moderation
from helpdesk.store.nouns import community
from helpdesk.store.schema import counters


@dataclass(frozen=True, slots=True)
class Standing:
    links: Links = field(default_factory=Links)
    rules: Rulebook = EMPTY
    config: Config | None = None
    """The configuration with the rooms and queues of the events that are on; None: not read yet."""
    links_version: int = -1
    rules_version: int = -1
    events_version: int = -1


NOTHING_STANDS = Standing()


_VERSIONS = select(counters.c.name, counters.c.value).where(
    counters.c.name.in_((links.CHANGES, moderation.COUNTER, community.CHANGES))
)


def standing(connection: Connection, held: Standing, config: Config) -> Standing:
    """As it stands in this transaction; `held` itself while nothing has changed."""
    versions = {row.name: row.value for row in connection.execute(_VERSIONS)}
    linked, ruled = versions.get(links.CHANGES, 0), versions.get(moderation.COUNTER, 0)
    met = versions.get(community.CHANGES, 0)
    if (linked, ruled, met) == (held.links_version, held.rules_version, held.events_version):
        return held
    same_rooms = linked == held.links_version and met == held.events_version
    return Standing(
        held.links if same_rooms else joined(connection, config),
        held.rules if ruled == held.rules_version else moderation.rulebook(connection, config),
        held.config if met == held.events_version else config.with_events(community.in_rooms(connection)),
        linked,
        ruled,
        met,
    )


def joined(connection: Connection, config: Config) -> Links:
    """The links of the configuration, and those made by command where it still allows them: between networks that are
    configured, and never from a room that only volunteers read to one that others read too. The rooms of events that are on
    are kept with them.
    """
    made = [pair for pair in links.load(connection) if {pair.source[0], pair.target[0]} <= config.networks.keys()]
    alike = [pair for pair in made if config.room(*pair.source).private is config.room(*pair.target).private]
    met = ((room.network, room.room) for event in community.in_rooms(connection) for room in event.rooms)
    return Links.of(config.linked, alike, tuple(place for place in met if place[0] in config.networks))
