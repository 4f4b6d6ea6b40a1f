"""A form filled in by talking: one question after the other, wherever its person goes on with it. Pure.

What is asked and what counts as an answer stands in `helpdesk.catalogue` and `fields`; what a form leads to, in `requests`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import reduce

from bridges.events import RoomId
from bridges.text import shorten
from helpdesk import catalogue
from helpdesk.commands.base import Place
from helpdesk.config import Config
from helpdesk.desk import fields, requests, tickets
from helpdesk.desk.secrets import mask
from helpdesk.desk.telling import gist
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Direct, Effect, InRoom, Message, Refuse, Reply, Say, Schedule, Value
from helpdesk.model import Origin, Person
from helpdesk.nouns.requests import FORM, Form, SetForm
from helpdesk.sig_sections import RequestField, RequestItem
from helpdesk.view import View

ASLEEP = timedelta(days=1)
"""After so long without a word what is said to the desk is no answer to a form any more; `!request resume` wakes it."""
KEEP = timedelta(days=30)
FORGET = "request.forget"

_CONTROLS = {
    "back": "back",
    "zurück": "back",
    "zurueck": "back",
    "skip": "skip",
    "überspringen": "skip",
    "ueberspringen": "skip",
    "cancel": "cancel",
    "abbrechen": "cancel",
    "pause": "pause",
    "later": "pause",
    "später": "pause",
    "spaeter": "pause",
    "resume": "resume",
    "weiter": "resume",
}
_CHANGE = ("change", "ändern", "aendern", "ändere")
_SEND = fields.YES | {"send", "senden", "abschicken", "submit"}


@dataclass(frozen=True, slots=True)
class Filling:
    """A form at which something was said, and where."""

    form: Form
    item: RequestItem
    person: Person
    place: Place
    view: View
    config: Config
    now: datetime

    @property
    def prefix(self) -> str:
        room = self.place.room_id
        return self.config.room(self.place.network, room if room is not None else RoomId("")).prefix

    @property
    def field(self) -> RequestField | None:
        """What is asked now; None when all is there."""
        return next((field for field in self.item.fields if field.name == self.form.field), None)

    def ask(self, message: Message) -> Say:
        """Words of the form, where it is filled in."""
        lang = self.config.room(self.form.network, self.form.room).language or self.person.lang
        # Linked rooms need not hear it, and what is said in an encrypted one goes nowhere else untold.
        return Say(where(self.form, self.place), message, lang, question=FORM, linked=False)

    def now_at(self, field: str, answers: Mapping[str, str]) -> Filling:
        form = replace(self.form, field=field, fields=answers, paused=False, changed=self.now)
        return replace(self, form=form)

    def keep(self) -> SetForm:
        return SetForm(self.person.id, self.form)


def here(form: Form, place: Place) -> bool:
    """Whether the form is filled in where something was said."""
    room = place.room
    if room is None or place.network != form.network:
        return False
    return room.id == form.room if form.room else room.direct


def now_asked(form: Form, item: RequestItem) -> Form:
    """The form as the catalogue has it now: fields come and go while somebody thinks."""
    names = [field.name for field in item.fields]
    answers = {name: value for name, value in form.fields.items() if name in names}
    missing = next((name for name in names if name not in answers), "")
    asked = form.field if form.field in names else missing
    return form if (asked, answers) == (form.field, form.fields) else replace(form, field=asked, fields=answers)


def awake(form: Form, now: datetime) -> bool:
    return not form.paused and now - form.changed <= ASLEEP


def where(form: Form, place: Place) -> InRoom | Direct:
    """Where the form's next words are said."""
    if form.room:
        return InRoom(form.network, form.room, addressed=place.sender, reply_to=place.message, thread=place.thread)
    if place.room is not None and place.room.direct:
        return InRoom(place.network, place.room.id)
    return Direct(place.network, place.sender.id)


# --- words ------------------------------------------------------------------------------------------------------------


def said(filling: Filling, words: str) -> list[Effect]:
    """A control word, or an answer to what is asked."""
    word = words.strip().strip(".!").casefold()
    verb, _, rest = words.strip().partition(" ")
    if word in _CONTROLS:
        return control(filling, _CONTROLS[word])
    if verb.casefold() in _CHANGE and _field_named(filling, rest) is not None:
        return change(filling, rest)
    field = filling.field
    if field is None:
        return control(filling, "send") if word in _SEND else [filling.ask(_confirm(filling, words))]
    masked, secret = mask(words)
    value = fields.read(field, masked, filling.config)
    if isinstance(value, Message):
        return [filling.ask(_wrong(filling, value, words))]
    warning: list[Effect] = [Reply(Message("secret-masked"), private=True)] if secret else []
    return [*_go_on(filling, {**filling.form.fields, field.name: value}), *warning]


def _wrong(filling: Filling, why: Message, words: str) -> Message:
    if not words.rstrip().endswith("?"):
        return why
    return Message("request-both", {"one": why, "two": Message("request-question", {"prefix": filling.prefix})})


def _confirm(filling: Filling, words: str) -> Message:
    told = Message("request-confirm", {"prefix": filling.prefix})
    return _wrong(filling, told, words)


def _go_on(filling: Filling, answers: Mapping[str, str]) -> list[Effect]:
    """The next question that has no answer, or all that was answered and whether to send it."""
    missing = next((field.name for field in filling.item.fields if field.name not in answers), "")
    following = filling.now_at(missing, answers)
    return [following.keep(), *asked(following)]


def asked(filling: Filling, before: Message | None = None) -> list[Effect]:
    """What the form asks now, with a word in front."""
    message = _question(filling) if filling.form.field else _summary(filling)
    return [filling.ask(message if before is None else Message("request-both", {"one": before, "two": message}))]


def _question(filling: Filling) -> Message:
    item, field = filling.item, filling.field
    assert field is not None
    args: dict[str, Value] = {
        "at": str(item.fields.index(field) + 1),
        "of": str(len(item.fields)),
        "ask": catalogue.question(filling.form.item, field),
        "how": fields.how(field),
    }
    return Message("request-ask-optional" if field.optional else "request-ask", args)


def _summary(filling: Filling) -> Message:
    answers = filling.form.fields
    given = [(field, answers[field.name]) for field in filling.item.fields if answers.get(field.name)]
    lines = [Message("request-part", {"name": field.name, "value": shown(field, value)}) for field, value in given]
    title = catalogue.title(filling.form.item, filling.item)
    return Message("request-summary", {"title": title, "answers": joined(lines)})


def shown(field: RequestField, value: str) -> Value:
    """An answer in a line."""
    return Message(f"request-{value}") if field.kind == "yes-no" and value in ("yes", "no") else gist(value, 120)


def joined(parts: Sequence[Value], by: str = "request-joined") -> Value:
    """Several as one."""
    return reduce(lambda one, two: Message(by, {"one": one, "two": two}), parts) if parts else ""


# --- commands ---------------------------------------------------------------------------------------------------------


def begin(name: str, person: Person, place: Place, view: View, config: Config, now: datetime) -> list[Effect]:
    """Begin the form of an item of the catalogue. Others don't read what is personal: it is asked directly."""
    item = config.catalogue[name]
    room = place.room
    if room is None:
        return [Refuse("invalid", Message("request-where", {"url": f"{config.public_url}requests/{name}"}))]
    form = view.request.form
    if form is not None and form.item != name and form.item in config.catalogue and form.fields:
        title = catalogue.title(form.item, config.catalogue[form.item])
        prefix = config.room(place.network, room.id).prefix
        return [Refuse("conflict", Message("request-another", {"title": title, "prefix": prefix}))]
    refused = tickets.opening_refused(view, config, config.room(place.network, room.id).prefix)
    if refused is not None:
        return [Refuse("limit", refused)]
    personal = any(field.personal for field in item.fields)
    kept = RoomId("") if room.direct or personal else room.id
    form = Form(person.id, name, item.fields[0].name, {}, False, place.network, kept, now)
    filling = Filling(form, item, person, place, view, config, now)
    head = "request-begin" if room.direct or personal else "request-begin-room"
    args: dict[str, Value] = {"title": catalogue.title(name, item), "count": len(item.fields)}
    if head == "request-begin-room":
        args["name"] = config.helpdesk.name
    return [
        filling.keep(),
        Schedule(FORGET, person.id, now + KEEP),
        *([Reply(Message("request-directly"))] if personal and not room.direct else []),
        *asked(filling, Message(head, args)),
    ]


def offer(name: str, person: Person, config: Config, now: datetime) -> list[Effect]:
    """Begin it with somebody who needs the item and did not ask for it in this way: directly."""
    item, identity = config.catalogue[name], person.identity
    form = Form(person.id, name, item.fields[0].name, {}, False, identity.network, RoomId(""), now)
    filling = Filling(form, item, person, Place(identity.network, identity.sender), View(person=person), config, now)
    begun = Message("request-begin", {"title": catalogue.title(name, item), "count": len(item.fields)})
    return [filling.keep(), Schedule(FORGET, person.id, now + KEEP), *asked(filling, begun)]


def control(filling: Filling, word: str) -> list[Effect]:
    """What can be done with a form besides answering."""
    match word:
        case "back":
            return _back(filling)
        case "skip":
            return _skip(filling)
        case "cancel":
            return [SetForm(filling.person.id, None), filling.ask(Message("request-cancelled"))]
        case "pause":
            paused = replace(filling, form=replace(filling.form, paused=True, changed=filling.now))
            return [paused.keep(), filling.ask(Message("request-paused", {"prefix": filling.prefix}))]
        case "send" if filling.form.field:
            return asked(filling, Message("request-not-yet"))
        case "send":
            return _send(filling)
        case _:
            return resume(filling)


def _back(filling: Filling) -> list[Effect]:
    names = [field.name for field in filling.item.fields]
    at = names.index(filling.form.field) if filling.form.field in names else len(names)
    previous = filling.now_at(names[max(0, at - 1)], filling.form.fields)
    return [previous.keep(), *asked(previous)]


def _skip(filling: Filling) -> list[Effect]:
    field = filling.field
    if field is None:
        return [filling.ask(Message("request-confirm", {"prefix": filling.prefix}))]
    if not field.optional:
        return [filling.ask(Message("request-no-skip", {"how": fields.how(field)}))]
    return _go_on(filling, {**filling.form.fields, field.name: ""})


def change(filling: Filling, name: str) -> list[Effect]:
    """Ask one of the questions again."""
    found = _field_named(filling, name)
    if found is None:
        names = ", ".join(field.name for field in filling.item.fields)
        return [filling.ask(Message("request-no-field", {"names": names}))]
    again = filling.now_at(found, filling.form.fields)
    return [again.keep(), *asked(again)]


def _field_named(filling: Filling, name: str) -> str | None:
    wanted = name.strip(" .!:`").casefold()
    names = [field.name for field in filling.item.fields]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    if wanted in names:
        return wanted
    # Words of several parts are more likely an answer than a slip of the pen.
    return next(iter(get_close_matches(wanted, names, n=1, cutoff=0.75)), None) if " " not in wanted else None


def resume(filling: Filling) -> list[Effect]:
    """Go on. Elsewhere than where it was it goes on directly: what was said in one room is not shown in another."""
    place = filling.place
    there = here(filling.form, place)
    room = filling.form.room if there else RoomId("")
    form = replace(filling.form, paused=False, network=place.network, room=room, changed=filling.now)
    moved = replace(filling, form=form)
    directly = not there and place.room is not None and not place.room.direct
    return [
        moved.keep(),
        *([Reply(Message("request-directly"))] if directly else []),
        *asked(moved, Message("request-resumed", {"title": catalogue.title(form.item, filling.item)})),
    ]


def _send(filling: Filling) -> list[Effect]:
    place, form = filling.place, filling.form
    room = place.room
    assert room is not None
    if not form.room:
        direct_room = room.id if room.direct else RoomId("")
        origin = Origin(place.network, direct_room, True, room.direct and room.encrypted, place.message)
    else:
        origin = Origin(place.network, room.id, False, room.encrypted, place.message, place.thread)
    sent = requests.send(form.item, form.fields, filling.person, origin, filling.view, filling.config, filling.now)
    refused = any(isinstance(effect, Refuse) for effect in sent)
    return sent if refused else [SetForm(filling.person.id, None), *sent]


def due(event: TimerDue, view: View, config: Config, now: datetime) -> list[Effect]:
    """Ask again for a yes or a no; forget forms that nobody comes back to."""
    return _forget(view, now) if event.kind == FORGET else requests.ask_again(view, config, now)


def _forget(view: View, now: datetime) -> list[Effect]:
    """A form that nobody has come back to for so long is forgotten."""
    form = view.request.form
    if form is None:
        return []
    if now - form.changed >= KEEP:
        return [SetForm(form.person, None)]
    return [Schedule(FORGET, form.person, form.changed + KEEP)]


def item_meant(words: str, config: Config) -> str:
    """The item that somebody names, by its name or its title; empty when there is none like it."""
    wanted = "-".join(shorten(words, 80).casefold().strip(" .!?`").split())
    by_title = {"-".join(item.title.casefold().split()): name for name, item in config.catalogue.items() if item.title}
    if wanted in config.catalogue:
        return wanted
    return by_title.get(wanted, "")
