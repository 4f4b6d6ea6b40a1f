"""The rota for calendar programs: times for everybody, names for the SIG, and each volunteer's own behind a secret link."""

from __future__ import annotations

from aiohttp import web

from helpdesk.effects import Value
from helpdesk.nouns.rota import RotaView
from helpdesk.nouns.stretches import people
from helpdesk.web.calendars import rota_calendar
from helpdesk.web.site import CLIENT, SITE, Site


async def everybody(request: web.Request) -> web.StreamResponse:
    """`/duty.ics`: when somebody is on duty; who, for volunteers."""
    visitor = await request.app[SITE].visitor(request)
    return await _calendar(request, names=visitor.member is not None)


async def own(request: web.Request) -> web.StreamResponse:
    """`/duty/TOKEN.ics`: the shifts of whoever was given the link."""
    return await _calendar(request, person=await _whose(request))


async def whole(request: web.Request) -> web.StreamResponse:
    """`/duty/TOKEN/all.ics`: the whole rota with names, for who was given the link."""
    await _whose(request)
    return await _calendar(request)


async def _whose(request: web.Request) -> int:
    """Whose link it is, as long as they are of the SIG."""
    reader = request.app[SITE].services.reader
    found = await reader.whose_calendar(request.match_info["token"])
    if found is None or found not in people(await reader.rota(request.app[SITE].services.clock())):
        raise web.HTTPNotFound
    return found


async def _calendar(request: web.Request, *, person: int | None = None, names: bool = True) -> web.StreamResponse:
    site = request.app[SITE]
    services = site.services
    now = services.clock()
    rota = await services.reader.rota(now)
    desk = services.config.helpdesk.name

    def title(whose: int, queue: str) -> str:
        args: dict[str, Value] = {"queue": _queue(site, request, queue)}
        if not names:
            return site.say(request, "calendar-somebody", **args)
        return site.say(request, "calendar-duty", **args, name=_name(site, request, rota, whose))

    name = site.say(request, "calendar-mine" if person is not None else "calendar-all", desk=desk)
    body = rota_calendar(rota, name, services.config.public_url, now, title, person)
    return web.Response(
        body=body,
        content_type="text/calendar",
        charset="utf-8",
        headers={
            "Cache-Control": "no-store",
            "Vary": "Accept-Language, Cookie",
            "Content-Language": request[CLIENT].language,
        },
    )


def _name(site: Site, request: web.Request, rota: RotaView, person: int) -> str:
    found = people(rota).get(person)
    return found.identity.name if found is not None else site.say(request, "rota-somebody")


def _queue(site: Site, request: web.Request, queue: str) -> str:
    found = site.services.config.queues.get(queue)
    return (found.title or queue) if found is not None else site.say(request, "rota-main-queue")


ROUTES = [
    web.get("/duty.ics", everybody),
    web.get(r"/duty/{token:[\w-]{20,100}}.ics", own),
    web.get(r"/duty/{token:[\w-]{20,100}}/all.ics", whole),
]
