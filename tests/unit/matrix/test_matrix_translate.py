"""Matrix contents to events and back, against the examples of the Client-Server API and MSC4144."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.events import (
    Attribution,
    MessageEdited,
    MessageId,
    MessageReceived,
    MessageRedacted,
    PersonId,
    React,
    Reacted,
    Room,
    RoomId,
    Sender,
    SendMessage,
    ToRoom,
)
from bridges.matrix.translate import KEY_FIELD, SIZE_LIMIT, Us, arrival, incoming, outgoing, reaction
from bridges.text import Break, Link, Mention, Plain, from_markup, from_plain, plain

US = Us("@helpdesk:example.org", ("helpdesk", "Help Desk"))
ROOM = Room(RoomId("#help:example.org"), "Help")
DIRECT = Room(RoomId("!dm"), "Anna", direct=True)
ANNA = Sender(PersonId("@anna:example.org"), "Anna", authenticated=True)


def event(content: object, kind: str = "m.room.message", **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "event_id": "$1",
        "sender": "@anna:example.org",
        "origin_server_ts": 1_700_000_000_000,
        "content": content,
        **more,
    }


def text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


def html(body: str, formatted: str, **more: Any) -> dict[str, Any]:
    return text(body, format="org.matrix.custom.html", formatted_body=formatted, **more)


def heard(content: object, room: Room = ROOM, **more: Any) -> MessageReceived:
    result = incoming("m", event(content, **more), room, "Anna", US)
    assert isinstance(result, MessageReceived)
    return result


def test_a_plain_message() -> None:
    assert heard(text("hello\nyou")) == MessageReceived(
        "m",
        id="$1",  # type: ignore[arg-type]
        at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        room=ROOM,
        sender=ANNA,
        text=from_plain("hello\nyou"),
        message=MessageId("$1"),
    )


def test_formatted_words_come_first_and_fallback_otherwise() -> None:
    assert plain(heard(html("plain", "<b>rich</b>")).text) == "rich"
    assert plain(heard(html("plain", "<img src=x>")).text) == "plain"
    assert plain(heard(html("plain", 7)).text) == "plain"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (text("helpdesk: how?"), "how?"),
        (text("@helpdesk how?"), "how?"),
        (text("Help Desk, how?"), "how?"),
        (html("Help Desk: how?", '<a href="https://matrix.to/#/@helpdesk:example.org">Help Desk</a>: how?'), "how?"),
        (html("Desk how?", '<a href="https://matrix.to/#/%40helpdesk%3Aexample.org">Desk</a> how?'), "how?"),
        (html("x", '<a href="matrix:u/helpdesk:example.org?action=chat">Desk</a>, how?'), "how?"),
        (text("how, pray?", **{"m.mentions": {"user_ids": ["@helpdesk:example.org"]}}), "how, pray?"),
    ],
)
def test_spoken_to(content: dict[str, Any], words: str) -> None:
    message = heard(content)
    assert message.addressed
    assert plain(message.text) == words


def test_spoken_about_is_not_spoken_to() -> None:
    assert not heard(text("helpdesk is great")).addressed
    assert not heard(text("hi", **{"m.mentions": {"room": True, "user_ids": ["@x:y"]}})).addressed
    assert not heard(text("hi", **{"m.mentions": ["@helpdesk:example.org"]})).addressed
    assert heard(text("hi"), DIRECT).addressed


def test_others_pills_are_mentions_and_room_links_stay_links() -> None:
    spans = heard(
        html(
            "x",
            'ask <a href="https://matrix.to/#/@bob:x.org">Bob</a> in <a href="https://matrix.to/#/#a:x.org">#a:x.org</a>',
        )
    ).text
    assert Mention(PersonId("@bob:x.org"), "Bob") in spans
    assert any(isinstance(span, Link) for span in spans)


def test_reply_and_its_fallback() -> None:
    relation = {"m.in_reply_to": {"event_id": "$0"}}
    body = "> <@bob:x.org> earlier\n> words\n\nmy answer"
    message = heard(text(body, **{"m.relates_to": relation}))
    assert (message.reply_to, message.thread, plain(message.text)) == ("$0", None, "my answer")
    formatted = "<mx-reply><blockquote>earlier</blockquote></mx-reply>my answer"
    assert plain(heard(html(body, formatted, **{"m.relates_to": relation})).text) == "my answer"
    quoted = "> my own quotation\nand words"
    assert plain(heard(text(quoted, **{"m.relates_to": relation})).text) == quoted
    assert plain(heard(text(body)).text) == body


@pytest.mark.parametrize(("falling_back", "reply"), [(True, None), (False, "$5"), (None, "$5")])
def test_thread(falling_back: bool | None, reply: str | None) -> None:
    relation: dict[str, Any] = {"rel_type": "m.thread", "event_id": "$0", "m.in_reply_to": {"event_id": "$5"}}
    if falling_back is not None:
        relation["is_falling_back"] = falling_back
    message = heard(text("x", **{"m.relates_to": relation}))
    assert (message.thread, message.reply_to) == ("$0", reply)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"msgtype": "m.image", "body": "cat.png", "url": "mxc://x/y"}, "[image: cat.png]"),
        ({"msgtype": "m.file", "body": "see page 2", "filename": "a.pdf"}, "[file: a.pdf] see page 2"),
        ({"msgtype": "m.audio", "body": ""}, "[audio]"),
        ({"msgtype": "m.video", "body": "v.mp4", "filename": "v.mp4"}, "[video: v.mp4]"),
        ({"msgtype": "m.location", "body": "the venue", "geo_uri": "geo:1,2"}, "[location] the venue geo:1,2"),
        ({"msgtype": "org.example.new", "body": "fallback"}, "fallback"),
    ],
)
def test_attachments_are_readable(content: dict[str, Any], words: str) -> None:
    assert plain(heard(content).text) == words


def test_sticker() -> None:
    assert plain(heard({"body": "wave"}, type="m.sticker").text) == "[sticker] wave"


def test_styles() -> None:
    assert heard({"msgtype": "m.notice", "body": "beep"}).style == "notice"
    assert heard({"msgtype": "m.emote", "body": "waves"}).style == "emote"


def test_edit_reaction_redaction() -> None:
    new = {"m.new_content": text("helpdesk: right"), "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}
    edited = incoming("m", event(text("* right", **new)), ROOM, "Anna", US)
    assert isinstance(edited, MessageEdited)
    assert (edited.target, plain(edited.text)) == ("$0", "right")
    relation = {"rel_type": "m.annotation", "event_id": "$0", "key": "👍"}
    reacted = incoming("m", event({"m.relates_to": relation}, "m.reaction"), ROOM, "Anna", US)
    assert isinstance(reacted, Reacted)
    assert (reacted.target, reacted.key) == ("$0", "👍")
    for source in (event({"redacts": "$0"}, "m.room.redaction"), event({}, "m.room.redaction", redacts="$0")):
        redacted = incoming("m", source, ROOM, "Anna", US)
        assert isinstance(redacted, MessageRedacted)
        assert redacted.target == "$0"


@pytest.mark.parametrize(
    "source",
    [
        event(text("mine"), sender="@helpdesk:example.org"),
        event({}),
        event("nonsense"),
        event({"membership": "join"}, "m.room.member", state_key="@anna:example.org"),
        event({"m.relates_to": "x"}, "m.reaction"),
        event({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$0"}}, "m.reaction"),
        event({}, "m.room.redaction"),
        event(text("x", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}})),
        event({"x": 1}, "org.example.thing"),
        {"type": "m.room.message"},
    ],
)
def test_what_is_not_for_the_desk(source: dict[str, Any]) -> None:
    assert incoming("m", source, ROOM, "Anna", US) is None


@pytest.mark.parametrize("stamp", [-5, 10**30, "x", None, 1.5])
def test_absurd_times_are_survived(stamp: object) -> None:
    assert heard(text("x"), origin_server_ts=stamp).at.tzinfo is UTC


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["msgtype", "body", "format", "formatted_body", "m.relates_to", "m.new_content", "m.mentions", "filename"]


@given(
    st.dictionaries(st.sampled_from(KEYS), json_values), st.sampled_from(["m.room.message", "m.reaction", "m.sticker"])
)
def test_no_content_breaks_it(content: dict[str, Any], kind: str) -> None:
    result = incoming("m", event(content, kind), ROOM, "Anna", US)
    assert result is None or result.sender == ANNA


# --- our coming -------------------------------------------------------------------------------------------------------


def member(membership: str, before: str | None = None, user: str = US.user) -> dict[str, Any]:
    unsigned = {"prev_content": {"membership": before}} if before else {}
    return event({"membership": membership}, "m.room.member", state_key=user, unsigned=unsigned)


def test_a_room_begins_with_our_joining_and_a_direct_chat_with_our_invitation() -> None:
    timeline = [event(text("a")), member("invite"), event(text("b")), member("join", "invite"), event(text("c"))]
    assert arrival(timeline, US.user, direct=False) == 4
    assert arrival(timeline, US.user, direct=True) == 2
    assert arrival([member("join", "join"), event(text("c"))], US.user, direct=False) is None
    assert arrival([member("join", user="@anna:example.org")], US.user, direct=False) is None


# --- to Matrix --------------------------------------------------------------------------------------------------------


def say(words: str, **more: Any) -> SendMessage:
    return SendMessage(ToRoom(ROOM.id), from_markup(words), **more)


def test_a_notice_without_formatting() -> None:
    assert outgoing("k", say("hello <b>")) == [
        {"msgtype": "m.notice", "body": "hello <b>", "m.mentions": {}, KEY_FIELD: "k"}
    ]


def test_formatting_and_mass_mentions() -> None:
    (content,) = outgoing("k", say("**@room** see [docs](https://x.org/@all/1)", style="text"))
    assert content["msgtype"] == "m.text"
    assert "@room" not in content["body"]
    assert "@room" not in content["formatted_body"]
    assert 'href="https://x.org/@all/1"' in content["formatted_body"]
    assert content["m.mentions"] == {}


def test_addressed_is_a_pill_with_the_present_name() -> None:
    (content,) = outgoing("k", say("hello", addressed=ANNA), name="Anna <new>")
    assert content["body"] == "Anna <new>: hello"
    assert content["formatted_body"] == ('<a href="https://matrix.to/#/@anna:example.org">Anna &lt;new&gt;</a>: hello')
    assert content["m.mentions"] == {"user_ids": ["@anna:example.org"]}
    assert outgoing("k", say("hello", addressed=ANNA))[0]["body"] == "Anna: hello"


def test_relations_out() -> None:
    root, reply = MessageId("$root"), MessageId("$reply")
    assert outgoing("k", say("x", reply_to=reply))[0]["m.relates_to"] == {"m.in_reply_to": {"event_id": "$reply"}}
    thread = {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True}
    assert outgoing("k", say("x", thread=root))[0]["m.relates_to"] == {**thread, "m.in_reply_to": {"event_id": "$root"}}
    latest = outgoing("k", say("x", thread=root), thread_tail="$last")[0]["m.relates_to"]
    assert latest == {**thread, "m.in_reply_to": {"event_id": "$last"}}
    both = outgoing("k", say("x", thread=root, reply_to=reply), thread_tail="$last")[0]["m.relates_to"]
    assert both == {**thread, "is_falling_back": False, "m.in_reply_to": {"event_id": "$reply"}}


def test_words_of_others_carry_their_name() -> None:
    (content,) = outgoing("k", say("hi", attribution=Attribution("bob @room", "irc"), style="text"))
    name = content["com.beeper.per_message_profile"]["displayname"]
    assert "@room" not in name
    assert content["body"] == f"{name}: hi"
    assert content["formatted_body"] == f"<strong data-mx-profile-fallback>{name}: </strong>hi"
    assert content["com.beeper.per_message_profile"]["has_fallback"] is True


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_what_is_too_long_becomes_several_and_loses_nothing(piece: str) -> None:
    words = (piece.replace("@", "a") * 20_000)[:20_000]
    action = SendMessage(ToRoom(ROOM.id), (Plain(words),), attribution=Attribution("bob", "irc"))
    contents = outgoing("k", action)
    assert all(len(json.dumps(c, ensure_ascii=False).encode()) <= SIZE_LIMIT for c in contents)
    assert len({c[KEY_FIELD] for c in contents}) == len(contents)
    assert "".join(c["body"] for c in contents) == f"bob: {words}"


def test_a_long_text_is_split() -> None:
    contents = outgoing("k", say("😀 " * 10_000))
    assert len(contents) > 1
    assert "".join(c["body"] for c in contents) == "😀 " * 10_000


def test_reaction_out() -> None:
    assert reaction("k", React(ROOM.id, MessageId("$0"), "✅")) == {
        "m.relates_to": {"rel_type": "m.annotation", "event_id": "$0", "key": "✅"},
        KEY_FIELD: "k",
    }


@pytest.mark.parametrize(
    "piece", ["<", "<a ", '<a href="', "<a", "</", "<!--", "<!", "<?", "<http:", "<a b='", '<b c="">', "<a href ", "&#"]
)
def test_malformed_html_takes_no_longer_than_other_html(piece: str) -> None:
    # The quadratic parser needed 15 seconds for some of these: the bound is wide, and still tells the two apart.
    source = (piece * 40_000)[:40_000]
    begin = time.process_time()
    incoming("m", event(html("x", source)), ROOM, "Anna", US)
    assert time.process_time() - begin < 1


@pytest.mark.parametrize("reference", ["&#" + "9" * 5000 + ";", "&#x" + "f" * 5000 + ";", "&#99999999;", "&#xd800;"])
def test_a_character_reference_that_names_no_character_stops_nothing(reference: str) -> None:
    assert plain(heard(html("x", f"<p>a{reference}b</p>")).text) == "a\ufffdb"


def test_half_a_character_can_be_stored_and_sent() -> None:
    said = heard(text("a\ud800b")).text
    assert plain(said) == "ab"


def test_html_is_read_by_its_tags() -> None:
    said = heard(html("x", "1 < 2<br/><!-- <b>no --><A HREF=\"https://a.example/?b=1&amp;c=2>3\" class='x'>l</A>")).text
    assert said == (
        Plain("1 < 2"),
        Break(),
        Link("https://a.example/?b=1&c=2>3", (Plain("l"),)),
    )
    assert (
        plain(heard(html("x", 'a<script>"<b>"</script><style>s</style><img src="m"> b<!-- never closed')).text) == "a b"
    )
