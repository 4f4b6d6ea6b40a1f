"""`!whoami`: who the desk takes me for."""

from helpdesk.commands.base import Call, Command
from helpdesk.effects import Effect, Message, Reply, Value


def run(call: Call) -> list[Effect]:
    person = call.person
    args: dict[str, Value] = {
        "name": person.name,
        "network": person.identity.network,
        "role": Message(f"role-{person.role.name.lower()}"),
    }
    return [Reply(Message("whoami" if person.identity.authenticated else "whoami-guest", args))]


COMMAND = Command("whoami", run)
