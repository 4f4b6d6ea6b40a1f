"""Identity: rights follow the account; a guest is one uninterrupted presence."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bridges.events import PersonId
from bridges.irc.people import Appeared, Ended, LoggedIn, Move, People, Presence
from bridges.irc.protocol import Prefix

ANNA = Prefix("anna", "a", "host")


def people() -> People:
    return People("c", str.lower)


def present(crowd: People, who: Prefix = ANNA, room: str = "#help") -> Presence:
    presence, _ = crowd.meet(who)
    presence.rooms.add(room)
    return presence


def test_guest_follows_its_nick() -> None:
    crowd = people()
    anna = present(crowd)
    guest = crowd.speaks(anna)
    assert guest == "guest:c:1"
    assert crowd.renamed(anna, "Berta") == []
    assert crowd.find(guest) is anna
    assert anna.nick == "Berta"
    assert crowd.get("anna") is None


def test_guest_ends_at_the_last_shared_part_and_its_id_is_never_used_again() -> None:
    crowd = people()
    anna = present(crowd)
    anna.rooms.add("#sig")
    guest = crowd.speaks(anna)
    assert crowd.parted(anna, "#sig") == []
    assert crowd.parted(anna, "#help") == [Ended(guest)]
    assert crowd.find(guest) is None
    assert crowd.speaks(present(crowd)) != guest


def test_guest_who_logs_in_is_told_as_the_account() -> None:
    crowd = people()
    anna = present(crowd)
    guest = crowd.speaks(anna)
    assert crowd.account(anna, "Anna") == [
        LoggedIn(guest, PersonId("account:anna"), "anna"),
        Appeared(PersonId("account:anna"), "anna"),
    ]
    assert crowd.find(guest) is None
    assert crowd.account(anna, "anna") == []
    assert crowd.account(anna, "*") == []
    assert crowd.speaks(anna) == "guest:c:2"


def test_account_with_two_nicks_is_present_until_both_left() -> None:
    crowd = people()
    one, two = present(crowd), present(crowd, Prefix("phone", "a", "host"))
    person = PersonId("account:anna")
    assert crowd.account(one, "anna") == [Appeared(person, "anna")]
    assert crowd.account(two, "anna") == []
    crowd.speaks(one)
    assert crowd.find(person) is one
    crowd.speaks(two)
    assert crowd.find(person) is two
    crowd.end(two)
    assert crowd.find(person) is one
    crowd.end(one)
    assert crowd.find(person) is None


def test_unwatched_nick_from_another_address_is_somebody_else() -> None:
    crowd = people()
    anna, _ = crowd.meet(ANNA)
    guest = crowd.speaks(anna)
    other, moves = crowd.meet(Prefix("anna", "a", "elsewhere"))
    assert moves == [Ended(guest)]
    assert other is not anna


def test_taking_a_nick_ends_whoever_was_thought_to_have_it() -> None:
    crowd = people()
    anna, berta = present(crowd), present(crowd, Prefix("berta", "b", "host"))
    guest = crowd.speaks(anna)
    assert crowd.renamed(berta, "anna") == [Ended(guest)]
    assert crowd.get("anna") is berta


NICKS = ("anna", "berta", "carl")


class Crowd(RuleBasedStateMachine):
    """Whatever happens: an id ends once, never comes back, and leads to one living presence."""

    def __init__(self) -> None:
        super().__init__()
        self.crowd = people()
        self.ended: set[PersonId] = set()
        self.spoken: dict[PersonId, Presence] = {}

    def _see(self, moves: list[Move]) -> None:
        for move in moves:
            if isinstance(move, (Ended, LoggedIn)):
                assert move.guest not in self.ended
                self.ended.add(move.guest)

    @rule(nick=st.sampled_from(NICKS), room=st.sampled_from(("#a", "#b")), host=st.sampled_from(("x", "y")))
    def join(self, nick: str, room: str, host: str) -> None:
        presence, moves = self.crowd.meet(Prefix(nick, "u", host))
        self._see(moves)
        presence.rooms.add(room)

    @rule(nick=st.sampled_from(NICKS))
    def speak(self, nick: str) -> None:
        if presence := self.crowd.get(nick):
            person = self.crowd.speaks(presence)
            assert person not in self.ended
            if person.startswith("guest:"):
                assert self.spoken.setdefault(person, presence) is presence

    @rule(nick=st.sampled_from(NICKS), to=st.sampled_from(NICKS))
    def rename(self, nick: str, to: str) -> None:
        if presence := self.crowd.get(nick):
            self._see(self.crowd.renamed(presence, to))

    @rule(nick=st.sampled_from(NICKS), room=st.sampled_from(("#a", "#b")))
    def part(self, nick: str, room: str) -> None:
        if presence := self.crowd.get(nick):
            self._see(self.crowd.parted(presence, room))

    @rule(nick=st.sampled_from(NICKS), account=st.sampled_from(("*", "anna", "Berta")))
    def log_in(self, nick: str, account: str) -> None:
        if presence := self.crowd.get(nick):
            self._see(self.crowd.account(presence, account))

    @rule(room=st.sampled_from(("#a", "#b")))
    def we_leave(self, room: str) -> None:
        self._see(self.crowd.room_left(room))

    @rule()
    def disconnect(self) -> None:
        self._see(self.crowd.end_all())
        assert len(self.crowd) == 0

    @invariant()
    def the_ended_are_not_found(self) -> None:
        assert all(self.crowd.find(guest) is None for guest in self.ended)

    @invariant()
    def everyone_found_is_alive(self) -> None:
        for presence in self.crowd:
            assert not presence.ended
            if presence.person is not None:
                found = self.crowd.find(presence.person)
                assert found is not None
                assert not found.ended
                assert self.crowd.get(found.nick) is found


TestCrowd = Crowd.TestCase
TestCrowd.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
