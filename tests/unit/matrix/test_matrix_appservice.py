"""The application service without a homeserver: its journal, its registration, its ghosts' names, what transactions mean."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bridges.events import Attribution, PersonId
from bridges.matrix.appservice import journal as journals
from bridges.matrix.appservice.book import Ghost, GhostBook
from bridges.matrix.appservice.journal import Journal, JournalFull, Reader
from bridges.matrix.appservice.names import LONGEST, display_name, localpart
from bridges.matrix.appservice.parts import Came, GhostInvited, Invited, Part, Said, Went, invited, parts, said
from bridges.matrix.appservice.registration import make, read, write
from bridges.matrix.settings import MatrixSettings
from bridges.network import Misconfigured

Json = dict[str, Any]


# --- the journal ------------------------------------------------------------------------------------------------------


def event(name: str, **more: Any) -> Json:
    return {"event_id": f"${name}", "content": {"body": f"{name}\nü"}, **more}


def rest(reader: Reader) -> list[str]:
    found: list[str] = []
    while (record := reader.next()) is not None:
        found += [str(entry["event_id"])[1:] for entry in record.events]
    return found


def filled(folder: Path, *names: str) -> Journal:
    journal = Journal(folder)
    for name in names:
        assert journal.append(name, [event(name)])
    return journal


def test_what_was_written_is_read_in_order_and_from_any_place(tmp_path: Path) -> None:
    journal = filled(tmp_path / "j", "a", "b", "c")
    reader = journal.reader(0)
    assert rest(reader) == ["a", "b", "c"]
    journal.append("d", [event("d")])
    assert rest(reader) == ["d"]
    assert rest(journal.reader(2)) == ["c", "d"]
    journal.close()
    assert rest(Journal(tmp_path / "j").reader(1)) == ["b", "c", "d"]


def test_a_transaction_is_kept_once_over_restarts_too(tmp_path: Path) -> None:
    journal = filled(tmp_path / "j", "a")
    assert not journal.append("a", [event("a", unsigned={"age": 7})])
    journal.close()
    journal = Journal(tmp_path / "j")
    assert not journal.append("a", [event("a")])
    assert journal.append("a", [event("other")]), "a homeserver that was set up anew counts from 1 again"
    assert rest(journal.reader(0)) == ["a", "other"]
    journal.close()


def test_a_crash_at_any_byte_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    journal = filled(tmp_path / "j", "a", "b")
    (file,) = (tmp_path / "j").glob("*.log")
    answered = file.stat().st_size
    journal.append("c", [event("c")])
    journal.close()
    whole = file.read_bytes()
    for length in range(answered, len(whole)):
        file.write_bytes(whole[:length])
        journal = Journal(tmp_path / "j")
        assert rest(journal.reader(0)) == ["a", "b"]
        assert journal.append("c", [event("c")]), "it was not answered, so it comes again"
        assert rest(journal.reader(2)) == ["c"]
        journal.close()
        assert not Journal(tmp_path / "j").damaged


def test_a_damaged_record_is_counted_and_passed_over(tmp_path: Path) -> None:
    journal = filled(tmp_path / "j", "a", "b", "c")
    journal.close()
    (file,) = (tmp_path / "j").glob("*.log")
    file.write_bytes(file.read_bytes().replace(b"$b", b"$x"))
    journal = Journal(tmp_path / "j")
    assert journal.damaged == 1
    assert rest(journal.reader(0)) == ["a", "c"]


@pytest.mark.parametrize("truncating", [True, False])
def test_a_full_disk_leaves_no_half_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, truncating: bool
) -> None:
    journal = filled(tmp_path / "j", "a")
    real = os.write

    def half(descriptor: int, data: Any) -> int:
        real(descriptor, bytes(data)[: len(data) // 2])
        raise OSError(errno.ENOSPC, "no space left")

    def never(*_: Any) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        if not truncating:
            patch.setattr(os, "ftruncate", never)
        with pytest.raises(OSError, match="no space"):
            journal.append("b", [event("b")])
    assert journal.append("b", [event("b")])
    assert rest(journal.reader(0)) == ["a", "b"]
    journal.close()
    assert rest(Journal(tmp_path / "j").reader(0)) == ["a", "b"]


def test_old_files_go_when_all_in_them_was_reported_long_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "SEGMENT", 1)
    monkeypatch.setattr(journals, "KEPT", 2)
    journal = filled(tmp_path / "j", *"abcdef")
    assert len(list((tmp_path / "j").glob("*.log"))) == 6
    journal.done(5)
    journal.append("g", [event("g")])
    assert rest(journal.reader(0)) == ["c", "d", "e", "f", "g"], "2 below the one that was reported last"
    assert Journal(tmp_path / "j").last == 7
    journal.close()


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", limit=100)
    journal.append("a", [event("a" * 200)])
    with pytest.raises(JournalFull):
        journal.append("b", [event("b")])
    journal.close()


# --- the registration -------------------------------------------------------------------------------------------------

FIT = ("http://desk:29330", "@helpdesk:example.org", "irc_")


def test_a_registration_is_read_as_it_was_written_and_shows_no_token(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    made = make("matrix", *FIT)
    write(file, made)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read(file, *FIT) == made
    assert made.as_token not in repr(made)
    assert made.hs_token not in repr(made)
    with pytest.raises(FileExistsError):
        write(file, made)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "there is no registration"),
        ("a: [", "not YAML"),
        ("- a", "no registration"),
        ("id: x", "lacks"),
    ],
)
def test_what_is_no_registration(tmp_path: Path, text: str | None, fault: str) -> None:
    file = tmp_path / "r.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(Misconfigured, match=fault) as raised:
        read(file, *FIT)
    assert "helpdesk matrix registration" in raised.value.mend


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("http://other:1", FIT[1], FIT[2]), "appservice_url is http://other:1"),
        ((FIT[0], "@desk:example.org", FIT[2]), "leave out the desk's account"),
        ((FIT[0], FIT[1], "relay_"), "leave out ghosts"),
        ((FIT[0], "@irc_service:example.org", FIT[2]), "sender_localpart"),
    ],
)
def test_a_registration_must_fit_the_configuration(tmp_path: Path, change: tuple[str, str, str], fault: str) -> None:
    write(tmp_path / "r.yaml", make("matrix", *FIT))
    with pytest.raises(Misconfigured, match=fault):
        read(tmp_path / "r.yaml", *change)


def test_the_registration_takes_the_place_of_a_secret() -> None:
    table = {"homeserver": "https://x", "user": "@desk:x", "appservice_file": Path("r")}
    assert MatrixSettings(**table).logs_in
    with pytest.raises(ValidationError, match="remove password_env"):
        MatrixSettings(**table, password_env="X")
    with pytest.raises(ValidationError, match="would be a ghost"):
        MatrixSettings(**table, ghost_prefix="des")
    with pytest.raises(ValidationError, match="can't begin"):
        MatrixSettings(**table, ghost_prefix="IRC=")
    with pytest.raises(ValidationError, match="the same"):
        MatrixSettings(**table, ghost_name="somebody")


# --- names ------------------------------------------------------------------------------------------------------------


def ghost(name: str, person: str, origin: str = "libera", *, guest: bool = False) -> str:
    return localpart("irc_", Attribution(name, origin, PersonId(person), guest=guest), "example.org")


def test_one_account_for_each_person_of_each_network() -> None:
    assert ghost("anna", "account:anna") == "irc_libera_account=3aanna"
    assert ghost("Anna_", "account:anna") == ghost("anna", "account:anna"), "whatever their nick"
    assert ghost("bob", "guest:1", guest=True) == ghost("bob", "guest:2", guest=True) == "irc_libera_-_bob"
    assert ghost("anna", "account:anna", "oftc") != ghost("anna", "account:anna")
    assert ghost("anna", "guest:1", guest=True) != ghost("anna", "anna")
    assert ghost("x", "a_b", "c") != ghost("x", "b", "c_a")


@given(st.text(), st.text(), st.text(), st.booleans())
def test_every_name_makes_a_lawful_account(name: str, person: str, origin: str, guest: bool) -> None:
    made = ghost(name, person, origin, guest=guest)
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789._=-")
    assert made.startswith("irc_")
    assert len(f"@{made}:example.org") <= LONGEST


@given(st.text(), st.text())
def test_two_people_never_share_an_account(one: str, other: str) -> None:
    assert (ghost("x", one) == ghost("x", other)) == (one == other)


def test_long_ones_are_hashed_and_still_differ() -> None:
    assert ghost("x", "a" * 300).startswith("irc_==")
    assert ghost("x", "a" * 300) != ghost("x", "a" * 301)


def test_display_names() -> None:
    anna = Attribution("anna", "libera", PersonId("x"))
    assert display_name("{name} ({network})", anna) == "anna (libera)"
    assert display_name("{name} {", anna) == "anna {"
    assert display_name("{name}", Attribution("a\nb\x00", "libera")).isprintable()
    assert len(display_name("{name}" + "é" * 300, anna).encode()) <= 255


# --- the book of ghosts -----------------------------------------------------------------------------------------------


def test_the_book_is_the_same_after_a_crash(tmp_path: Path) -> None:
    book = GhostBook(tmp_path)
    book.note_ghost("@a:x", Ghost("anna", "anna (irc)"))
    book.note_spoke("!r", "@a:x", 1000.0)
    book.note_spoke("!r", "@a:x", 1001.0)
    book.note_spoke("!s", "@a:x", 5.0)
    book.note_left("!s", "@a:x")
    book.note_sent("hd1", "$1")
    with (tmp_path / "ghosts.jsonl").open("a") as file:
        file.write('{"user": "@b:x", "nick"')
    again = GhostBook(tmp_path)
    assert again.ghosts == {"@a:x": Ghost("anna", "anna (irc)")}
    assert again.spoke == {("!r", "@a:x"): 1000.0}
    assert again.event_of("hd1") == "$1"
    book.close()


# --- transactions -----------------------------------------------------------------------------------------------------

DESK = "@desk:x"


def member(who: str, membership: str, room: str = "!r", by: str = "") -> Json:
    content = {"membership": membership}
    return {"type": "m.room.member", "state_key": who, "sender": by or who, "room_id": room, "content": content}


def words(body: str, sender: str = "@mira:x", room: str = "!r") -> Json:
    return {"type": "m.room.message", "sender": sender, "room_id": room, "content": {"body": body}}


def parted(events: list[Json], *rooms: str) -> list[Part]:
    """With the rooms that the desk is in before; it comes and goes as it is told."""
    known, found = set(rooms), []
    for part in parts(events, DESK, lambda user: user.startswith("@irc_"), known.__contains__):
        found.append(part)
        if isinstance(part, Came):
            known.add(part.room_id)
        elif isinstance(part, Went):
            known.discard(part.room_id)
    return found


def test_only_rooms_of_the_desk_are_heard() -> None:
    a, b = words("a"), words("b", room="!s")
    assert parted([a, b], "!r") == [Said({"!r": [a]})]
    assert parted([a], "!s") == []


def test_coming_and_going_part_what_was_said() -> None:
    before, after, gone = words("before"), words("after"), words("gone")
    came, went = member(DESK, "join"), member(DESK, "ban", by="@mira:x")
    assert parted([before, came, after, went, gone]) == [
        Came("!r", came),
        Said({"!r": [after]}),
        Went("!r", went),
    ]


def test_a_new_name_of_the_desk_is_no_coming() -> None:
    named = member(DESK, "join")
    assert parted([named], "!r") == [Said({"!r": [named]})]


def test_invitations() -> None:
    stripped = {"type": "m.room.name", "state_key": "", "content": {"name": "x"}}
    asked = member(DESK, "invite", by="@mira:x") | {"unsigned": {"invite_room_state": [stripped, "junk"]}}
    (part,) = parted([asked])
    assert part == Invited("!r", asked)
    assert invited(part)["rooms"]["invite"]["!r"]["invite_state"]["events"] == [stripped, asked]


def test_what_ghosts_do_changes_the_room_and_is_not_reported() -> None:
    came = member("@irc_a:x", "join")
    assert parted([words("relayed", "@irc_a:x"), came], "!r") == [Said({}, {"!r": [came]})]


def test_a_ghost_is_invited_by_somebody() -> None:
    assert parted([member("@irc_a:x", "invite", "!dm", "@mira:x")]) == [GhostInvited("!dm", "@irc_a:x")]
    assert parted([member("@irc_a:x", "invite", "!r", DESK)]) == []


def test_who_comes_may_have_new_devices() -> None:
    (part,) = parted([member("@mira:x", "join"), member("@nora:x", "leave")], "!r")
    assert isinstance(part, Said)
    assert said(part)["device_lists"]["changed"] == ["@mira:x"]


@pytest.mark.parametrize("junk", [{}, {"room_id": 1}, {"room_id": "!r", "content": []}, {"room_id": "!r", "type": 4}])
def test_nonsense_harms_nobody(junk: Json) -> None:
    parted([junk, junk], "!r")


def test_the_example_has_the_form_of_a_real_one() -> None:
    example = yaml.safe_load((Path(__file__).parents[3] / "config/matrix-registration.yaml").read_text())
    real = yaml.safe_load(make("matrix", "http://127.0.0.1:29330", "@helpdesk:example.org", "irc_").text())
    for token in ("as_token", "hs_token"):
        example.pop(token)
        real.pop(token)
    assert example == real
