"""A community for a year: when its people ask what, who its volunteers are, and what the articles know."""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from helpdesk.config import Config, build
from helpdesk.store.applied import Asked
from kb.model import Answer, Citation, Evidence, NoAnswer, Outcome, Suggestions
from tests.simulate.people import DAY, HOUR, MINUTE, TOPICS, Asker, Habits, Mood, Volunteer
from tests.simulate.world import Who, World, public

START = datetime(2027, 1, 4, tzinfo=UTC)
BY_HOUR = (2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 9, 9, 8, 9, 10, 10, 9, 8, 9, 10, 10, 8, 6, 4)
"""How many ask in which hour of the day (UTC), in proportion."""
BY_WEEKDAY = (10, 10, 10, 9, 8, 5, 5)
BURST = 30
"""Who asks in an incident."""
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Los_Angeles", "Australia/Sydney")
ROOMS = {"irc": public("#sig"), "matrix": public("#team")}


@dataclass(frozen=True, slots=True)
class Size:
    """How big, how long, how likely."""

    tickets: int = 5000
    """That are expected; how many there are is chance."""
    days: int = 365
    volunteers: int = 12
    incidents: int = 6
    """In a year, each with a burst of tickets."""
    seed: int = 1


def config_for(folder: Path, volunteers: list[Who]) -> Config:
    """Two networks, a public room and a volunteers' room on each; all else as it comes."""
    return build(
        {
            "helpdesk": {"state": str(folder), "public_url": "http://help.example/"},
            "web": {"enabled": False},
            "networks": {
                "irc": {"kind": "memory", "rooms": {"#help": {}, "#sig": {"volunteers": True}}},
                "matrix": {"kind": "memory", "rooms": {"#help": {}, "#team": {"volunteers": True, "private": True}}},
            },
            "members": {"leads": [f"{who.network}:{who.name}" for who in volunteers[:1]]},
            "limits": {"open_tickets_per_room": 2000, "questions_per_room": 2000},
        }
    )


def known(asked: Asked) -> Outcome:
    """What the articles say: people who ask what is in them begin with `known`, or with `perhaps`."""
    topic = next((topic for topic in TOPICS if topic in asked.text), TOPICS[0])
    cited = Citation(f"{topic}/how", "", "How", "How", f"http://help.example/kb/{topic}/how")
    evidence = Evidence(lang="de" if "bitte" in asked.text else "en")
    if asked.text.startswith("known"):
        return Answer(cited, ("First do this.", "Then that."), 0.9, evidence=evidence)
    if asked.text.startswith("perhaps"):
        return Suggestions((cited,), 0.5, (("First do this.",),), evidence)
    return NoAnswer(0.1, (cited,), evidence)


class Community:
    """Makes the people and lets them ask. `world.run(end)` is their year."""

    def __init__(self, url: str, folder: Path, size: Size) -> None:
        self.size = size
        self.chance = random.Random(size.seed)
        self.start, self.end = START, START + size.days * DAY
        names = [Who(("irc", "matrix")[number % 2], f"vol{number}") for number in range(size.volunteers)]
        self.world = World(url, config_for(folder, names), START, known)
        self.askers: list[Asker] = []
        self.volunteers = [self._volunteer(number, who) for number, who in enumerate(names)]
        self._join()
        for volunteer in self.volunteers:
            volunteer.begin(self.end)
        for at in self._arrivals():
            self.world.at(at, self._somebody_asks)
        for _ in range(round(size.incidents * size.days / 365 * min(1, size.tickets / size.days))):
            self._incident(START + self.chance.random() * (self.end - START - DAY))

    # --- the SIG ------------------------------------------------------------------------------------------------------

    def _volunteer(self, number: int, who: Who) -> Volunteer:
        """Every other one is of the equals that fairness is measured among: same hours, same habits, other zones."""
        chance = random.Random(f"{self.size.seed}-{number}")
        if number % 2:
            habits = Habits(zone=ZONES[number // 2 % len(ZONES)], weekdays=(0, 1, 2, 3, 4, 5), hours=4)
        else:
            begins = chance.randrange(8, 21)
            first = chance.randrange(self.size.days)
            habits = Habits(
                zone=ZONES[number // 2 % len(ZONES)],
                weekdays=tuple(sorted(chance.sample(range(7), chance.randrange(2, 7)))),
                begins=begins,
                hours=min(chance.randrange(2, 6), 24 - begins),
                attends=chance.uniform(0.5, 0.95),
                looks=chance.uniform(10, 60) * MINUTE,
                speed=chance.uniform(4, 30) * MINUTE,
                at_once=chance.randrange(1, 6),
                forgets=chance.choice((0.0, 0.02, 0.1)),
                gives_up=chance.uniform(0.02, 0.15),
                skills=tuple(chance.sample(TOPICS, 2)),
                languages=("en", "de") if chance.random() < 0.3 else ("en",),
                breaks=((first, first + chance.randrange(7, 28)),),
                role=("solo", "solo", "pair", "shadow")[number // 2 % 4] if number else "lead",
            )
        return Volunteer(self.world, who, ROOMS[who.network], chance, habits, self.start)

    def _join(self) -> None:
        """Their lead says who they are."""
        lead, *others = self.volunteers
        for volunteer in others:
            lead.say(f"!sig add {volunteer.who.network}:{volunteer.who.name} {volunteer.habits.role}")

    # --- the askers ---------------------------------------------------------------------------------------------------

    def _arrivals(self) -> list[datetime]:
        """Of a Poisson process: given how many there are, each comes by itself. For each ticket, one that articles answer."""
        size, chance = self.size, self.chance
        bursts = size.incidents * size.days / 365 * BURST * min(1, size.tickets / size.days)
        count = round(chance.gauss(0, 1) * size.tickets**0.5 + max(0.0, size.tickets - bursts) / 0.75)
        days = list(accumulate(BY_WEEKDAY[(START + day * DAY).weekday()] for day in range(size.days)))
        hours = list(accumulate(BY_HOUR))
        found = []
        for _ in range(max(1, count)):
            day = bisect(days, chance.random() * days[-1])
            hour = bisect(hours, chance.random() * hours[-1])
            found.append(START + day * DAY + (hour + chance.random()) * HOUR)
        return found

    def _asker(self) -> Asker:
        chance = self.chance
        number = len(self.askers)
        network = "irc" if chance.random() < 0.6 else "matrix"
        guest = network == "irc" and chance.random() < 0.3
        who = Who(network, f"{'guest' if guest else 'asker'}{number}", authenticated=not guest)
        asker = Asker(self.world, who, chance, Mood(), chance.random() < 0.25, "de" if chance.random() < 0.15 else "en")
        self.askers.append(asker)
        return asker

    def _somebody_asks(self) -> None:
        chance = self.chance
        asker = self._asker()
        drawn = chance.random()
        first = "known" if drawn < 0.2 else "perhaps" if drawn < 0.3 else "please tell me"
        words = f"{first} how the {chance.choice(TOPICS)} {'bitte' if asker.lang == 'de' else 'thing'} works"
        if drawn > 0.95:
            words = f"!human {words}"
        asker.ask(words)
        if drawn < 0.3:
            # What the articles said helps most, and says nothing to some.
            said = "!yes" if chance.random() < 0.5 else "!no" if drawn > 0.25 else ""
            if said:
                self.world.after(timedelta(minutes=chance.uniform(1, 9)), lambda: self._judges(asker, said))

    def _judges(self, asker: Asker, said: str) -> None:
        asker.say(said)

    def _incident(self, at: datetime) -> None:
        """Something breaks, and many ask the same within two hours."""
        topic = self.chance.choice(TOPICS)
        for _ in range(BURST):
            self.world.at(at + self.chance.expovariate(1 / 40) * MINUTE, lambda: self._complains(topic))

    def _complains(self, topic: str) -> None:
        self._asker().ask(f"the {topic} thing is broken since today")
