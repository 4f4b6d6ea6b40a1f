"""How the SIG gets on, for leads: numbers, pictures, tables. What was asked in private counts here, so nobody else sees it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from helpdesk.desk.figures_told import DAYS, length, percent
from helpdesk.desk.spans import SPANS, USUAL, Span, span_of
from helpdesk.model import Role
from helpdesk.nouns.report import Report
from helpdesk.report_csv import TABLES, table
from helpdesk.web import svg
from helpdesk.web.site import SITE, Refused, Site

_SHOWN = 12
"""Topics of a picture."""


def _span(request: web.Request) -> Span:
    config = request.app[SITE].services.config
    words = f"{request.query.get('span', USUAL)} {request.query.get('queue', '')}"
    found = span_of(words[:100], config)
    if found is None:
        raise Refused(400, "web-error-bad-request", back=request.app[SITE].url("/desk/report"))
    return found


async def _lead(request: web.Request) -> None:
    """Raise 403 for everybody but leads."""
    site = request.app[SITE]
    await site.member(request)
    if (await site.visitor(request)).role < Role.LEAD:
        raise Refused(403, "web-report-leads")


async def show(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    await _lead(request)
    span = _span(request)
    report = await site.services.reader.sig_report(span, site.services.clock())
    response = await site.render(
        request,
        "desk_report.html",
        report=report,
        span=span,
        spans=tuple(SPANS),
        queues=("-", *site.services.config.queues) if site.services.config.queues else (),
        query=_query(span),
        request_queue="" if span.queue is None else span.queue or "-",
        tables=tuple(TABLES),
        length=length,
        percent=percent,
        pictures=_pictures(request, site, report),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _query(span: Span) -> str:
    return urlencode({"span": span.name} | ({} if span.queue is None else {"queue": span.queue or "-"}))


@dataclass(frozen=True, slots=True)
class Picture:
    title: str
    about: str
    drawn: Markup
    series: tuple[str, ...] = ()
    """What the bars of one label are, in their order."""


def _pictures(request: web.Request, site: Site, report: Report) -> list[Picture]:
    def say(message: str, **args: str | int) -> str:
        return site.say(request, message, **args)

    weeks = [
        svg.Bar(
            f"{week.begins:%d.%m.}",
            (week.opened, week.resolved),
            say("web-report-week", day=week.begins.isoformat(), opened=week.opened, resolved=week.resolved),
        )
        for week in report.weeks
    ]
    most = max((hour.opened for hour in report.hours), default=0)
    cells = [
        svg.Cell(
            svg.level(hour.opened, most),
            hour.opened > 0 and not hour.covered,
            say(
                "web-report-cell",
                day=say(f"report-day-{DAYS[hour.weekday]}"),
                hour=f"{hour.hour:02}",
                opened=hour.opened,
                waited=length(hour.waited),
            ),
        )
        for hour in report.hours
    ]
    topics = [svg.Bar(topic, (count,), f"{topic}: {count}") for topic, count in list(report.topics.items())[:_SHOWN]]
    title, about = say("web-report-weeks"), say("web-report-weeks-about")
    series = (say("web-report-opened"), say("web-report-resolved"))
    found = [Picture(title, about, svg.columns("weeks", title, about, weeks), series)]
    if cells:
        days = [say(f"report-day-{day}") for day in DAYS]
        title, about = say("web-report-hours"), say("web-report-hours-about")
        found.append(Picture(title, about, svg.week("hours", title, about, days, cells)))
    if topics:
        title, about = say("web-report-topics"), say("web-report-topics-about")
        found.append(Picture(title, about, svg.rows("topics", title, about, topics)))
    return found


async def download(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    await _lead(request)
    name = request.match_info["table"]
    if name not in TABLES:
        raise web.HTTPNotFound
    span = _span(request)
    report = await site.services.reader.sig_report(span, site.services.clock())
    return web.Response(
        text=table(report, name),
        content_type="text/csv",
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="helpdesk-{name}.csv"',
            "Cache-Control": "no-store",
        },
    )


ROUTES = [web.get("/desk/report", show), web.get("/desk/report/{table}.csv", download)]
