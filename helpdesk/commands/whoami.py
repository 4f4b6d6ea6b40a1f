"""`!whoami`: who the desk takes me for, here and elsewhere."""

from helpdesk.commands.base import Call, Command, Need
from helpdesk.desk.sig import reference
from helpdesk.effects import Effect, Message, Reply, Value


def run(call: Call) -> list[Effect]:
    person = call.person
    args: dict[str, Value] = {
        "name": person.name,
        "network": person.identity.network,
        "role": Message(f"role-{person.role.name.lower()}"),
    }
    own = call.view.sig.identities
    if not person.identity.authenticated:
        return [Reply(Message("whoami-guest", args))]
    if len(own) < 2:
        return [Reply(Message("whoami", args))]
    # Which accounts are one person's is told to that person alone.
    names = ", ".join(reference(one) for one in own)
    apart = call.place.room is not None and not call.place.room.direct
    return [Reply(Message("whoami", args)), Reply(Message("whoami-also", {"names": names}), private=apart)]


COMMAND = Command("whoami", run, needs=Need.SIG)
