"""`!oncall [queue]`: who is on duty now, until when, and who is next. Who is not of the SIG is told times, not names."""

from datetime import timedelta

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import rota, shifts
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import Role
from helpdesk.nouns.stretches import Duty, Occurrence, occurrences, on_duty, people, there

_AHEAD = timedelta(days=35)


def run(call: Call) -> list[Effect]:
    word, known = call.invocation.words, call.view.rota
    queue = shifts.is_queue(call, word) if word else shifts.queue_here(call)
    if queue is None:
        names = ", ".join(("main", *call.config.queues))
        return [Refuse("not-found", Message("rota-no-queue", {"queue": word, "queues": names}))]
    now_on = sorted(on_duty(known, call.now, queue), key=lambda duty: duty.person)
    first = next(
        (
            one
            for one in occurrences(known, call.now, call.now + _AHEAD)
            if one.queue == queue and one.starts > call.now and there(known, one)
        ),
        None,
    )
    if not now_on and first is None and queue in rota.queues(known):
        return [Reply(Message("oncall-open", {"prefix": call.prefix}))]
    if not now_on and first is None:
        return [
            Reply(
                Message(
                    "oncall-empty" if call.person.role >= Role.SHADOW else "oncall-empty-asker", {"prefix": call.prefix}
                )
            )
        ]
    if call.person.role < Role.SHADOW:
        return [_for_askers(call, now_on, first)]
    after: Value = Message("rota-none")
    if first is not None:
        args = {"name": _name(call, first.person), "from": rota.at(first.starts, _zone(call))}
        after = Message("oncall-next", args)
    if not now_on:
        return [Reply(Message("oncall-nobody", {"next": after}))]
    people_now = rota.listed([_one(call, duty) for duty in now_on])
    return [Reply(Message("oncall", {"people": people_now, "next": after}))]


def _zone(call: Call) -> str:
    return rota.zone_of(call.view.rota, call.person.id, call.config)


def _name(call: Call, person: int) -> Value:
    found = people(call.view.rota).get(person)
    return found.identity.name if found is not None else Message("rota-somebody")


def _one(call: Call, duty: Duty) -> Message:
    if duty.until is None:
        return Message("oncall-one", {"name": _name(call, duty.person)})
    return Message("oncall-one-until", {"name": _name(call, duty.person), "until": rota.at(duty.until, _zone(call))})


def _for_askers(call: Call, now_on: list[Duty], first: Occurrence | None) -> Reply:
    ends = [duty.until for duty in now_on if duty.until is not None]
    if now_on and ends:
        return Reply(Message("oncall-asker-until", {"until": rota.at(max(ends), _zone(call))}))
    if now_on or first is None:
        return Reply(Message("oncall-asker-now"))
    return Reply(Message("oncall-asker-nobody", {"from": rota.at(first.starts, _zone(call))}))


COMMAND = Command("oncall", run, Grammar.WORDS, needs=Need.ROTA)
