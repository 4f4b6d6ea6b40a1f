"""What was missed, from bytes: CHATHISTORY page by page, and a bouncer's playback.

https://ircv3.net/specs/extensions/chathistory
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bridges.irc.login import Plan
from bridges.irc.past import Mark
from bridges.irc.people import Ended
from bridges.irc.reports import CaughtUp, Entered, History, Reaction, Redaction, Report, Said
from bridges.irc.session import Session
from tests.unit.irc.test_session import NOW, Wire, said

CAPS = "account-tag batch echo-message extended-join message-tags server-time draft/chathistory draft/multiline"
HEARD = NOW - timedelta(hours=2)
MARK = Mark(HEARD, "m0", HEARD - timedelta(minutes=1))


def stamp(minutes: float) -> str:
    """So long after we were last there."""
    return (HEARD + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def line(n: int, text: str = "", nick: str = "anna", tags: str = "") -> str:
    return f"@batch=h;msgid=m{n};time={stamp(n)}{tags} :{nick}!u@h PRIVMSG #help :{text or f'line {n}'}"


class Back(Wire):
    """We come back into #help, which was heard until `MARK`."""

    def __init__(
        self,
        most: int = 500,
        caps: str = CAPS,
        isupport: str = "CHATHISTORY=50 MSGREFTYPES=msgid,timestamp",
        mark: Mark | None = MARK,
        plan: Plan | None = None,
    ) -> None:
        self.session = Session(plan or Plan("desk"), "c", lambda _: mark, most)
        self.session.start()
        self.now = NOW
        self.registered(caps=caps, isupport=isupport)
        self.session.join([("#help", "")])
        self.sent()
        assert self.gets(f"@time={stamp(120)} :desk!u@h JOIN #help desk :Desk") == [Entered("#help")]
        self.asked = [out for out in self.sent() if not out.startswith(("WHO", "MODE"))]

    def page(self, *lines: str) -> list[Report]:
        reports = self.gets(":s BATCH +h chathistory #help", *lines, ":s BATCH -h")
        self.asked = self.sent()
        return reports


def test_what_was_missed_comes_page_by_page_in_order_and_once() -> None:
    back = Back(isupport="CHATHISTORY=2")
    assert back.asked == ["CHATHISTORY AFTER #help msgid=m0 2"]
    reports = back.page(line(1), line(2))
    assert [(w.text, w.late, w.at) for w in said(reports)] == [
        ("line 1", True, HEARD + timedelta(minutes=1)),
        ("line 2", True, HEARD + timedelta(minutes=2)),
    ]
    assert back.asked == ["CHATHISTORY AFTER #help msgid=m2 2"]
    assert [w.text for w in said(back.page(line(2), line(3)))] == ["line 3"]
    assert back.page()[0] == CaughtUp("#help", None)
    assert back.asked == []
    (live,) = said(back.gets(":anna!u@h JOIN #help * :A", "@msgid=m9 :anna!u@h PRIVMSG #help :now"))
    assert not live.late


def test_what_is_said_meanwhile_comes_after_and_once() -> None:
    back = Back()
    back.gets(":anna!u@h JOIN #help * :A")
    live = f"@msgid=m7;time={stamp(121)} :anna!u@h PRIVMSG #help :live"
    assert said(back.gets(live)) == []
    reports = back.page(line(1), line(7, "live"))
    assert [(r.text, r.late) for r in said(reports)] == [("line 1", True), ("live", False)]
    done = next(report for report in reports if isinstance(report, CaughtUp))
    assert done.missing is None
    assert back.asked == []


def test_past_the_bound_the_rest_is_missing_and_said_since_when() -> None:
    back = Back(most=3)
    assert back.asked == ["CHATHISTORY AFTER #help msgid=m0 4"]
    reports = back.page(*(line(n) for n in range(1, 5)))
    assert len(said(reports)) == 3
    done = next(report for report in reports if isinstance(report, CaughtUp))
    assert done.missing == (HEARD + timedelta(minutes=3), NOW)


def test_exactly_at_the_bound_nothing_is_missing() -> None:
    back = Back(most=2)
    back.page(line(1), line(2))
    assert back.asked == ["CHATHISTORY AFTER #help msgid=m2 1"]
    assert back.page()[0] == CaughtUp("#help", None)


def test_an_id_that_is_forgotten_is_replaced_by_the_time() -> None:
    """FAIL CHATHISTORY … ; or an empty answer, which may mean the same"""
    at = (HEARD - timedelta(minutes=1, milliseconds=1)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    for answer in (
        [":s FAIL CHATHISTORY MESSAGE_ERROR AFTER #help :no"],
        [":s BATCH +h chathistory #help", ":s BATCH -h"],
    ):
        back = Back()
        assert back.gets(*answer) == []
        assert back.sent() == [f"CHATHISTORY AFTER #help timestamp={at}Z 50"]
        assert said(back.page(line(1)))[0].text == "line 1"


def test_a_server_that_names_messages_by_time_only() -> None:
    back = Back(isupport="MSGREFTYPES=timestamp")
    assert back.asked[0].startswith("CHATHISTORY AFTER #help timestamp=")


def test_what_can_not_be_fetched_is_missing() -> None:
    back = Back(mark=Mark(HEARD))
    (done,) = back.gets(":s FAIL CHATHISTORY INVALID_TARGET AFTER #help :not for you")
    assert done == CaughtUp("#help", (HEARD, NOW), "not for you (INVALID_TARGET)")
    back = Back(mark=Mark(HEARD))
    assert back.gets(":s 421 desk CHATHISTORY :Unknown command") == [CaughtUp("#help", (HEARD, NOW), "Unknown command")]
    back = Back(mark=Mark(HEARD))
    assert back.session.tick(NOW + timedelta(seconds=29)) == []
    (late,) = back.session.tick(NOW + timedelta(seconds=31))
    assert isinstance(late, CaughtUp)
    assert late.missing == (HEARD, NOW)


def test_labels_tell_answers_apart() -> None:
    """https://ircv3.net/specs/extensions/labeled-response"""
    back = Back(caps=f"{CAPS} labeled-response")
    assert back.asked[0].startswith("@label=h")
    label = back.asked[0].partition(" ")[0].removeprefix("@label=")
    other = back.gets(":s BATCH +x chathistory #help", line(1).replace("batch=h", "batch=x"), ":s BATCH -x")
    assert said(other)[0].late  # nobody asked for it, and it is new all the same
    reports = back.gets(f"@label={label} :s BATCH +h chathistory #help", line(1), line(2), ":s BATCH -h")
    assert [w.text for w in said(reports)] == ["line 2"]


def test_people_of_the_past_are_nobody_who_is_here() -> None:
    """account-tag on the line says the account; a nick says nothing"""
    back = Back()
    back.gets(":anna!u@h JOIN #help * :A")
    reports = back.page(line(1), line(2, tags=";account=Berta", nick="berta"))
    guest, account = said(reports)
    assert not guest.authenticated
    assert back.session.whereabouts(guest.person) is None
    assert (account.person, account.authenticated) == ("account:berta", True)
    assert back.session.whereabouts(account.person) is None
    assert Ended(guest.person) in back.page()
    (living,) = said(back.gets(":anna!u@h PRIVMSG #help :here"))
    assert living.person != guest.person


def test_an_account_in_a_line_counts_only_where_the_server_promised_it() -> None:
    back = Back(caps=CAPS.replace("account-tag ", ""))
    (words,) = said(back.page(line(1, tags=";account=anna")))
    assert not words.authenticated


def test_own_words_of_the_past_are_not_reported() -> None:
    back = Back(plan=Plan("desk", ("helper",)))
    relayed = f"@batch=h;msgid=m3;time={stamp(3)};draft/relaymsg=desk :berta/matrix!u@h PRIVMSG #help :x"
    assert said(back.page(line(1, nick="desk"), line(2, nick="helper"), relayed)) == []


def test_a_message_of_several_lines_a_reaction_and_a_redaction_of_the_past() -> None:
    """Nested batches in a chathistory batch; draft/event-playback brings TAGMSG and REDACT"""
    back = Back()
    reports = back.page(
        f"@batch=h;msgid=m1;time={stamp(1)} :anna!u@h BATCH +n draft/multiline #help",
        "@batch=n :anna!u@h PRIVMSG #help :one",
        "@batch=n :anna!u@h PRIVMSG #help :two",
        "@batch=h :s BATCH -n",
        f"@batch=h;msgid=m2;time={stamp(2)};+draft/reply=m1;+draft/react=ok :anna!u@h TAGMSG #help",
        f"@batch=h;msgid=m3;time={stamp(3)} :anna!u@h REDACT #help m1",
        f"@batch=h;time={stamp(3)} :berta!u@h JOIN #help",
    )
    words, reaction, redaction = (r for r in reports if isinstance(r, (Said, Reaction, Redaction)))
    assert isinstance(words, Said)
    assert (words.text, words.msgid) == ("one\ntwo", "m1")
    assert isinstance(reaction, Reaction)
    assert (reaction.key, reaction.target, reaction.late) == ("ok", "m1", True)
    assert isinstance(redaction, Redaction)
    assert (redaction.target, redaction.late) == ("m1", True)


def test_ids_stay_the_same_where_the_server_gives_none() -> None:
    """So that a line heard live and told again as history is one event."""
    back = Back(mark=None)
    back.gets(":anna!u@h JOIN #help * :A")
    (live,) = said(back.gets(f"@time={stamp(130)} :anna!u@h PRIVMSG #help :hi"))
    later = Back()
    (told,) = said(later.page(f"@batch=h;time={stamp(130)} :anna!u@h PRIVMSG #help :hi"))
    assert live.msgid == told.msgid != ""


def test_a_look_into_the_past_tells_whose_lines_they_are() -> None:
    back = Back(mark=None)
    back.session.look("t1", "#help", Mark(HEARD, "m0"), NOW)
    assert back.sent() == ["CHATHISTORY AFTER #help msgid=m0 50"]
    (history,) = back.page(line(1, "mine", nick="desk"), line(2))
    assert isinstance(history, History)
    assert history.token == "t1"
    assert history.lines is not None
    assert [(past.text, past.own, past.msgid) for past in history.lines] == [
        ("mine", True, "m1"),
        ("line 2", False, "m2"),
    ]
    back.session.look("t2", "#help", MARK, NOW)
    back.sent()
    assert back.gets(":s FAIL CHATHISTORY INVALID_TARGET AFTER #help :no") == [History("t2", None)]
    back.session.look("t3", "#elsewhere", MARK, NOW)
    assert back.gets() == [History("t3", None)]


def test_what_waited_when_the_link_died_is_told_then() -> None:
    back = Back()
    back.gets(":anna!u@h JOIN #help * :A")
    back.session.look("t", "#help", MARK, NOW)
    assert said(back.gets("@msgid=m8 :anna!u@h PRIVMSG #help :live")) == []
    reports = back.session.closed()
    assert said(reports)[0].text == "live"
    assert History("t", None) in reports
    assert not any(isinstance(report, CaughtUp) for report in reports)


# --- a bouncer --------------------------------------------------------------------------------------------------------

BOUNCER = "batch server-time message-tags extended-join"


def bouncer(mark: Mark | None = MARK) -> tuple[Back, str]:
    """Entered, and the PING after whose answer the bouncer has told all that it has."""
    back = Back(caps=BOUNCER, isupport="CASEMAPPING=ascii", mark=mark)
    (ping,) = back.asked
    return back, ping.removeprefix("PING ")


def test_a_bouncers_playback_is_taken_with_its_time() -> None:
    back, token = bouncer()
    reports = back.gets(
        ":s BATCH +z znc.in/playback #help",
        f"@batch=z;time={stamp(-1)} :anna!u@h PRIVMSG #help :heard before",
        f"@batch=z;time={stamp(5)} :anna!u@h PRIVMSG #help :missed",
        ":s BATCH -z",
    )
    assert [(w.text, w.late) for w in said(reports)] == [("missed", True)]
    assert back.gets(f":s PONG s {token}")[0] == CaughtUp("#help", None)


def test_playback_without_batches_is_told_by_its_time() -> None:
    """Only while we enter: afterwards a line is live, whatever time it bears"""
    back, token = bouncer()
    reports = back.gets(f"@time={stamp(5)} :anna!u@h PRIVMSG #help :missed")
    assert [(w.text, w.late) for w in said(reports)] == [("missed", True)]
    done = back.gets(f":s PONG s {token}")[0]
    assert done == CaughtUp("#help", (HEARD, HEARD + timedelta(minutes=5)))
    back.gets(":anna!u@h JOIN #help * :A")
    (live,) = said(back.gets(f"@time={stamp(5)} :anna!u@h PRIVMSG #help :of a server whose clock is wrong"))
    assert not live.late


def test_without_playback_all_is_missing() -> None:
    back, token = bouncer()
    assert back.gets(f":s PONG s {token}")[0] == CaughtUp("#help", (HEARD, NOW))


def test_what_is_older_than_the_desk_is_not_told() -> None:
    back, token = bouncer(mark=None)
    assert back.gets(f"@time={stamp(5)} :anna!u@h PRIVMSG #help :of old") == []
    back.gets(f":s PONG s {token}", ":anna!u@h JOIN #help * :A")
    assert len(said(back.gets(f"@time={stamp(125)} :anna!u@h PRIVMSG #help :new"))) == 1


def test_nothing_but_utc_comes_out() -> None:
    (words,) = said(Back().page("@batch=h;msgid=x;time=2026-05-01T13:00:00+02:00 :anna!u@h PRIVMSG #help :hi"))
    assert words.at == datetime(2026, 5, 1, 11, tzinfo=UTC)
