"""What the server's refusals mean, and what mends them. Pure."""

from __future__ import annotations

from bridges.events import PersonId
from bridges.irc.delivery import Undelivered
from bridges.irc.protocol import GUEST
from bridges.network import Away, Gone, NetworkError, Permanent, Transient

_LATER = {"263": 30.0, "439": 60.0, "707": 60.0, "437": 60.0, "440": 60.0}
_MENDS = {
    "404": "let the desk speak there (give it voice, or lift the ban or +m)",
    "477": "give the desk a services account (sasl_user), which this asks of speakers",
    "482": "give the desk the rights this asks for",
    "486": "give the desk a services account (sasl_user), which this asks of speakers",
    "716": "they accept messages only from people on their list",
    "531": "they accept no messages from the desk",
}
_LET_IN = {
    "403": "check the room's name in the configuration",
    "405": "the server allows fewer rooms: remove some from the configuration",
    "471": "the room is full: raise its limit (+l) or invite the desk",
    "473": "the room is for the invited: exempt the desk (MODE +I), or lift +i",
    "474": "the desk is banned from the room: lift the ban",
    "475": "the room has a key: put it into a file and name that in room_key_files",
    "477": "the room is for services accounts: set sasl_user",
    "489": "the room is for TLS connections: set tls = true",
    "520": "the room is for the server's operators",
}


def is_throttle(code: str) -> bool:
    """Whether a refusal says that it may go later: a numeric, or a code of standard-replies such as `RATE_LIMITED`."""
    return code in _LATER or any(word in code for word in ("RATE", "THROTTL", "FLOOD", "TEMPORAR"))


def as_network_error(refusal: Undelivered, target: str, person: PersonId | None, *, out: bool) -> NetworkError:
    """The error the outbox acts on. `out`: meanwhile the desk is not in the room any more."""
    code = refusal.code
    if person is not None and code == "401":
        return Gone(f"{target} left") if person.startswith(GUEST) else Away(f"{target} is not here now")
    if is_throttle(code):
        return Transient(f"{target}: {refusal}", retry_after=_LATER.get(code, 30.0))
    if out or code == "442":
        return Transient(f"the desk is not in {target}: {refusal}", retry_after=5.0)
    mend = _MENDS.get(code)
    return Permanent(f"{target} does not take it: {refusal}" + (f"; {mend}" if mend else ""))


def let_in_mend(code: str, room: str) -> str:
    """What the operator can do about a room that does not let the desk in; empty when waiting will do."""
    mend = _LET_IN.get(code, "")
    return f"{room}: {mend}" if mend else ""
