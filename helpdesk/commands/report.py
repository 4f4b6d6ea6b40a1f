"""`!report [week|month|90d|year] [queue]`: how the SIG gets on, for leads; the page has it all."""

from urllib.parse import urlencode

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import figures_told
from helpdesk.desk.spans import Span, span_of
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    span, found = span_of(call.invocation.words, call.config), call.view.credit.report
    if span is None or found is None:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-report", {"prefix": call.prefix})}))]
    private = not call.discreet
    lines = figures_told.lines(found, span.name)
    if call.config.web.enabled:
        lines.append(Message("report-page", {"url": f"{call.config.public_url}desk/report?{_query(span)}"}))
    return [Reply(line, private=private) for line in lines]


def _query(span: Span) -> str:
    return urlencode({"span": span.name, **({} if span.queue is None else {"queue": span.queue or "-"})})


COMMAND = Command("report", run, Grammar.WORDS, role=Role.LEAD, needs=Need.CREDIT)
