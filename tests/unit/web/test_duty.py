"""The rota for calendar programs, read back by a program that is not the desk's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestClient
from icalendar import Calendar, Event

from helpdesk.model import Role
from helpdesk.nouns.hours import spans
from helpdesk.nouns.rota import RotaView, Shift, Swap
from helpdesk.nouns.sig import Volunteer
from helpdesk.web.calendars import rota_calendar
from tests.unit.desk.making import OLGA, VERA, VICTOR
from tests.unit.web.fakes import World
from tests.unit.web.test_pages import join

MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
FIRST = datetime(2026, 3, 24, 17, tzinfo=UTC)
BERLIN = "Europe/Berlin"
DAY = timedelta(days=1)
TOKEN = "a-token-that-nobody-guesses-0123"
PEOPLE = tuple(Volunteer(who.id, who.identity, who.role, joined_at=MONDAY) for who in (VERA, VICTOR, OLGA))


def shift(number: int, person: int, hours: str, **more: object) -> Shift:
    [span] = spans(hours)
    return replace(Shift(number, person, "", span, BERLIN, MONDAY), **more)  # type: ignore[arg-type]


TUESDAY = shift(3, VERA.id, "tue 18-20")
TAKEN = Swap(
    1, 3, FIRST + 7 * DAY - timedelta(hours=1), FIRST + 7 * DAY + timedelta(hours=1), VERA.id, None, VICTOR.id, "taken"
)


def read(body: bytes | str) -> tuple[Calendar, dict[str, Event]]:
    calendar = Calendar.from_ical(body)
    return calendar, {str(event["uid"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def made(rota: RotaView, person: int | None = None, now: datetime = MONDAY) -> tuple[Calendar, dict[str, Event]]:
    def title(whose: int, queue: str) -> str:
        return f"{next(one.identity.name for one in rota.volunteers if one.person == whose)} {queue}".strip()

    return read(rota_calendar(rota, "Duty", "https://help.example/desk/", now, title, person))


def test_a_shift_is_a_weekly_series_in_its_own_zone() -> None:
    calendar, events = made(RotaView(PEOPLE, shifts=(TUESDAY,)))
    event = events["shift-3"]
    assert event["dtstart"].dt == datetime(2026, 3, 24, 18, tzinfo=ZoneInfo(BERLIN))
    assert event["dtstart"].params["TZID"] == BERLIN
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=2)
    assert dict(event["rrule"]) == {"FREQ": ["WEEKLY"], "BYDAY": ["TU"]}
    assert "exdate" not in event
    assert event["uid"] == "shift-3@help.example"
    assert calendar["x-published-ttl"] == "PT1H", "Outlook's word for how often to look again is a duration too"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == [BERLIN]


def test_what_was_swapped_is_an_exception_and_an_event_of_the_takers() -> None:
    rota = RotaView(PEOPLE, shifts=(TUESDAY,), swaps=(TAKEN,))
    _, events = made(rota)
    assert [one.dt for one in events["shift-3"]["exdate"].dts] == [datetime(2026, 3, 31, 18, tzinfo=ZoneInfo(BERLIN))]
    assert events["swap-1"]["dtstart"].dt == TAKEN.starts
    assert str(events["swap-1"]["summary"]) == "victor"
    assert list(made(rota, VICTOR.id)[1]) == ["swap-1"]
    assert list(made(rota, VERA.id)[1]) == ["shift-3"]
    assert list(made(rota, OLGA.id)[1]) == []


def test_an_offer_that_nobody_took_changes_nothing() -> None:
    offered = replace(TAKEN, status="open", taker=None)
    _, events = made(RotaView(PEOPLE, shifts=(TUESDAY,), swaps=(offered,)))
    assert "exdate" not in events["shift-3"]
    assert list(events) == ["shift-3"]


def test_who_gave_on_what_they_took_has_it_no_more() -> None:
    given_on = replace(TAKEN, id=2, giver=VICTOR.id, taker=OLGA.id)
    rota = RotaView(PEOPLE, shifts=(TUESDAY,), swaps=(TAKEN, given_on))
    assert list(made(rota, VICTOR.id)[1]) == []
    assert list(made(rota, OLGA.id)[1]) == ["swap-2"]


def test_a_shift_that_ended_ends_its_series() -> None:
    _, events = made(RotaView(PEOPLE, shifts=(replace(TUESDAY, until=FIRST + 10 * DAY),)))
    assert events["shift-3"]["rrule"]["UNTIL"] == [FIRST + 10 * DAY]


def test_who_is_on_a_break_is_not_in_it_meanwhile() -> None:
    away = replace(PEOPLE[0], state="break", break_until=MONDAY + 10 * DAY)
    _, events = made(RotaView((away,), shifts=(TUESDAY,)))
    assert [one.dt.astimezone(UTC) for one in events["shift-3"]["exdate"].dts] == [
        FIRST,
        FIRST + 7 * DAY - timedelta(hours=1),
    ]


def test_the_night_of_the_change_is_as_long_as_it_is() -> None:
    night = replace(shift(4, VERA.id, "sat 22-6"), since=MONDAY - 14 * DAY)
    _, events = made(RotaView(PEOPLE, shifts=(night,)))
    odd = events["shift-4-20260328"]
    assert odd["dtend"].dt - odd["dtstart"].dt == timedelta(hours=7)
    assert datetime(2026, 3, 28, 22, tzinfo=ZoneInfo(BERLIN)) in [one.dt for one in events["shift-4"]["exdate"].dts]
    _, begun_then = made(RotaView(PEOPLE, shifts=(replace(night, since=MONDAY),)))
    assert begun_then["shift-4"]["dtstart"].dt == datetime(2026, 4, 4, 22, tzinfo=ZoneInfo(BERLIN))
    assert "shift-4-20260328" in begun_then


# --- the pages --------------------------------------------------------------------------------------------------------


async def fetched(client: TestClient, path: str) -> dict[str, Event]:
    async with client.get(path) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/calendar"
        return read(await answer.text())[1]


async def test_everybody_sees_times_and_only_the_sig_sees_names(client: TestClient, world: World) -> None:
    world.reader.duty = RotaView(PEOPLE, shifts=(TUESDAY,))
    assert str((await fetched(client, "/duty.ics"))["shift-3"]["summary"]) == "On duty (the main queue)"
    await join(client, world, Role.SOLO)
    assert str((await fetched(client, "/duty.ics"))["shift-3"]["summary"]) == "On duty: vera (the main queue)"


async def test_a_secret_link_has_ones_own_shifts_and_all_with_names(client: TestClient, world: World) -> None:
    world.reader.duty = RotaView(PEOPLE, shifts=(TUESDAY, shift(5, VICTOR.id, "wed 9-10")))
    world.reader.calendars = {TOKEN: VICTOR.id}
    assert list(await fetched(client, f"/duty/{TOKEN}.ics")) == ["shift-5"]
    everybody = await fetched(client, f"/duty/{TOKEN}/all.ics")
    assert [str(event["summary"]) for event in everybody.values()] == [
        "On duty: vera (the main queue)",
        "On duty: victor (the main queue)",
    ]


async def test_a_link_of_nobody_or_of_somebody_who_left_leads_nowhere(client: TestClient, world: World) -> None:
    world.reader.duty = RotaView(PEOPLE[:1], shifts=(TUESDAY,))
    world.reader.calendars = {TOKEN: VICTOR.id}
    for path in (f"/duty/{TOKEN}.ics", f"/duty/{TOKEN}/all.ics", "/duty/another-token-0123456789.ics"):
        async with client.get(path) as answer:
            assert answer.status == 404
