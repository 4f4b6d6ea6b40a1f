"""Every setting there is, taken from the configuration's own types: for the documentation, for editors, and for tests."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bridges.network import NetworkSettings
from bridges.registry import KINDS, settings_type
from helpdesk.config import Config
from helpdesk.sections import Link, RoomSettings
from helpdesk.sig_sections import Queue, RequestField, RequestItem

DOCUMENTED_KINDS = tuple(kind for kind in KINDS if kind != "memory")
"""The scripted network is for tests."""
_DURATION = r"^\s*[0-9]+\s*[smhd]\s*$"


@dataclass(frozen=True, slots=True)
class Setting:
    key: str
    type: str
    default: str
    """As it is written in TOML; empty where there is none, `required` where it must be given."""
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the configuration file."""

    header: str
    """As it is written in TOML, such as `[web]`."""
    description: str
    settings: tuple[Setting, ...]


def tables() -> list[Table]:
    """All tables, in the order the file is best read in."""
    found = [_table(f"[{name}]", section) for name, section in _sections()]
    found += [
        _table("[networks.NAME]", settings_type(kind), kind=kind, hidden=frozenset({"rooms"}))
        for kind in DOCUMENTED_KINDS
    ]
    found.append(_table('[networks.NAME.rooms."ROOM"]', RoomSettings))
    found.append(_table("[[links]]", Link))
    found.append(_table("[queues.NAME]", Queue))
    found.append(_table("[requests.NAME]", RequestItem, hidden=frozenset({"fields"})))
    found.append(_table("[[requests.NAME.fields]]", RequestField))
    return found


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, info in Config.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield name, info.annotation


def _table(header: str, model: type[BaseModel], kind: str = "", hidden: frozenset[str] = frozenset()) -> Table:
    described = attribute_docs(model)
    rows = [Setting("kind", f'"{kind}"', "required", "Which kind of network it is.")] if kind else []
    rows += [
        Setting(name, _type(info.annotation) + _bounds(info), _default(info), described.get(name, ""))
        for name, info in model.model_fields.items()
        if name not in hidden
    ]
    about = inspect.cleandoc(model.__doc__ or "")
    about = re.sub(r"^`\[.*?\]+`:?\s*", "", about)
    about = about[:1].upper() + about[1:]
    return Table(header, about, tuple(rows))


def attribute_docs(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings that stand below a class's attributes, its bases' included."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if not issubclass(cls, BaseModel) or cls is BaseModel:
            continue
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
        assert isinstance(definition, ast.ClassDef)
        for before, after in zip(definition.body, definition.body[1:], strict=False):
            if (
                isinstance(before, ast.AnnAssign)
                and isinstance(before.target, ast.Name)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
                and isinstance(after.value.value, str)
            ):
                found[before.target.id] = " ".join(after.value.value.split())
    return found


def _type(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type(argument) for argument in arguments if argument is not type(None))
    if origin is Literal:
        return ", ".join(_toml(argument) for argument in arguments)
    if origin in (tuple, list, frozenset):
        return f"list of {_type(arguments[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"table of {_type(arguments[1])}"
    names = {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "true or false",
        Path: "path",
        timedelta: "duration",
    }
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _bounds(info: FieldInfo) -> str:
    found: dict[str, Any] = {}
    for item in info.metadata:
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length"):
            value = getattr(item, name, None)
            if value is not None:
                found[name] = value
    said = []
    low, high = found.get("ge", found.get("gt")), found.get("le", found.get("lt"))
    if low is not None and high is not None:
        said.append(f"{low} to {high}")
    elif low is not None:
        said.append(f"at least {low}" if "ge" in found else f"more than {low}")
    elif high is not None:
        said.append(f"at most {high}" if "le" in found else f"less than {high}")
    if found.get("max_length"):
        said.append(f"at most {found['max_length']} characters")
    return f", {', '.join(said)}" if said else ""


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True, validated_data={})
    return "" if value is PydanticUndefined or value in (None, "", ()) else _toml(value)


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case timedelta():
            seconds = int(value.total_seconds())
            size, unit = next(
                (
                    (size, unit)
                    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"))
                    if seconds and seconds % size == 0
                ),
                (1, "s"),
            )
            return f'"{seconds // size}{unit}"'
        case str() | Path():
            return f'"{value}"'
        case tuple() | list():
            return f"[{', '.join(_toml(item) for item in value)}]"
        case _:
            return str(value)


def markdown() -> str:
    """The tables, as they stand in docs/configuration.md."""
    lines: list[str] = []
    for table in tables():
        kind = next((setting.type for setting in table.settings if setting.key == "kind"), "")
        lines += [f"### `{table.header}`" + (f" of kind `{kind}`" if kind else ""), ""]
        if table.description:
            lines += [table.description, ""]
        if len(table.settings) == bool(kind):
            lines += ["It has no settings of its own.", ""]
        lines += ["| Setting | Value | Default | |", "|---|---|---|---|"]
        for setting in table.settings:
            default = setting.default if setting.default in ("", "required") else f"`{setting.default}`"
            cells = (f"`{setting.key}`", setting.type, default, setting.description)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


# --- JSON Schema ------------------------------------------------------------------------------------------------------


def json_schema() -> dict[str, Any]:
    """For editors that complete and check TOML (draft 2020-12)."""
    definitions: dict[str, Any] = {}
    room = _schema(RoomSettings, definitions)
    networks = [_network_schema(kind, settings_type(kind), room, definitions) for kind in DOCUMENTED_KINDS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "helpdesk.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{name: _schema(section, definitions) for name, section in _sections()},
            "links": {"type": "array", "items": _schema(Link, definitions)},
            "networks": {
                "type": "object",
                "propertyNames": {"pattern": "^[a-z][a-z0-9-]*$"},
                "additionalProperties": {"oneOf": networks},
            },
        },
        **({"$defs": definitions} if definitions else {}),
    }


def _schema(model: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema()
    definitions.update(schema.pop("$defs", {}))
    described = attribute_docs(model)
    for name, info in model.model_fields.items():
        entry = schema["properties"][name]
        if name in described:
            entry["description"] = described[name]
        if info.annotation is timedelta:
            entry.pop("format", None)
            entry |= {"type": ["string", "number"], "pattern": _DURATION, "default": _toml(info.default).strip('"')}
    return schema


def _network_schema(
    kind: str, model: type[NetworkSettings], room: dict[str, Any], definitions: dict[str, Any]
) -> dict[str, Any]:
    schema = _schema(model, definitions)
    schema["properties"] |= {
        "kind": {"const": kind},
        "rooms": {"type": "object", "additionalProperties": room},
    }
    schema["required"] = ["kind", *(name for name in schema.get("required", ()) if name != "rooms")]
    return schema
