"""How the SIG gets on, for leads: numbers, pictures, tables. What was asked in private counts here, so nobody else sees it."""

from __future__ import annotations

from collections.abc import Callable
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


def _pictures(request: web.Request, site: Site, report: Report) -> list[tuple[str, str, Markup]]:
    """Each with its title and what it shows, which stand above it as well."""

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
    found = [_picture(say, "weeks", lambda title, about: svg.columns("weeks", title, about, weeks))]
    if cells:
        days = [say(f"report-day-{day}") for day in DAYS]
        found.append(_picture(say, "hours", lambda title, about: svg.week("hours", title, about, days, cells)))
    if topics:
        found.append(_picture(say, "topics", lambda title, about: svg.rows("topics", title, about, topics)))
    return found


def _picture(say: Callable[[str], str], name: str, draw: Callable[[str, str], Markup]) -> tuple[str, str, Markup]:
    title, about = say(f"web-report-{name}"), say(f"web-report-{name}-about")
    return title, about, draw(title, about)


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
