"""`!tag N wifi -vpn`: what it is about, for whoever looks for such tickets later."""

import re

from helpdesk.commands.base import Call, Command, Grammar
from helpdesk.desk import work
from helpdesk.effects import Effect, Message, Record, Refuse, Reply
from helpdesk.model import ChangeKind, Role
from helpdesk.nouns.tickets import SetTicket

MOST = 12
_TAG = re.compile(r"[^\W_][\w-]{0,39}")


def run(call: Call) -> list[Effect]:
    ticket = work.named(call)
    if isinstance(ticket, Refuse):
        return [ticket]
    number = str(ticket.number)
    tags = list(ticket.tags)
    for word in call.invocation.words.lower().replace(",", " ").split():
        away, name = word.startswith("-"), word.lstrip("+-#")
        if not _TAG.fullmatch(name):
            return [Refuse("invalid", Message("bad-tag", {"tag": word[:40], "prefix": call.prefix, "number": number}))]
        if away and name in tags:
            tags.remove(name)
        elif not away and name not in tags:
            tags.append(name)
    if len(tags) > MOST:
        return [Refuse("limit", Message("too-many-tags", {"number": number, "count": MOST}))]
    found = ", ".join(tags)
    said = Message("tagged", {"number": number, "tags": found}) if tags else Message("untagged", {"number": number})
    if tuple(tags) == ticket.tags:
        return [Reply(said)]
    return [
        SetTicket(ticket.number, tags=tuple(tags)),
        Record(ticket.number, ChangeKind.TAGS, found, call.person.id, call.person.name, call.place.network),
        Reply(said),
    ]


COMMAND = Command("tag", run, Grammar.NUMBER_WORDS, aliases=("tags",), role=Role.PAIR)
