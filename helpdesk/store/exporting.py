"""All that the desk knows of a person, as JSON has it: theirs to read, wherever it stands.

What volunteers noted for each other in a person's tickets is counted and not shown: it holds others' words about others too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, func, or_, select, tuple_

from helpdesk.model import CONVERSATION, Role
from helpdesk.store.schema import (
    audit,
    changes,
    identities,
    members,
    people,
    questions,
    relayed,
    speakers,
    tickets,
    web_lines,
    web_sessions,
)
from helpdesk.store.schema_sig import (
    attachments,
    community_events,
    drafts,
    duty,
    forms,
    loans,
    needs,
    offers,
    requests,
    shifts,
    swaps,
    thanks,
    volunteers,
    watched,
)

_SECRET = frozenset({"token_hash", "code_hash", "confirm"})


def export(connection: Connection, person: int) -> Mapping[str, Any] | None:
    """Everything, by what it is; None for nobody."""
    met = connection.execute(select(people).where(people.c.id == person)).one_or_none()
    known = connection.execute(select(identities).where(identities.c.person == person)).all()
    if met is None or not known:
        return None
    places = [(row.network, row.key) for row in known]
    keys = [row.key for row in known]
    asked = select(tickets.c.number).where(tickets.c.asker == person)
    rooms = select(web_sessions.c.room).where(web_sessions.c.person.in_(keys))

    def rows(table: Table, *where: Any) -> list[dict[str, Any]]:
        return _rows(connection, table, *where)

    def mine(table: Table, key: str) -> Any:
        return tuple_(table.c.network, table.c[key]).in_(places)

    return {
        "person": person,
        "known_since": met.created_at.isoformat(),
        "language": met.lang,
        "accounts": rows(identities, identities.c.person == person),
        "roles": [row | {"role": Role(row["role"]).name.lower()} for row in rows(members, mine(members, "key"))],
        "questions": rows(questions, questions.c.person == person),
        "tickets": [_ticket(connection, row) for row in rows(tickets, tickets.c.asker == person)],
        "files": rows(
            attachments,
            or_(
                attachments.c.ticket.in_(asked),
                attachments.c.question.in_(select(questions.c.id).where(questions.c.person == person)),
            ),
        ),
        "requests": rows(requests, requests.c.ticket.in_(asked)),
        "form": rows(forms, forms.c.person == person),
        "work": {
            "profile": rows(volunteers, volunteers.c.person == person),
            "holds": list(
                connection.execute(
                    select(tickets.c.number).where(tickets.c.claimant == person).order_by(tickets.c.number)
                ).scalars()
            ),
            "did": rows(changes, changes.c.actor == person, changes.c.ticket.not_in(asked)),
            "drafts": rows(drafts, drafts.c.author == person),
            "shifts": rows(shifts, shifts.c.person == person),
            "swaps": rows(swaps, or_(swaps.c.giver == person, swaps.c.taker == person, swaps.c.wanted == person)),
            "duty": rows(duty, duty.c.person == person),
            "offers": rows(offers, offers.c.person == person),
        },
        "thanks": {
            "got": rows(thanks, thanks.c.helper == person),
            "gave": rows(thanks, thanks.c.giver == person),
        },
        "needs": rows(needs, needs.c.person == person),
        "events": rows(community_events, community_events.c.contact_person == person),
        "loans": rows(loans, or_(loans.c.lender == person, loans.c.borrower_person == person)),
        "linked_rooms": {
            "said": rows(relayed, mine(relayed, "person")),
            "last_words": rows(speakers, mine(speakers, "person")),
        },
        "watched": rows(watched, mine(watched, "key")),
        "web_chat": rows(web_lines, or_(web_lines.c.author.in_(keys), web_lines.c.room.in_(rooms))),
        "audit": rows(audit, mine(audit, "actor")),
    }


def _rows(connection: Connection, table: Table, *where: Any) -> list[dict[str, Any]]:
    """As they stand there, without secrets and without what is empty."""
    columns = [column for column in table.columns if column.name not in _SECRET]
    found = connection.execute(select(*columns).where(and_(*where)).order_by(*table.primary_key.columns))
    return [
        {
            column.name: value.isoformat() if isinstance(value, datetime) else value
            for column, value in zip(columns, row, strict=True)
            if value not in (None, "", [], {})
        }
        for row in found
    ]


def _ticket(connection: Connection, ticket: dict[str, Any]) -> dict[str, Any]:
    """With its conversation, and how many notes there are beside it."""
    here = changes.c.ticket == ticket["number"]
    talk = changes.c.kind.in_([kind.value for kind in CONVERSATION])
    notes = connection.execute(select(func.count()).select_from(changes).where(here, ~talk)).scalar_one()
    return ticket | {"conversation": _rows(connection, changes, here, talk), "other_entries": notes}
