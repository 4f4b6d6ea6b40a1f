"""`!bridge`: which rooms read as one; `!bridge link NETWORK:ROOM [one-way]` and `!bridge unlink NETWORK:ROOM` for leads."""

from bridges.text import one_line
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.effects import Audited, Effect, InRoom, LinkRooms, Message, Refuse, Reply, Say, UnlinkRooms
from helpdesk.ledger import Place
from helpdesk.model import Role

_ONE_WAY = frozenset({"one-way", "oneway", "->"})


def run(call: Call) -> list[Effect]:
    verb, *words = call.invocation.words.split() or ["list"]
    if verb == "list" and not words:
        return _list(call)
    usage = Refuse("invalid", Message("usage", {"usage": Message("usage-bridge", {"prefix": call.prefix})}))
    one_way = bool(words) and words[-1].lower() in _ONE_WAY
    named = words[:-1] if one_way else words
    if verb not in ("link", "unlink") or not 1 <= len(named) <= 2:
        return [usage]
    try:
        places = [_place(name, call) for name in named]
    except ValueError as error:
        return [Refuse("invalid", Message("bridge-unknown", {"reason": str(error)}))]
    if len(places) == 1:
        if call.place.room is None or call.place.room.direct:
            return [Refuse("invalid", Message("bridge-where", {"prefix": call.prefix}))]
        places.insert(0, (call.place.network, call.place.room.id))
    source, target = places
    return _link(source, target, call, both=not one_way) if verb == "link" else _unlink(source, target, call)


def _place(name: str, call: Call) -> Place:
    """Raise ValueError with the mend."""
    network, colon, room = name.partition(":")
    settings = call.config.networks.get(network)
    if not colon or settings is None:
        known = ", ".join(call.config.networks)
        raise ValueError(f"{name!r}: write NETWORK:ROOM with a configured network ({known})")
    return network, settings.room(room)


def _link(source: Place, target: Place, call: Call, *, both: bool) -> list[Effect]:
    if source == target:
        return [Refuse("invalid", Message("bridge-same"))]
    args = {"one": _name(source), "other": _name(target)}
    if call.config.room(*source).private is not call.config.room(*target).private:
        return [Refuse("forbidden", Message("bridge-private", args))]
    there = call.view.links.from_(source)
    if target in there and both is (source in call.view.links.from_(target)):
        return [Refuse("conflict", Message("bridge-already", args))]
    told = args | {"name": one_line(call.person.name, 60)}
    return [
        LinkRooms(source, target, both, call.person.name),
        _audited("link" if both else "link one-way", source, target, call),
        _tell(target, "bridge-told" if both else "bridge-told-one-way", told),
        Reply(Message("bridge-linked" if both else "bridge-linked-one-way", args)),
    ]


def _tell(place: Place, message: str, args: dict[str, str]) -> Say:
    """What happens to a room is said there, not only where the command was given."""
    return Say(InRoom(*place), Message(message, args), linked=False)


def _unlink(source: Place, target: Place, call: Call) -> list[Effect]:
    args = {"one": _name(source), "other": _name(target)}
    pair = {source, target}
    if any({made.source, made.target} == pair for made in call.view.links.made):
        return [
            UnlinkRooms(source, target),
            _audited("unlink", source, target, call),
            _tell(target, "bridge-told-unlinked", args | {"name": one_line(call.person.name, 60)}),
            Reply(Message("bridge-unlinked", args)),
        ]
    configured = target in call.config.linked.get(source, ()) or source in call.config.linked.get(target, ())
    return [
        Refuse(
            "conflict" if configured else "not-found",
            Message("bridge-configured" if configured else "bridge-none", args),
        )
    ]


def _audited(action: str, source: Place, target: Place, call: Call) -> Audited:
    sender = call.place.sender
    room = str(call.place.room_id or "")
    return Audited(action, _name(source), _name(target), call.place.network, room, sender.id, sender.name)


def _list(call: Call) -> list[Effect]:
    beyond = call.view.links.beyond
    lines: list[str] = []
    listed: set[Place] = set()
    for source, targets in beyond.items():
        both = [target for target in targets if source in beyond.get(target, ())]
        if both and source not in listed:
            listed |= {source, *both}
            lines.append(" ⇄ ".join(_name(place) for place in (source, *both)))
        lines += [f"{_name(source)} → {_name(target)}" for target in targets if target not in both]
    if not lines:
        return [Reply(Message("bridge-empty", {"prefix": call.prefix}), private=True)]
    return [Reply(Message("bridge-list", {"line": line}), private=True) for line in lines]


def _name(place: Place) -> str:
    return f"{place[0]}:{place[1]}"


COMMAND = Command(
    "bridge",
    run,
    Grammar.WORDS,
    role=Role.LEAD,
    needs=Need.NOTHING,
    bare=False,
    verbs=frozenset({"link", "unlink", "list"}),
)
