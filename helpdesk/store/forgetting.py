"""Anonymises a person everywhere, in one transaction. Tickets and their history stay, and lead to nobody.

Every column that can hold a person's name, id or words is handled here, or stands in `personal.KEPT` with the reason why not.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, delete, or_, select, tuple_, update

from helpdesk.nouns.privacy import SOMEBODY
from helpdesk.store import ledger, pages
from helpdesk.store.people import token_hash
from helpdesk.store.schema import (
    anchors,
    audit,
    breakers,
    changes,
    dead_letters,
    identities,
    lessons,
    links,
    members,
    outbox,
    people,
    questions,
    relayed,
    rules,
    speakers,
    tickets,
    told_once,
    web_lines,
    web_sessions,
)
from helpdesk.store.schema import pages as pages_table
from helpdesk.store.schema_sig import (
    attachments,
    calendars,
    community_events,
    drafts,
    duty,
    forms,
    link_codes,
    link_tries,
    loans,
    needs,
    offers,
    requests,
    shifts,
    swaps,
    thanks,
    volunteers,
    watched,
)

SHORTEST = 3
"""A name of fewer letters is not looked for in what people wrote: it would stand in every other word."""
MANY = 500
"""Values that one statement names."""
_IDS = frozenset({"$", "id", "room", "target", "targets", "message", "messages", "thread", "reply_to", "person", "iso"})
"""What in an action is no words."""


class Veil:
    """Puts SOMEBODY where a name of the person stands literally."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        found = sorted((name for name in self.names if len(name) >= SHORTEST), key=len, reverse=True)
        self._pattern = re.compile(
            "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in found) or r"(?!)", re.IGNORECASE
        )

    def __call__(self, text: str) -> str:
        return self._pattern.sub(SOMEBODY, text)

    def hides(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def over(self, value: Any) -> Any:
        """The same JSON with the words in it veiled."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, list):
            return [self.over(item) for item in value]
        if isinstance(value, dict):
            return {name: item if name in _IDS else self.over(item) for name, item in value.items()}
        return value


class _Forgetting:
    """One person, while they are being forgotten."""

    def __init__(self, connection: Connection, person: int, now: datetime) -> None:
        self.connection = connection
        self.person = person
        self.now = now
        self.key = f"forgotten:{person}"
        self.identities = [
            (row.network, row.key)
            for row in connection.execute(select(identities).where(identities.c.person == person))
        ]
        self.asked = self._numbers(tickets.c.number, tickets.c.asker == person)
        self.involved = sorted(
            {
                *self.asked,
                *self._numbers(tickets.c.number, tickets.c.claimant == person),
                *self._numbers(changes.c.ticket, changes.c.actor == person),
            }
        )
        self.veil = Veil({*self._names(), *(key for _, key in self.identities)})
        self.direct = self._direct_rooms()

    def _numbers(self, column: Any, *where: Any) -> list[int]:
        return sorted(set(self.connection.execute(select(column).where(*where)).scalars()))

    def _names(self) -> Iterator[str]:
        for name, *where in (
            (identities.c.name, identities.c.person == self.person),
            (volunteers.c.name, volunteers.c.person == self.person),
            (tickets.c.asker_name, tickets.c.asker == self.person),
            (tickets.c.claimant_name, tickets.c.claimant == self.person),
            (changes.c.actor_name, changes.c.actor == self.person),
            (questions.c.identity_name, questions.c.person == self.person),
        ):
            found = self.connection.execute(select(name).where(*where).distinct()).scalars()
            yield from (str(known) for known in found if known and known != SOMEBODY)

    def _direct_rooms(self) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for table, whose in ((tickets, tickets.c.asker), (questions, questions.c.person)):
            query = select(table.c.network, table.c.room).where(
                whose == self.person, table.c.direct, table.c.room != ""
            )
            found |= {(row.network, row.room) for row in self.connection.execute(query.distinct())}
        return found

    # --- how ----------------------------------------------------------------------------------------------------------

    def mine(self, network: Column[Any], key: Column[Any]) -> Any:
        """Rows that bear an identity of theirs."""
        return tuple_(network, key).in_(self.identities)

    def set(self, table: Table, *where: Any, **values: Any) -> None:
        self.connection.execute(update(table).where(*where).values(**values))

    def drop(self, table: Table, *where: Any) -> None:
        self.connection.execute(delete(table).where(*where))

    def reword(self, table: Table, names: Sequence[str], *where: Any) -> None:
        """Veil these columns of these rows; only rows that change are written."""
        keys = list(table.primary_key.columns)
        for row in self.connection.execute(select(*keys, *(table.c[name] for name in names)).where(*where)).all():
            values = {name: self.veil.over(getattr(row, name)) for name in names}
            if any(getattr(row, name) != value for name, value in values.items()):
                this = and_(*(key == getattr(row, key.name) for key in keys))
                self.connection.execute(update(table).where(this).values(**values))

    # --- what ---------------------------------------------------------------------------------------------------------

    def lessons(self) -> None:
        """What the log of questions learned from them stays, without a way back to them."""
        theirs = or_(
            lessons.c.ticket.in_(select(tickets.c.number).where(tickets.c.asker == self.person)),
            lessons.c.question.in_(select(questions.c.id).where(questions.c.person == self.person)),
        )
        self.reword(lessons, ("text",), theirs)
        self.set(lessons, theirs, ticket=None, question=None)

    def tickets(self) -> None:
        mine = tickets.c.asker == self.person
        for number in self.asked:
            self.set(tickets, tickets.c.number == number, token_hash=token_hash(secrets.token_urlsafe(18)))
        self.set(tickets, mine, asker_key=self.key, asker_name=SOMEBODY, asker_authenticated=False)
        self.set(tickets, mine, message=None, thread=None)
        self.set(tickets, mine, tickets.c.direct, room="")
        self.set(tickets, mine, tickets.c.private, text="", title="", notice="")
        nobody = {"claimant": None, "claimant_network": None, "claimant_key": None, "claimant_name": None}
        self.set(tickets, tickets.c.claimant == self.person, **nobody)
        for some in _parts(self.involved):
            self.reword(tickets, ("text", "title", "notice", "tags"), tickets.c.number.in_(some))

    def history(self) -> None:
        mine = changes.c.actor == self.person
        private = changes.c.ticket.in_(select(tickets.c.number).where(tickets.c.private))
        self.set(changes, mine, private, text="")
        self.set(changes, mine, actor_name=SOMEBODY, room="", message=None)
        for some in _parts(self.involved):
            self.reword(changes, ("text", "actor_name"), changes.c.ticket.in_(some))
        self.set(drafts, drafts.c.author == self.person, drafts.c.status == "waiting", status="withdrawn")
        hidden = drafts.c.ticket.in_(select(tickets.c.number).where(tickets.c.private))
        self.set(drafts, drafts.c.author == self.person, hidden, text="")
        self.set(
            drafts,
            drafts.c.author == self.person,
            author_network="",
            author_key=self.key,
            author_name=SOMEBODY,
            confirm=None,
        )
        for some in _parts(self.involved):
            self.reword(drafts, ("text", "why", "author_name"), drafts.c.ticket.in_(some))
            self.reword(requests, ("fields", "result"), requests.c.ticket.in_(some))
        self.reword(drafts, ("why",), or_(drafts.c.mentor == self.person, drafts.c.author == self.person))
        for some in _parts(self.asked):
            self.set(requests, requests.c.ticket.in_(some), fields={}, result="")
            rows = self.connection.execute(select(attachments.c.token_hash).where(attachments.c.ticket.in_(some)))
            for hashed in rows.scalars().all():
                pages.expire(self.connection, hashed, self.now)
            self.drop(attachments, attachments.c.ticket.in_(some))
        asked = select(questions.c.id).where(questions.c.person == self.person)
        waiting = (attachments.c.question.in_(asked), attachments.c.ticket.is_(None))
        for hashed in self.connection.execute(select(attachments.c.token_hash).where(*waiting)).scalars().all():
            pages.expire(self.connection, hashed, self.now)
        self.drop(attachments, *waiting)

    def questions(self) -> None:
        mine = questions.c.person == self.person
        numbers = select(questions.c.id).where(mine)
        for network, room in self.direct:
            here = (anchors.c.network == network, anchors.c.room == room)
            self.drop(anchors, *here, anchors.c.question.in_(numbers))
            self.drop(
                anchors, *here, anchors.c.ticket.in_(select(tickets.c.number).where(tickets.c.asker == self.person))
            )
        self.set(questions, mine, questions.c.direct, room="")
        self.set(questions, mine, questions.c.status.in_(("asking", "searching")), status="dropped")
        self.set(
            questions,
            mine,
            identity_key=self.key,
            identity_name=SOMEBODY,
            identity_authenticated=False,
            message=None,
            thread=None,
            text="",
            previous="",
            read_as="",
        )

    def rooms(self) -> None:
        """What the relay and the watch keep of what they said."""
        mine = self.mine(relayed.c.network, relayed.c.person)
        said = select(relayed.c.id).where(mine, relayed.c.kind == "message")
        for entry in self.connection.execute(said).scalars().all():
            ledger.forget(self.connection, entry, self.now)
            self.drop(outbox, outbox.c.relayed == entry, outbox.c.action["$"].as_string() == "SendMessage")
        self.set(relayed, mine, person=self.key, name=SOMEBODY, message=relayed.c.id.cast(relayed.c.message.type))
        for table, person in (
            (speakers, speakers.c.person),
            (breakers, breakers.c.person),
            (told_once, told_once.c.person),
        ):
            self.drop(table, self.mine(table.c.network, person))
        self.drop(watched, self.mine(watched.c.network, watched.c.key))
        keys = [key for _, key in self.identities]
        rooms = select(web_sessions.c.room).where(web_sessions.c.person.in_(keys))
        self.drop(web_lines, or_(web_lines.c.author.in_(keys), web_lines.c.room.in_(rooms)))
        self.drop(web_sessions, web_sessions.c.person.in_(keys))

    def promises(self) -> None:
        """What waits to be said to them is not said any more; what names them elsewhere names somebody."""
        lanes = [(network, f"person:{key}") for network, key in self.identities] + sorted(self.direct)
        self.drop(outbox, tuple_(outbox.c.network, outbox.c.lane).in_(lanes))
        self.drop(outbox, self.mine(outbox.c.network, outbox.c.waits_for))
        for row in self.connection.execute(
            select(outbox.c.id, outbox.c.network, outbox.c.action, outbox.c.error)
        ).all():
            addressed = row.action.get("addressed") or {}
            if (row.network, addressed.get("id")) in self.identities:
                self.drop(outbox, outbox.c.id == row.id)
                continue
            action, error = self.veil.over(row.action), self.veil(row.error)
            if (action, error) != (row.action, row.error):
                self.set(outbox, outbox.c.id == row.id, action=action, error=error)

    def sig(self) -> None:
        """What they were in the SIG; others' shifts and drafts stay."""
        for table in (volunteers, offers, forms, link_codes, calendars):
            self.drop(table, table.c.person == self.person)
        self.drop(link_codes, self.mine(link_codes.c.network, link_codes.c.key))
        self.drop(link_codes, self.mine(link_codes.c.taker_network, link_codes.c.taker_key))
        self.drop(link_tries, self.mine(link_tries.c.network, link_tries.c.key))
        self.set(volunteers, volunteers.c.mentor == self.person, mentor=None)
        running = or_(shifts.c.until.is_(None), shifts.c.until > self.now)
        self.set(shifts, shifts.c.person == self.person, running, until=self.now)
        theirs = or_(swaps.c.giver == self.person, swaps.c.wanted == self.person)
        self.set(swaps, theirs, swaps.c.status == "open", status="withdrawn")
        self.set(swaps, swaps.c.wanted == self.person, wanted=None)
        on = or_(duty.c.until.is_(None), duty.c.until > self.now)
        self.set(duty, duty.c.person == self.person, on, until=self.now)
        self.set(duty, duty.c.person == self.person, network="", key=self.key, name=SOMEBODY, place="")
        self.set(thanks, thanks.c.giver == self.person, words="")
        self.reword(thanks, ("words",), thanks.c.helper == self.person)

    def community(self) -> None:
        mine = needs.c.person == self.person
        self.set(needs, mine, needs.c.direct, room="")
        self.set(needs, mine, or_(needs.c.direct, needs.c.private), text="")
        self.set(needs, needs.c.person == self.person, key=self.key, name=SOMEBODY)
        self.reword(needs, ("text", "answer"), needs.c.person == self.person)
        self.set(loans, loans.c.borrower_person == self.person, borrower=SOMEBODY, borrower_person=None)
        self.reword(loans, ("borrower", "what"))
        contact = community_events.c.contact_person == self.person
        self.set(community_events, contact, contact=SOMEBODY, contact_person=None)
        self.set(community_events, community_events.c.made_by == self.person, made_by=None)
        self.reword(community_events, ("contact", "notes", "title"))

    def records(self) -> None:
        """What was written down of what they did, and by whose word."""
        for column in (members.c.granted_by, links.c.by, rules.c.by):
            self.set(column.table, column.in_(sorted(self.veil.names)), **{column.name: SOMEBODY})
        self.drop(members, self.mine(members.c.network, members.c.key))
        self.set(audit, self.mine(audit.c.network, audit.c.actor), actor="", actor_name=SOMEBODY)
        self.reword(audit, ("actor_name", "about", "detail"))
        for row in self.connection.execute(
            select(dead_letters.c.id, dead_letters.c.event, dead_letters.c.traceback)
        ).all():
            if self.veil.hides(row.event) or self.veil.hides(row.traceback):
                self.drop(dead_letters, dead_letters.c.id == row.id)
        exported = (pages_table.c.kind == "export", pages_table.c.reference == str(self.person))
        for hashed in self.connection.execute(select(pages_table.c.token_hash).where(*exported)).scalars().all():
            pages.expire(self.connection, hashed, self.now)
        self.drop(identities, identities.c.person == self.person)
        self.set(people, people.c.id == self.person, lang="")


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), MANY):
        yield numbers[start : start + MANY]


def forget(connection: Connection, person: int, now: datetime) -> set[int]:
    """Forget the person. What they had open must be given back before. Returns the tickets that changed."""
    them = _Forgetting(connection, person, now)
    them.lessons()
    them.questions()
    them.tickets()
    them.history()
    them.rooms()
    them.promises()
    them.sig()
    them.community()
    them.records()
    return set(them.involved)
