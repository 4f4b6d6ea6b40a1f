"""`!request`: what the SIG hands out; `!request NAME` asks for it, step by step."""

from dataclasses import replace
from difflib import get_close_matches

from helpdesk import catalogue
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import forms, requests
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.nouns.requests import SetForm

_FORM = {"resume": "resume", "cancel": "cancel", "pause": "pause", "later": "pause"}
"""What can be done with a form from anywhere."""
_HERE = {"back": "back", "skip": "skip", "send": "send", "yes": "send"}
"""What can be done with it where it is filled in."""


def run(call: Call) -> list[Effect]:
    verb, _, rest = call.invocation.words.partition(" ")
    word = verb.lower()
    if not word or word == "list":
        return _list(call)
    if word == "status":
        # What was asked for in private is told in private.
        told = requests.status(call.view, call.config, call.prefix)
        private = not call.discreet and bool(call.view.request.mine or call.view.request.form)
        return [replace(one, private=private) if isinstance(one, Reply) else one for one in told]
    if word in _FORM or word in _HERE or word == "change":
        return _form(call, word, rest)
    name = forms.item_meant(call.invocation.words, call.config) or forms.item_meant(verb, call.config)
    if not name:
        near = get_close_matches(call.invocation.words.lower(), call.config.catalogue, n=1, cutoff=0.6)
        if near:
            args: dict[str, Value] = {"name": call.invocation.words[:40], "near": near[0], "prefix": call.prefix}
            return [Refuse("not-found", Message("request-unknown-near", args))]
        unknown = Message("request-unknown", {"name": call.invocation.words[:40]})
        return [Refuse("not-found", unknown), *_list(call)]
    return forms.begin(name, call.person, call.place, call.view, call.config, call.now)


def _list(call: Call) -> list[Effect]:
    names = " · ".join(call.config.catalogue)
    form = call.view.request.form
    waits: list[Effect] = []
    if form is not None and form.item in call.config.catalogue:
        title = catalogue.title(form.item, call.config.catalogue[form.item])
        waits = [Reply(Message("request-waits", {"title": title, "prefix": call.prefix}))]
    if not names:
        return [Reply(Message("request-empty", {"prefix": call.prefix}))]
    return [Reply(Message("request-list", {"names": names, "prefix": call.prefix})), *waits]


def _form(call: Call, word: str, rest: str) -> list[Effect]:
    form = call.view.request.form
    item = call.config.catalogue.get(form.item) if form is not None else None
    if form is not None and item is None:  # it can't be asked for any more
        return [SetForm(call.person.id, None), Reply(Message("request-gone"))]
    if form is None or item is None:
        return [Refuse("not-found", Message("request-no-form", {"prefix": call.prefix}))]
    if call.place.room is None:
        return [Refuse("invalid", Message("request-where", {"url": f"{call.config.public_url}requests/{form.item}"}))]
    filling = forms.Filling(
        forms.now_asked(form, item), item, call.person, call.place, call.view, call.config, call.now
    )
    if word in _FORM:
        if forms.here(form, call.place) or word == "resume":
            return forms.control(filling, _FORM[word])
        # Said elsewhere, it is answered there, without a word of what the form holds.
        done = forms.control(filling, _FORM[word])
        told = Message("request-cancelled") if word == "cancel" else Message("request-paused", {"prefix": call.prefix})
        return [*(effect for effect in done if isinstance(effect, SetForm)), Reply(told)]
    if not forms.here(form, call.place):
        return [Refuse("conflict", Message("request-elsewhere", {"prefix": call.prefix}))]
    return forms.change(filling, rest) if word == "change" else forms.control(filling, _HERE[word])


COMMAND = Command(
    "request",
    run,
    Grammar.WORDS,
    aliases=("anfrage", "antrag"),
    needs=Need.REQUEST | Need.MINE | Need.OPENING,
    verbs=frozenset({"status", "resume", *(name for name in catalogue.BUILT_IN if "-" in name)}),
)
