"""What a Matrix network can be told in the configuration.

Light to import: nothing here may import nio.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from bridges.events import PersonId, RoomId
from bridges.network import Capabilities, NetworkSettings
from bridges.secrets import read_secret

_USER = re.compile(r"@[^\s:\x00-\x1f]+:[A-Za-z0-9.\-\[\]:]+")
_ALIAS = re.compile(r"#[^\s:\x00-\x1f]+:[A-Za-z0-9.\-\[\]:]+")
_ROOM_ID = re.compile(r"![^\s\x00-\x1f]+")
_SECRETS = ("password_file", "password_env", "access_token_file", "access_token_env")


class MatrixSettings(NetworkSettings):
    """One Matrix account of the desk's. The secret comes from a file or the environment, never from the table itself."""

    capabilities = Capabilities(threads=True, reactions=True, replies=True, formatting=True, encryption=True)

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
    unreadable: str = (
        "I cannot read this encrypted message: your app did not send me its key. "
        "Please send it again; if that does not help, write to me in a room without encryption."
    )
    """Said in a room, at most once an hour, when a message there cannot be decrypted."""

    @field_validator("homeserver")
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
            if not (_ALIAS.fullmatch(room) or _ROOM_ID.fullmatch(room)):
                raise ValueError(
                    f"{room!r} is not a Matrix room; write its address (#help:example.org) or its internal id (!abc…)"
                )
        return value

    @model_validator(mode="after")
    def _one_secret(self) -> MatrixSettings:
        given = [name for name in _SECRETS if getattr(self, name) is not None]
        if len(given) != 1:
            said = "none is" if not given else f"{' and '.join(given)} are"
            raise ValueError(f"give exactly one of {', '.join(_SECRETS)}; {said} given")
        return self

    @property
    def uses_password(self) -> bool:
        return self.password_file is not None or self.password_env is not None

    def secret(self) -> str:
        """The password or access token. Raise Misconfigured when it is not where the settings say."""
        what = f"the {self._secret_word} of {self.user}"
        path = self.password_file or self.access_token_file
        return read_secret(what, path, self.password_env or self.access_token_env)

    @property
    def _secret_word(self) -> str:
        return "password" if self.uses_password else "access token"

    def person(self, name: str) -> PersonId:
        if not _USER.fullmatch(name):
            raise ValueError(f"{name!r} is not a Matrix account; write it as @anna:example.org")
        return PersonId(name)

    def room(self, name: str) -> RoomId:
        return RoomId(self._are_rooms((name,))[0])
