"""Where the store can hold a person's name, id or words: what `!forget me` takes away, and what stays, and why.

A test walks the schema: a new column of words has its place here before it is merged. Numbers of people (`people.id`) stay
everywhere: once the identities are gone they lead to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

_CODE = "one of a few words of the program's own"
_PLACE = "a network or a room, where many are"
_ARTICLE = "an article, or a part of one"
_OURS = "an id of the desk's own message"
_SECRET = "the hash of a secret; whoever knows the secret has it anyway"  # noqa: S105
_GONE = "its row goes"

FORGOTTEN: Mapping[str, tuple[str, ...]] = {
    "attachments": ("name", "token_hash", "type", "url"),
    "audit": ("about", "actor", "actor_name", "detail"),
    "breakers": ("person",),
    "calendars": ("token_hash",),
    "changes": ("actor_name", "message", "room", "text"),
    "community_events": ("contact", "notes", "title"),
    "dead_letters": ("event", "traceback"),
    "drafts": ("author_key", "author_name", "author_network", "confirm", "text", "why"),
    "duty": ("key", "name", "network", "place"),
    "forms": ("field", "fields", "item", "network", "room"),
    "identities": ("key", "name", "network"),
    "link_codes": ("code_hash", "key", "name", "network", "taker_key", "taker_name", "taker_network"),
    "link_tries": ("key", "network"),
    "lessons": ("text",),
    "links": ("by",),
    "loans": ("borrower", "what"),
    "members": ("granted_by", "key", "name", "network"),
    "needs": ("answer", "key", "name", "room", "text"),
    "outbox": ("action", "error", "lane", "waits_for"),
    "pages": ("name", "reference", "text"),
    "people": ("lang",),
    "questions": ("identity_key", "identity_name", "message", "previous", "read_as", "room", "text", "thread"),
    "relayed": ("edited", "message", "name", "person", "text"),
    "requests": ("fields", "result"),
    "rules": ("by",),
    "speakers": ("folded", "message", "name", "network", "person", "room"),
    "thanks": ("words",),
    "tickets": (
        "asker_key",
        "asker_name",
        "claimant_key",
        "claimant_name",
        "claimant_network",
        "message",
        "notice",
        "room",
        "tags",
        "text",
        "thread",
        "title",
        "token_hash",
    ),
    "told_once": ("network", "person", "what"),
    "volunteers": ("hours", "key", "languages", "name", "network", "queues", "quiet", "skills", "state", "zone"),
    "watched": ("key", "message", "name", "network", "other", "room", "status", "text"),
    "web_lines": ("author", "html", "key", "plain", "reaction", "reply_to", "room", "side"),
    "web_sessions": ("name", "person", "room", "token_hash"),
}
"""What is emptied, renamed, or goes with its row."""

KEPT: Mapping[str, Mapping[str, str]] = {
    "anchors": {
        "network": _PLACE,
        "room": "where many are; of direct rooms the row goes",
        "message": _OURS,
    },
    "audit": {"action": _CODE, "network": _PLACE, "room": _PLACE},
    "breakers": {"network": _GONE},
    "changes": {"kind": _CODE, "network": _PLACE},
    "checkpoints": {"network": _PLACE, "position": "how far a network was heard"},
    "community_events": {
        "kind": _CODE,
        "status": _CODE,
        "tag": "the event's",
        "place": "where an event is held",
        "rooms": _PLACE,
        "zone": "an event's",
    },
    "copies": {"network": _PLACE, "room": _PLACE, "message": _OURS},
    "counters": {"name": _CODE},
    "dead_letters": {"network": _GONE},
    "drafts": {"kind": _CODE, "status": _CODE},
    "duty": {"queue": "a queue's name"},
    "heard": {"network": _PLACE, "event": "an event's id; only its network can look inside; it goes after 30 days"},
    "invitations": {"token_hash": _SECRET},
    "leases": {"network": _PLACE, "worker": "a process of ours"},
    "lessons": {
        "network": _PLACE,
        "lang": "a language",
        "made": _CODE,
        "tier": _CODE,
        "features": "numbers",
        "candidates": _ARTICLE,
        "offered": _ARTICLE,
        "nearest": _ARTICLE,
        "article": _ARTICLE,
        "anchor": _ARTICLE,
        "verdict": _CODE,
        "cited": _ARTICLE,
        "cited_anchor": _ARTICLE,
    },
    "links": {"from_network": _PLACE, "from_room": _PLACE, "to_network": _PLACE, "to_room": _PLACE},
    "needs": {"network": _PLACE, "lang": "a language", "status": _CODE},
    "outbox": {"network": _PLACE, "key": "drawn at random", "status": _CODE, "confirm": "a volunteer's message"},
    "pages": {
        "token_hash": _SECRET,
        "kind": _CODE,
        "title": _PLACE,
        "network": _PLACE,
        "type": "a media type; it goes with its page",
    },
    "questions": {
        "network": _PLACE,
        "lang": "a language",
        "status": _CODE,
        "citations": _ARTICLE,
        "parts": _ARTICLE,
        "topic": _ARTICLE,
        "choices": _ARTICLE,
        "audience": _CODE,
    },
    "relayed": {
        "network": _PLACE,
        "room": _PLACE,
        "kind": _CODE,
        "reactions": "counts",
        "mark": "what tells namesakes apart, a network's name",
        "pages": _SECRET,
        "digest": "emptied with the words",
    },
    "requests": {"item": "of the catalogue", "state": _CODE},
    "rules": {
        "kind": _CODE,
        "pattern": "a ban outlasts the wish to be forgotten; leads lift it",
        "network": _PLACE,
        "reason": "why somebody is banned",
        "source": "a policy room's rule",
    },
    "shifts": {"queue": "a queue's name", "zone": "a time zone of nobody any more"},
    "swaps": {"status": _CODE},
    "thanks": {"article": _ARTICLE},
    "tickets": {
        "status": _CODE,
        "topic": _ARTICLE,
        "lang": "a language",
        "network": _PLACE,
        "kind": _CODE,
        "queue": "a queue's name",
        "solved": _CODE,
    },
    "timers": {"kind": _CODE},
}
"""What stays, and why."""
