"""What stands from one event to the next: the links between rooms, and the rules of moderation.

Whoever holds it asks by two small reads whether it has changed; other workers change it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from helpdesk.config import Config
from helpdesk.desk.moderation import EMPTY, Rulebook
from helpdesk.links import Links
from helpdesk.store import links, moderation


@dataclass(frozen=True, slots=True)
class Standing:
    links: Links = field(default_factory=Links)
    rules: Rulebook = EMPTY
    links_version: int = -1
    rules_version: int = -1


NOTHING_STANDS = Standing()


def standing(connection: Connection, held: Standing, config: Config) -> Standing:
    """As it stands in this transaction; `held` itself while nothing has changed."""
    rules = moderation.rulebook(connection, (held.rules_version, held.rules), config)
    version = links.version(connection)
    if version == held.links_version and rules[0] == held.rules_version:
        return held
    found = held.links if version == held.links_version else Links.of(config.linked, links.load(connection))
    return Standing(found, rules[1], version, rules[0])
