"""`!report`: who may see it, where, and in what words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from helpdesk.desk.figures_told import length, percent
from helpdesk.desk.spans import span_of
from helpdesk.nouns.credit import CreditView
from helpdesk.nouns.report import Alone, Growing, Hour, Lapse, Load, Report, Share, Times
from tests.desk import config_for, running
from tests.unit.desk.making import CONFIG, LEA, NOW, VERA, give, refusal, replies

HOUR = timedelta(hours=1)
FULL = Report(
    NOW - timedelta(days=30),
    NOW,
    "",
    "UTC",
    40,
    30,
    10,
    Lapse(Times(9, HOUR, 5 * HOUR), Times(9, HOUR / 2, HOUR)),
    Lapse(Times(9, 2 * HOUR, 70 * HOUR), Times(9, 2 * HOUR, 70 * HOUR)),
    Share(3, 4),
    Share(),
    20,
    7,
    3,
    loads=(Load(1, "vera", 9, 9, 5, 0.9, 6, 5, 13, 4, ("share", "claims", "days", "nights")),),
    alone=(Alone("irc", "vera", 4),),
    growing=(Growing("wiki", 9, 3),),
    gaps=(Hour(1, 9, 2, False, None),),
    partial=True,
)


def test_a_lead_reads_it_alone_in_a_room_and_where_only_volunteers_read_with_all() -> None:
    view = CreditView(report=FULL)
    told = replies(give(LEA, "report", words="month", credit=view), private=True)
    assert told.splitlines() == [
        "month: 40 opened, 30 resolved, 10 open now.",
        "First answer: median 60 min, 9 of 10 within 5.0 h (median 30 min in our hours).",
        "Answered within 24 h: 75%, within 72 h: –.",
        "Resolved: median 2.0 h, 9 of 10 within 2.9 d.",
        "Solved, their askers say: 20; assumed, since nobody objected: 7; denied: 3.",
        "vera gives very many of all answers. Who could share some of it?",
        "vera has more tickets than they wanted at once. Ask whether some should go to others.",
        "vera was here nearly every day of the last two weeks. Thank them, and offer a break.",
        "vera often worked at night lately. Ask how they are.",
        "One person alone answers: irc (vera). Who could learn it?",
        "Growing: wiki 3 → 9.",
        "People ask and nobody is there: Tue 09:00 (UTC).",
        "There is more than was counted: the page, or a shorter time, has all.",
    ]
    assert replies(give(LEA, "report", "direct:lea", credit=view), private=True) == ""


def test_a_volunteer_has_no_report_of_the_others() -> None:
    assert refusal(give(VERA, "report", credit=CreditView(report=FULL))) == "forbidden"


def test_what_is_no_time_and_no_queue_is_refused() -> None:
    assert refusal(give(LEA, "report", words="nonsense", credit=CreditView(report=FULL))) == "invalid"


def test_times_and_queues_are_read_in_any_order(tmp_path: Path) -> None:
    config = config_for(tmp_path, queues={"Events": {}})
    found = [span_of(words, config) for words in ("", "WEEK", "90d events", "events jahr", "main", "2h", "moon")]
    assert [(span.name, span.length.days, span.queue) if span else None for span in found] == [
        ("month", 30, None),
        ("week", 7, None),
        ("90d", 90, "Events"),
        ("year", 365, "Events"),
        ("month", 30, ""),
        None,
        None,
    ]
    assert span_of("events", CONFIG) is None


def test_lengths_and_shares_are_short() -> None:
    lengths = [timedelta(minutes=99), timedelta(minutes=100), timedelta(hours=48), None]
    assert [length(one) for one in lengths] == ["99 min", "1.7 h", "2.0 d", "–"]
    assert [percent(share) for share in (Share(2, 3), Share(0, 3), Share())] == ["67%", "0%", "–"]


async def test_it_is_made_of_what_is_in_the_store(tmp_path: Path) -> None:
    async with running(config_for(tmp_path), f"sqlite:///{tmp_path}/desk.db") as desk:
        chat = desk["chat"]
        for number in (1, 2):
            chat.say("helpdesk: my badge is broken")
            await desk.says("chat", f"#{number}", "asks: my badge")
        chat.say("!answer 1 Come by.", by="vera", room="#sig")
        await desk.says("chat", "vera answers")
        chat.say("!yes")
        await desk.says("chat", "Glad it helped")
        chat.say("!report week", by="lea", room="#sig")
        told = await desk.says("chat", "week: 2 opened, 1 resolved, 1 open now.")
        assert told.receipt.room == "direct:lea"
        assert "First answer: median 0 min" in told.text
        chat.say("!report", by="vera", room="#sig")
        await desk.says("chat", "lead")
