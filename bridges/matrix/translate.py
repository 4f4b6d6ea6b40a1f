"""Matrix event contents to the desk's events and back. Pure: dictionaries in, frozen events or dictionaries out.

Never imports nio, asyncio or anything that does I/O. Formats: Client-Server API v1.15, "Instant messaging", "Rich
replies", "Threading", "Event annotations", "User and room mentions"; MSC4144 for the words of others.
"""

from __future__ import annotations

import html as _html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from bridges.events import (
    Attribution,
    EventId,
    MessageEdited,
    MessageId,
    MessageReceived,
    MessageRedacted,
    PersonId,
    React,
    Reacted,
    Room,
    Sender,
    SendMessage,
    Style,
)
from bridges.text import (
    Break,
    Code,
    CodeBlock,
    Link,
    Mention,
    Plain,
    Span,
    Text,
    defuse,
    from_html,
    from_plain,
    html,
    one_line,
    plain,
    take_address,
    transform,
)

Content: TypeAlias = Mapping[str, Any]
Heard: TypeAlias = MessageReceived | MessageEdited | MessageRedacted | Reacted

KEY_FIELD = "org.community_helpdesk.key"
"""Where an event of ours carries its idempotency key."""
SIZE_LIMIT = 40_000
"""Bytes of one event's content: encrypted it grows by a third, and an event may have 65,536."""

_STYLES: dict[str, Style] = {"m.text": "text", "m.notice": "notice", "m.emote": "emote"}
_MSGTYPES: dict[Style, str] = {style: msgtype for msgtype, style in _STYLES.items()}
_ATTACHMENTS = {"m.image": "image", "m.file": "file", "m.audio": "audio", "m.video": "video"}
_PILL = re.compile(r"(?:https://matrix\.to/#/|matrix:u/)([^?/]+)")
_LATEST = 253_402_300_799_000


@dataclass(frozen=True, slots=True)
class Us:
    """The desk on this network."""

    user: str
    names: tuple[str, ...]
    """What people may call it: the desk's name, the account's localpart, its display name."""


# --- from Matrix ------------------------------------------------------------------------------------------------------


def incoming(network: str, source: Content, room: Room, name: str, us: Us) -> Heard | None:
    """What a room event says to the desk; None for what is no business of its own (state, our own words, remnants).

    `source` is the decrypted event as the server gave it, `name` the sender's display name in the room.
    """
    content = source.get("content")
    sender_id, event_id = source.get("sender"), source.get("event_id")
    if not isinstance(content, Mapping) or not isinstance(sender_id, str) or not isinstance(event_id, str):
        return None
    if sender_id == us.user or "state_key" in source:
        return None
    sender = Sender(PersonId(sender_id), one_line(name, 100) or sender_id, authenticated=True)
    at = said_at(source)
    relation = _mapping(content.get("m.relates_to"))
    target = _string(relation.get("event_id"))
    match source.get("type"):
        case "m.room.message" | "m.sticker":
            if relation.get("rel_type") == "m.replace":
                new = _mapping(content.get("m.new_content"))
                if not target or not new:
                    return None
                text = _address(text_of(new), us)[1]
                return MessageEdited(network, EventId(event_id), at, room, sender, MessageId(target), text)
            return _message(network, source, room, sender, us)
        case "m.reaction":
            key = one_line(_string(relation.get("key")), 64)
            if relation.get("rel_type") != "m.annotation" or not target or not key:
                return None
            return Reacted(network, EventId(event_id), at, room, sender, MessageId(target), key)
        case "m.room.redaction":
            redacted = _string(content.get("redacts")) or _string(source.get("redacts"))
            if not redacted:
                return None
            return MessageRedacted(network, EventId(event_id), at, room, sender, MessageId(redacted))
        case _:
            return None


def _message(network: str, source: Content, room: Room, sender: Sender, us: Us) -> MessageReceived | None:
    content = _mapping(source["content"])
    if not content:
        return None  # redacted since
    relation = _mapping(content.get("m.relates_to"))
    msgtype = _string(content.get("msgtype"))
    reply = _string(_mapping(relation.get("m.in_reply_to")).get("event_id"))
    thread = _string(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else ""
    text = text_of(content, sticker=source.get("type") == "m.sticker", reply=bool(reply))
    if thread and relation.get("is_falling_back") is True:
        reply = ""
    named, text = _address(text, us)
    mentions = _mapping(content.get("m.mentions")).get("user_ids")
    mentioned = isinstance(mentions, list) and us.user in mentions
    return MessageReceived(
        network,
        EventId(source["event_id"]),
        said_at(source),
        room,
        sender,
        text,
        MessageId(source["event_id"]),
        addressed=named or mentioned or room.direct,
        style=_STYLES.get(msgtype, "text"),
        reply_to=MessageId(reply) if reply else None,
        thread=MessageId(thread) if thread else None,
    )


def said_at(source: Content) -> datetime:
    """When the sender's server says it was sent; absurd times are brought into the calendar."""
    stamp = source.get("origin_server_ts")
    millis = stamp if isinstance(stamp, int) else 0
    return datetime.fromtimestamp(min(max(millis, 0), _LATEST) / 1000, UTC)


def text_of(content: Content, *, sticker: bool = False, reply: bool = False) -> Text:
    """The words of a message, the formatted ones where there are any; an attachment as a readable line."""
    body = _string(content.get("body"))
    msgtype = _string(content.get("msgtype"))
    if sticker:
        return from_plain(f"[sticker] {one_line(body, 200)}".rstrip())
    if msgtype == "m.location":
        return from_plain(f"[location] {one_line(body, 200)} {one_line(_string(content.get('geo_uri')), 100)}".rstrip())
    if kind := _ATTACHMENTS.get(msgtype):
        filename = one_line(_string(content.get("filename")) or body, 200)
        label = Plain(f"[{kind}: {filename}]" if filename else f"[{kind}]")
        if not content.get("filename") or content["filename"] == body:
            return (label,)
        return (label, Plain(" "), *_words(content, body, reply=reply))
    return _words(content, body, reply=reply)


def _words(content: Content, body: str, *, reply: bool) -> Text:
    formatted = content.get("formatted_body")
    if content.get("format") == "org.matrix.custom.html" and isinstance(formatted, str):
        text = _pills(from_html(formatted))
        if plain(text).strip():
            return text
    return from_plain(_without_fallback(body) if reply else body)


def _without_fallback(body: str) -> str:
    """The body without the quotation that older clients put in front of a reply."""
    lines = body.split("\n")
    if not lines[0].startswith(("> <@", "> * <@")):
        return body
    kept = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[kept:]).lstrip("\n")


def _pills(text: Text) -> Text:
    """Links to people become mentions."""
    return transform(text, _pill)


def _pill(span: Span) -> Text | None:
    if not isinstance(span, Link):
        return None
    found = _PILL.match(span.url)
    person = unquote(found[1]) if found else ""
    if span.url.startswith("matrix:") and person:
        person = f"@{person}"
    return (Mention(PersonId(person), one_line(plain(span.children), 100)),) if person.startswith("@") else (span,)


def _address(text: Text, us: Us) -> tuple[bool, Text]:
    """Whether the text begins by naming the desk, with a pill or in words, and the text without that."""
    if text and isinstance(text[0], Mention) and text[0].person == us.user:
        rest = text[1:]
        if rest and isinstance(rest[0], Plain):
            words = re.sub(r"^\s*[:,;]?\s*", "", rest[0].text)
            rest = ((Plain(words),) if words else ()) + rest[1:]
        return True, rest
    return take_address(text, us.names)


def arrival(events: Sequence[Content], user: str, *, direct: bool) -> int | None:
    """Where in a timeline our own presence begins: the index of the first event that is meant for us.

    What stands before our joining was not said to the desk, except in a direct chat, where people write first and are
    joined later: there it begins with our invitation. None when the timeline does not show our coming.
    """
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if event.get("type") != "m.room.member" or event.get("state_key") != user:
            continue
        membership = _mapping(event.get("content")).get("membership")
        before = _mapping(_mapping(event.get("unsigned")).get("prev_content")).get("membership")
        wanted = "invite" if direct else "join"
        if membership == wanted and before != membership:
            return index + 1
    return None


def _mapping(value: object) -> Content:
    return value if isinstance(value, Mapping) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


# --- to Matrix --------------------------------------------------------------------------------------------------------


def outgoing(key: str, action: SendMessage, *, name: str = "", thread_tail: str = "") -> list[dict[str, Any]]:
    """The contents to send, usually one: what is too long for one event becomes several.

    `name` is the present display name of the addressed person, `thread_tail` the last known event of the thread.
    """
    text = _defused(action.text)
    body, formatted = plain(text), html(text)
    rich = any(not isinstance(span, (Plain, Break)) for span in text)
    mentions: dict[str, Any] = {}
    if action.addressed is not None:
        called = defuse(one_line(name or action.addressed.name, 100))
        url = f"https://matrix.to/#/{quote(action.addressed.id, safe='@:')}"
        body = f"{called}: {body}"
        formatted = f'<a href="{_html.escape(url)}">{_html.escape(called)}</a>: {formatted}'
        mentions["user_ids"] = [action.addressed.id]
        rich = True
    extra: dict[str, Any] = {"m.mentions": mentions}
    if action.attribution is not None:
        who = defuse(_bytes_cut(one_line(action.attribution.name, 100), 255)) or "?"
        body = f"{who}: {body}"
        formatted = f"<strong data-mx-profile-fallback>{_html.escape(who)}: </strong>{formatted}"
        extra["com.beeper.per_message_profile"] = _profile(action.attribution, who)
        rich = True
    if relation := _relation(action, thread_tail):
        extra["m.relates_to"] = relation
    base = {"msgtype": _MSGTYPES[action.style]}
    whole = base | {"body": body} | extra | {KEY_FIELD: key}
    if rich:
        whole |= {"format": "org.matrix.custom.html", "formatted_body": formatted}
    if _size(whole) <= SIZE_LIMIT:
        return [whole]
    pieces = _split(body, SIZE_LIMIT - 4_000)
    return [base | {"body": piece} | extra | {KEY_FIELD: _part(key, number)} for number, piece in enumerate(pieces)]


def reaction(key: str, action: React) -> dict[str, Any]:
    relation = {"rel_type": "m.annotation", "event_id": str(action.target), "key": action.key}
    return {"m.relates_to": relation, KEY_FIELD: key}


def _part(key: str, number: int) -> str:
    return f"{key}/{number}" if number else key


def _profile(attribution: Attribution, name: str) -> dict[str, Any]:
    identity = _bytes_cut(f"{attribution.origin}/{attribution.name}", 255)
    return {"id": identity, "displayname": name, "has_fallback": True}


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


def _defused(text: Text) -> Text:
    """The text with `@room` and its like made harmless, addresses of links left whole."""
    return transform(text, _defused_span)


def _defused_span(span: Span) -> Text | None:
    match span:
        case Plain(words) | Code(words) | CodeBlock(words):
            return (replace(span, text=defuse(words)),)
        case Mention(_, name):
            return (replace(span, name=defuse(name)),)
        case _:
            return None


def _size(content: Content) -> int:
    return len(json.dumps(content, ensure_ascii=False).encode())


def _bytes_cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore")


def _split(body: str, limit: int) -> list[str]:
    """Pieces of at most `limit` bytes as JSON, cut at line ends or spaces where there are any. Nothing is lost."""
    pieces: list[str] = []
    while len(json.dumps(body, ensure_ascii=False).encode()) > limit:
        width = min(len(body), limit // 6)
        cut = max(body.rfind("\n", width // 2, width), body.rfind(" ", width // 2, width)) + 1 or width
        pieces.append(body[:cut])
        body = body[cut:]
    return [*pieces, body]
