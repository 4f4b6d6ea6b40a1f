"""Matrix event contents as the desk's events. Pure: dictionaries in, frozen events out; `compose` is the other way.

Never imports nio, asyncio or anything that does I/O. Formats: Client-Server API v1.15, "Instant messaging", "Rich
replies", "Threading", "Event replacements", "Event annotations", "User and room mentions"; MSC4144 for the words of
others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeAlias
from urllib.parse import unquote

from bridges.events import (
    EventId,
    MessageEdited,
    MessageId,
    MessageReceived,
    MessageRedacted,
    PersonId,
    Reacted,
    Room,
    Sender,
    Style,
)
from bridges.matrix.files import attachment, caption_of, is_file
from bridges.matrix.polls import Polls, poll_kind
from bridges.matrix.values import Content, mapping, string
from bridges.text import (
    LENGTH_LIMIT,
    Link,
    Mention,
    Plain,
    Span,
    Text,
    from_html,
    from_plain,
    one_line,
    plain,
    take_address,
    transform,
)

Heard: TypeAlias = MessageReceived | MessageEdited | MessageRedacted | Reacted

KEY_FIELD = "org.community_helpdesk.key"
"""Where an event of a desk's carries its idempotency key."""
PROFILE = "com.beeper.per_message_profile"
"""Whose words an event holds, when they are not its sender's (MSC4144)."""

_STYLES: dict[str, Style] = {"m.text": "text", "m.notice": "notice", "m.emote": "emote"}
_PILL = re.compile(r"(?:https://matrix\.to/#/|matrix:u/)([^?/]+)")
_FALLBACK = re.compile(r"<([a-z]{1,10}+)\s[^<>]*+\Z")
_LATEST = 253_402_300_799_000


def _nobody(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Us:
    """The desk on this network."""

    user: str
    names: tuple[str, ...]
    """What people may call it: the desk's name, the account's localpart, its display name."""
    others: re.Pattern[str] | None = None
    """Further accounts that are ours."""
    called: Callable[[str], str] = field(default=_nobody, compare=False)
    """How somebody is called whom one of these accounts stands for; empty for everybody else."""

    def are(self, user: str) -> bool:
        """Whether the account is ours."""
        return user == self.user or (self.others is not None and self.others.fullmatch(user) is not None)


# --- events -----------------------------------------------------------------------------------------------------------


def incoming(
    network: str, source: Content, room: Room, name: str, us: Us, polls: Polls | None = None, *, late: bool = False
) -> Heard | None:
    """What a room event says to the desk; None for what is no business of its own (state, our own words, remnants).

    `source` is the decrypted event as the server gave it, `name` the sender's display name in the room; `polls`
    remembers what votes are about.
    """
    content = source.get("content")
    sender_id, event_id = source.get("sender"), source.get("event_id")
    if not isinstance(content, dict) or not isinstance(sender_id, str) or not isinstance(event_id, str):
        return None
    if us.are(sender_id) or "state_key" in source:
        return None
    sender = Sender(PersonId(sender_id), one_line(name, 100) or sender_id, authenticated=True)
    at = said_at(source)
    relation = mapping(content.get("m.relates_to"))
    target = string(relation.get("event_id"))
    match source.get("type"):
        case "m.room.message" | "m.sticker":
            if relation.get("rel_type") == "m.replace":
                new = mapping(content.get("m.new_content"))
                if not target or not new:
                    return None
                # The name in front of somebody else's words may stand in the new content only, or only beside it.
                text = _address(text_of(new, us, profile=_profile(new) or _profile(content)), us)[1]
                sender = _shown(sender, _profile(new) or _profile(content))
                return MessageEdited(network, EventId(event_id), at, room, sender, MessageId(target), text)
            return _message(network, source, room, sender, us, late=late)
        case "m.reaction":
            key = one_line(string(relation.get("key")), 64)
            if relation.get("rel_type") != "m.annotation" or not target or not key:
                return None
            return Reacted(network, EventId(event_id), at, room, sender, MessageId(target), key)
        case "m.room.redaction":
            redacted = string(content.get("redacts")) or string(source.get("redacts"))
            if not redacted:
                return None
            return MessageRedacted(network, EventId(event_id), at, room, sender, MessageId(redacted))
        case kind if poll := poll_kind(kind):
            line = (polls or Polls()).line(event_id, poll, content, target)
            if not line:
                return None
            return MessageReceived(
                network,
                EventId(event_id),
                at,
                room,
                _shown(sender, _profile(content)),
                from_plain(line),
                MessageId(event_id),
                style="text" if poll == "start" else "notice",
                reply_to=MessageId(target) if target and poll != "start" else None,
                late=late,
            )
        case _:
            return None


def _message(
    network: str, source: Content, room: Room, sender: Sender, us: Us, *, late: bool
) -> MessageReceived | None:
    content = mapping(source["content"])
    if not content:
        return None  # redacted since
    relation = mapping(content.get("m.relates_to"))
    reply = string(mapping(relation.get("m.in_reply_to")).get("event_id"))
    thread = string(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else ""
    sticker = source.get("type") == "m.sticker"
    profile = _profile(content)
    text = text_of(content, us, sticker=sticker, reply=bool(reply), profile=profile)
    file = attachment(content, sticker=sticker)
    if thread and relation.get("is_falling_back") is True:
        reply = ""
    named, text = _address(text, us)
    mentions = mapping(content.get("m.mentions")).get("user_ids")
    mentioned = isinstance(mentions, list) and us.user in mentions
    return MessageReceived(
        network,
        EventId(source["event_id"]),
        said_at(source),
        room,
        _shown(sender, profile),
        text,
        MessageId(source["event_id"]),
        addressed=named or mentioned or room.direct,
        style=_STYLES.get(string(content.get("msgtype")), "text"),
        reply_to=MessageId(reply) if reply else None,
        thread=MessageId(thread) if thread else None,
        attachments=(file,) if file is not None else (),
        late=late,
        relayed=bool(profile) and KEY_FIELD in content,  # another desk's relay
    )


# --- the words of others ----------------------------------------------------------------------------------------------


def _profile(content: Content) -> Content:
    return mapping(content.get(PROFILE) or content.get("m.per_message_profile"))


def _shown(sender: Sender, profile: Content) -> Sender:
    """The sender under the name that the message shows; who it is for the desk stays."""
    name = one_line(string(profile.get("displayname")), 100)
    return replace(sender, name=name) if name else sender


def _without_name(content: Content, profile: Content) -> Content:
    """The content without the author's name that stands in front for clients which know no profiles."""
    name = string(profile.get("displayname"))
    if not name or profile.get("has_fallback") is not True:
        return content
    changed = dict(content)
    changed["body"] = string(content.get("body")).removeprefix(f"{name}: ")
    formatted = string(content.get("formatted_body"))[: 2 * LENGTH_LIMIT]
    mark = formatted.find("data-mx-profile-fallback")
    if mark >= 0 and (opened := _FALLBACK.search(formatted, max(0, mark - 200), mark)):
        closing = f"</{opened[1]}>"
        end = formatted.find(closing, mark)
        if end >= 0:
            changed["formatted_body"] = formatted[: opened.start()] + formatted[end + len(closing) :]
    return changed


# --- words ------------------------------------------------------------------------------------------------------------


def said_at(source: Content) -> datetime:
    """When the sender's server says it was sent; absurd times are brought into the calendar."""
    stamp = source.get("origin_server_ts")
    millis = stamp if isinstance(stamp, int) else 0
    return datetime.fromtimestamp(min(max(millis, 0), _LATEST) / 1000, UTC)


def text_of(
    content: Content, us: Us, *, sticker: bool = False, reply: bool = False, profile: Content | None = None
) -> Text:
    """The words of a message, the formatted ones where there are any. Of a file these are its caption.

    A place, and a file that can't be fetched, become a readable line.
    """
    content = _without_name(content, profile or {})
    body = string(content.get("body"))
    msgtype = string(content.get("msgtype"))
    if msgtype == "m.location":
        place = one_line(string(content.get("geo_uri")), 100)
        return from_plain(f"[location] {one_line(body, 200)} {place}".rstrip())
    if not sticker and not is_file(content):
        return _words(content, body, us, reply=reply)
    words = _words(content, caption_of(content), us, reply=reply) if caption_of(content) else ()
    if attachment(content, sticker=sticker) is not None:
        return words
    kind = "sticker" if sticker else msgtype.removeprefix("m.")
    name = one_line(string(content.get("filename")) or body, 200)
    label = Plain(f"[{kind}: {name}]" if name else f"[{kind}]")
    return (label, Plain(" "), *words) if words else (label,)


def _words(content: Content, body: str, us: Us, *, reply: bool) -> Text:
    formatted = content.get("formatted_body")
    if content.get("format") == "org.matrix.custom.html" and isinstance(formatted, str):
        text = _pills(from_html(formatted), us)
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


def _pills(text: Text, us: Us) -> Text:
    """Links to people become mentions."""

    def pill(span: Span) -> Text | None:
        if not isinstance(span, Link):
            return None
        found = _PILL.match(span.url)
        person = unquote(found[1]) if found else ""
        if span.url.startswith("matrix:") and person:
            person = f"@{person}"
        name = us.called(person) or plain(span.children)
        return (Mention(PersonId(person), one_line(name, 100)),) if person.startswith("@") else (span,)

    return transform(text, pill)


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
        membership = mapping(event.get("content")).get("membership")
        before = mapping(mapping(event.get("unsigned")).get("prev_content")).get("membership")
        wanted = "invite" if direct else "join"
        if membership == wanted and before != membership:
            return index + 1
    return None
