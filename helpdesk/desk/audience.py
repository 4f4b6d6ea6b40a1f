"""Who may be answered from the volunteers' own articles: volunteers, where they alone or volunteers only read. Pure."""

from __future__ import annotations

from helpdesk.config import Config
from helpdesk.model import Origin, Person, Question, Role
from kb.model import Audience


def audience(person: Person, origin: Origin, config: Config) -> Audience:
    """For whom a question is answered that this person asks there. A name without a login gives no right."""
    discreet = origin.direct or config.room(origin.network, origin.room).private
    volunteer = person.role >= Role.SHADOW and person.identity.authenticated
    return Audience.VOLUNTEERS if discreet and volunteer else Audience.PUBLIC


def may_hear(question: Question, person: Person | None, config: Config) -> bool:
    """Whether what was found for the question may be said to its asker now: roles are taken away, rooms opened."""
    if question.audience is Audience.PUBLIC:
        return True
    return person is not None and audience(person, question.origin, config) is Audience.VOLUNTEERS
