"""Files that an asker sends with their words to a ticket: each gets a page, and the ticket says where. Pure.

What comes with a question, or without a word after it in a direct chat, waits for the question to become a ticket. The address stands in the ticket's history, so that it is read only where the words are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bridges.events import Attachment, MessageReceived
from bridges.text import one_line, shorten
from helpdesk.addresses import file_url
from helpdesk.config import Config
from helpdesk.desk import tickets
from helpdesk.desk.relay import hidden
from helpdesk.effects import Ask, Effect, MakePage, Message, OpenTicket, Record, Reply
from helpdesk.model import ChangeKind, Question, QuestionStatus, Said, Ticket, TicketStatus
from helpdesk.nouns.gather import Attach, BringFiles
from helpdesk.view import View

FOR_EVER = timedelta(days=3650)
MOST = 10
"""Files of one message that are kept."""
_OPEN = (QuestionStatus.ASKING, QuestionStatus.ANSWERED, QuestionStatus.SUGGESTED, QuestionStatus.OFFERED)


def kept(event: MessageReceived, effects: list[Effect], view: View, config: Config, now: datetime) -> list[Effect]:
    """What was decided, with the files that came along."""
    files = list(zip(event.attachments[:MOST], view.gather.tokens, strict=False))
    if not files or not config.web.enabled or view.person is None or view.level not in ("allowed", "rate"):
        return effects
    opened = next((one for one in effects if isinstance(one, OpenTicket)), None)
    said = "\n".join(_line(file, token, config) for file, token in files)
    if opened is not None:
        number, identity = opened.fresh.ticket, opened.identity
        noted = Record(number, ChangeKind.ASKER, said, opened.asker, identity.name, identity.network)
        return [*effects, noted, *_pages(number, files, event, config, now)]
    if any(isinstance(one, Ask) and not one.refused and not one.search for one in effects):
        return [*effects, *_pages(None, files, event, config, now)]
    ticket = _written_to(effects, view)
    if ticket is None:
        ticket = _meant(event, view)
        if ticket is None:
            question = _asked_before(event, view, config, now)
            if question is None:
                return effects
            waits = Reply(Message("files-wait"), lang=question.lang)
            return [*effects, waits, *_pages(None, files, event, config, now, question=question.id)]
        effects = [Reply(Message("passed-on", {"number": str(ticket.number)}), ticket=ticket.number, lang=ticket.lang)]
    else:
        status = TicketStatus.CLAIMED if ticket.claimant is not None else TicketStatus.OPEN
        ticket = replace(ticket, status=status, asked_back=False)
    wrote = tickets.asker_wrote(ticket, said, config, event.network)
    return [*effects, *wrote, *_pages(ticket.number, files, event, config, now)]


def brought(effects: list[Effect], view: View) -> list[Effect]:
    """What was decided; where the question became a ticket, with the files that came with it."""
    question, files = view.question, view.gather.files
    if question is None or not files:
        return effects
    opened = next((one for one in effects if isinstance(one, OpenTicket) and one.question == question.id), None)
    if opened is None:
        return effects
    number, identity, origin = opened.fresh.ticket, question.identity, question.origin
    said = "\n".join(f"[{_kind(file.type)}: {shorten(one_line(file.name, 200), 80)}] {file.url}" for file in files)
    noted = Record(
        number, ChangeKind.ASKER, said, question.person, identity.name, origin.network, origin.room, origin.message
    )
    return [*effects, noted, BringFiles(question.id, number)]


def _kind(media: str) -> str:
    kind = media.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


def _asked_before(event: MessageReceived, view: View, config: Config, now: datetime) -> Question | None:
    """Of files without a word in a direct chat: the question they come after, while it may still become a ticket."""
    last = view.gather.last
    if last is None or last.ticket is not None or last.status not in _OPEN or event.text:
        return None
    return last if now - last.asked_at <= config.desk.follow_up else None


def _written_to(effects: Sequence[Effect], view: View) -> Ticket | None:
    """The ticket that has the asker's words."""
    numbers = {one.ticket for one in effects if isinstance(one, Record) and one.kind is ChangeKind.ASKER}
    own = (one for one in (view.ticket, *view.mine) if one is not None)
    return next((one for one in own if one.number in numbers and tickets.owned_by(one, view.person)), None)


def _meant(event: MessageReceived, view: View) -> Ticket | None:
    """Of files without a word: the ticket they are a reply to, or the one that waits for its asker in this direct chat."""
    if event.text:
        return None
    if view.anchored and view.ticket is not None and tickets.owned_by(view.ticket, view.person):
        return view.ticket if view.ticket.status.active else None
    waiting = [one for one in view.mine if event.room.direct and one.status.active]
    return waiting[0] if len(waiting) == 1 else None


def _line(file: Attachment, token: str, config: Config) -> str:
    name = shorten(one_line(file.name, 200), 80)
    return f"[{file.kind}: {name}] {file_url(config, token, file.name or file.kind)}"


def _pages(
    number: int | None,
    files: Sequence[tuple[Attachment, str]],
    event: MessageReceived,
    config: Config,
    now: datetime,
    *,
    question: int | None = None,
) -> list[Effect]:
    expires = now + (config.retention.attachments or FOR_EVER)
    author = Said(event.sender.name, event.at, hidden(event.text), event.network)
    effects: list[Effect] = []
    for file, token in files:
        title = event.room.name if number is None else f"#{number}"
        effects.append(MakePage(token, "file", title, expires, (author,), event.network, file))
        url = file_url(config, token, file.name or file.kind)
        effects.append(Attach(number, token, file.name or file.kind, file.type, file.size, url, question))
    return effects
