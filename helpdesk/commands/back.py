"""`!back`: I am here again."""

from dataclasses import replace

from helpdesk.commands.base import Call, Command, Need
from helpdesk.effects import Effect, Message, Reply
from helpdesk.model import Role
from helpdesk.nouns.sig import SetVolunteer


def run(call: Call) -> list[Effect]:
    me = call.view.sig.me
    if me is None or me.state != "break":
        return [Reply(Message("back-already", {"prefix": call.prefix}))]
    here = replace(me, state="active", break_until=None)
    return [SetVolunteer(here), Reply(Message("back-here", {"prefix": call.prefix}))]


# "Back" alone goes a step back in a form.
COMMAND = Command("back", run, role=Role.SHADOW, needs=Need.SIG, bare=False)
