"""What people say in our hearing: PRIVMSG, NOTICE, TAGMSG, REDACT, multiline messages. Sans-I/O.

Sources: https://ircv3.net/specs/extensions/message-tags, …/multiline, …/message-redaction, …/relaymsg,
https://ircv3.net/specs/client-tags/reply, …/react and …/typing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from irctokens.line import Line

from bridges.events import Style
from bridges.irc.batches import Batch
from bridges.irc.ground import Ground
from bridges.irc.past import joined
from bridges.irc.protocol import Prefix, ctcp, is_nick, prefix, said_at, wire
from bridges.irc.reports import Echoed, Reaction, Redaction, Said, Who, Writing
from bridges.irc.watch import Watch, Words

_CTCP_PAUSE = timedelta(seconds=2)
_KEY_LIMIT = 100
_TYPING = {"active": 6.0, "paused": 30.0, "done": 0.0}
"""Seconds that a state holds (https://ircv3.net/specs/client-tags/typing)."""
_ID_LIMIT = 200


class Voices:
    def __init__(self, ground: Ground, watch: Watch) -> None:
        self._ground = ground
        self._watch = watch
        self._ctcp_after: datetime | None = None

    def message(self, line: Line, who: Prefix, now: datetime, text: str | None = None) -> None:
        """`text` where it is not the line's own: several lines are one message."""
        tags, target = line.tags or {}, line.params[0]
        said = line.params[1] if text is None else text
        style: Style = "notice" if line.command == "NOTICE" else "text"
        if request := ctcp(said):
            if request.verb != "ACTION":
                if line.command == "PRIVMSG" and self._ground.is_me(target):
                    self._answer_ctcp(who.nick, request.verb, request.text, now)
                return
            style, said = "emote", request.text
        room = self._ground.fold(target) if self._ground.fold(target) in self._ground.rooms else None
        if room is None and not self._ground.is_me(target):
            return
        at, msgid = said_at(tags, now), self._ground.msgid(line, room or "", who.nick, said)
        reply_to = self._reply_to(line)
        if "draft/relaymsg" in tags:
            if room is not None:
                self._relayed(Words(who, at, msgid, room, said, style, reply_to, None))
            return
        self._watch.hear(Words(who, at, msgid, room, said, style, reply_to, self._ground.account_of(line)))

    def multiline(self, batch: Batch, now: datetime) -> None:
        lines = [line for line in batch.lines() if line.command in {"PRIVMSG", "NOTICE"} and len(line.params) > 1]
        source = batch.opened.source or (lines[0].source if lines else None)
        if not lines or not source or not batch.params:
            return
        who, target = prefix(source), batch.params[0]
        tags = dict(lines[0].tags or {}) | dict(batch.opened.tags or {})
        tags.pop("batch", None)
        whole = Line(tags, source, lines[0].command, [target, lines[0].params[1]])
        if self.is_own(whole, who):
            self.echoed(whole, batch.label, now)
        elif is_nick(who.nick):
            self.message(whole, who, now, joined(lines))

    def is_own(self, line: Line, who: Prefix) -> bool:
        """Ours, or said for somebody by our RELAYMSG (draft/relaymsg: the tag names the one who relays)."""
        relayer = (line.tags or {}).get("draft/relaymsg")
        return self._ground.is_me(relayer or who.nick)

    def echoed(self, line: Line, label: str, now: datetime) -> None:
        """Our own words, come back (https://ircv3.net/specs/extensions/echo-message)."""
        if len(line.params) > 1 and (request := ctcp(line.params[1])) and request.verb != "ACTION":
            return
        msgid = ((line.tags or {}).get("msgid") or "")[:_ID_LIMIT]
        self._ground.report(Echoed(self._ground.fold(line.params[0]), label, msgid, said_at(line.tags, now)))

    def tagged(self, line: Line, who: Prefix, now: datetime) -> None:
        """TAGMSG: of all client-only tags reactions and typing are what counts."""
        tags = line.tags or {}
        if (typing := tags.get("+typing")) in _TYPING:
            self._typing(line, who, _TYPING[typing])
            return
        react = tags.get("+draft/react") or tags.get("+react")
        unreact = tags.get("+draft/unreact") or tags.get("+unreact")
        key, target = (react or unreact or "")[:_KEY_LIMIT], self._reply_to(line)
        room = self._ground.fold(line.params[0])
        if not key or not target or (someone := self._present(line, who, room)) is None:
            return
        msgid = self._ground.msgid(line, room, who.nick, f"{key} {target}")
        at = said_at(tags, now)
        self._ground.report(Reaction(at, msgid, someone, room, target, key, taken_back=not react))

    def _typing(self, line: Line, who: Prefix, lasts: float) -> None:
        room = self._ground.fold(line.params[0])
        if not self._ground.is_me(line.params[0]):
            someone = self._present(line, who, room) if room in self._ground.rooms else None
            if someone is not None:
                self._ground.report(Writing(someone, room, lasts))
        elif (presence := self._ground.people.get(who.nick)) is not None:
            # Whoever shares no room with the desk is known only once they have spoken.
            self._ground.report(Writing(self._ground.who(presence), None, lasts))

    def redacted(self, line: Line, who: Prefix, now: datetime) -> None:
        room = self._ground.fold(line.params[0])
        if (someone := self._present(line, who, room)) is not None:
            target = line.params[1][:_ID_LIMIT]
            msgid = self._ground.msgid(line, room, who.nick, target)
            self._ground.report(Redaction(said_at(line.tags, now), msgid, someone, room, target))

    def _present(self, line: Line, who: Prefix, room: str) -> Who | None:
        """Who does something in a room of ours; None for somebody who is not there."""
        presence = self._ground.people.get(who.nick)
        if presence is None or room not in presence.rooms:
            return None
        if (account := self._ground.account_of(line)) is not None:
            self._ground.moved(self._ground.people.account(presence, account))
        presence.user, presence.host = who.user or presence.user, who.host or presence.host
        self._ground.people.speaks(presence)
        return self._ground.who(presence)

    def _relayed(self, words: Words) -> None:
        someone = self._ground.stranger(words.who, "relayed")
        self._ground.report(
            Said(
                words.at,
                words.msgid,
                someone.nick,
                someone.person,
                False,
                words.room,
                words.text,
                words.style,
                words.reply_to,
                someone.mask,
                relayed=True,
            )
        )

    def _reply_to(self, line: Line) -> str:
        tags = line.tags or {}
        return (tags.get("+draft/reply") or tags.get("+reply") or "")[:_ID_LIMIT]

    def _answer_ctcp(self, nick: str, verb: str, text: str, now: datetime) -> None:
        if self._ctcp_after is not None and now < self._ctcp_after:
            return
        answer = {"VERSION": "VERSION community-helpdesk", "PING": f"PING {text[:64]}"}.get(verb)
        if answer:
            self._ctcp_after = now + _CTCP_PAUSE
            self._ground.send(wire("NOTICE", nick, f"\x01{answer}\x01"))
