"""The session from bytes: what it sends, what it reports. Each test cites the specification it holds to."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bridges.events import PersonId
from bridges.irc.login import Plan
from bridges.irc.people import Appeared, Ended, LoggedIn
from bridges.irc.protocol import LINE_LIMIT
from bridges.irc.reports import (
    Broken,
    Checked,
    Echoed,
    Entered,
    Exited,
    Moved,
    NotLetIn,
    Ponged,
    Refused,
    Registered,
    Report,
    Said,
)
from bridges.irc.session import Session

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CAPS = "account-notify account-tag batch cap-notify chghost echo-message extended-join labeled-response message-tags"


class Wire:
    """A session and the server's side of it."""

    def __init__(self, plan: Plan | None = None) -> None:
        self.session = Session(plan or Plan("desk", ("desk2",)), "c")
        self.session.start()
        self.now = NOW

    def sent(self) -> list[str]:
        return [out.data.decode().removesuffix("\r\n") for out in self.session.take()]

    def gets(self, *lines: str, moves: bool = False) -> list[Report]:
        """What is reported; who came and went only when asked for."""
        reports = self.session.receive("".join(f"{line}\r\n" for line in lines).encode(), self.now)
        return [report for report in reports if moves or not isinstance(report, Moved)]

    def registered(self, caps: str = CAPS, isupport: str = "CASEMAPPING=rfc1459 MONITOR=10 WHOX BOT=B") -> Wire:
        self.gets(f":s CAP * LS :{caps}", f":s CAP desk ACK :{caps}")
        reports = self.gets(":s 001 desk :Welcome desk!u@h", f":s 005 desk {isupport} :are supported", ":s 422 desk :-")
        assert reports == [Registered("desk")]
        return self

    def in_room(self, **more: str) -> Wire:
        self.registered(**more)
        self.session.join([("#help", "")])
        assert self.gets(":desk!u@h JOIN #help desk :Desk") == [Entered("#help")]
        self.sent()
        return self


def said(reports: list[Report]) -> list[Said]:
    return [report for report in reports if isinstance(report, Said)]


# --- getting in -------------------------------------------------------------------------------------------------------


def test_capabilities_over_several_lines() -> None:
    """https://ircv3.net/specs/extensions/capability-negotiation#multiline-replies-to-cap-ls-and-cap-list"""
    wire = Wire()
    assert wire.sent() == ["CAP LS 302", "NICK desk", "USER helpdesk 0 * :Community helpdesk"]
    wire.gets(":s CAP * LS * :server-time sts=port=6697")
    assert wire.sent() == []
    wire.gets(":s CAP * LS :batch unknown/thing")
    assert wire.sent() == ["CAP REQ :batch server-time"]
    wire.gets(":s CAP * ACK :batch server-time")
    assert wire.sent() == ["CAP END"]
    assert wire.session.login.caps == {"batch", "server-time"}


def test_refused_or_empty_capabilities_do_not_hang() -> None:
    wire = Wire()
    wire.sent()
    wire.gets(":s CAP * LS :batch", ":s CAP * NAK :batch")
    assert wire.sent() == ["CAP REQ batch", "CAP END"]
    wire = Wire()
    wire.sent()
    wire.gets(":s CAP * LS :")
    assert wire.sent() == ["CAP END"]


def test_sasl_plain_in_chunks_of_400() -> None:
    """https://ircv3.net/specs/extensions/sasl-3.1#the-authenticate-command"""
    for length, last_is_plus in ((600, False), (292, True)):
        password = "p" * length
        wire = Wire(Plan("desk", sasl_user="ann", sasl_password=password))
        wire.gets(":s CAP * LS :sasl=PLAIN,EXTERNAL", ":s CAP * ACK :sasl")
        assert wire.sent()[-1] == "AUTHENTICATE PLAIN"
        wire.gets("AUTHENTICATE :+")
        chunks = [line.removeprefix("AUTHENTICATE ") for line in wire.sent()]
        assert all(len(chunk) <= 400 for chunk in chunks)
        assert (chunks[-1] == "+") is last_is_plus
        secret = base64.b64decode("".join(chunk for chunk in chunks if chunk != "+"))
        assert secret == f"ann\0ann\0{password}".encode()
        wire.gets(":s 903 desk :ok")
        assert wire.sent() == ["CAP END"]


def test_login_failures_tell_what_kind_they_are() -> None:
    plan = Plan("desk", sasl_user="ann", sasl_password="x")

    def broken(*lines: str) -> Broken:
        found = [report for report in Wire(plan).gets(*lines) if isinstance(report, Broken)]
        assert len(found) == 1
        return found[0]

    wrong = broken(":s CAP * LS :sasl=PLAIN", ":s CAP * ACK :sasl", ":s 904 desk :failed")
    assert wrong.login
    assert wrong.mend
    assert not broken(":s CAP * LS :batch").mend  # services down: time may mend it
    assert broken(":s CAP * LS :sasl=EXTERNAL").mend
    assert not broken(":s CAP * LS :sasl", ":s CAP * NAK :sasl").mend
    assert not broken(":s 001 desk :welcome").mend
    assert broken(":s 465 desk :go away").mend
    assert broken(":s 464 desk :password").mend
    assert not broken("ERROR :Closing link").mend


def test_nick_in_use_then_regained() -> None:
    """https://modern.ircdocs.horse/#errnicknameinuse-433"""
    wire = Wire()
    wire.sent()
    wire.gets(":s 433 * desk :in use", ":s CAP * LS :", ":s 433 * desk2 :in use")
    assert wire.sent() == ["NICK desk2", "CAP END", "NICK desk_"]
    wire.gets(":s 001 desk_ :hi", ":s 005 desk_ MONITOR=9 :x", ":s 376 desk_ :-")
    assert wire.sent() == ["MONITOR + desk"]
    wire.gets(":s 731 desk_ :desk")
    assert wire.sent() == ["NICK desk"]
    wire.gets(":desk_!u@h NICK :desk")
    assert wire.sent() == ["MONITOR - desk"]
    wire.session.regain()
    assert wire.sent() == []


def test_no_nick_left_needs_the_operator() -> None:
    wire = Wire()
    for _ in range(300):
        reports = wire.gets(f":s 432 * {wire.session.login.nick} :bad")
        if reports:
            break
    assert isinstance(reports[0], Broken)
    assert reports[0].mend


def test_ready_only_when_the_server_told_what_it_can() -> None:
    wire = Wire()
    assert wire.gets(":s 001 desk :Welcome desk!u@h.example") == []
    assert wire.session.me.host == "h.example"
    wire.sent()
    assert wire.gets(":s 005 desk BOT=B :are supported", ":s 376 desk :end") == [Registered("desk")]
    assert wire.sent() == ["MODE desk +B"]


def test_ping_is_answered_before_all_else() -> None:
    wire = Wire()
    wire.sent()
    wire.gets("PING :a b")
    out = wire.session.take()
    assert out[0].data == b"PONG :a b\r\n"
    assert out[0].urgent
    wire.session.ping("k1")
    assert wire.sent() == ["PING k1"]
    assert wire.gets(":s PONG s k1") == [Ponged("k1")]


# --- rooms ------------------------------------------------------------------------------------------------------------


def test_join_is_reported_when_confirmed_or_refused() -> None:
    wire = Wire().registered()
    wire.sent()
    wire.session.join([("#help", ""), ("#Sig", ""), ("#locked", "key")])
    assert wire.sent() == ["JOIN #locked key", "JOIN #help,#Sig"]
    assert wire.gets(":desk!u@h JOIN #help") == [Entered("#help")]
    assert wire.sent() == ["WHO #help %tcuhna,152", "MODE #help"]
    assert wire.gets(":s 473 desk #Sig :invite only") == [NotLetIn("#sig", "473", "invite only")]
    assert wire.gets(":s 473 desk #Sig :invite only") == []
    assert wire.gets(":op!u@h KICK #help desk :out") == [Exited("#help", "kicked by op: out")]
    assert wire.gets(":s KICK #help desk :twice") == []


def test_kick_by_a_server_counts() -> None:
    assert Wire().in_room().gets(":s KICK #help desk :flood") == [Exited("#help", "kicked by s: flood")]


def test_rooms_nobody_asked_for_are_left() -> None:
    wire = Wire().registered()
    wire.sent()
    assert wire.gets(":desk!u@h JOIN #overflow") == []
    assert wire.sent() == ["PART #overflow"]


def test_joins_respect_targmax() -> None:
    wire = Wire().registered(isupport="TARGMAX=JOIN:1,WHOIS:1")
    wire.sent()
    wire.session.join([("#a", ""), ("#b", "")])
    assert wire.sent() == ["JOIN #a", "JOIN #b"]


# --- who said it ------------------------------------------------------------------------------------------------------

ANNA = PersonId("account:anna")


def test_account_tag_is_believed_and_its_absence_too() -> None:
    """https://ircv3.net/specs/extensions/account-tag"""
    wire = Wire().in_room()
    wire.gets(":anna!u@h JOIN #help * :Anna")
    reports = wire.gets("@account=Anna;msgid=m1;time=2026-05-01T11:00:00.000Z :anna!u@h PRIVMSG #help :hi")
    assert reports[0] == Appeared(ANNA, "anna")
    (words,) = said(reports)
    assert (words.person, words.authenticated, words.msgid, words.room) == (ANNA, True, "m1", "#help")
    assert words.at == datetime(2026, 5, 1, 11, tzinfo=UTC)
    (words,) = said(wire.gets(":anna!u@h PRIVMSG #help :logged out"))
    assert not words.authenticated
    assert words.person == "guest:c:2"


def test_extended_join_whox_and_account_notify() -> None:
    wire = Wire().in_room()
    assert wire.gets(":anna!u@h JOIN #help Anna :A") == [Appeared(ANNA, "anna")]
    assert wire.gets(":anna!u@h QUIT :x", ":s 353 desk = #help :@desk +anna berta") == []
    assert wire.gets(":s 354 desk 152 #help u h anna Anna") == [Appeared(ANNA, "anna")]
    assert wire.gets(":s 354 desk 152 #help u h berta 0", ":s 354 desk 999 #help u h berta x") == []
    (words,) = said(wire.gets(":berta!u@h PRIVMSG #help :hi"))
    assert wire.gets(":berta!u@h ACCOUNT bb") == [
        LoggedIn(words.person, PersonId("account:bb"), "berta"),
        Appeared(PersonId("account:bb"), "berta"),
    ]


def test_tags_of_a_server_that_did_not_promise_them_give_no_right() -> None:
    wire = Wire().in_room(caps="batch")
    (words,) = said(wire.gets(":anna!u@h JOIN #help", "@account=anna :anna!u@h PRIVMSG #help :hi"))
    assert not words.authenticated
    assert wire.session.whereabouts(ANNA) is None


def test_guest_life() -> None:
    wire = Wire().in_room()
    wire.gets(":anna!u@h JOIN #help * :A")
    (words,) = said(wire.gets(":anna!u@h PRIVMSG #help :hi"))
    guest = words.person
    assert said(wire.gets(":anna!u@h NICK berta", ":berta!u@h PRIVMSG #HELP :hi"))[0].person == guest
    presence = wire.session.whereabouts(guest, "#help")
    assert presence is not None
    assert presence.nick == "berta"
    assert wire.gets(":berta!u@h PART #help") == [Ended(guest)]
    wire.gets(":berta!u@h JOIN #help * :A")
    assert said(wire.gets(":berta!u@h PRIVMSG #help :hi"))[0].person != guest
    assert len(wire.session.closed()) == 1


def test_direct_message_is_watched_by_monitor() -> None:
    """https://ircv3.net/specs/extensions/monitor"""
    wire = Wire().registered()
    wire.sent()
    (words,) = said(wire.gets(":anna!u@h PRIVMSG desk :psst"))
    assert words.room is None
    assert wire.sent() == ["MONITOR + anna"]
    assert wire.gets(":s 730 desk :anna!u@h") == []
    presence = wire.session.whereabouts(words.person)
    assert presence is not None
    assert presence.seen_without_interruption
    assert wire.gets(":s 731 desk :anna") == [Ended(words.person)]
    assert wire.sent() == ["MONITOR - anna"]


def test_monitor_that_finds_somebody_else_ends_the_guest() -> None:
    wire = Wire().registered()
    (words,) = said(wire.gets(":anna!u@h PRIVMSG desk :psst"))
    assert wire.gets(":s 730 desk :anna!u@elsewhere") == [Ended(words.person)]


def test_without_monitor_words_wait_for_whois() -> None:
    wire = Wire().registered(isupport="CASEMAPPING=ascii")
    wire.sent()

    def whois(signed_on: str, host: str = "h") -> list[Report]:
        return wire.gets(
            f":s 311 desk anna u {host} * :A", f":s 317 desk anna 5 {signed_on} :idle", ":s 318 desk anna :end"
        )

    assert wire.gets(":anna!u@h PRIVMSG desk :one") == []
    assert wire.sent() == ["WHOIS anna anna"]
    first, checked = whois("1000")
    assert isinstance(first, Said)
    assert checked == Checked("anna")
    wire.gets(":anna!u@h PRIVMSG desk :two")
    assert said(whois("1000"))[0].person == first.person
    wire.gets(":anna!u@h PRIVMSG desk :three")
    reports = whois("2000")
    assert reports[0] == Ended(first.person)
    assert said(reports)[0].person != first.person
    wire.session.check("anna")
    assert wire.gets(":s 401 desk anna :no such nick", ":s 318 desk anna :end")[-1] == Checked("anna")
    assert wire.session.people.get("anna") is None


def test_nobody_is_known_where_neither_monitor_nor_sign_on_time_is_told() -> None:
    wire = Wire().registered(isupport="CASEMAPPING=ascii")
    wire.gets(":anna!u@h PRIVMSG desk :one")
    reports = wire.gets(":s 311 desk anna u h * :A", ":s 318 desk anna :end")
    (words,) = said(reports)
    assert Ended(words.person) in reports


def test_notice_and_ctcp_start_nothing() -> None:
    wire = Wire().registered()
    wire.sent()
    assert wire.gets(":NickServ!s@services NOTICE desk :welcome", ":s NOTICE desk :hi") == []
    assert wire.gets(":anna!u@h PRIVMSG desk :\x01VERSION\x01", ":anna!u@h PRIVMSG desk :\x01PING 1\x01") == []
    assert wire.sent() == ["NOTICE anna :\x01VERSION community-helpdesk\x01"]
    wire.now += timedelta(minutes=1)
    wire.gets(":anna!u@h PRIVMSG desk :\x01PING 1\x01", ":anna!u@h PRIVMSG desk :\x01DCC SEND x\x01")
    assert wire.sent() == ["NOTICE anna :\x01PING 1\x01"]


def test_history_is_not_taken_for_the_present() -> None:
    wire = Wire().in_room()
    reports = wire.gets(
        ":s BATCH +h chathistory #help", "@batch=h;msgid=old :anna!u@h PRIVMSG #help :long ago", ":s BATCH -h"
    )
    assert said(reports) == []


# --- what became of our words -----------------------------------------------------------------------------------------


def test_own_words_come_back_as_echo_not_as_words() -> None:
    wire = Wire().in_room()
    assert wire.gets("@label=s1;msgid=m :desk!u@h PRIVMSG #Help :hi") == [Echoed("#help", "s1", "m")]
    batch = ("@label=s2 :s BATCH +b labeled-response", "@batch=b;msgid=n :desk!u@h PRIVMSG anna :x", ":s BATCH -b")
    assert wire.gets(*batch) == [Echoed("anna", "s2", "n")]
    assert wire.gets(":desk!u@h NOTICE anna :\x01VERSION x\x01") == []


def test_refusals() -> None:
    wire = Wire().in_room()
    assert wire.gets("@label=s1 :s 404 desk #Help :no") == [Refused("#help", "s1", "404", "no")]
    assert wire.gets(":s 417 desk :Input line was too long") == [Refused("", "", "417", "Input line was too long")]
    assert wire.gets(":s FAIL PRIVMSG NOPE #help :sorry") == [Refused("#help", "", "NOPE", "sorry")]
    assert wire.gets(":s 372 desk :motd") == []


# --- whatever comes ---------------------------------------------------------------------------------------------------

VERBS = ["PRIVMSG", "NOTICE", "JOIN", "PART", "KICK", "QUIT", "NICK", "ACCOUNT", "CHGHOST", "CAP", "BATCH", "PONG", "PING", "ERROR", "AUTHENTICATE", "FAIL", "001", "005", "353", "354", "396", "401", "404", "422", "433", "470", "473", "730", "731", "734", "311", "317", "318", "903", "904"]  # fmt: skip
words = st.sampled_from(
    ["desk", "#help", "anna", "anna!u@h", "+", "*", "", "LS", ":x", "a b", "-b", "+b", "@anna", "é"]
)
line = st.builds(
    lambda source, verb, params: f"{source}{verb} {' '.join(params)}".encode(),
    st.sampled_from(
        ["", ":s ", ":anna!u@h ", ":desk!u@h ", ":!@ ", "@label=x;batch=b;account=q :anna!u@h ", "::x!y@z "]
    ),
    st.sampled_from(VERBS),
    st.lists(words, max_size=7),
)


@given(st.lists(st.one_of(line, st.binary(max_size=80)), max_size=40))
def test_no_line_makes_it_raise_or_say_two_lines_at_once(lines: list[bytes]) -> None:
    wire = Wire().in_room()
    wire.session.receive(b"\r\n".join(lines) + b"\r\n", NOW)
    for out in wire.session.take():
        assert out.data.endswith(b"\r\n")
        assert not any(byte in out.data[:-2] for byte in b"\r\n\0")
    wire.session.closed()
    assert len(wire.session.people) == 0
    assert LINE_LIMIT < 20_000
