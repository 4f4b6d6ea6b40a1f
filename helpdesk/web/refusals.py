"""What a submitted form leads to: back to its page with the desk's words, or a page that says why not."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from helpdesk.model import Outcome, Refusal
from helpdesk.web.site import Refused, Site

_STATUS: Mapping[Refusal, tuple[int, str]] = {
    "conflict": (409, "web-error-conflict"),
    "forbidden": (403, "web-error-forbidden"),
    "not-found": (404, "web-error-not-found"),
    "invalid": (400, "web-error-bad-request"),
    "limit": (429, "web-error-limit"),
}


def done(site: Site, request: web.Request, outcome: Outcome, back: str, *, draft: str = "") -> web.Response:
    """Lead back to `back`. Raise Refused, which keeps what was written, when the desk refused."""
    if outcome.refusal is not None:
        status, message = _STATUS[outcome.refusal]
        raise Refused(status, message, said=outcome.said, back=back, draft=draft)
    response = web.Response(status=303, headers={"Location": back})
    site.set_flash(request, response, outcome.said)
    return response
