"""`!unlink NETWORK:NAME`: that account is not mine any more, or not to be one with the others."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk.sig import reference
from helpdesk.effects import Direct, Effect, Message, Refuse, Reply, Say
from helpdesk.model import Role
from helpdesk.nouns.sig import PartIdentity


def run(call: Call) -> list[Effect]:
    if not call.person.identity.authenticated:
        return [Refuse("forbidden", Message("link-guest"))]
    own = call.view.sig.identities
    names = {reference(one).lower(): one for one in own}
    wanted = call.invocation.words.strip().lower()
    if len(own) < 2:
        return [Refuse("not-found", Message("unlink-only", {"prefix": call.prefix}))]
    if not wanted:
        listed = ", ".join(reference(one) for one in own)
        return [Reply(Message("unlink-which", {"names": listed, "prefix": call.prefix}), private=True)]
    found = names.get(wanted) or next((one for one in own if f"{one.network}:{one.key}".lower() == wanted), None)
    if found is None:
        return [Refuse("not-found", Message("unlink-not-yours", {"prefix": call.prefix}))]
    here = call.person.identity
    # What was worked on is told where they are, or, when they leave from here, where else they are.
    rest = [one for one in own if one is not found]
    remaining = next((one for one in rest if (one.network, one.key) == (here.network, here.key)), rest[0])
    told = Message("unlink-told", {"who": reference(found)})
    elsewhere = found if (found.network, found.key) != (here.network, here.key) else remaining
    says = [Say(Direct(elsewhere.network, elsewhere.key), told)] if elsewhere.network in call.config.networks else []
    return [
        PartIdentity(call.person.id, found, remaining, call.config.roles.get((found.network, found.key), Role.ASKER)),
        call.audited("part", reference(found), reference(remaining)),
        *says,
        Reply(Message("unlink-done", {"who": reference(found)}), private=True),
    ]


COMMAND = Command("unlink", run, Grammar.WORDS, needs=Need.SIG)
