"""What an IRC network can be told in the configuration.

Light to import: nothing here may import asyncio, ssl or the client.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from bridges.events import PersonId, RoomId
from bridges.irc.protocol import ACCOUNT, account_key
from bridges.network import Capabilities, NetworkSettings
from bridges.secrets import from_file, read_secret

_NICK = re.compile(r"[^\W\d][\w\[\]\\`^{|}-]*|[\[\]\\`_^{|}][\w\[\]\\`^{|}-]*")
_ROOM = re.compile(r"[#&+!][^\x00-\x20\x07,\x7f]+")
_USERNAME = re.compile(r"[A-Za-z0-9._-]+")


class IrcSettings(NetworkSettings):
    """One IRC connection of the desk's. Secrets come from files or the environment, never from the table itself."""

    capabilities = Capabilities(short_lines=True)

    host: str
    """The server's name, which its certificate must bear: `irc.example.org`."""
    port: Annotated[int, Field(ge=1, le=65535)] = 6697
    """The port for TLS, as a rule 6697."""
    tls: bool = True
    """Whether the connection is encrypted and the server's certificate verified."""
    ca_file: Path | None = None
    """A private authority's certificate (PEM), when the server's certificate is signed by none of the public ones."""
    nick: str = ""
    """Empty: the desk's name."""
    alternatives: tuple[str, ...] = ()
    """Nicks to take while the wanted one is in use; after these come `nick_` and numbered ones."""
    username: str = "helpdesk"
    """What stands before the `@` in the desk's mask."""
    realname: str = "Community helpdesk"
    """What `/whois` shows of the desk."""
    sasl_user: str = ""
    """The services account to log in to."""
    sasl_password_file: Path | None = None
    """The file that holds the account's password."""
    sasl_password_env: str | None = None
    """The environment variable that holds it, instead."""
    flood_rate: Annotated[float, Field(gt=0, le=100)] = 1.0
    """Lines a second, in the long run. Most public servers bear one."""
    flood_burst: Annotated[int, Field(ge=1, le=100)] = 5
    """Lines at once after a pause."""
    notices: bool = False
    """Say the desk's own words as NOTICE. Many clients show these in odd places, so PRIVMSG is the default."""
    room_key_files: Annotated[dict[str, Path], Field(default_factory=dict)]
    """For rooms with a key (+k): the file that holds it."""

    @field_validator("host")
    @classmethod
    def _is_host(cls, value: str) -> str:
        if not value or re.search(r"[\s/\x00-\x1f]", value):
            raise ValueError(
                f"{value!r} is not a server's name; write it as irc.example.org, and the port as port = 6697"
            )
        return value

    @field_validator("nick", "alternatives")
    @classmethod
    def _are_nicks(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for nick in (value,) if isinstance(value, str) else value:
            if nick and not _NICK.fullmatch(nick):
                raise ValueError(
                    f"{nick!r} is not an IRC nick; use letters, digits and []\\`_^{{|}}-, and no digit or - in front"
                )
        return value

    @field_validator("username")
    @classmethod
    def _is_username(cls, value: str) -> str:
        if not _USERNAME.fullmatch(value):
            raise ValueError(f"{value!r} is not an IRC user name; use letters, digits, dot, dash and underscore")
        return value

    @field_validator("rooms")
    @classmethod
    def _are_rooms(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for room in value:
            if not _ROOM.fullmatch(room):
                raise ValueError(f"{room!r} is not an IRC room; write it with its mark, as #help, and without spaces")
        return value

    @model_validator(mode="after")
    def _one_secret(self) -> IrcSettings:
        sources = [n for n in ("sasl_password_file", "sasl_password_env") if getattr(self, n) is not None]
        if len(sources) > 1:
            raise ValueError("give sasl_password_file or sasl_password_env, not both")
        if self.sasl_user and not sources:
            raise ValueError("sasl_user needs its password: give sasl_password_file or sasl_password_env")
        if sources and not self.sasl_user:
            raise ValueError(f"{sources[0]} needs sasl_user, the account that the password is for")
        if re.search(r"[\x00\r\n]", self.sasl_user):
            raise ValueError("sasl_user holds a control character; write the account's name only")
        if self.ca_file is not None and not self.tls:
            raise ValueError("ca_file has no use without TLS: remove it, or set tls = true")
        return self

    def person(self, name: str) -> PersonId:
        if not name or re.search(r"[\s\x00-\x1f:!@,]", name):
            raise ValueError(f"{name!r} is not a services account; write the name that NickServ knows, as anna")
        return PersonId(ACCOUNT + account_key(name))

    def room(self, name: str) -> RoomId:
        return RoomId(self._are_rooms((name,))[0])

    def sasl_password(self) -> str:
        """The account's password. Raise Misconfigured when it is not where the settings say."""
        account = f"the password of the services account {self.sasl_user}"
        return read_secret(account, self.sasl_password_file, self.sasl_password_env)

    def room_keys(self) -> dict[str, str]:
        """The keys of locked rooms, by the room's name. Raise Misconfigured as `sasl_password` does."""
        return {room: from_file(f"the key of {room}", path) for room, path in self.room_key_files.items()}
