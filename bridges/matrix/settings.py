"""What a Matrix network can be told in the configuration.

Light to import: nothing here may import nio.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from bridges.durations import Duration
from bridges.events import PersonId, RoomId
from bridges.network import Capabilities, NetworkSettings
from bridges.secrets import read_secret

_USER = re.compile(r"@[^\s:\x00-\x1f]+:[A-Za-z0-9.\-\[\]:]+")
_ALIAS = re.compile(r"#[^\s:\x00-\x1f]+:[A-Za-z0-9.\-\[\]:]+")
_ROOM_ID = re.compile(r"![^\s\x00-\x1f]+")
_SECRETS = ("password_file", "password_env", "access_token_file", "access_token_env")

_WITHHELD = {
    "m.blacklisted": "Your app is set to give my session no keys.",
    "m.unverified": "Your app gives keys to verified sessions only, and does not hold mine for one.",
    "m.unauthorised": "Your app says that I may not have this key.",
    "m.unavailable": "Your app says that it no longer has this key.",
    "m.no_olm": "Your app could not reach me securely; I have begun a new secure channel.",
}


def is_room(name: str) -> bool:
    """Whether it is a room's address or internal id."""
    return _ALIAS.fullmatch(name) is not None or _ROOM_ID.fullmatch(name) is not None


class MatrixSettings(NetworkSettings):
    """One Matrix account of the desk's. The secret comes from a file or the environment, never from the table itself."""

    capabilities = Capabilities(
        threads=True, reactions=True, replies=True, formatting=True, encryption=True, edits=True, typing=True
    )

    homeserver: str
    """Where the account lives, as a URL: `https://matrix.example.org`."""
    user: str
    """The account: `@helpdesk:example.org`."""
    password_file: Path | None = None
    """The file that holds the account's password. Of these four exactly one is given."""
    password_env: str | None = None
    """The environment variable that holds the password."""
    access_token_file: Path | None = None
    """The file that holds an access token; its device should be the desk's own."""
    access_token_env: str | None = None
    """The environment variable that holds an access token."""
    ca_file: Path | None = None
    """A private authority's certificate (PEM), when the homeserver's is signed by none of the public ones."""
    recovery_key_file: Path | None = None
    """The file that holds the account's recovery key (`Es…`), with which the desk signs its own session. Without one
    the desk makes a key for an account that has no identity yet, and keeps it in its state folder."""
    recovery_key_env: str | None = None
    """The environment variable that holds the recovery key."""
    encrypt_to: Literal["all", "cross-signed"] = "all"
    """Whose sessions can read what the desk says in encrypted rooms: all of the people there, or only those that their
    owner has verified."""
    device_name: str = "Community helpdesk"
    """How the desk's device is called in the account's list of sessions."""
    invites: Literal["direct", "all", "none"] = "direct"
    """Whose invitations are accepted besides those to configured rooms: direct chats from anyone, all, or none."""
    allow_servers: tuple[str, ...] = ()
    """When given, only people of these servers may invite the desk."""
    encrypt_direct: bool = True
    """Whether a direct chat that the desk begins is encrypted."""
    catch_up: Annotated[int, Field(ge=0, le=100_000)] = 500
    """How many missed messages of one room are read after an absence. Beyond that the desk says what it missed."""
    read_receipts: bool = True
    """Whether people see how far the desk has read."""
    knock: str = "This is the helpdesk of the community. I was set up to help in this room; please let me in."
    """What the desk says when it asks to be let into a wanted room that allows it (knocking). Empty: it never asks."""
    unreadable: str = (
        "I cannot read this encrypted message: your app did not send me its key. "
        "Please send it again; if that does not help, write to me in a room without encryption."
    )
    """Said in a room, at most once an hour, when a message there cannot be decrypted."""
    withheld: dict[str, str] = Field(default_factory=lambda: dict(_WITHHELD))
    """Added to `unreadable` when the sender's app says why: a sentence for each code of `m.room_key.withheld`."""

    appservice_file: Path | None = None
    """The registration of an application service, instead of a secret: `helpdesk matrix registration` writes it."""
    appservice_url: str = "http://127.0.0.1:29330"
    """Where the homeserver reaches the desk as an application service."""
    appservice_host: str = "127.0.0.1"
    """The address on which the desk then listens for the homeserver."""
    appservice_port: Annotated[int, Field(ge=1, le=65535)] = 29330
    """The port on which it listens."""
    ghost_prefix: str = "irc_"
    """How the accounts of relayed people begin; nobody else on the homeserver can have such a one."""
    ghost_name: str = "{name} ({network})"
    """How relayed people are shown: `{name}` there, `{network}` as it is called here."""
    ghost_idle: Duration = timedelta(hours=48)
    """How long after their last words the account of a relayed person leaves a room; 0s: never."""
    ghost_unreachable: str = "I am only relayed here. Please talk to me in the room: private messages do not reach me."
    """The reason for which such an account turns down a private chat."""

    @field_validator("ghost_prefix")
    @classmethod
    def _is_prefix(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9._-]{2,40}", value):
            raise ValueError(
                f"{value!r} can't begin an account's name; use 2 to 40 of a-z, 0-9, dot, dash and underscore"
            )
        return value

    @field_validator("ghost_name")
    @classmethod
    def _names_somebody(cls, value: str) -> str:
        if "{name}" not in value:
            raise ValueError(f"{value!r} would call everybody the same; write {{name}} where the name belongs")
        return value

    @field_validator("homeserver", "appservice_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{value!r} is not a web address; write it as https://matrix.example.org")
        return value.rstrip("/")

    @field_validator("user")
    @classmethod
    def _is_user(cls, value: str) -> str:
        if not _USER.fullmatch(value):
            raise ValueError(f"{value!r} is not a Matrix account; write it as @helpdesk:example.org")
        return value

    @field_validator("rooms")
    @classmethod
    def _are_rooms(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for room in value:
            if not is_room(room):
                raise ValueError(
                    f"{room!r} is not a Matrix room; write its address (#help:example.org) or its internal id (!abc…)"
                )
        return value

    @model_validator(mode="after")
    def _one_secret(self) -> MatrixSettings:
        given = [name for name in _SECRETS if getattr(self, name) is not None]
        if self.appservice_file is not None:
            if given:
                raise ValueError(f"the registration in appservice_file is the secret: remove {' and '.join(given)}")
            if self.user[1:].partition(":")[0].startswith(self.ghost_prefix):
                raise ValueError(f"{self.user} would be a ghost: choose another ghost_prefix than {self.ghost_prefix}")
            return self
        if len(given) != 1:
            said = "none is" if not given else f"{' and '.join(given)} are"
            raise ValueError(f"give exactly one of {', '.join(_SECRETS)}; {said} given")
        return self

    @model_validator(mode="after")
    def _one_recovery_key(self) -> MatrixSettings:
        if self.recovery_key_file is not None and self.recovery_key_env is not None:
            raise ValueError("give recovery_key_file or recovery_key_env, not both")
        return self

    @property
    def uses_password(self) -> bool:
        return self.password_file is not None or self.password_env is not None

    @property
    def logs_in(self) -> bool:
        """A login that died can be made again."""
        return self.uses_password or self.appservice_file is not None

    def secret(self) -> str:
        """The password or access token. Raise Misconfigured when it is not where the settings say."""
        what = f"the {self._secret_word} of {self.user}"
        path = self.password_file or self.access_token_file
        return read_secret(what, path, self.password_env or self.access_token_env)

    def recovery_key(self) -> str | None:
        """The recovery key's words; None when the settings name none. Raise Misconfigured when it is not where they say."""
        if self.recovery_key_file is None and self.recovery_key_env is None:
            return None
        return read_secret(f"the recovery key of {self.user}", self.recovery_key_file, self.recovery_key_env)

    @property
    def _secret_word(self) -> str:
        return "password" if self.uses_password else "access token"

    def person(self, name: str) -> PersonId:
        if not _USER.fullmatch(name):
            raise ValueError(f"{name!r} is not a Matrix account; write it as @anna:example.org")
        return PersonId(name)

    def room(self, name: str) -> RoomId:
        return RoomId(self._are_rooms((name,))[0])
