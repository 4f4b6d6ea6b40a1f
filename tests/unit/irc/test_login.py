"""Capabilities and logins from bytes, each by its specification."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from irctokens.line import tokenise

from bridges.irc.login import WANTED, Login, Plan
from bridges.irc.reports import Broken
from tests.servers.scripted_irc import ScramServer, chunks

PASSWORD = Plan("desk", sasl_user="ann", sasl_password="secret")


class Talk:
    """A login and what it sent."""

    def __init__(self, plan: Plan = PASSWORD) -> None:
        self.sent: list[str] = []
        self.login = Login(plan, lambda data: self.sent.append(data.decode().removesuffix("\r\n")))
        self.login.start()
        self.sent.clear()
        self.broken: Broken | None = None

    def gets(self, *lines: str) -> list[str]:
        """What it sends for these lines."""
        self.sent.clear()
        for line in lines:
            assert self.broken is None, self.broken
            self.broken = self.login.receive(tokenise(line))
        return list(self.sent)

    def ends(self, line: str) -> Broken:
        self.gets(line)
        assert self.broken is not None
        return self.broken


def wanted(sent: list[str]) -> set[str]:
    return {name for line in sent for name in line.removeprefix("CAP REQ ").removeprefix(":").split()}


def test_a_list_in_several_lines_is_answered_once_and_in_lines_that_fit() -> None:
    """https://ircv3.net/specs/extensions/capability-negotiation#multiline-replies-to-cap-ls-and-cap-list"""
    talk = Talk(Plan("desk"))
    names = sorted(WANTED)
    assert talk.gets(f":s CAP * LS * :{' '.join(names[:9])} draft/read-marker") == []
    sent = talk.gets(f":s CAP * LS :{' '.join(names[9:])} sts=duration=1 draft/multiline=max-bytes=4096,max-lines=24")
    assert wanted(sent) == WANTED
    assert all(line.startswith("CAP REQ ") and len(line) <= 450 for line in sent)
    assert talk.login.values["draft/multiline"] == "max-bytes=4096,max-lines=24"
    assert talk.login.values["sts"] == "duration=1"
    answers = [f":s CAP * ACK {line.removeprefix('CAP REQ ')}" for line in sent]
    assert talk.gets(*answers[:-1], *answers[-1:]) == ["CAP END"]
    assert talk.login.caps == WANTED


def test_a_set_that_is_refused_is_asked_for_singly() -> None:
    """…/capability-negotiation#the-cap-nak-subcommand: a request is granted whole or not at all."""
    talk = Talk(Plan("desk"))
    assert talk.gets(":s CAP * LS :batch echo-message setname") == ["CAP REQ :batch echo-message setname"]
    singly = talk.gets(":s CAP * NAK :batch echo-message setname")
    assert singly == ["CAP REQ batch", "CAP REQ echo-message", "CAP REQ setname"]
    assert talk.gets(":s CAP * ACK :batch", ":s CAP * NAK :echo-message") == []
    assert talk.gets(":s CAP * ACK :setname ") == ["CAP END"]
    assert talk.login.caps == {"batch", "setname"}


def test_capabilities_that_come_and_go() -> None:
    """https://ircv3.net/specs/extensions/capability-negotiation#cap-notify"""
    talk = Talk(Plan("desk"))
    talk.gets(":s CAP * LS :batch", ":s CAP * ACK :batch")
    assert talk.gets(":s CAP desk NEW :batch setname draft/read-marker draft/multiline=max-bytes=9") == [
        "CAP REQ :draft/multiline setname"
    ]
    assert talk.gets(":s CAP desk ACK :draft/multiline setname", ":s CAP desk DEL :draft/multiline sts") == []
    assert talk.login.caps == {"batch", "setname"}
    assert "draft/multiline" not in talk.login.values


def sign_in(talk: Talk, offers: str = "sasl=PLAIN") -> list[str]:
    return talk.gets(f":s CAP * LS :{offers}", ":s CAP * ACK :sasl")


def test_external_says_nothing_but_plus() -> None:
    """RFC 4422 appendix A; https://ircv3.net/specs/extensions/sasl-3.1"""
    talk = Talk(Plan("desk", certificate=True))
    assert sign_in(talk, "sasl=PLAIN,EXTERNAL")[-1] == "AUTHENTICATE EXTERNAL"
    assert talk.gets("AUTHENTICATE +") == ["AUTHENTICATE +"]
    assert talk.gets(":s 900 desk d!d@h ann :in", ":s 903 desk :yes") == ["CAP END"]
    assert (talk.login.logged_in, talk.login.account, talk.login.mechanism) == (True, "ann", "EXTERNAL")


def test_one_mechanism_after_the_other_as_the_server_takes_them() -> None:
    """https://ircv3.net/specs/extensions/sasl-3.2: a mechanism that was picked may turn out not to be there."""
    talk = Talk(replace(PASSWORD, certificate=True))
    assert sign_in(talk, "sasl")[-1] == "AUTHENTICATE EXTERNAL"
    assert talk.gets(":s 904 desk :no") == ["AUTHENTICATE SCRAM-SHA-256"]
    assert talk.gets(":s 908 desk PLAIN,EXTERNAL :are available", ":s 904 desk :no") == ["AUTHENTICATE PLAIN"]
    assert talk.gets("AUTHENTICATE +") == [
        f"AUTHENTICATE {base64.b64encode(b'ann' + bytes(1) + b'ann' + bytes(1) + b'secret').decode()}"
    ]
    broken = talk.ends(":s 904 desk :no")
    assert broken.login
    assert "PLAIN" in broken.reason
    assert "secret" not in broken.reason


def test_mechanisms_told_instead_of_a_refusal() -> None:
    """908 "MAY be sent in reply to an AUTHENTICATE command which requests an unsupported mechanism" (sasl-3.1)."""
    talk = Talk(replace(PASSWORD, sasl="scram-sha-256"))
    assert sign_in(talk, "sasl")[-1] == "AUTHENTICATE SCRAM-SHA-256"
    assert "PLAIN" in talk.ends(":s 908 desk PLAIN :are available").reason


def test_a_locked_account_is_not_tried_again() -> None:
    talk = Talk()
    sign_in(talk, "sasl=SCRAM-SHA-256,PLAIN")
    assert talk.ends(":s 902 desk :locked").login


def test_a_login_may_fail_where_the_operator_says_so() -> None:
    plan = replace(PASSWORD, sasl_required=False)
    talk = Talk(plan)
    sign_in(talk)
    assert talk.gets(":s 904 desk :no") == ["CAP END"]
    assert talk.login.failure
    assert talk.login.welcome() is None
    assert Talk(plan).gets(":s CAP * LS :batch")[-1] == "CAP REQ batch"
    assert Talk(plan).gets(":s CAP * LS :sasl=EXTERNAL")[-1] == "CAP END"
    refused = Talk(plan)
    assert refused.gets(":s CAP * LS :sasl", ":s CAP * NAK :sasl")[-1] == "CAP END"


def scram(talk: Talk, server: ScramServer, *, believe: bool = True) -> None:
    sign_in(talk, "sasl=SCRAM-SHA-256,PLAIN")

    def said(lines: list[str]) -> str:
        parts = [line.removeprefix("AUTHENTICATE ") for line in lines]
        return base64.b64decode("".join(part for part in parts if part != "+")).decode()

    first = said(talk.gets("AUTHENTICATE +"))
    assert talk.gets(*(f"AUTHENTICATE {chunk}" for chunk in chunks(server.first(first).encode()))) == []
    derivation = talk.login.take_derivation()
    assert derivation is not None
    talk.sent.clear()
    talk.login.derived(derivation.run())
    verdict = server.final(said(talk.sent))
    assert verdict is not None
    talk.gets(*(f"AUTHENTICATE {chunk}" for chunk in chunks(verdict.encode())))


def test_scram_in_pieces() -> None:
    """RFC 5802 section 5 over sasl-3.1's 400 bytes: the long salt makes the challenge come in two."""
    talk = Talk()
    scram(talk, ScramServer({"ann": "secret"}, salt=bytes(400)))
    assert talk.sent == ["AUTHENTICATE +"]
    assert talk.gets(":s 903 desk :yes") == ["CAP END"]
    assert talk.login.mechanism == "SCRAM-SHA-256"


def test_a_server_that_can_not_prove_itself_gets_no_password() -> None:
    talk = Talk()
    scram(talk, ScramServer({"ann": "secret"}, lie=True))
    assert talk.sent == ["AUTHENTICATE *"]
    assert talk.broken is not None
    assert talk.broken.mend
    assert not talk.login.logged_in


def test_a_yes_before_the_proof_is_none() -> None:
    talk = Talk()
    sign_in(talk, "sasl=SCRAM-SHA-256,PLAIN")
    talk.gets("AUTHENTICATE +")
    assert "says yes" in talk.ends(":s 903 desk :yes").reason
    assert talk.sent == ["AUTHENTICATE *"]
    assert not talk.login.logged_in


@pytest.mark.parametrize("nonsense", ["AUTHENTICATE ***", "AUTHENTICATE " + "A" * 401])
def test_nonsense_in_a_login_ends_it(nonsense: str) -> None:
    talk = Talk()
    sign_in(talk)
    assert talk.ends(nonsense).mend


def test_services_that_come_back_are_logged_in_to() -> None:
    """https://ircv3.net/specs/extensions/sasl-3.2#sasl-reauthentication"""
    talk = Talk(replace(PASSWORD, sasl_required=False))
    talk.gets(":s CAP * LS :cap-notify", ":s CAP * ACK :cap-notify")
    assert talk.login.welcome() is None
    assert talk.gets(":s CAP desk NEW :sasl=PLAIN") == ["CAP REQ sasl"]
    assert talk.gets(":s CAP desk ACK :sasl") == ["AUTHENTICATE PLAIN"]
    assert len(talk.gets("AUTHENTICATE +")) == 1
    assert talk.gets(":s 900 desk d!d@h ann :in", ":s 903 desk :yes") == []
    assert talk.login.logged_in
    assert talk.gets(":s CAP desk DEL :sasl", ":s CAP desk NEW :sasl=PLAIN") == []  # logged in still
    talk.gets(":s 901 desk d!d@h :out", ":s CAP desk DEL :sasl")
    assert talk.gets(":s CAP desk NEW :sasl=PLAIN") == ["CAP REQ sasl"]


def test_without_a_word_of_the_server_the_desk_asks_now_and_then() -> None:
    """InspIRCd 3 has services come back without a CAP NEW."""
    talk = Talk(replace(PASSWORD, sasl_required=False))
    talk.login.again()
    assert talk.sent == []  # not before the welcome
    talk.gets(":s CAP * LS :cap-notify", ":s CAP * ACK :cap-notify")
    talk.login.welcome()

    def again() -> list[str]:
        talk.sent.clear()
        talk.login.again()
        return list(talk.sent)

    assert again() == ["CAP REQ sasl"]
    assert again() == []  # the answer is not here yet
    assert talk.gets(":s CAP desk NAK :sasl") == []
    assert again() == ["CAP REQ sasl"]
    assert talk.gets(":s CAP desk ACK :sasl") == ["AUTHENTICATE SCRAM-SHA-256"]
    assert talk.gets(":s 904 desk :no", ":s 904 desk :no") == ["AUTHENTICATE PLAIN"]
    assert again() == ["CAP REQ sasl"]  # nobody looked at the password
    talk.gets(":s CAP desk ACK :sasl", "AUTHENTICATE +", ":s 904 desk :no", "AUTHENTICATE +", ":s 904 desk :no")
    assert again() == []  # somebody did


def test_a_later_login_that_fails_leaves_the_connection_alone() -> None:
    talk = Talk(replace(PASSWORD, sasl_required=False))
    talk.gets(":s CAP * LS :cap-notify", ":s CAP * ACK :cap-notify")
    talk.login.welcome()
    talk.gets(":s CAP desk NEW :sasl=PLAIN", ":s CAP desk ACK :sasl", "AUTHENTICATE +")
    assert talk.gets(":s 904 desk :no") == []
    assert "904" in talk.login.failure


def test_a_server_that_wants_tls_is_left_before_anything_is_said() -> None:
    """https://ircv3.net/specs/extensions/sts#mechanism: on an insecure connection only the port counts."""
    plan = replace(PASSWORD, sts=True, private=False)
    talk = Talk(plan)
    assert talk.ends(":s CAP * LS :sasl=PLAIN sts=duration=9,port=6697").reason
    assert talk.login.upgrade == 6697
    assert talk.sent == []
    late = Talk(replace(plan, sasl_user=""))
    late.gets(":s CAP * LS :batch", ":s CAP * ACK :batch")
    assert late.ends(":s CAP desk NEW :sts=port=7000")
    assert late.login.upgrade == 7000
    for other in (replace(plan, sts=False), replace(plan, secure=True)):
        assert Talk(other).gets(":s CAP * LS :sasl=PLAIN sts=port=6697") == ["CAP REQ sasl"]
    assert Talk(plan).gets(":s CAP * LS :sasl=PLAIN sts=duration=9") == ["CAP REQ sasl"]
