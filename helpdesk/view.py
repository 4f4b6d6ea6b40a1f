"""What a decision looks at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridges.events import MessageId, PersonId
from helpdesk.ledger import Surroundings
from helpdesk.links import Links
from helpdesk.model import (
    AuditEntry,
    Change,
    Counts,
    Fresh,
    Identity,
    Level,
    Person,
    Question,
    Role,
    Rule,
    Said,
    Ticket,
)
from helpdesk.nouns.community import CommunityView
from helpdesk.nouns.credit import CreditView
from helpdesk.nouns.gather import GatherView
from helpdesk.nouns.life import LifeView
from helpdesk.nouns.privacy import PrivacyView
from helpdesk.nouns.requests import RequestView
from helpdesk.nouns.rota import RotaView
from helpdesk.nouns.sig import SigView
from helpdesk.nouns.watch import WatchView
from kb.model import Article


@dataclass(frozen=True, slots=True)
class View:
    """All a decision may know. What an event does not need is left empty."""

    person: Person | None = None
    ticket: Ticket | None = None
    """Named by the command, or by the thread, reply or page the words stand in."""
    question: Question | None = None
    """The person's last in this room, or the one the message, reaction or answer is about."""
    before: Question | None = None
    """The same person's question before that one, wherever it was asked."""
    root: MessageId | None = None
    """The desk's message that answered `question`: a thread may begin there."""
    mine: tuple[Ticket, ...] = ()
    """The person's own active tickets as an asker, newest first."""
    resolved: Ticket | None = None
    """The person's own that was closed as solved last."""
    queue: tuple[Ticket, ...] = ()
    history: tuple[Change, ...] = ()
    members: tuple[tuple[Identity, Role], ...] = ()
    counts: Counts = field(default_factory=Counts)
    fresh: Fresh | None = None
    links: Links = field(default_factory=Links)
    near: Surroundings = field(default_factory=Surroundings)
    """What the relay knows."""
    waiting: tuple[Said, ...] = ()
    """What a backlog holds."""
    level: Level = "allowed"
    """What moderation says of what was said."""
    rule: Rule | None = None
    """Why."""
    rules: tuple[Rule, ...] = ()
    """Of moderation."""
    audit: tuple[AuditEntry, ...] = ()
    """The latest, newest first."""
    called: tuple[Identity, ...] = ()
    """Who has lately gone by the name that a command says."""
    life: LifeView = field(default_factory=LifeView)
    gather: GatherView = field(default_factory=GatherView)
    sig: SigView = field(default_factory=SigView)
    rota: RotaView = field(default_factory=RotaView)
    credit: CreditView = field(default_factory=CreditView)
    privacy: PrivacyView = field(default_factory=PrivacyView)
    community: CommunityView = field(default_factory=CommunityView)
    request: RequestView = field(default_factory=RequestView)
    watch: WatchView = field(default_factory=WatchView)
    articles: Mapping[str, Article] = field(default_factory=dict)
    """The knowledge base's articles by id, as they are now; those for volunteers, drafts and archived ones included."""
    writing: frozenset[tuple[str, PersonId]] = frozenset()
    """Network and person of all who are writing to the desk, or where volunteers talk."""
    anchored: bool = False
    """`ticket` or `question` was found through the message that was replied or reacted to, or the thread."""
