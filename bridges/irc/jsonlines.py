"""Events, actions and receipts as JSON, one object a line: for `python -m bridges.irc`.

A dataclass becomes an object of its fields with its name under `is`; a date ISO 8601; a tuple an array. Text may also be
written as a plain string, and beside each `text` stands how it reads, as `plain`.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from bridges import events, text
from bridges.events import Action, EditMessage, PersonId, React, Redact, RoomId, SendMessage, SetVoice, ToPerson, ToRoom

ACTIONS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in (SendMessage, EditMessage, Redact, React, SetVoice)}
_Rich = NewType("_Rich", str)
"""Stands for `Text` while types are looked up."""
_SHORT = {"say", "tell", "text", "style", "reply_to", "key", "id"}
_DEPTH = 20


def encode(value: object) -> object:
    """What `json.dumps` takes, of any frozen dataclass."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        made: dict[str, object] = {"is": type(value).__name__}
        for name in names:
            made[name] = encode(getattr(value, name))
            if name == "text" and isinstance(getattr(value, name), tuple):
                made["plain"] = text.plain(getattr(value, name))
        return made
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [encode(item) for item in value]
    return value


def action(line: str) -> tuple[Action, dict[str, Any]]:
    """An action, and what else stood beside it (`key`, `id`). Raise ValueError, with the mend.

    `{"say": "#room", "text": "…"}`, `{"tell": "account:anna", "text": "…"}`, or any action in full:
    `{"do": "React", "room": "#room", "target": "…", "key": "👍"}`. As `key` belongs to React there, the key by which an
    action is done only once is then `once`.
    """
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f'this is not JSON ({error}); write one object a line, as {{"say": "#room", "text": "…"}}'
        ) from None
    if not isinstance(asked, dict):
        raise ValueError('write an object, as {"say": "#room", "text": "…"}')  # noqa: TRY004
    beside = {name: asked.pop(name) for name in ("id", "once") if name in asked}
    if "do" in asked:
        name = asked.pop("do")
        kind = ACTIONS.get(name) if isinstance(name, str) else None
        if kind is None:
            raise ValueError(f"there is no action {name!r}; there are {', '.join(ACTIONS)}")
        made: Action = _object(kind, asked, name, 0)
        return made, beside
    if ("say" in asked) == ("tell" in asked):
        raise ValueError(
            'say what to do: {"say": "#room", "text": "…"}, {"tell": "account:anna", "text": "…"} or {"do": …}'
        )
    where = asked.pop("say", None) or asked.pop("tell", None)
    if not isinstance(where, str):
        raise ValueError('say and tell want a room or a person, as "#room" or "account:anna"')  # noqa: TRY004
    to = ToRoom(RoomId(where)) if not where.startswith(("account:", "guest:")) else ToPerson(PersonId(where))
    rest = {"style": "text"} | asked
    unknown = sorted(rest.keys() - {field.name for field in dataclasses.fields(SendMessage)})
    if unknown:
        raise ValueError(f"{unknown[0]} is nothing that can be said beside say; there are text, style, reply_to …")
    return _object(SendMessage, {"to": encode(to)} | rest, "say", 0), beside


def _hints(kind: type[Any]) -> dict[str, Any]:
    own = vars(sys.modules[kind.__module__])  # a name means what it means where the class stands
    names = {**vars(text), **vars(events), **own, "datetime": datetime, "Text": _Rich}
    return get_type_hints(kind, globalns=names, localns={})


def _object(kind: type[Any], given: object, path: str, depth: int) -> Any:
    if depth > _DEPTH:
        raise ValueError(f"{path} is nested too deeply")
    if not isinstance(given, dict):
        raise ValueError(f"{path} wants an object")  # noqa: TRY004
    hints = _hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    given = {
        name: value for name, value in given.items() if name != "is" and not (name == "plain" and name not in fields)
    }
    if unknown := sorted(given.keys() - fields.keys()):
        raise ValueError(f"{path} has no {unknown[0]!r}; it has {', '.join(fields)}")
    needed = (dataclasses.MISSING, dataclasses.MISSING)
    missing = [n for n, f in fields.items() if n not in given and (f.default, f.default_factory) == needed]
    if missing:
        raise ValueError(f"{path} needs {', '.join(missing)}")
    return kind(**{name: _value(hints[name], value, f"{path}.{name}", depth + 1) for name, value in given.items()})


def _value(hint: Any, given: object, path: str, depth: int) -> Any:
    if hint is _Rich:
        return _rich(given, path, depth)
    if isinstance(hint, NewType):
        return _value(hint.__supertype__, given, path, depth)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _object(hint, given, path, depth)
    origin, options = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _one_of(options, given, path, depth)
    if origin is Literal:
        if given not in options:
            raise ValueError(f"{path} must be one of {', '.join(map(str, options))}")
        return given
    if origin is tuple:
        if not isinstance(given, list):
            raise ValueError(f"{path} wants an array")
        return tuple(_value(options[0], item, f"{path}[{n}]", depth + 1) for n, item in enumerate(given))
    if hint is datetime:
        try:
            at = datetime.fromisoformat(str(given))
        except ValueError:
            raise ValueError(f"{path} wants a time, as 2026-01-31T12:00:00+00:00") from None
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    if hint is float and isinstance(given, int) and not isinstance(given, bool):
        return float(given)
    if not isinstance(given, hint) or (isinstance(given, bool) and hint is not bool):
        raise ValueError(f"{path} wants {'a text' if hint is str else f'a {hint.__name__}'}")
    return given


def _one_of(options: tuple[Any, ...], given: object, path: str, depth: int) -> Any:
    if given is None and type(None) in options:
        return None
    kinds = [option for option in options if option is not type(None)]
    if len(kinds) == 1:
        return _value(kinds[0], given, path, depth)
    by_name = {kind.__name__: kind for kind in kinds}
    named = given.get("is") if isinstance(given, dict) else None
    if named in by_name:
        return _object(by_name[named], given, path, depth)
    for kind in kinds:  # without a name, the fields tell
        if isinstance(given, dict) and given.keys() <= {field.name for field in dataclasses.fields(kind)}:
            return _object(kind, given, path, depth)
    raise ValueError(f"{path} wants one of {', '.join(by_name)}, named by 'is'")


def _rich(given: object, path: str, depth: int) -> Any:
    if isinstance(given, str):
        return text.from_plain(given)
    if not isinstance(given, list):
        raise ValueError(f"{path} wants a text, or an array of spans")  # noqa: TRY004
    spans = []
    for number, item in enumerate(given):
        name = item.get("is") if isinstance(item, dict) else None
        kind = getattr(text, name, None) if isinstance(name, str) else None
        if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
            raise ValueError(f'{path}[{number}] is no span; name one with \'is\', as {{"is": "Plain", "text": "…"}}')
        spans.append(_object(kind, item, f"{path}[{number}]", depth + 1))
    return tuple(spans)
