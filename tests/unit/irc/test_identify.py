"""NickServ: whom the password is told, what counts as yes and no, and how the nick is taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bridges.irc.identify import Services
from bridges.irc.login import Plan
from bridges.irc.reports import Broken, Registered, Report
from bridges.irc.session import Session

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SERVICES = Services("NickServ", "", "ann", "secret")
AT_HOME = Services("NickServ", "services.example.org", "ann", "secret")
WHOIS = (
    ":s 311 desk NickServ NickServ services.example.org * :Services",
    ":s 312 desk NickServ services.example.org :Atheme",
    ":s 313 desk NickServ :is a Network Service",
    ":s 318 desk NickServ :End",
)
SOURCE = ":NickServ!NickServ@services.example.org"


class Wire:
    def __init__(self, services: Services, *, nick: str = "desk", required: bool = True) -> None:
        self.session = Session(Plan("desk", services=services, sasl_required=required), "c")
        self.reports: list[Report] = []
        self.gets(f":s 001 {nick} :hi", f":s 376 {nick} :end")

    def gets(self, *lines: str, at: datetime = NOW) -> list[str]:
        self.session.take()
        self.reports = []
        for line in lines:
            self.reports += self.session.receive(f"{line}\r\n".encode(), at)
        return [out.data.decode().strip() for out in self.session.take()]

    @property
    def broken(self) -> list[Broken]:
        return [report for report in self.reports if isinstance(report, Broken)]

    @property
    def registered(self) -> bool:
        return any(isinstance(report, Registered) for report in self.reports)


@pytest.mark.parametrize(
    "yes",
    [
        ":s 900 desk desk!d@h ann :You are now logged in as ann",
        ":desk!d@h ACCOUNT ann",
        ":NickServ!NickServ@services.example.org MODE desk :+r",
        f"{SOURCE} NOTICE desk :You are now identified for \x02ann\x02.",
        f"{SOURCE} NOTICE desk :Password accepted - you are now recognized.",
    ],
)
def test_the_rooms_wait_until_the_account_is_ours(yes: str) -> None:
    wire = Wire(SERVICES)
    assert not wire.registered
    assert not wire.session.registered
    assert wire.gets(*WHOIS) == ["PRIVMSG NickServ :IDENTIFY ann secret"]
    wire.gets(":someone!x@y NOTICE desk :You are now identified", ":x!y@z ACCOUNT ann", ":s MODE desk :-r+i")
    assert not wire.registered
    wire.gets(yes)
    assert wire.registered
    assert wire.session.registered
    assert wire.session.login.logged_in


def test_with_the_services_server_the_password_goes_there_only() -> None:
    assert Wire(AT_HOME).gets(*WHOIS) == ["PRIVMSG NickServ@services.example.org :IDENTIFY ann secret"]
    elsewhere = Wire(AT_HOME)
    assert elsewhere.gets(WHOIS[0], ":s 312 desk NickServ irc.example.org :x", *WHOIS[2:]) == []
    assert "services.example.org" in elsewhere.broken[0].reason
    assert elsewhere.broken[0].mend


def test_a_passer_by_of_that_nick_is_told_nothing() -> None:
    wire = Wire(SERVICES)
    assert wire.gets(":s 311 desk NickServ x y * :z", ":s 312 desk NickServ irc.example.org :x", WHOIS[3]) == []
    assert wire.broken[0].mend
    optional = Wire(SERVICES, required=False)
    assert optional.gets(WHOIS[0], WHOIS[3]) == []
    assert optional.registered
    assert optional.session.identify.trouble
    assert not optional.session.login.logged_in


def test_no_services_now() -> None:
    wire = Wire(SERVICES)
    assert wire.gets(":s 401 desk NickServ :No such nick", ":s 318 desk NickServ :End") == []
    assert len(wire.broken) == 1
    assert not wire.broken[0].mend  # time will mend it


def test_a_refused_password_is_told_as_such() -> None:
    wire = Wire(SERVICES)
    wire.gets(*WHOIS)
    wire.gets(f"{SOURCE} NOTICE desk :Invalid password for \x02ann\x02.")
    assert wire.broken[0].login
    assert wire.broken[0].mend
    assert "secret" not in wire.broken[0].reason


def test_services_that_say_nothing_are_not_waited_for_for_ever() -> None:
    wire = Wire(SERVICES)
    wire.gets(*WHOIS)
    wire.gets(":s PONG s :k1", at=NOW + timedelta(seconds=19))
    assert not wire.broken
    wire.gets(":s PONG s :k2", at=NOW + timedelta(seconds=20))
    assert wire.broken


def test_a_server_without_nick_at_server_is_told_of() -> None:
    wire = Wire(AT_HOME)
    wire.gets(*WHOIS)
    wire.gets(":s 401 desk NickServ@services.example.org :No such nick")
    assert wire.broken[0].mend


def test_the_nick_is_taken_back_once_we_are_identified() -> None:
    wire = Wire(SERVICES, nick="desk_")
    wire.gets(*(line.replace(" desk ", " desk_ ") for line in WHOIS))
    sent = wire.gets(":s 900 desk_ desk_!d@h ann :in")
    assert sent == ["PRIVMSG NickServ :REGAIN desk"]
    assert wire.registered
    sent = wire.gets(f"{SOURCE} NOTICE desk_ :Invalid command.")
    assert sent == ["NICK desk", "PRIVMSG NickServ :GHOST desk"]
    assert wire.gets(":s 433 desk_ desk :in use") == []
    assert wire.gets(f"{SOURCE} NOTICE desk_ :desk has been ghosted.") == ["NICK desk"]
    assert wire.gets(":desk_!d@h NICK :desk", f"{SOURCE} NOTICE desk :hello") == []


def test_logged_in_by_sasl_no_password_is_needed_to_regain() -> None:
    services = Services(regain=("GHOST {nick} {password}", "REGAIN {nick}"))
    session = Session(Plan("desk", services=services), "c")
    session.login.logged_in = True
    session.receive(b":s 001 desk_ :hi\r\n:s 376 desk_ :end\r\n", NOW)
    sent = [out.data.decode().strip() for out in session.take()]
    assert sent == ["PRIVMSG NickServ :REGAIN desk"]  # nobody showed to be NickServ, so nobody is told a password


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(SERVICES)
    assert "secret" not in repr(Plan("desk", services=SERVICES, sasl_password="secret"))
