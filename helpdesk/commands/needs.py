"""`!needs`: what people need, grouped by likeness; `!needs answer N …`, `!needs article N`, `!needs task N`, `!needs request N item`."""

from collections.abc import Sequence

from bridges.text import one_line
from helpdesk import catalogue
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import forms, needs, telling
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, OpenTicket, Record, Refuse, Reply, Value
from helpdesk.model import ChangeKind, Origin, Person, Role, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.community import NOWHERE, Wish, of_number
from helpdesk.nouns.tickets import SetTicket

LISTED = 6
_TAKES = frozenset({"article", "task", "request"})
VERBS = frozenset({"answer", "list", *_TAKES})


def run(call: Call) -> list[Effect]:
    verb, *rest = call.invocation.words.split() or ["list"]
    verb = verb.lower()
    if verb == "list":
        return _list(call)
    usage = Refuse("invalid", Message("usage", {"usage": Message("usage-needs", {"prefix": call.prefix})}))
    if verb not in VERBS:
        return _one(call) if of_number(verb) is not None else [usage]
    number = of_number(rest[0]) if rest else None
    if number is None:
        return [usage]
    wish = call.view.community.wish
    if wish is None:
        return [Refuse("not-found", Message("needs-none", {"number": str(number), "prefix": call.prefix}))]
    if wish.status != "open":
        return [
            Refuse("conflict", Message(f"needs-done-{wish.status}", {"number": str(wish.id), "answer": wish.answer}))
        ]
    group = needs.like(wish, call.view.community.wishes)
    words = mask(" ".join(call.invocation.words.split(maxsplit=2)[2:]))[0].strip()
    if verb == "answer":
        if not words:
            return [usage]
        return [
            *needs.answered(group, words),
            call.audited("needs answer", str(wish.id), words),
            Reply(Message("needs-answered", {"number": str(wish.id), "count": len(group)})),
        ]
    if verb == "request":
        return _ask_for(call, wish, group, words)
    return _take(call, wish, group, verb, words)


def _list(call: Call) -> list[Effect]:
    """By likeness. What was said in private is counted here and read only where leads alone read."""
    found = needs.grouped(call.view.community.wishes)
    if not found:
        return [Reply(Message("needs-empty"))]
    lines: list[Effect] = [Reply(_line(call, group)) for group in found[:LISTED]]
    more = len(found) - LISTED
    return [*lines, *([Reply(Message("needs-more", {"count": more}))] if more > 0 else [])]


def _line(call: Call, group: Sequence[Wish]) -> Message:
    shown = next((wish for wish in group if _may_read(call, wish)), None)
    people = len({wish.person for wish in group})
    args: dict[str, Value] = {"number": str((shown or group[0]).id), "count": people}
    if shown is None:
        return Message("needs-line-private", args)
    return Message("needs-line", args | {"text": telling.gist(shown.text, 160)})


def _may_read(call: Call, wish: Wish) -> bool:
    """A private one only alone with the desk, or where only volunteers read."""
    return not wish.private or call.discreet


def _one(call: Call) -> list[Effect]:
    wish = call.view.community.wish
    number = of_number(call.invocation.words.split()[0])
    if wish is None:
        return [Refuse("not-found", Message("needs-none", {"number": str(number), "prefix": call.prefix}))]
    group = needs.like(wish, call.view.community.wishes)
    lines = [
        Reply(Message("needs-said", {"name": w.identity.name, "text": telling.gist(w.text, 300), "number": str(w.id)}))
        for w in group
        if _may_read(call, w)
    ]
    hidden = len(group) - len(lines)
    return [*lines, *([Reply(Message("needs-hidden", {"count": hidden}))] if hidden else [])]


def _take(call: Call, wish: Wish, group: Sequence[Wish], verb: str, words: str) -> list[Effect]:
    """It becomes work of the SIG's own: to write an article, or to do something."""
    fresh = call.view.fresh
    if fresh is None:
        return []
    # Words that were said in private are in no ticket that everybody of the SIG reads.
    public = [other for other in group if not other.private]
    text = "\n".join(other.text for other in public or group)
    title = one_line(words or (public or group)[0].text, 120)
    room = call.place.room
    origin = Origin(call.place.network, room.id if room else NOWHERE, room.direct if room else True, encrypted=False)
    who = call.person
    ticket = Ticket(
        fresh.ticket, TicketStatus.OPEN, "", text, not public, wish.lang, who.id, who.identity, origin, None, None,
        call.now, call.now, None, kind=TicketKind.TASK, title=title, tags=("need", verb),
    )  # fmt: skip
    return [
        OpenTicket(
            fresh,
            who.id,
            who.identity,
            origin,
            "",
            text,
            not public,
            wish.lang,
            None,
            kind=TicketKind.TASK,
            title=title,
            tags=ticket.tags,
        ),
        Record(fresh.ticket, ChangeKind.OPENED, text, who.id, who.name, call.place.network),
        SetTicket(fresh.ticket, waits_since=None),
        *telling.announce(call.config, ticket),
        *needs.settle(group, "taken", f"need-taken-{verb}", {"number": str(fresh.ticket)}, "", fresh.ticket),
        call.audited(f"needs {verb}", str(wish.id), f"#{fresh.ticket}"),
        Reply(Message("needs-taken", {"number": str(wish.id), "count": len(group), "ticket": str(fresh.ticket)})),
    ]


def _ask_for(call: Call, wish: Wish, group: Sequence[Wish], words: str) -> list[Effect]:
    """It is something of the catalogue: its form is begun with each of them, directly. Who fills in another one is told how."""
    item = words.split(maxsplit=1)[0].lower() if words else ""
    known = call.config.catalogue
    if item not in known:
        return [Refuse("invalid", Message("needs-items", {"items": ", ".join(known) or "-"}))]
    title = catalogue.title(item, known[item])
    args: dict[str, Value] = {"command": f"!request {item}", "title": title}
    busy = [one for one in group if one.person in call.view.community.filling]
    free = {one.person: one for one in reversed(group) if one not in busy}
    begun: list[Effect] = []
    for one in free.values():
        begun += forms.offer(item, Person(one.person, one.identity, Role.ASKER, one.lang), call.config, call.now)
    return [
        *needs.settle([one for one in group if one not in busy], "taken", "need-taken-form", args, "", None),
        *needs.settle(busy, "taken", "need-taken-request", args, "", None),
        *begun,
        call.audited("needs request", str(wish.id), item),
        Reply(Message("needs-asked", {"number": str(wish.id), "count": len(group), "item": item})),
    ]


COMMAND = Command(
    "needs",
    run,
    Grammar.WORDS,
    aliases=("wishes",),
    role=Role.LEAD,
    needs=Need.COMMUNITY | Need.OPENING,
    verbs=frozenset({"list"}),
)
