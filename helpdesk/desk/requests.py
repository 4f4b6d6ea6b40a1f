"""What becomes of a request: sent, granted or declined by its approvers, handed out by a volunteer, delivered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bridges.events import RoomId
from bridges.text import from_plain
from helpdesk import catalogue
from helpdesk.commands.base import Call
from helpdesk.config import Config
from helpdesk.desk import fields as form_fields
from helpdesk.desk import language, telling, tickets, work
from helpdesk.desk.secrets import MASK, mask
from helpdesk.effects import (
    Direct,
    Effect,
    Message,
    OpenTicket,
    Record,
    Refuse,
    Reply,
    Say,
    Schedule,
    SetStatus,
    Value,
)
from helpdesk.model import ChangeKind, Origin, Person, Role, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.requests import FormSent, Request, SetRequest
from helpdesk.nouns.tickets import SetTicket
from helpdesk.sig_sections import RequestItem
from helpdesk.view import View

ASK = "request.ask"
OFFER = "rota.offer"
AGAIN = timedelta(days=1)
"""Approvers are asked again so long after, in the first week; later, once a week."""
TOPIC = "requests"
"""Of what no article stands for. Like every topic it may be told anywhere."""


def send(
    name: str,
    answers: Mapping[str, str],
    person: Person,
    origin: Origin,
    view: View,
    config: Config,
    now: datetime,
) -> list[Effect]:
    """Open the ticket of a whole form; whoever must agree is asked first, else the volunteers hear of it at once."""
    item = config.catalogue[name]
    prefix = config.room(origin.network, origin.room).prefix
    refused = tickets.opening_refused(view, config, prefix)
    if refused is not None:
        return [Refuse("limit", refused)]
    must_agree = bool(item.approvers)
    effects = tickets.open_ticket(
        view,
        config,
        now,
        asker=person.id,
        identity=person.identity,
        origin=origin,
        text=words(name, item, answers),
        lang=language.expected(person, origin, config),
        topic=item.article.rpartition("/")[0] or TOPIC,
        because="because-request-approval" if must_agree else "because-request",
        kind=TicketKind.REQUEST,
        title=catalogue.plain_title(name, item),
        tags=(name,),
        queue=item.queue or None,
        held=must_agree,
    )
    opened = next(effect for effect in effects if isinstance(effect, OpenTicket))
    request = Request(opened.fresh.ticket, name, dict(answers), "approval" if must_agree else "approved")
    if not must_agree:
        return [*effects, SetRequest(request)]
    # Nobody is to work on what may be declined: the volunteers hear of it when it is granted.
    ticket = Ticket(
        opened.fresh.ticket,
        TicketStatus.OPEN,
        opened.topic,
        opened.text,
        opened.private,
        opened.lang,
        person.id,
        person.identity,
        origin,
        None,
        None,
        now,
        now,
        None,
        kind=TicketKind.REQUEST,
        title=opened.title,
        queue=opened.queue,
    )
    return [*effects, SetRequest(request), *ask_approvers(ticket, request, view, config, now)]


def words(name: str, item: RequestItem, answers: Mapping[str, str]) -> str:
    """A request as its ticket holds it, for people to read."""
    given = [f"{field.name}: {answers[field.name]}" for field in item.fields if answers.get(field.name)]
    return "\n".join((catalogue.plain_title(name, item), *given))


# --- approval ---------------------------------------------------------------------------------------------------------


def ask_approvers(ticket: Ticket, request: Request, view: View, config: Config, now: datetime) -> list[Effect]:
    """Tell those who may say yes, each directly, but nobody in their quiet hours; and look again later."""
    others = [one for one in view.request.approvers if one.person != ticket.asker]
    awake = [one for one in others if one.quiet_until is None or one.quiet_until <= now]
    age = now - ticket.opened_at
    again = now + (AGAIN if age < timedelta(days=7) else timedelta(days=7))
    if not awake:
        again = min([again, *(one.quiet_until for one in others if one.quiet_until is not None)])
    number = str(ticket.number)
    effects: list[Effect] = [
        Say(
            Direct(one.identity.network, one.identity.key),
            Message(
                "request-agree",
                {
                    "number": number,
                    "name": ticket.asker_identity.name,
                    "network": ticket.origin.network,
                    "text": telling.gist("; ".join(ticket.text.splitlines()), 1000),
                    "prefix": config.room(one.identity.network, RoomId("")).prefix,
                },
            ),
            ticket=ticket.number,
        )
        for one in awake
    ]
    if not others:
        nobody = Message("request-nobody", {"number": number, "title": _told_title(ticket)})
        effects += telling.tell_volunteers(config, ticket, nobody, nobody)
    return [*effects, Schedule(ASK, request.ticket, again)]


def _told_title(ticket: Ticket) -> Value:
    """What may be told of the ticket in any volunteers' room."""
    return telling.topic_name(ticket.topic) if ticket.private else ticket.title


def ask_again(view: View, config: Config, now: datetime) -> list[Effect]:
    """Still nobody said yes or no."""
    ticket, request = view.ticket, view.request.request
    if ticket is None or request is None or request.state != "approval" or not ticket.status.active:
        return []
    return ask_approvers(ticket, request, view, config, now)


def _decidable(call: Call) -> tuple[Ticket, Request] | Refuse:
    """The request that this person may grant or decline."""
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return ticket
    number = str(ticket.number)
    request = call.view.request.request
    if request is None or ticket.kind is not TicketKind.REQUEST:
        return Refuse("invalid", Message("request-none", {"number": number}))
    if not call.place.sender.authenticated or not _may_agree(call, request):
        return Refuse("forbidden", Message("request-not-yours", {"number": number}))
    if tickets.owned_by(ticket, call.person):
        return Refuse("forbidden", Message("request-own", {"number": number}))
    if ticket.status is TicketStatus.MERGED:
        return tickets.closed(ticket)
    return ticket, request


def _may_agree(call: Call, request: Request) -> bool:
    item = call.config.catalogue.get(request.item)
    approvers = item.approvers if item is not None else ()
    if not approvers:
        return call.person.role >= Role.LEAD
    if "lead" in approvers and call.person.role >= Role.LEAD:
        return True
    if "staff" in approvers and call.person.role >= Role.STAFF:
        return True
    named = {call.config.person_key(name) for name in approvers if name not in ("lead", "staff")}
    return bool(named & call.view.request.identities)


def grant(call: Call) -> list[Effect]:
    """`!grant N [words]`: an approver agrees, and the volunteers hear of it."""
    found = _decidable(call)
    if isinstance(found, Refuse):
        return [found]
    ticket, request = found
    number, person = str(ticket.number), call.person
    if request.state not in ("approval", "declined") or ticket.status is TicketStatus.CANCELLED:
        return [Refuse("conflict", Message(f"request-is-{request.state}", {"number": number}))]
    said, _ = mask(call.invocation.words)
    granted = Message("request-granted", {"number": number, "name": person.name, "words": _after(said)})
    again: list[Effect] = [] if ticket.status.active else [SetStatus(ticket.number, TicketStatus.OPEN)]
    opened = replace(ticket, status=TicketStatus.OPEN)
    return [
        SetRequest(replace(request, state="approved"), person.id),
        Record(ticket.number, ChangeKind.GRANTED, said, person.id, person.name, call.place.network),
        *again,
        SetTicket(ticket.number, waits_since=call.now),
        call.audited("grant-request", f"#{number}", request.item),
        telling.tell_asker(ticket, granted),
        *(telling.announce(call.config, opened) if ticket.claimant is None else []),
        Schedule(OFFER, ticket.number, call.now),
        Reply(Message("request-grant-done", {"number": number})),
    ]


def decline(call: Call) -> list[Effect]:
    """`!decline N why`: an approver does not agree; the asker hears why."""
    found = _decidable(call)
    if isinstance(found, Refuse):
        return [found]
    ticket, request = found
    number, person = str(ticket.number), call.person
    if request.state not in ("approval", "approved") or not ticket.status.active:
        return [Refuse("conflict", Message(f"request-is-{request.state}", {"number": number}))]
    if not call.invocation.words:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-decline", {"prefix": call.prefix})}))]
    said, _ = mask(call.invocation.words)
    args: dict[str, Value] = {"number": number, "name": person.name}
    declined = Message("request-declined", args | {"words": from_plain(said), "prefix": _prefix(ticket, call.config)})
    known = request.state == "approved"
    told = Message("request-declined-elsewhere", args)
    return [
        SetRequest(replace(request, state="declined"), person.id),
        Record(ticket.number, ChangeKind.DECLINED, said, person.id, person.name, call.place.network),
        SetStatus(ticket.number, TicketStatus.RESOLVED),
        SetTicket(ticket.number, resolved_at=call.now, waits_since=None, lease_until=None),
        call.audited("decline-request", f"#{number}", request.item),
        telling.tell_asker(ticket, declined),
        *(telling.tell_volunteers(call.config, ticket, told, told, besides=work.here(call)) if known else []),
        Reply(Message("request-decline-done", {"number": number})),
    ]


def _after(said: str) -> Value:
    return Message("request-words", {"words": from_plain(said)}) if said else ""


def _prefix(ticket: Ticket, config: Config) -> str:
    return config.room(ticket.origin.network, ticket.origin.room).prefix


# --- handing out ------------------------------------------------------------------------------------------------------


def deliver(call: Call) -> list[Effect]:
    """`!deliver N result`: what was asked for is there. A secret is told directly, and kept nowhere."""
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number, person, config = str(ticket.number), call.person, call.config
    request = call.view.request.request
    if request is None or ticket.kind is not TicketKind.REQUEST:
        return [Refuse("invalid", Message("request-none", {"number": number}))]
    refused = tickets.not_claimable(ticket, person)
    if refused is not None:
        return [refused]
    if request.state != "approved":
        return [Refuse("conflict", Message(f"request-is-{request.state}", {"number": number}))]
    said = call.invocation.words
    if not said:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-deliver", {"prefix": call.prefix})}))]
    item = config.catalogue.get(request.item)
    masked, found = mask(said)
    secret = found or (item is not None and item.secret)
    kept = (masked if found else MASK) if secret else said
    here = work.here(call)
    effects: list[Effect] = [
        *(tickets.claim(ticket, person, config, call.place.network, here) if ticket.claimant is None else []),
        SetRequest(replace(request, state="delivered", result=kept)),
        Record(ticket.number, ChangeKind.DELIVERED, kept, person.id, person.name, call.place.network),
        *_told_result(ticket, person, said, secret=secret),
        *tickets.resolve(ticket, person, "", config, call.place.network, here),
        Reply(Message("request-deliver-done", {"number": number})),
    ]
    if secret and not call.discreet:
        effects.append(Reply(Message("request-secret-seen")))
    return effects


def _told_result(ticket: Ticket, person: Person, said: str, *, secret: bool) -> list[Effect]:
    title: Value = ticket.title or str(ticket.number)
    args: dict[str, Value] = {"number": str(ticket.number), "name": person.name, "title": title}
    result = Message("request-delivered", args | {"text": from_plain(said)})
    if not secret or ticket.origin.direct:
        return [telling.tell_asker(ticket, result, tracked=True)]
    asker = ticket.asker_identity
    return [
        Say(Direct(asker.network, asker.key), result, ticket.lang, ticket=ticket.number, tracked=True),
        telling.tell_asker(ticket, Message("request-delivered-directly", args)),
    ]


def handout(ticket: Ticket, view: View, config: Config, prefix: str) -> list[Effect]:
    """To whoever claims a request: the article that says how it is handed out, and how the result is told."""
    if ticket.kind is not TicketKind.REQUEST:
        return []
    args: dict[str, Value] = {"number": str(ticket.number), "prefix": prefix}
    item = next((config.catalogue[tag] for tag in ticket.tags if tag in config.catalogue), None)
    article = view.articles.get(item.article) if item is not None and item.article else None
    if article is None or item is None:
        return [Reply(Message("request-handout", args), ticket=ticket.number)]
    url = f"{config.public_url}kb/{item.article}"
    told = Message("request-handout-article", args | {"title": article.title, "url": url})
    return [Reply(told, ticket=ticket.number)]


# --- from the website -------------------------------------------------------------------------------------------------


def read(item: RequestItem, given: Mapping[str, str], config: Config) -> tuple[dict[str, str], dict[str, Message]]:
    """The answers of a whole form, and what is wrong with the others, by field."""
    answers: dict[str, str] = {}
    wrong: dict[str, Message] = {}
    for field in item.fields:
        typed = given.get(field.name, "").strip()
        if not typed and field.optional:
            answers[field.name] = ""
            continue
        value = form_fields.read(field, mask(typed)[0], config)
        if isinstance(value, Message):
            wrong[field.name] = value
        else:
            answers[field.name] = value
    return answers, wrong


def form_sent(event: FormSent, view: View, config: Config, now: datetime) -> list[Effect]:
    """A whole form from the website, whose page has checked it already."""
    item, person = config.catalogue.get(event.item), view.person
    if view.level in ("banned", "muted"):
        return [Refuse("forbidden", Message("banned"))]
    if item is None or person is None:
        return [Refuse("not-found", Message("request-unknown", {"name": event.item}))]
    answers, wrong = read(item, event.fields, config)
    if wrong:
        return [Refuse("invalid", next(iter(wrong.values())))]
    if view.fresh is not None and event.token:
        view = replace(view, fresh=replace(view.fresh, token=event.token))
    origin = Origin(event.network, event.room, True, False)
    return send(event.item, answers, person, origin, view, config, now)


# --- how it is --------------------------------------------------------------------------------------------------------


def state(request: Request) -> Message | None:
    """How a request is, beyond the state of its ticket; None while that says it all."""
    return None if request.state == "approved" else Message(f"request-state-{request.state}")


def status(view: View, config: Config, prefix: str) -> list[Effect]:
    """`!request status`: the form that waits, and what was asked for lately."""
    lines: list[Effect] = []
    form = view.request.form
    if form is not None and form.item in config.catalogue:
        title = catalogue.title(form.item, config.catalogue[form.item])
        lines.append(Reply(Message("request-waits", {"title": title, "prefix": prefix})))
    by_number = {ticket.number: ticket for ticket in view.mine}
    for request in view.request.mine:
        item = config.catalogue.get(request.item)
        title = catalogue.title(request.item, item) if item is not None else request.item
        ticket = by_number.get(request.ticket)
        told = state(request)
        if told is None and ticket is not None:
            name = ticket.claimant_identity.name if ticket.claimant_identity else ""
            told = Message(f"state-{ticket.status}" if not ticket.asked_back else "state-asked-back", {"name": name})
        told = told or Message("request-state-over")
        args: dict[str, Value] = {"number": str(request.ticket), "title": title, "state": told}
        lines.append(Reply(Message("request-line", args)))
    return lines or [Reply(Message("request-no-request", {"prefix": prefix}))]
