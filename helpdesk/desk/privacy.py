"""The rights over one's own data: to be forgotten, and to have all that the desk knows. Pure.

Whoever is forgotten leaves first: their open tickets are cancelled, their claims given back under nobody's name. What the desk
said of them in rooms is taken back where the network can do that; IRC can't, and they are told so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bridges.events import Redact
from helpdesk.commands.base import Call
from helpdesk.config import Config
from helpdesk.desk import tickets
from helpdesk.desk.handing import given_back
from helpdesk.effects import Audited, Direct, Effect, Forget, Message, Refuse, Relay, Reply, Say
from helpdesk.model import Person, Role
from helpdesk.nouns.privacy import SOMEBODY, AskToForget, ForgetPerson, OfferExport, PrivacyView, Subject

CONFIRM = timedelta(minutes=15)
"""How long `!forget me` waits for its yes."""
EXPORT = timedelta(hours=1)
"""How long the link to an export works."""
ME = frozenset({"me", "mich"})
YES = frozenset({"yes", "ja"})
OPERATOR = "operator"
"""The network name of the service's own socket."""


def of_operator(call: Call) -> bool:
    """Whether the command came from the service's own socket."""
    return call.place.room is None and call.place.network == OPERATOR and call.person.role >= Role.LEAD


def forget(call: Call) -> list[Effect]:
    """`me`, then `me yes`; the operator names somebody."""
    view, (whom, *rest) = call.view.privacy, call.invocation.words.split() or [""]
    sure = bool(rest) and rest[0].lower().rstrip(".!") in YES
    mine = whom.lower() in ME
    if not whom or (not mine and not of_operator(call)):
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-forget", {"prefix": call.prefix})}))]
    subject = view.subject
    if subject is None:
        return [Refuse("not-found", Message("forget-nobody", {"name": whom}))]
    if not sure:
        return _warn(call, subject, mine=mine)
    if mine and (view.asked_at is None or call.now - view.asked_at > CONFIRM):
        return _warn(call, subject, mine=mine)
    said = Message("forget-done" if mine else "forget-done-other", {"name": whom})
    answers = [said, *_limits(view, subject, call.config)]
    # The web chat's own lines go too: there is no room any more to say anything in.
    gone = mine and call.place.room is not None and call.config.kinds.get(call.place.network) == "web"
    audited = [Audited("forget", f"person {subject.person}", "", call.place.network, "", OPERATOR, OPERATOR)]
    return [
        *leave(subject, view, call.config, call.place.network),
        ForgetPerson(subject.person),
        *([] if mine else audited),
        *([] if gone else (Reply(answer, private=not call.discreet) for answer in answers)),
    ]


def _warn(call: Call, subject: Subject, *, mine: bool) -> list[Effect]:
    view = call.view.privacy
    private = not call.discreet
    args = {"prefix": call.prefix, "tickets": str(view.tickets), "open": str(len(view.open)), "minutes": "15"}
    if not mine:
        return [Reply(Message("forget-sure-other", args | {"name": subject.identity.name}))]
    identity = call.person.identity
    return [
        AskToForget(identity.network, identity.key),
        Reply(Message("forget-what", args), private=private),
        *(Reply(limit, private=private) for limit in _limits(view, subject, call.config)),
        Reply(Message("forget-sure", args), private=private),
    ]


def _limits(view: PrivacyView, subject: Subject, config: Config) -> list[Message]:
    """What can't be taken back."""
    found: list[Message] = []
    places = {place for place, _ in view.said} | {copy.place for entry in view.relayed for copy in entry.copies}
    stays = sorted({network for network, _ in places if not config.capabilities(network).edits})
    if stays:
        found.append(Message("forget-stays", {"networks": ", ".join(stays)}))
    if subject.configured > Role.ASKER:
        found.append(Message("forget-configured"))
    return found


def leave(subject: Subject, view: PrivacyView, config: Config, network: str) -> Iterator[Effect]:
    """Everything that must be given back, and taken back, before nobody knows any more whose it was."""
    nobody = Person(subject.person, replace(subject.identity, name=SOMEBODY), Role.ASKER, "")
    for ticket in view.open:
        anonymous = replace(ticket, asker_identity=replace(ticket.asker_identity, name=SOMEBODY))
        yield from tickets.cancel(anonymous, config, network)
    for ticket in view.claims:
        yield from tickets.release(ticket, nobody, "", config, network, None)
        yield from given_back(ticket, SOMEBODY, None)
    for entry in view.relayed:
        for copy in entry.copies:
            if config.capabilities(copy.network).edits:
                yield Relay(copy.network, Redact(copy.room, copy.messages), entry.id)
        yield Forget(entry.id)
    for (where, room), message in view.said:
        if config.capabilities(where).edits:
            yield Relay(where, Redact(room, (message,)))


def export(call: Call) -> list[Effect]:
    """A link that works for a while, told to the person alone."""
    view, identity = call.view.privacy, call.person.identity
    if call.invocation.words.lower().rstrip(".!") not in ("", *ME):
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-export", {"prefix": call.prefix})}))]
    if not call.config.web.enabled:
        return [Refuse("invalid", Message("export-no-web"))]
    if view.subject is None:
        return [Refuse("not-found", Message("export-nothing"))]
    link = Message("export-link", {"url": f"{call.config.public_url}export/{view.token}", "minutes": "60"})
    offer = OfferExport(view.subject.person, view.token, call.now + EXPORT)
    if call.place.room is None or call.place.room.direct:
        return [offer, Reply(link)]
    return [offer, Say(Direct(identity.network, identity.key), link, call.person.lang), Reply(Message("export-sent"))]
