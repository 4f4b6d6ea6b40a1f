"""`!break [2w] [why]`: I need a rest. All I work on is handed over, and nothing is offered to me until I am back."""

import re
from dataclasses import replace

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import sig, work
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply, Schedule
from helpdesk.model import Role
from helpdesk.nouns.lengths import leading
from helpdesk.nouns.sig import SetVolunteer, Volunteer


def run(call: Call) -> list[Effect]:
    words = re.sub(r"^for\s+", "", call.invocation.words.strip(), flags=re.IGNORECASE)
    found = leading(words)
    if found is None and re.match(r"\d", words):
        return [Refuse("invalid", Message("break-length", {"prefix": call.prefix}))]
    length, why = found or (None, words)
    until = call.now + length if length else None
    me = call.view.sig.me or Volunteer(call.person.id, call.person.identity, call.person.role)
    away = replace(me, state="break", break_until=until)
    claims = call.view.sig.claims
    done: dict[str, str | int] = {"count": len(claims), "prefix": call.prefix}
    said = Message("break-on", done)
    if until is not None:
        said = Message("break-until", {**done, "until": f"{until:%Y-%m-%d %H:%M}"})
    return [
        SetVolunteer(away),
        *([Schedule(sig.BACK, me.person, until)] if until else []),
        *sig.hand_over(
            me, claims, mask(why)[0], call.config, call.now, back=call.view.sig.back, besides=work.here(call)
        ),
        Reply(said),
    ]


# "Break" alone may be anything; a rest is asked for with the prefix.
COMMAND = Command("break", run, Grammar.WORDS, role=Role.SHADOW, needs=Need.SIG, bare=False)
