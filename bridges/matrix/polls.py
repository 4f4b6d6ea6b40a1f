"""Polls as readable lines. Pure but for the memory of the answers that votes refer to.

MSC3381 (`m.poll.start`, `.response`, `.end`) in its stable form and the unstable one that clients send; words by MSC1767.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from bridges.matrix.values import Content, mapping, sequence, string
from bridges.text import one_line

_UNSTABLE = "org.matrix.msc3381."
_REMEMBERED = 200
_ANSWERS = 20
"""As many as MSC3381 allows."""


def poll_kind(event_type: object) -> str:
    """`start`, `response`, `end`, or nothing for what is no event of a poll."""
    kind = string(event_type).removeprefix(_UNSTABLE).removeprefix("m.")
    return kind[5:] if kind in {"poll.start", "poll.response", "poll.end"} else ""


def words_of(value: object) -> str:
    """The text in an extensible event or a part of it, on one line."""
    part = mapping(value)
    for block in sequence(part.get("m.text")):
        if string(mapping(block).get("mimetype") or "text/plain") == "text/plain":
            return one_line(string(mapping(block).get("body")), 300)
    plain = part.get("org.matrix.msc1767.text")
    return one_line(string(plain) or string(mapping(plain).get("body")) or string(part.get("body")), 300)


@dataclass
class Polls:
    _answers: OrderedDict[str, dict[str, str]] = field(default_factory=OrderedDict)
    """Poll to its answers, by id, where votes are open."""

    def line(self, event_id: str, kind: str, content: Content, poll: str) -> str:
        """What the event says, in a line; empty where it says nothing. `poll` is the event it relates to."""
        match kind:
            case "start":
                return self._started(event_id, content)
            case "response":
                return self._voted(content, poll)
            case _:
                result = words_of(content)
                return f"[poll closed] {result}".rstrip()

    def _started(self, event_id: str, content: Content) -> str:
        body = mapping(content.get("m.poll") or content.get(f"{_UNSTABLE}poll.start"))
        question = words_of(body.get("question"))
        answers = {
            string(mapping(one).get("m.id") or mapping(one).get("id")): words_of(one)
            for one in sequence(body.get("answers"))[:_ANSWERS]
        }
        if not question and not answers:
            return ""
        if not string(body.get("kind")).endswith("undisclosed"):
            self._answers[event_id] = answers
            if len(self._answers) > _REMEMBERED:
                self._answers.popitem(last=False)
        choices = " · ".join(f"{number}. {words}" for number, words in enumerate(answers.values(), 1))
        return f"[poll] {question} {choices}".rstrip()

    def _voted(self, content: Content, poll: str) -> str:
        """Votes that the poll hides until its end are told to nobody."""
        known = self._answers.get(poll, {})
        response = mapping(content.get(f"{_UNSTABLE}poll.response"))
        chosen = sequence(content.get("m.selections") or response.get("answers"))[:_ANSWERS]
        words = [known[one] for one in chosen if isinstance(one, str) and known.get(one)]
        return f"[vote] {', '.join(words)}" if words else ""
