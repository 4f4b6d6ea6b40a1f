"""Which kinds of network there are. A kind's modules are imported only when it is configured.

To add one: a folder in `bridges/`, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from bridges.network import Context, Network, NetworkSettings

    Factory: TypeAlias = Callable[[str, NetworkSettings, Context], Network]


@dataclass(frozen=True, slots=True)
class Kind:
    """`settings` and `factory` are `module:name`; the first is light to import, the second may be heavy."""

    settings: str
    factory: str


KINDS: dict[str, Kind] = {
    "irc": Kind("bridges.irc.settings:IrcSettings", "bridges.irc.network:create"),
    "matrix": Kind("bridges.matrix.settings:MatrixSettings", "bridges.matrix.network:create"),
    "web": Kind("bridges.web.settings:WebSettings", "bridges.web.network:create"),
    "memory": Kind("bridges.memory:MemorySettings", "bridges.memory:create"),
}


def _load(reference: str) -> object:
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


def settings_type(kind: str) -> type[NetworkSettings]:
    """Raise KeyError for a kind that does not exist."""
    return cast("type[NetworkSettings]", _load(KINDS[kind].settings))


def factory(kind: str) -> Factory:
    """Raise KeyError for a kind that does not exist."""
    return cast("Factory", _load(KINDS[kind].factory))
