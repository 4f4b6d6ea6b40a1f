"""`!link`: this account and another of mine are one person. A one-time code, and a word from both sides.

Whoever has a code, and whoever was talked into saying one, gets nothing by it: each side is told who the other is, and both have
to agree there, logged in.
"""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.config import Config
from helpdesk.desk.mentoring import PREFIX
from helpdesk.desk.sig import code_of, reference
from helpdesk.effects import Direct, Effect, Message, Refuse, Reply, Say
from helpdesk.model import Identity
from helpdesk.nouns.sig import (
    CODE_LIVES,
    TRIES,
    CountTry,
    DropJoining,
    Joining,
    JoinPeople,
    MakeCode,
    SetJoining,
    SigView,
)

_YES = frozenset({"yes", "confirm", "ja", "ok"})
_NO = frozenset({"no", "cancel", "nein", "stop"})


def run(call: Call) -> list[Effect]:
    if not call.person.identity.authenticated:
        return [Refuse("forbidden", Message("link-guest"))]
    words, seen = call.invocation.words.strip(), call.view.sig
    if words.lower() in _YES | _NO:
        return _answer(call, seen.joining, agrees=words.lower() in _YES)
    if seen.tries >= TRIES:
        return [Refuse("limit", Message("link-tries"))]
    if not words:
        return _make(call, seen)
    if not code_of(words):
        usage = Message("usage", {"usage": Message("usage-link", {"prefix": call.prefix})})
        return [Refuse("invalid", usage)]
    return _take(call, seen.offered)


def _make(call: Call, seen: SigView) -> list[Effect]:
    me = call.person
    code = "-".join((seen.code[:5], seen.code[5:]))
    minutes = int(CODE_LIVES.total_seconds() // 60)
    told = Message("link-code", {"code": code, "minutes": minutes, "prefix": PREFIX})
    return [MakeCode(seen.code, me.id, me.identity, call.now + CODE_LIVES), Reply(told, private=True)]


def _take(call: Call, offered: Joining | None) -> list[Effect]:
    """The code, said on the other side: nobody else can say it any more, and now both are asked."""
    me = call.person.identity
    if offered is None or (offered.taker is not None and not _same(offered.taker, me)):
        return [CountTry(me), Reply(Message("link-unknown", {"prefix": call.prefix}))]
    if offered.person == call.person.id:
        return [Refuse("conflict", Message("link-own"))]
    taken = Joining(offered.code, offered.person, offered.maker, me, False, False)
    return [
        SetJoining(taken),
        *_tell(offered.maker, Message("link-asked", _who(me)), call.config),
        Reply(Message("link-taken", _who(offered.maker)), private=True),
    ]


def _answer(call: Call, joining: Joining | None, *, agrees: bool) -> list[Effect]:
    me = call.person.identity
    if joining is None or joining.taker is None:
        return [Refuse("not-found", Message("link-nothing", {"prefix": call.prefix}))]
    mine = _same(joining.maker, me)
    other = joining.taker if mine else joining.maker
    if not agrees:
        said = Message("link-declined", _who(me))
        return [DropJoining(joining.code), *_tell(other, said, call.config), Reply(Message("link-dropped"))]
    both = joining.taker_agrees if mine else joining.maker_agrees
    if not both:
        now = Joining(
            joining.code,
            joining.person,
            joining.maker,
            joining.taker,
            mine or joining.maker_agrees,
            not mine or joining.taker_agrees,
        )
        return [SetJoining(now), Reply(Message("link-half", _who(other)), private=True)]
    return [
        JoinPeople(joining.maker, joining.taker),
        DropJoining(joining.code),
        call.audited("join", reference(joining.maker), reference(joining.taker)),
        *_tell(other, Message("link-done", _who(me)), call.config),
        Reply(Message("link-done", _who(other)), private=True),
    ]


def _same(one: Identity, other: Identity) -> bool:
    return (one.network, one.key) == (other.network, other.key)


def _who(identity: Identity) -> dict[str, str]:
    return {"name": identity.name, "who": reference(identity), "prefix": PREFIX}


def _tell(identity: Identity, message: Message, config: Config) -> list[Effect]:
    if identity.network not in config.networks:
        return []
    return [Say(Direct(identity.network, identity.key), message)]


COMMAND = Command("link", run, Grammar.WORDS, needs=Need.SIG)
