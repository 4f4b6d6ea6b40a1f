"""`!mod`: who is not heard, what is not said, how fast one may speak; for leads. `helpdesk/desk/moderation.py` applies it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bridges.text import shorten
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.config import Config
from helpdesk.desk.moderation import REASON_LIMIT, BadPattern, pattern_for, pattern_of, policy_room
from helpdesk.effects import AddRule, Effect, LiftRule, Message, Refuse, Reply, Value
from helpdesk.model import AuditEntry, Role, Rule, RuleKind
from helpdesk.nouns.lengths import leading

SHOWN = 15
LOGGED = 10
_FOR = re.compile(r"for\s+(?P<rest>.*)", re.IGNORECASE)
_VERBS = frozenset({"ban", "mute", "word", "rate", "list", "lift", "log"})


def run(call: Call) -> list[Effect]:
    verb, _, rest = call.invocation.words.strip().partition(" ")
    rest = rest.strip()
    match verb.lower():
        case "ban" | "mute" as kind if rest:
            return _against(call, kind, rest)
        case "word" if rest:
            return _rule(call, "word", "", rest, "", None)
        case "rate" if rest:
            return _rule(call, "rate", "", rest, "", None)
        case "lift" if re.fullmatch(r"#?\d{1,9}", rest):
            return _lift(call, int(rest.lstrip("#")))
        case "" | "list":
            return _list(call, rest)
        case "log":
            return _log(call)
    return [Refuse("invalid", Message("usage", {"usage": Message("usage-mod", {"prefix": call.prefix})}))]


def _against(call: Call, kind: RuleKind, rest: str) -> list[Effect]:
    who, *more = rest.split()
    until: datetime | None = None
    reason = " ".join(more)
    if more and more[0].lower() == "for":
        given = _length(reason)
        if given is None:
            return [Refuse("invalid", Message("mod-bad-length"))]  # rather than for ever, for a slip
        length, reason = given
        until = call.now + length
    found = _target(call, kind, who)
    if isinstance(found, Refuse):
        return [found]
    network, pattern = found
    if refused := _spared(call, network, pattern):
        return [refused]
    return _rule(call, kind, network, pattern, reason[:REASON_LIMIT], until)


def _length(words: str) -> tuple[timedelta, str] | None:
    """How long `for 3h` or `for 2 days` is, and the words behind it."""
    found = _FOR.fullmatch(words)
    return leading(found["rest"]) if found else None


def _target(call: Call, kind: RuleKind, who: str) -> tuple[str, str] | Refuse:
    """Where the rule holds, and its pattern."""
    config = call.config
    network, colon, rest = who.partition(":")
    if not colon or network not in config.networks:
        network, rest = "", who
    irc = config.kinds.get(network) == "irc"
    if irc and not re.search(r"[!@:]", rest) and re.search(r"[.*?]", rest):
        rest = f"*!*@{rest}"  # a host: accounts have no dots
    try:
        pattern = pattern_for(kind, rest)
    except BadPattern as error:
        if error.told.id != "mod-bad-who":
            return Refuse("invalid", error.told)
        return _account(call, network, rest) if network else _called(call, rest)
    if not network and pattern.startswith("account:"):
        known = [name for name, kind in config.kinds.items() if kind == "irc"]
        network = call.place.network if call.place.network in known else known[0] if len(known) == 1 else ""
        if not network:
            return Refuse("invalid", Message("mod-which-network", {"who": who, "networks": ", ".join(known)}))
    return network, pattern


def _account(call: Call, network: str, name: str) -> tuple[str, str] | Refuse:
    """Somebody by the name that the network's services know them by."""
    try:
        key = call.config.networks[network].person(name)
    except ValueError as error:
        return Refuse("invalid", Message("sig-unknown", {"reason": str(error)}))
    return network, pattern_of(key, name)


def _called(call: Call, name: str) -> tuple[str, str] | Refuse:
    """Somebody by the name they go by."""
    found = call.view.called
    if not found:
        return Refuse("not-found", Message("mod-nobody", {"name": name}))
    if len(found) > 1:
        each = (f"{who.network}:{pattern_of(who.key, who.name)}" for who in found)
        whole = ", ".join(written(call.config, "ban", about) for about in each)
        return Refuse("conflict", Message("mod-several", {"name": name, "who": whole}))
    return found[0].network, pattern_of(found[0].key, found[0].name)


def _spared(call: Call, network: str, pattern: str) -> Refuse | None:
    """Nobody bans themselves by mistake, and nobody a lead whom the configuration names."""
    same = pattern.removeprefix("id:").lower()
    me = call.person.identity
    if network in ("", me.network) and me.key.lower() == same:
        return Refuse("forbidden", Message("mod-yourself"))
    for (where, key), role in call.config.roles.items():
        if role is Role.LEAD and network in ("", where) and key.lower() == same:
            return Refuse("conflict", Message("sig-configured", {"name": key}))
    return None


def _rule(call: Call, kind: RuleKind, network: str, given: str, reason: str, until: datetime | None) -> list[Effect]:
    try:
        pattern = pattern_for(kind, given)
    except BadPattern as error:
        return [Refuse("invalid", error.told)]
    rule = AddRule(kind, pattern, network, reason, by=call.person.name, until=until)
    end = f"until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    about = f"{network}:{pattern}" if network else pattern
    done: dict[str, Value] = {
        "pattern": written(call.config, kind, about),
        "until": f"{until:%Y-%m-%d %H:%M}" if until else "",
    }
    return [
        rule,
        call.audited(kind, about, " · ".join(part for part in (reason, end) if part)),
        Reply(Message(f"mod-{kind}{'-until' if until else ''}", done)),
    ]


def _lift(call: Call, number: int) -> list[Effect]:
    rule = next((rule for rule in call.view.rules if rule.id == number), None)
    if rule is None:
        return [Refuse("not-found", Message("mod-no-rule", {"number": str(number), "prefix": call.prefix}))]
    about = _about(rule)
    shown = written(call.config, rule.kind, about)
    if rule.source:
        where = ":".join(policy_room(rule.source))
        return [Refuse("conflict", Message("mod-of-policy", {"pattern": shown, "room": where}))]
    return [
        LiftRule(number),
        call.audited("lift", about, rule.kind),
        Reply(Message("mod-lifted", {"pattern": shown, "kind": Message(f"mod-kind-{rule.kind}")})),
    ]


def _about(rule: Rule) -> str:
    return f"{rule.network}:{rule.pattern}" if rule.network else rule.pattern


def written(config: Config, kind: str, about: str) -> str:
    """Whom a ban or mute is about as a lead writes it: `libera:eve`, `spam.example`; where that would mean another, whole."""
    network, colon, pattern = about.partition(":")
    if kind not in ("ban", "mute"):
        return about
    if not colon or network not in config.networks:
        network, pattern = "", about
    form, _, name = pattern.partition(":")
    irc = config.kinds.get(network) == "irc"
    account = form == "account" and irc and re.fullmatch(r"[^!@:.*?]+", name)
    server = form == "server" and not irc and re.fullmatch(r"[\w*?-]+(\.[\w*?-]+)+", name)
    if not account and not server:
        return about
    return f"{network}:{name}" if network else name


def _list(call: Call, wanted: str) -> list[Effect]:
    live = [rule for rule in call.view.rules if rule.until is None or rule.until > call.now]
    names = {rule.id: f"{rule.pattern} {written(call.config, rule.kind, _about(rule))}".lower() for rule in live}
    shown = [rule for rule in live if wanted.lower() in names[rule.id]]
    # What leads made comes first: policy rooms say thousands.
    shown.sort(key=lambda rule: (bool(rule.source), -rule.id))
    private = _apart(call)
    if not shown:
        none = Message("mod-none-such", {"wanted": shorten(wanted, 40)}) if live else Message("mod-empty")
        return [Reply(none, private=private)]
    lines = [Reply(_line(call.config, rule), private=private) for rule in shown[:SHOWN]]
    rest = len(shown) - len(lines)
    tail = Reply(Message("mod-rest", {"count": rest, "prefix": call.prefix}), private=private)
    return [*lines, *([tail] if rest else [])]


def _apart(call: Call) -> bool:
    """Whether a list is said to the lead alone: in any room, since it is long, and linked rooms may read along."""
    return call.place.room is not None and not call.place.room.direct


def _line(config: Config, rule: Rule) -> Message:
    by = ":".join(policy_room(rule.source)) if rule.source else rule.by
    args: dict[str, Value] = {
        "number": str(rule.id),
        "kind": Message(f"mod-kind-{rule.kind}"),
        "pattern": written(config, rule.kind, _about(rule)),
        "by": by,
        "reason": f" · {rule.reason}" if rule.reason else "",
        "until": f"{rule.until:%Y-%m-%d %H:%M}" if rule.until else "",
    }
    return Message("mod-line-until" if rule.until else "mod-line", args)


def _log(call: Call) -> list[Effect]:
    private = _apart(call)
    if not call.view.audit:
        return [Reply(Message("mod-log-empty"), private=private)]
    return [Reply(_entry(call.config, entry), private=private) for entry in call.view.audit[:LOGGED]]


def _entry(config: Config, entry: AuditEntry) -> Message:
    args: dict[str, Value] = {
        "at": f"{entry.at:%Y-%m-%d %H:%M}",
        "name": entry.actor_name,
        "action": entry.action,
        "about": written(config, entry.detail if entry.action == "lift" else entry.action, entry.about),
        "detail": f" · {entry.detail}" if entry.detail else "",
    }
    return Message("mod-log-line", args)


COMMAND = Command("mod", run, Grammar.WORDS, role=Role.LEAD, needs=Need.MODERATION, verbs=_VERBS)
