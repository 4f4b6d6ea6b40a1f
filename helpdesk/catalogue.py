"""What can be asked for without any setting, and how the configuration changes and adds to it. Pure.

The words of what stands here are messages: `request-title-NAME`, `request-about-NAME`, `request-ask-NAME-FIELD`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from helpdesk.effects import Message, Value
from helpdesk.sig_sections import RequestField, RequestItem

_PURPOSE = RequestField(name="purpose", kind="long")
_WHEN = RequestField(name="when", kind="date")

BUILT_IN: Mapping[str, RequestItem] = {
    "mailing-list": RequestItem(
        article="mailing-lists/request-a-list",
        fields=(
            RequestField(name="name", pattern=r"[a-z0-9][a-z0-9._-]{1,39}", hint="request-hint-list"),
            _PURPOSE,
            RequestField(name="owner", kind="address"),
            RequestField(name="second-owner", kind="address", optional=True),
            RequestField(name="open-archive", kind="yes-no"),
        ),
    ),
    "video-room": RequestItem(
        article="collaboration/video-meetings",
        fields=(
            _PURPOSE,
            RequestField(name="people", kind="number"),
            RequestField(name="when", kind="date", optional=True),
            RequestField(name="recording", kind="yes-no"),
        ),
    ),
    "shared-folder": RequestItem(
        article="collaboration/file-sharing",
        fields=(
            RequestField(name="name"),
            _PURPOSE,
            RequestField(name="members", kind="long"),
            RequestField(name="public", kind="yes-no"),
        ),
    ),
    "calendar": RequestItem(
        article="collaboration/calendars",
        fields=(
            RequestField(name="name"),
            RequestField(name="editors", kind="long"),
            RequestField(name="public", kind="yes-no"),
        ),
    ),
    "account": RequestItem(
        secret=True,
        fields=(
            RequestField(name="service"),
            RequestField(name="name"),
            RequestField(name="address", kind="address", personal=True),
            RequestField(name="reason", kind="long"),
        ),
    ),
    "loan": RequestItem(
        article="events/loan-equipment",
        fields=(
            RequestField(name="what"),
            RequestField(name="from", kind="date"),
            RequestField(name="until", kind="date"),
            RequestField(name="where"),
        ),
    ),
    "event-kit": RequestItem(
        article="events/plan-a-meetup",
        fields=(
            RequestField(name="event"),
            _WHEN,
            RequestField(name="place"),
            RequestField(name="people", kind="number"),
            RequestField(name="wishes", kind="long", optional=True),
        ),
    ),
}


def items(given: Mapping[str, RequestItem]) -> Mapping[str, RequestItem]:
    """What can be asked for, by name, in order."""
    found = dict(BUILT_IN)
    for name, item in given.items():
        known = found.get(name)
        changed = {key: getattr(item, key) for key in item.model_fields_set}
        found[name] = item if known is None else known.model_copy(update=changed)
    return {name: item for name, item in found.items() if item.enabled}


def fault(name: str, item: RequestItem) -> str:
    """What is wrong with an item of the configuration, and the mend; empty when nothing is."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name):
        return f"requests.{name}: its name is lower case letters, digits and hyphens"
    if name in RESERVED:
        return f"requests.{name}: `!request {name}` means something else; choose another name"
    if name not in BUILT_IN and item.enabled and not (item.title and item.fields):
        return f"requests.{name}: give it a title and at least one [[requests.{name}.fields]]"
    names = [field.name for field in item.fields]
    if len(names) != len(set(names)):
        return f"requests.{name}.fields: each field needs a name of its own"
    silent = next((field.name for field in item.fields if not field.ask), "")
    return f"requests.{name}.fields: {silent}: `ask` is missing: write the question" if silent else ""


RESERVED = frozenset(
    {"status", "resume", "pause", "later", "cancel", "back", "skip", "change", "send", "yes", "no", "list"}
)
"""Words behind `!request` that are no items."""


# --- words ------------------------------------------------------------------------------------------------------------


def title(name: str, item: RequestItem) -> Value:
    """What it is called."""
    return item.title or Message(f"request-title-{name}")


def plain_title(name: str, item: RequestItem) -> str:
    """What it is called, where nobody's language is known: in a ticket."""
    return item.title or name.replace("-", " ")


def about(name: str, item: RequestItem) -> Value:
    """What it is for; empty where nothing is said."""
    return item.summary or (Message(f"request-about-{name}") if name in BUILT_IN and not item.title else "")


def question(name: str, field: RequestField) -> Value:
    """What is asked."""
    return field.ask or Message(f"request-ask-{name}-{field.name}")


def hint(field: RequestField) -> Value:
    """What is said when the answer does not fit; empty where only the kind tells."""
    return field.hint if field.ask or not field.hint else Message(field.hint)
