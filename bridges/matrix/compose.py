"""The desk's actions as the contents of Matrix events. Pure: frozen actions in, dictionaries out.

Formats: Client-Server API v1.15, "Rich replies", "Threading", "Event replacements", "Event annotations", "User and room
mentions"; MSC4144 for the words of others. Nothing of what is said is lost: what is too long for one event is several.
"""

from __future__ import annotations

import html as _html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from bridges.events import Attribution, EditMessage, MessageId, React, Sender, SendMessage, Style
from bridges.matrix.translate import KEY_FIELD, PROFILE
from bridges.matrix.values import Content
from bridges.text import (
    Break,
    Code,
    CodeBlock,
    Mention,
    Plain,
    Span,
    Spoiler,
    Text,
    defuse,
    html,
    one_line,
    plain,
    shorten,
    transform,
    walk,
)
from bridges.text.names import fit_name

SIZE_LIMIT = 40_000
"""Bytes of one event's content: encrypted it grows by a third, and an event may have 65,536."""
LONG_AGO = timedelta(minutes=5)
"""What was said longer ago than this tells its time."""

_MSGTYPES: dict[Style, str] = {"text": "m.text", "notice": "m.notice", "emote": "m.emote"}
_PERSON = re.compile(r"@[^\s:\x00-\x1f]+:[A-Za-z0-9.\-\[\]:]+")
_MOST_MENTIONS = 50


def outgoing(
    key: str,
    action: SendMessage,
    *,
    name: str = "",
    thread_tail: str = "",
    author: str = "",
    named: bool = False,
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """The contents to send, usually one: what is too long for one event becomes several.

    `name` is the present display name of the addressed person, `thread_tail` the last known event of the thread,
    `author` who wrote what is replied to. `named`: whoever sends it is the author, whose name need not be said.
    `now` is when it is sent; without it no time is told.
    """
    words = _Words.of(action.text)
    if action.said_at is not None and now is not None and now - action.said_at > LONG_AGO:
        words.put_in_front(_stamp(action.said_at, now))
    if action.addressed is not None:
        words.address(action.addressed, name)
    if author and author not in words.people and len(words.people) < _MOST_MENTIONS:
        words.people.append(author)
    more = _credit(words, action.attribution, named=named)
    if relation := _relation(action, thread_tail):
        more["m.relates_to"] = relation
    return _contents(key, words, action.style, more)


def edit(key: str, action: EditMessage, *, named: bool = False) -> list[tuple[MessageId | None, dict[str, Any]]]:
    """What gives a message its new words: each content with the event it replaces, or None where it is a further one.

    Targets that do not occur in the result have nothing to say any more.
    """
    words = _Words.of(action.text)
    known = set(_people(action.before))
    more = _credit(words, action.attribution, named=named)
    pieces = _contents(key, words, action.style, more)
    fresh = [person for person in words.people if person not in known]
    result: list[tuple[MessageId | None, dict[str, Any]]] = []
    for number, piece in enumerate(pieces):
        if number >= len(action.targets):
            result.append((None, piece))
            continue
        target = action.targets[number]
        new = {name: value for name, value in piece.items() if name != KEY_FIELD}
        content = new | {
            "body": f"* {new['body']}",
            "m.mentions": {"user_ids": fresh} if fresh and not number else {},
            "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": str(target)},
            KEY_FIELD: _part(key, number),
        }
        if "formatted_body" in new:
            content["formatted_body"] = f"* {new['formatted_body']}"
        if _size(content) > SIZE_LIMIT:  # what stands outside is for clients that know no edits
            content["body"] = shorten(f"* {new['body']}", 300)
            content.pop("formatted_body", None)
            content.pop("format", None)
        result.append((target, content))
    return result


def reaction(key: str, action: React) -> dict[str, Any]:
    relation = {"rel_type": "m.annotation", "event_id": str(action.target), "key": action.key}
    return {"m.relates_to": relation, KEY_FIELD: key}


# --- words ------------------------------------------------------------------------------------------------------------


@dataclass
class _Words:
    """A message while it is put together: what everybody reads, the same with formatting, and who is called."""

    body: str
    formatted: str
    rich: bool
    people: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: Text) -> _Words:
        safe = _defused(text)
        rich = any(not isinstance(span, (Plain, Break)) for span in text)
        return cls(plain(safe), html(safe, pill=_pill), rich, list(dict.fromkeys(_people(text)))[:_MOST_MENTIONS])

    def put_in_front(self, words: str) -> None:
        self.body = words + self.body
        self.formatted = _html.escape(words, quote=False) + self.formatted

    def address(self, person: Sender, name: str) -> None:
        called = defuse(one_line(name or person.name, 100))
        self.body = f"{called}: {self.body}"
        self.formatted = (
            f'<a href="{_html.escape(_address_of(person.id))}">{_html.escape(called)}</a>: {self.formatted}'
        )
        self.people = [person.id, *(who for who in self.people if who != person.id)]
        self.rich = True


def _credit(words: _Words, attribution: Attribution | None, *, named: bool) -> dict[str, Any]:
    """Say whose words they are, in front of them and as a profile (MSC4144)."""
    if attribution is None or named:
        return {}
    who = defuse(called(attribution))
    words.body = f"{who}: {words.body}"
    words.formatted = f"<strong data-mx-profile-fallback>{_html.escape(who)}: </strong>{words.formatted}"
    words.rich = True
    identity = _bytes_cut(f"{attribution.origin}/{attribution.person or attribution.name}", 255)
    return {PROFILE: {"id": identity, "displayname": who, "has_fallback": True}}


def called(attribution: Attribution) -> str:
    """The author's name, with the mark that tells two of one name apart."""
    name = fit_name(attribution.name)
    return f"{name} ({one_line(attribution.mark, 40)})" if attribution.mark else name


def _contents(key: str, words: _Words, style: Style, more: dict[str, Any]) -> list[dict[str, Any]]:
    base = {"msgtype": _MSGTYPES[style]}
    mentions: dict[str, Any] = {"m.mentions": {"user_ids": words.people} if words.people else {}}
    whole = base | {"body": words.body} | mentions | more | {KEY_FIELD: key}
    if words.rich:
        whole |= {"format": "org.matrix.custom.html", "formatted_body": words.formatted}
    if _size(whole) <= SIZE_LIMIT:
        return [whole]
    pieces = _split(words.body, SIZE_LIMIT - 4_000 - _size(mentions | more))
    contents = []
    for number, piece in enumerate(pieces):
        content = base | {"body": piece} | (more if not number else _continued(more))
        contents.append(content | (mentions if not number else {"m.mentions": {}}) | {KEY_FIELD: _part(key, number)})
    return contents


def _continued(more: dict[str, Any]) -> dict[str, Any]:
    """What a further piece carries: its author's name does not stand in front of it again."""
    return {k: {**v, "has_fallback": False} if k == PROFILE else v for k, v in more.items()}


def _part(key: str, number: int) -> str:
    return f"{key}/{number}" if number else key


def _stamp(said_at: datetime, now: datetime) -> str:
    said = said_at.astimezone(UTC)
    form = "%H:%M" if said.date() == now.astimezone(UTC).date() else "%Y-%m-%d %H:%M"
    return f"[{said.strftime(form)} UTC] "


def _relation(action: SendMessage, thread_tail: str) -> dict[str, Any]:
    reply = {"m.in_reply_to": {"event_id": str(action.reply_to)}} if action.reply_to else {}
    if action.thread is None:
        return reply
    return {
        "rel_type": "m.thread",
        "event_id": str(action.thread),
        "is_falling_back": not reply,
        "m.in_reply_to": {"event_id": thread_tail or str(action.thread)},
        **reply,
    }


# --- people and @room -------------------------------------------------------------------------------------------------


def _address_of(person: str) -> str:
    return f"https://matrix.to/#/{quote(person, safe='@:')}"


def _pill(person: str, _: str) -> str | None:
    """Where a mention leads; nowhere for those who are not on Matrix."""
    return _address_of(person) if _PERSON.fullmatch(person) else None


def _people(text: Text) -> Iterator[str]:
    """The Matrix accounts that the text mentions."""
    return (s.person for s in walk(text) if isinstance(s, Mention) and _PERSON.fullmatch(s.person))


def _defused(text: Text) -> Text:
    """The text with `@room` and its like made harmless, addresses of links left whole."""
    return transform(text, _defused_span)


def _defused_span(span: Span) -> Text | None:
    match span:
        case Plain(words) | Code(words) | CodeBlock(words):
            return (replace(span, text=defuse(words)),)
        case Mention(_, name):
            return (replace(span, name=defuse(name)),)
        case Spoiler(children, reason):
            return (replace(span, children=_defused(children), reason=defuse(reason)),)
        case _:
            return None


# --- length -----------------------------------------------------------------------------------------------------------


def _size(content: Content) -> int:
    return len(json.dumps(content, ensure_ascii=False).encode())


def _bytes(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())


def _bytes_cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore")


def _split(body: str, limit: int) -> list[str]:
    """Pieces of at most `limit` bytes as JSON, cut at line ends or spaces where there are any. Nothing is lost."""
    pieces: list[str] = []
    while (size := _bytes(body)) > limit:
        width = int(len(body) * limit / size * 0.9)
        if _bytes(body[:width]) > limit:
            width = min(len(body), limit // 6)  # a character takes at most six bytes
        cut = max(body.rfind("\n", width // 2, width), body.rfind(" ", width // 2, width)) + 1 or width
        pieces.append(body[:cut])
        body = body[cut:]
    return [*pieces, body]
