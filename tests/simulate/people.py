"""The people of a simulated community: askers with their moods, volunteers with their hours, habits and faults.

They know only what they read and do only what a person can: they say things. What they remember may be wrong by the time they act
on it, and then the desk tells them so.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridges.events import GuestGone, PersonId, Room
from helpdesk.model import Outcome
from tests.simulate.world import Line, Who, World, public

TOPICS = ("accounts", "mailing-lists", "collaboration", "events", "network", "video")
HELP = public("#help")
MARK = re.compile(r"\b(?P<what>answer|which|more)-(?P<number>\d+)-(?P<turn>\d+)(?:-(?P<by>[a-z0-9]+))?\b")
"""Words of people that are known again wherever the desk carries them: `answer-17-2-vera` is what vera answered to #17."""
CALL = re.compile(r"!(claim|approve|extend) (\d+)")
"""What the desk's words ask a volunteer to do."""
NUMBER = re.compile(r"#(\d+)")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MENTORS = ("lead", "solo")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def marks(words: str) -> list[str]:
    """What volunteers say in these words to askers."""
    return [found[0] for found in MARK.finditer(words) if found["by"]]


def about(chance: random.Random, usual: timedelta, spread: float = 0.9) -> timedelta:
    """Some time, usually this long: lognormal, as human delays are."""
    return usual * chance.lognormvariate(0.0, spread)


# --- askers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mood:
    """How likely an asker does what."""

    yes: float = 0.45
    no: float = 0.08
    still: float = 0.12
    """Writes that it does not work yet; whoever does none of these says nothing."""
    replies: float = 0.85
    """Answers a volunteer's question."""
    cancels: float = 0.04
    away: float = 0.15
    """Leaves soon after asking, and comes back some time."""


@dataclass
class Asker:
    """Somebody with one question."""

    world: World
    who: Who
    chance: random.Random
    mood: Mood
    direct: bool = False
    lang: str = "en"
    turns: int = 0
    number: int | None = None
    answers: list[str] = field(default_factory=list)
    """Marks of what they were answered, in order: each once, or the desk repeats itself."""
    over: bool = False

    @property
    def room(self) -> Room:
        return self.who.direct if self.direct else HELP

    def say(self, words: str) -> Outcome:
        return self.world.say(self.who, self.room, words, addressed=not self.direct and not words.startswith("!"))

    def ask(self, words: str) -> None:
        self.world.networks.inbox[self.who.network, self.who.name] = self.read
        self.say(words)
        if self.chance.random() < self.mood.away:
            self.world.after(about(self.chance, 20 * MINUTE), self.leave)
        elif self.chance.random() < self.mood.cancels:
            self.world.after(about(self.chance, 5 * HOUR), self.cancel)

    def read(self, line: Line) -> None:
        if not line.mine:
            return
        found = MARK.search(line.text)
        if self.number is None and (named := NUMBER.search(line.text)):
            self.number = int(named[1])
        if found is None:
            return
        if found["what"] == "answer":
            self.answers.append(found[0])
            self.world.after(about(self.chance, 45 * MINUTE, 1.4), self.judge)
        elif found["what"] == "which" and self.chance.random() < self.mood.replies:
            self.world.after(about(self.chance, 30 * MINUTE, 1.4), self.reply)

    def judge(self) -> None:
        drawn, mood = self.chance.random(), self.mood
        if self.over or self.number is None:
            return
        if drawn < mood.yes:
            self.over = True
            self.say("!yes")
        elif drawn < mood.yes + mood.no:
            self.say("!no")
        elif drawn < mood.yes + mood.no + mood.still and self.turns < 4:
            self.reply()

    def reply(self) -> None:
        if self.number is None or self.over:
            return
        self.turns += 1
        self.say(f"!add {self.number} it says more-{self.number}-{self.turns}")

    def cancel(self) -> None:
        if self.number is not None and not self.over:
            self.over = True
            self.say(f"!cancel {self.number}")

    def leave(self) -> None:
        """A guest's presence is over for good; who has an account comes back."""
        place = (self.who.network, self.who.name)
        if not self.who.authenticated:
            self.world.networks.gone.add(place)
            self.over = True
            self.world.hear(GuestGone(self.who.network, self.world.now, PersonId(self.who.name)))
            return
        self.world.networks.away.add(place)
        self.world.after(about(self.chance, 9 * HOUR), lambda: self.world.back(self.who))


# --- volunteers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Habits:
    """When a volunteer is there, and what can be expected of them."""

    zone: str = "Europe/Berlin"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    begins: int = 18
    """The hour by the clock on their wall."""
    hours: int = 4
    attends: float = 0.75
    """How likely on such a day."""
    looks: timedelta = 25 * MINUTE
    """How often they look at the desk then."""
    speed: timedelta = 10 * MINUTE
    """From a claim to an answer."""
    at_once: int = 3
    """How many they want to have."""
    forgets: float = 0.02
    """Claims, and never thinks of it again."""
    asks_back: float = 0.2
    gives_up: float = 0.06
    notes: float = 0.1
    extends: float = 0.7
    """Asks for more time when told that it runs out."""
    hears: float = 0.15
    """Claims what they see announced."""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    role: str = "solo"
    breaks: tuple[tuple[int, int], ...] = ()
    """Days from the start that they are on a break: first and behind the last."""


@dataclass
class Work:
    """What a volunteer remembers of a ticket they took."""

    turns: int = 0
    answered: bool = False
    busy: bool = False
    """Something is planned already."""


@dataclass
class Volunteer:
    """Somebody of the SIG."""

    world: World
    who: Who
    room: Room
    chance: random.Random
    habits: Habits
    start: datetime
    mine: dict[int, Work] = field(default_factory=dict)
    here: bool = False
    curious: bool = False
    """Something may wait: it came, was announced, or was there when they asked last."""
    until: datetime | None = None
    claims: int = 0
    sessions: timedelta = timedelta(0)
    refused: int = 0
    words: int = 0
    """How often they have written to an asker."""

    def begin(self, until: datetime) -> None:
        """Their life at the desk."""
        self.world.networks.inbox[self.who.network, self.who.name] = self.read
        self.world.networks.rooms.setdefault((self.who.network, self.room.id), []).append(self.read)
        zone = ZoneInfo(self.habits.zone)
        self.introduce()
        day = self.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        number = 0
        while day < until:
            for first, last in self.habits.breaks:
                if first == number:
                    self.world.at(self.start + number * DAY, lambda days=last - first: self.rest(days))  # type: ignore[misc]
            off = any(first <= number < last for first, last in self.habits.breaks)
            if day.weekday() in self.habits.weekdays and not off and self.chance.random() < self.habits.attends:
                begins = day.replace(hour=self.habits.begins) + timedelta(minutes=self.chance.uniform(-20, 20))
                self.world.at(begins.astimezone(self.start.tzinfo), self.arrive)
            day, number = day + DAY, number + 1

    def introduce(self) -> None:
        """What they say about themselves: their zone, their hours, what they know and speak."""
        habits = self.habits
        days = ",".join(DAYS[day] for day in habits.weekdays)
        hours = f"{habits.begins:02}:00-{habits.begins + habits.hours:02}:00"
        about = f"tz: {habits.zone} · hours: {days} {hours} · languages: {', '.join(habits.languages)}"
        self.say(f"!sig set {about}" + (f" · skills: {', '.join(habits.skills)}" if habits.skills else ""))

    def rest(self, days: int) -> None:
        """A break hands over all they have."""
        self.mine.clear()
        self.say(f"!break {days}d")

    def say(self, words: str, *, direct: bool = False) -> Outcome:
        outcome = self.world.say(self.who, self.who.direct if direct else self.room, words)
        if outcome.refusal is not None:
            self.refused += 1
        return outcome

    # --- a session ----------------------------------------------------------------------------------------------------

    def arrive(self) -> None:
        if self.here:
            return
        self.here = self.curious = True
        stays = self.habits.hours * HOUR * self.chance.uniform(0.7, 1.1)
        self.sessions += stays
        self.until = self.world.now + stays
        self.world.after(about(self.chance, 3 * MINUTE), self.look)

    def look(self) -> None:
        """Go on with what one has, then take the next."""
        if self.until is None or self.world.now >= self.until:
            self.here = False
            return
        for number, work in list(self.mine.items()):
            if not work.busy and not work.answered:
                self.plan(number)
        if self.able and self.curious and self.has_room:
            outcome = self.say("!next")
            self.curious = outcome.refusal is None and outcome.ticket is not None
            if self.curious and outcome.ticket is not None:
                self.took(outcome.ticket)
        self.world.after(about(self.chance, self.habits.looks, 0.6), self.look)

    @property
    def able(self) -> bool:
        return self.habits.role != "shadow"

    @property
    def has_room(self) -> bool:
        """What waits for its asker is no work."""
        return sum(not work.answered for work in self.mine.values()) < self.habits.at_once

    def took(self, number: int) -> None:
        self.claims += 1
        if self.chance.random() < self.habits.forgets:
            return
        self.mine[number] = Work()
        self.plan(number)

    def plan(self, number: int, usual: timedelta | None = None) -> None:
        work = self.mine.get(number)
        if work is not None and not work.busy:
            work.busy = True
            self.world.after(about(self.chance, usual or self.habits.speed), lambda: self.work_on(number))

    def work_on(self, number: int) -> None:
        work = self.mine.get(number)
        if work is None:
            return
        work.busy = False
        if not self.here:
            return  # the next session
        drawn, habits = self.chance.random(), self.habits
        work.turns += 1
        self.words += 1
        mark = f"{number}-{self.words}-{self.who.name}"
        if drawn < habits.gives_up and work.turns == 1:
            del self.mine[number]
            self.say(f"!release {number} I don’t know this one")
            return
        if drawn < habits.gives_up + habits.notes:
            self.say(f"!note {number} looked at it")
        if drawn > 1 - habits.asks_back:
            outcome = self.say(f"!ask-back {number} Tell me which-{mark} it is?", direct=self.chance.random() < 0.2)
        else:
            outcome = self.say(f"!answer {number} Do answer-{mark}.", direct=self.chance.random() < 0.2)
        if outcome.refusal is not None:
            self.mine.pop(number, None)
            return
        work.answered = True
        turns = work.turns
        self.world.after(about(self.chance, 3 * DAY, 0.4), lambda: self.done(number, turns))

    def done(self, number: int, turns: int) -> None:
        """The asker has said nothing since."""
        work = self.mine.get(number)
        if work is None or work.turns != turns or not work.answered:
            return
        if not self.here:
            self.world.after(6 * HOUR, lambda: self.done(number, turns))
            return
        del self.mine[number]
        self.say(f"!resolve {number}")

    # --- what they read -----------------------------------------------------------------------------------------------

    def read(self, line: Line) -> None:
        for verb, named in CALL.findall(line.text):
            if verb == "claim":
                self.called(int(named), mine=line.mine)
            elif verb == "approve" and self.habits.role in MENTORS and self.here and self.chance.random() < 0.5:
                self.world.after(about(self.chance, 8 * MINUTE), lambda number=int(named): self.mentor(number))  # type: ignore[misc]
            elif verb == "extend" and int(named) in self.mine and self.chance.random() < self.habits.extends:
                self.world.after(about(self.chance, MINUTE), lambda number=named: self.say(f"!extend {number}"))  # type: ignore[misc]
        found = MARK.search(line.text)
        if found is not None and found["what"] == "more" and (work := self.mine.get(int(found["number"]))):
            work.answered = False
            if self.here:
                self.plan(int(found["number"]))

    def mentor(self, number: int) -> None:
        """Somebody's words wait for a mentor: they are sent, or given back. Another may have been faster."""
        if self.here:
            self.say(f"!return {number} say hello first" if self.chance.random() < 0.15 else f"!approve {number}")

    def called(self, number: int, *, mine: bool) -> None:
        """Something waits, and they may have been meant."""
        self.curious = True
        wants = self.chance.random() < (0.7 if mine else self.habits.hears)
        if not self.here or not wants or not self.able or not self.has_room or number in self.mine:
            return
        self.world.after(about(self.chance, 4 * MINUTE), lambda: self.claim(number))

    def claim(self, number: int) -> None:
        if number in self.mine or not self.has_room:
            return
        outcome = self.say(f"!claim {number}")
        if outcome.refusal is None and outcome.ticket is not None:
            self.took(number)
