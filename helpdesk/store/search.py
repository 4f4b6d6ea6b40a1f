"""Search over tickets with the articles' query language: one function for both databases. docs/incidents.md says it for readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, column, exists, false, func, literal_column, not_, or_, select, table

from helpdesk.model import ChangeKind, Ticket, TicketStatus
from helpdesk.nouns.gather import Hit
from helpdesk.store import tickets as store
from helpdesk.store.schema import changes, tickets
from helpdesk.store.search_schema import TABLE
from kb.query import Begins, Every, Must, Never, Phrase, Query, Some, Tagged, Together, Words, Written, lexemes, parse

Reach: TypeAlias = Literal["public", "own", "all"]
"""What may be found: what was not asked in private, also what this person has claimed, or everything."""

_FIELD = re.compile(
    r"(?:^|(?<=\s))(?P<not>-?)(?P<field>status|queue|asker|claimant):(?P<value>[^\s()]+)", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W_]+")
_SHOWN = 160
"""Characters of a snippet."""
_LOOKED_THROUGH = 200
"""Entries of a ticket's history that its snippet is looked for in."""
SAID = (
    ChangeKind.OPENED,
    ChangeKind.ASKER,
    ChangeKind.ANSWER,
    ChangeKind.ASK_BACK,
    ChangeKind.NOTE,
    ChangeKind.RESOLVED,
)
_STATES = {status.value: (status,) for status in TicketStatus} | {
    "active": tuple(status for status in TicketStatus if status.active),
    "done": (TicketStatus.RESOLVED, TicketStatus.CLOSED),
}
_LOOKED_AT = 10_000
"""Of the tickets that hold the words so many are looked at for all else, the newest: a common word is held by most."""
_FEW_LOOKED_AT = 200
_FEW = {"active", *(status.value for status in TicketStatus if status.active)}
_PEOPLE = ("asker", "claimant")
_WORDS = table(TABLE, column("rowid"), column("number"), column("words"))


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, taken apart."""

    words: Query
    fields: tuple[tuple[str, str, bool], ...]
    """Field, value, and whether it must not be so."""

    @property
    def narrow(self) -> bool:
        """Whether an index finds it; else all tickets had to be looked at."""
        wanted = {field for field, _, denied in self.fields if not denied}
        mine = any(field in _PEOPLE and value == "me" for field, value, denied in self.fields if not denied)
        return bool(SQLITE.all(self.words, strict=True)) or mine or "status" in wanted

    @property
    def few(self) -> bool:
        """Whether the fields alone leave so few tickets that each can be looked at for the words."""
        return any(
            (field in _PEOPLE and value == "me") or (field == "status" and value in _FEW)
            for field, value, denied in self.fields
            if not denied
        )


def read(text: str) -> Sought:
    """Never fails, whatever the text."""
    fields = tuple(
        (found["field"].lower(), found["value"].lower(), bool(found["not"])) for found in _FIELD.finditer(text)
    )
    return Sought(parse(_FIELD.sub(" ", text)), fields)


def find(connection: Connection, text: str, person: int, reach: Reach, limit: int) -> tuple[Hit, ...]:
    """The newest tickets that hold all words; where none does, those that hold any. At most `limit`."""
    sought = read(text)
    if not sought.narrow:
        return ()
    found = _find(connection, sought, person, reach, limit, strict=True)
    if not found:
        found = _find(connection, sought, person, reach, limit, strict=False)
    typed = lexemes(_FIELD.sub(" ", text))
    wanted = {token for one in typed if one.sign != "-" and one.field in ("", "title") for token in _tokens(one.text)}
    return tuple(Hit(ticket, _snippet(connection, ticket.number, wanted)) for ticket in found)


def _find(
    connection: Connection, sought: Sought, person: int, reach: Reach, limit: int, *, strict: bool
) -> Sequence[Ticket]:
    sqlite = connection.dialect.name == "sqlite"
    words = (SQLITE if sqlite else POSTGRESQL).all(sought.words, strict=strict)
    query = select(tickets)
    for field, value, denied in sought.fields:
        condition = _field(field, value, person)
        query = query.where(not_(condition) if denied else condition)
    if reach == "public":
        query = query.where(not_(tickets.c.private))
    elif reach == "own":
        query = query.where(or_(not_(tickets.c.private), tickets.c.claimant == person))
    if not words:
        by_person = any(field in ("asker", "claimant") for field, _, denied in sought.fields if not denied)
        newest = tickets.c.number.desc() if by_person else tickets.c.changed_at.desc()
        return store.found_by(connection, query.order_by(newest).limit(limit), {}) if strict else ()
    if not sqlite:
        query = query.join(_WORDS, _WORDS.c.number == tickets.c.number).order_by(_WORDS.c.number.desc())
        query = query.where(_WORDS.c.words.op("@@")(func.to_tsquery(literal_column("'simple'"), words)))
        return store.found_by(connection, query.limit(limit), {})
    # Newest first, and no further than needed: FTS5 walks its lists backwards.
    match = literal_column(TABLE).op("MATCH")(words)
    newest_first = select(_WORDS.c.rowid).where(match).order_by(_WORDS.c.rowid.desc()).limit(_LOOKED_AT).subquery()
    walked = query.join(newest_first, newest_first.c.rowid == tickets.c.number).order_by(newest_first.c.rowid.desc())
    found = store.found_by(connection, walked.limit(limit), {})
    if len(found) < limit and sought.few:
        # Older than that, but few by what else is said of them: each of these is looked at for the words.
        those = query.order_by(tickets.c.number.desc()).limit(_FEW_LOOKED_AT)
        for ticket in store.found_by(connection, those, {}):
            held = exists().where(_WORDS.c.rowid == ticket.number, match)
            if len(found) < limit and ticket not in found and connection.execute(select(held)).scalar():
                found = (*found, ticket)
    return found


def _field(field: str, value: str, person: int) -> ColumnElement[bool]:
    match field:
        case "status":
            if value not in _STATES:
                return false()
            return tickets.c.status.in_(_STATES[value])
        case "queue":
            return func.lower(tickets.c.queue) == ("" if value in ("-", "main") else value)
        case "asker" if value == "me":
            return tickets.c.asker == person
        case "asker":
            return func.lower(tickets.c.asker_name) == value
        case _ if value == "me":
            return tickets.c.claimant == person
        case _:
            return func.lower(tickets.c.claimant_name) == value


# --- the index's own languages ----------------------------------------------------------------------------------------


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an index is asked. `strict`: words side by side must all be there."""

    every: str
    some: str
    but: str
    phrase: str
    """Between the words of a phrase."""
    quote: str
    word: str
    """Behind each word that stands in the text."""
    begins: str
    """Behind the beginning of one."""
    tag: str
    """Behind each word of a tag."""
    in_text: str = "({})"
    in_tags: str = "({})"

    def all(self, query: Query, *, strict: bool) -> str:
        """The whole query; empty where nothing is wanted, or only something not."""
        wanted, not_wanted = self._parts(query, strict=strict)
        return self._without(wanted, not_wanted) if wanted else ""

    def _without(self, wanted: str, not_wanted: list[str]) -> str:
        return f"({wanted}){self.but}({self.some.join(not_wanted)})" if not_wanted else wanted

    def _leaf(self, text: str, mark: str, around: str) -> str:
        said = self.phrase.join(f"{self.quote}{token}{self.quote}{mark}" for token in _tokens(text))
        return around.format(said) if said else ""

    def _parts(self, query: Query, *, strict: bool) -> tuple[str, list[str]]:
        match query:
            case Words(said):
                each = [self._leaf(word, self.word, self.in_text) for word in said]
                return self._joined(each, self.every if strict else self.some), []
            case Phrase(said):
                return self._leaf(said, self.word, self.in_text), []
            case Begins(said):
                return self._leaf(said, self.begins, self.in_text), []
            case Tagged(tag):
                return self._leaf(tag, self.tag, self.in_tags), []
            case Written(lang):
                return self._leaf(f"lang{lang}", self.tag, self.in_tags), []
            case Must(part):
                return self._parts(part, strict=strict)
            case Never(part):
                wanted = self.all(part, strict=False)
                return "", [f"({wanted})"] if wanted else []
            case Every(parts):
                return self.all(
                    Together(tuple(Must(part) if not isinstance(part, Never) else part for part in parts)), strict=True
                ), []
            case Some(parts):
                return self._joined([self.all(part, strict=strict) for part in parts], self.some), []
            case Together(parts):
                return self._together(parts, strict=strict)

    def _together(self, parts: Sequence[Query], *, strict: bool) -> tuple[str, list[str]]:
        must: list[str] = []
        may: list[str] = []
        never: list[str] = []
        narrowed: list[str] = []
        for part in parts:
            wanted, not_wanted = self._parts(part, strict=strict)
            never += not_wanted
            kind = narrowed if isinstance(part, Tagged | Written) else must if strict or isinstance(part, Must) else may
            kind.append(wanted)
        words = self._joined(must, self.every) if any(must) else self._joined(may, self.some)
        return self._joined([*narrowed, words], self.every), never

    def _joined(self, each: Sequence[str], operator: str) -> str:
        held = [one for one in each if one]
        return held[0] if len(held) == 1 else operator.join(f"({one})" for one in held)


SQLITE = Dialect(" AND ", " OR ", " NOT ", " + ", '"', "", " *", "", "words : ({})", "tags : ({})")
POSTGRESQL = Dialect(" & ", " | ", " & !", " <-> ", "'", ":D", ":*D", ":A")


# --- what is shown ----------------------------------------------------------------------------------------------------


def _snippet(connection: Connection, number: int, wanted: set[str]) -> str:
    """Where the words stand in what was said; how it began, where they stand nowhere there."""
    query = (
        select(changes.c.text)
        .where(changes.c.ticket == number, changes.c.kind.in_(SAID), changes.c.text != "")
        .order_by(changes.c.id)
        .limit(_LOOKED_THROUGH)
    )
    texts = [" ".join(text.split()) for text in connection.execute(query).scalars()]
    if not texts:
        return ""
    held = [(len(wanted & set(_tokens(text))), -at) for at, text in enumerate(texts)]
    text = texts[-max(held)[1]]
    first = next((found.start() for found in _TOKEN.finditer(text) if found[0].lower() in wanted), 0)
    start = max(0, first - _SHOWN // 3)
    start = 0 if start < len("… ") else text.rfind(" ", 0, start) + 1
    cut = text[start : start + _SHOWN]
    if start + _SHOWN < len(text):
        cut = cut.rpartition(" ")[0] + " …"
    return ("… " if start else "") + cut
