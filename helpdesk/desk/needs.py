"""What people say they need: collected, grouped by likeness, answered or taken on, and told to whoever said it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bridges.text import from_plain
from helpdesk.desk.grouping import groups
from helpdesk.effects import Direct, Effect, InRoom, Message, Say, Value
from helpdesk.nouns.community import NeedStatus, SetWish, Wish

FLOOR = 0.45
"""From which likeness two needs are the same."""
A_DAY = 5
"""Needs that one person may say in a day."""
COMPARED = 150
"""The latest needs that are grouped: each is compared with each."""


def grouped(wishes: Sequence[Wish]) -> list[tuple[Wish, ...]]:
    """The latest, by what they are about, the most wanted first."""
    latest = wishes[-COMPARED:]
    return [tuple(latest[at] for at in group) for group in groups([wish.text for wish in latest], FLOOR)]


def like(wish: Wish, wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """The open ones of its group, itself included."""
    found = next((group for group in grouped(wishes) if any(other.id == wish.id for other in group)), ())
    return found or (wish,)


def settle(
    group: Sequence[Wish], status: NeedStatus, message: str, args: dict[str, Value], answer: str, ticket: int | None
) -> list[Effect]:
    """Their needs are answered, or taken on, and each of them hears of it where they said it: rooms once, people directly."""
    effects: list[Effect] = [SetWish(replace(wish, status=status, answer=answer, ticket=ticket)) for wish in group]
    rooms: dict[tuple[str, str], list[Wish]] = {}
    for wish in group:
        if wish.direct or wish.private:
            said = Message(message, args | {"need": wish.text})
            effects.append(Say(Direct(wish.identity.network, wish.identity.key), said, wish.lang))
        else:
            rooms.setdefault((wish.identity.network, wish.room), []).append(wish)
    for (network, _), here in rooms.items():
        first = here[0]
        names = ", ".join(dict.fromkeys(wish.identity.name for wish in here))
        one = len({wish.person for wish in here}) == 1
        place = InRoom(network, first.room, addressed=first.identity.sender if one else None)
        said = Message(message if one else f"{message}-several", args | {"need": first.text, "names": names})
        effects.append(Say(place, said, first.lang if one else ""))
    return effects


def answered(group: Sequence[Wish], words: str) -> list[Effect]:
    return settle(group, "answered", "need-answer", {"answer": from_plain(words)}, words, None)


def new(wish: Wish, now: datetime) -> Effect:
    return SetWish(replace(wish, at=now))
