"""What stands from one event to the next: the links between rooms, and the rules of moderation.

Whoever holds it asks by two small reads whether it has changed; other workers change it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from helpdesk.config import Config
from helpdesk.desk.moderation import EMPTY, Rulebook
from helpdesk.links import Links
from helpdesk.store import links, moderation
from helpdesk.store.schema import counters


@dataclass(frozen=True, slots=True)
class Standing:
    links: Links = field(default_factory=Links)
    rules: Rulebook = EMPTY
    links_version: int = -1
    rules_version: int = -1


NOTHING_STANDS = Standing()


_VERSIONS = select(counters.c.name, counters.c.value).where(counters.c.name.in_((links.CHANGES, moderation.COUNTER)))


def standing(connection: Connection, held: Standing, config: Config) -> Standing:
    """As it stands in this transaction; `held` itself while nothing has changed."""
    versions = {row.name: row.value for row in connection.execute(_VERSIONS)}
    linked, ruled = versions.get(links.CHANGES, 0), versions.get(moderation.COUNTER, 0)
    if linked == held.links_version and ruled == held.rules_version:
        return held
    return Standing(
        held.links if linked == held.links_version else joined(connection, config),
        held.rules if ruled == held.rules_version else moderation.rulebook(connection, config),
        linked,
        ruled,
    )


def joined(connection: Connection, config: Config) -> Links:
    """The links of the configuration, and those made by command where it still allows them: between networks that are
    configured, and never from a room that only volunteers read to one that others read too.
    """
    made = [pair for pair in links.load(connection) if {pair.source[0], pair.target[0]} <= config.networks.keys()]
    alike = [pair for pair in made if config.room(*pair.source).private is config.room(*pair.target).private]
    return Links.of(config.linked, alike)
