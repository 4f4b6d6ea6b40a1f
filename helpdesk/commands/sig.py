"""`!sig`: who the volunteers are; `!sig add NETWORK:NAME [lead]` and `!sig remove NETWORK:NAME` for leads."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.effects import Effect, GrantRole, Message, Refuse, Reply
from helpdesk.model import Role

_VERBS = frozenset({"add", "remove"})


def run(call: Call) -> list[Effect]:
    words = call.invocation.words.split()
    if not words:
        return _list(call)
    verb, *rest = words
    usage = Refuse("invalid", Message("usage", {"usage": Message("usage-sig", {"prefix": call.prefix})}))
    if verb not in _VERBS or not rest:
        return [usage]
    if call.person.role < Role.LEAD:
        return [Refuse("forbidden", Message("need-role", {"verb": f"sig {verb}", "role": Message("role-lead")}))]
    role = Role.ASKER
    if verb == "add":
        wanted = rest[1].lower() if len(rest) > 1 else "solo"
        if wanted not in {held.name.lower() for held in Role if held > Role.ASKER}:
            return [usage]
        role = Role[wanted.upper()]
    name = rest[0] if rest[0].partition(":")[0] in call.config.networks else f"{call.place.network}:{rest[0]}"
    try:
        network, key = call.config.person_key(name)
    except ValueError as error:
        return [Refuse("invalid", Message("sig-unknown", {"reason": str(error)}))]
    configured = call.config.roles.get((network, key), Role.ASKER)
    if configured > role:
        return [Refuse("conflict", Message("sig-configured", {"name": rest[0]}))]
    done = Message(
        "sig-added" if role else "sig-removed", {"name": rest[0], "role": Message(f"role-{role.name.lower()}")}
    )
    return [
        GrantRole(network, key, name.partition(":")[2], role, by=call.person.name),
        call.audited("grant", f"{network}:{key}", role.name.lower()),
        Reply(done),
    ]


def _list(call: Call) -> list[Effect]:
    if not call.view.members:
        return [Reply(Message("sig-empty", {"prefix": call.prefix}))]
    names = {
        role: ", ".join(f"{identity.name} ({identity.network})" for identity, held in call.view.members if held is role)
        for role in reversed(Role)
        if role > Role.ASKER
    }
    return [
        Reply(Message("sig-members", {"role": Message(f"role-{role.name.lower()}"), "names": listed}))
        for role, listed in names.items()
        if listed
    ]


COMMAND = Command("sig", run, Grammar.WORDS, role=Role.SHADOW, needs=Need.MEMBERS, verbs=_VERBS)
