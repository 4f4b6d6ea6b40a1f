"""The tables of the configuration that are about the SIG's work. All have defaults: a SIG of three needs none of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from bridges.durations import Duration
from helpdesk.nouns.hours import Hours, zone
from helpdesk.sections import Section


def _hours(value: str) -> str:
    Hours.of(value)
    return value


def _zone(value: str) -> str:
    zone(value)
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is no regular expression: {error}") from error
    return value


HoursText = Annotated[str, AfterValidator(_hours)]
ZoneText = Annotated[str, AfterValidator(_zone)]


class Sig(Section):
    """`[sig]`: how the SIG works."""

    hours: HoursText = ""
    """When somebody is usually there, such as `mon-fri 18:00-22:00, sat 10-16`; empty: what the rota says, else always."""
    zone: ZoneText = "UTC"
    """The time zone of `hours`, and of events and reports where none is said."""
    first_reply: Duration = timedelta(minutes=30)
    """How long a claim lasts without a word to the asker; then the ticket is open again. 0s: for ever."""
    next_reply: Duration = timedelta(hours=24)
    """How long it lasts after the last word, while the asker waits. 0s: for ever."""
    close_after: Duration = timedelta(days=7)
    """How long a resolved ticket must be quiet to be closed."""
    cap: int = Field(5, ge=1)
    """How many tickets one volunteer is offered and given by `!next` at once; each may set their own."""
    offers: int = Field(2, ge=0, le=10)
    """To how many volunteers at once a ticket is offered directly; 0: to none."""
    offer_wait: Duration = timedelta(minutes=10)
    """How long these have before the next ones are asked; for a high priority half of it, for an urgent one a tenth."""
    promote_after: int = Field(5, ge=1)
    """After how many answers that a mentor sent as they were, or that the asker confirmed, leads hear that a pair may be
    ready to work alone; and after how many notes, and a week, that a shadow may be ready for a pair.
    """
    mentor_within: Duration = timedelta(hours=2)
    """How long, in the hours of the queue, a pair's answer waits for its mentor before all others are asked. 0s: for ever."""
    second_line: tuple[str, ...] = ()
    """Volunteers' rooms or people of the second line, `NETWORK:ROOM` or `NETWORK:NAME` of any configured network, one of e-mail
    included where there is one: where the last escalation goes.
    """


class Times(Section):
    """`[times]`: by when the SIG means to have done what, in hours of `sig.hours`. A low priority has twice the time of a
    normal one, a high one half of it, an urgent one a tenth.
    """

    first: Duration = timedelta(hours=4)
    """Until the first word of a volunteer. 0s: no target."""
    next: Duration = timedelta(hours=24)
    """Until the next one when the asker wrote again. 0s: no target."""
    resolve: Duration = timedelta(days=5)
    """Until it is resolved. 0s: no target."""
    warn: float = Field(0.75, gt=0, le=1)
    """After which part of it its claimant, or who is on duty, is reminded."""


class Queue(Section):
    """`[queues.NAME]`: another SIG's queue beside the one there always is."""

    title: str = ""
    """What people call it; empty: its name."""
    topics: tuple[str, ...] = ()
    """Topics (folders of articles) whose tickets go there, wherever they were asked."""
    hours: HoursText = ""
    """When its people are usually there; empty: as `sig.hours`."""
    zone: ZoneText = "UTC"
    """The time zone of `hours`."""
    welcome: str = ""
    """What its askers are told with their ticket's number."""


class RequestField(Section):
    """`[[requests.NAME.fields]]`: something the desk asks for."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)
    """By which it is stored and named in chat."""
    ask: str = ""
    """The question, as it is asked in chat and stands on the form."""
    kind: Literal["text", "long", "choice", "yes-no", "number", "date", "address", "person"] = "text"
    """What counts as an answer; `address` is an e-mail address."""
    choices: tuple[str, ...] = ()
    """For `choice`: what there is."""
    optional: bool = False
    """Whether it may be skipped."""
    pattern: Annotated[str, AfterValidator(_pattern)] = ""
    """A regular expression that the whole answer must match."""
    hint: str = ""
    """What is said when it does not fit."""
    personal: bool = False
    """Whether others must not read the answer: such a form is filled in in a direct chat, and its ticket is private."""

    @model_validator(mode="after")
    def _offers_choices(self) -> RequestField:
        if self.kind == "choice" and len(self.choices) < 2:
            raise ValueError("choices: name two or more")
        return self


class RequestItem(Section):
    """`[requests.NAME]`: something people can ask the SIG for, step by step. What comes with the program under the same
    name (docs/requests.md lists it) stands where a setting is left out.
    """

    enabled: bool = True
    """Whether it can be asked for."""
    title: str = ""
    """What it is called."""
    summary: str = ""
    """What it is for, in a line."""
    queue: str = ""
    """Which queue hands it out; empty: the one there always is."""
    approvers: tuple[str, ...] = ()
    """Who must agree first, `NETWORK:NAME`, or `lead` or `staff`; any of them. Empty: nobody need."""
    article: str = ""
    """The article that says how it is handed out, for volunteers."""
    secret: bool = False
    """Whether its result is a secret, such as a first password: told to the asker directly, and kept nowhere."""
    fields: tuple[RequestField, ...] = ()
    """What is asked, in order."""


class Events(Section):
    """`[events]`: community events."""

    remind_before: Duration = timedelta(days=2)
    """How long before a task or a loan is due its people are reminded."""
    faster: float = Field(0.1, gt=0, le=1)
    """While an event runs, the times of its tickets are this part of the usual ones."""


class Retention(Section):
    """`[retention]`: how long what is kept. 0s: for ever."""

    tickets: Duration = timedelta(0)
    """Words of closed tickets and their history; numbers, times and topics stay."""
    attachments: Duration = timedelta(days=90)
    """Files sent with a ticket, after it was closed."""
    people: Duration = timedelta(0)
    """People who were not seen for so long are anonymised, as `!forget me` does."""
    needs: Duration = timedelta(days=730)
    """What people said they need."""
    audit: Duration = timedelta(0)
    """The audit log."""
    chat: Duration = timedelta(days=365)
    """Lines of the web chat."""
    questions: Duration = timedelta(days=365)
    """Who asked the desk what, and the words; the log of questions has its own settings in `[learning]`."""
    dead_letters: Duration = timedelta(days=90)
    """What the desk could not handle, with its traceback."""


class Watch(Section):
    """`[watch]`: questions among people that nobody answers, in rooms with `watch`."""

    after: Duration = timedelta(minutes=4)
    """How long people have for an answer of their own."""
    cool_down: Duration = timedelta(minutes=15)
    """How long the desk stays silent in a room after it offered help there unasked."""


Queues = Mapping[str, Queue]
Requests = Mapping[str, RequestItem]
