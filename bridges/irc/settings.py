"""What an IRC network can be told in the configuration.

Light to import: nothing here may import asyncio, ssl or the client.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from bridges.events import PersonId, RoomId
from bridges.irc.protocol import ACCOUNT, account_key
from bridges.network import Capabilities, Misconfigured, NetworkSettings
from bridges.secrets import from_file, read_secret

_NICK = re.compile(r"[^\W\d][\w\[\]\\`^{|}-]*|[\[\]\\`_^{|}][\w\[\]\\`^{|}-]*")
_ROOM = re.compile(r"[#&+!][^\x00-\x20\x07,\x7f]+")
_USERNAME = re.compile(r"[A-Za-z0-9._-]+")


class IrcSettings(NetworkSettings):
    """One IRC connection of the desk's. Secrets come from files or the environment, never from the table itself."""

    capabilities = Capabilities(short_lines=True, voice=True, typing=True)

    host: str
    """The server's name, which its certificate must bear: `irc.example.org`."""
    port: Annotated[int, Field(ge=1, le=65535)] = 6697
    """The port for TLS, as a rule 6697."""
    tls: bool = True
    """Whether the connection is encrypted and the server's certificate verified."""
    ca_file: Path | None = None
    """A private authority's certificate (PEM), when the server's certificate is signed by none of the public ones."""
    tls_fingerprint: str = ""
    """SHA-256 of the server's certificate, in hex (colons allowed). Then this certificate is taken and no other, whoever
    signed it."""
    client_cert: Path | None = None
    """The desk's own certificate (PEM, with its key), by which services can know it: SASL EXTERNAL, CertFP."""
    client_key: Path | None = None
    """The key of `client_cert`, when it is in a file of its own. Without a passphrase."""
    sts: bool = True
    """Follow a server that asks for TLS only (strict transport security), and never go back for as long as it said."""
    proxy: str = ""
    """Connect through a SOCKS5 proxy: `socks5://host:port`, or `socks5://user@host:port`. It looks up the server's name."""
    proxy_password_file: Path | None = None
    """The file that holds the proxy user's password."""
    proxy_password_env: str | None = None
    """The environment variable that holds it, instead."""
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
    sasl: Literal["auto", "plain", "external", "scram-sha-256"] = "auto"
    """How to log in. `auto` takes what the server offers: EXTERNAL with a client certificate, SCRAM-SHA-256, PLAIN."""
    sasl_required: bool = True
    """Whether a login that fails stops the connection; else the desk goes on without an account."""
    nickserv: str = "NickServ"
    """The services' nick. With their server, as `NickServ@services.example.org`, the password goes to no other."""
    nickserv_password_file: Path | None = None
    """For servers without SASL: the file that holds the password for `IDENTIFY`."""
    nickserv_password_env: str | None = None
    """The environment variable that holds it, instead."""
    nickserv_identify: str = "IDENTIFY {account} {password}"
    """What to say to the services; `{account}` is `sasl_user`, or the nick without one."""
    nickserv_regain: tuple[str, ...] = ("REGAIN {nick}", "GHOST {nick}")
    """What to say, one after the other, while somebody else has the desk's nick; `{account}` and `{password}` work too."""
    flood_rate: Annotated[float, Field(gt=0, le=100)] = 1.0
    """Lines a second, in the long run. Most public servers bear one."""
    flood_burst: Annotated[int, Field(ge=1, le=100)] = 5
    """Lines at once after a pause."""
    notices: bool = False
    """Say the desk's own words as NOTICE. Many clients show these in odd places, so PRIVMSG is the default."""
    colours: bool = True
    """Show the names of relayed people in a colour of their own."""
    relaymsg: bool = False
    """Relay under the people's own names where the server offers `draft/relaymsg`; the desk must be an operator there."""
    catch_up: Annotated[int, Field(ge=0, le=10_000)] = 500
    """Lines of each room's past to fetch after an absence, where the server keeps it (`draft/chathistory`)."""
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

    @field_validator("tls_fingerprint")
    @classmethod
    def _is_fingerprint(cls, value: str) -> str:
        digits = value.replace(":", "").replace(" ", "").lower()
        if value and not re.fullmatch(r"[0-9a-f]{64}", digits):
            raise ValueError(
                "it is not a SHA-256 fingerprint: give its 64 hex digits (openssl x509 -fingerprint -sha256)"
            )
        return digits

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, value: str) -> str:
        if not value:
            return value
        mend = "write the proxy as socks5://host:port, or socks5://user@host:port with proxy_password_file"
        try:
            url = urlsplit(value)
            port_is_one = url.port is None or url.port > 0
        except ValueError:
            port_is_one = False
        if not port_is_one or url.scheme not in {"socks5", "socks5h"} or not url.hostname:
            raise ValueError(f"it is not a SOCKS5 proxy; {mend}")
        if url.password is not None:
            raise ValueError(f"the proxy's password has no place in the configuration; {mend}")
        if url.path not in {"", "/"} or url.query or url.fragment:
            raise ValueError(f"there is something behind the proxy's port; {mend}")
        return value

    @field_validator("nickserv")
    @classmethod
    def _is_services(cls, value: str) -> str:
        nick, at, server = value.partition("@")
        if not _NICK.fullmatch(nick) or (at and not re.fullmatch(r"[A-Za-z0-9._:-]+", server)):
            raise ValueError(f"{value!r} is not a nick; write NickServ, or NickServ@services.example.org")
        return value

    @field_validator("nickserv_identify", "nickserv_regain")
    @classmethod
    def _are_commands(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for command in (value,) if isinstance(value, str) else value:
            left = re.sub(r"\{(account|password|nick)\}", "", command)
            if not command.strip() or re.search(r"[{}\x00\r\n]", left):
                raise ValueError(
                    f"{command!r} is no command; write one line with {{account}}, {{password}} or {{nick}} in it"
                )
        return value

    @model_validator(mode="after")
    def _one_secret(self) -> IrcSettings:
        for what in ("sasl_password", "nickserv_password", "proxy_password"):
            if getattr(self, f"{what}_file") is not None and getattr(self, f"{what}_env") is not None:
                raise ValueError(f"give {what}_file or {what}_env, not both")
        if self.sasl_user and not (self.has_sasl_password or self.has_nickserv_password or self.client_cert):
            raise ValueError(
                "sasl_user needs its password: give sasl_password_file or sasl_password_env (or client_cert instead)"
            )
        if self.has_sasl_password and not self.sasl_user:
            raise ValueError("the password needs sasl_user, the account that it is for")
        if re.search(r"[\x00\r\n]", self.sasl_user):
            raise ValueError("sasl_user holds a control character; write the account's name only")
        return self

    @model_validator(mode="after")
    def _ways_fit(self) -> IrcSettings:
        if self.sasl == "external" and self.client_cert is None:
            raise ValueError("sasl = 'external' needs client_cert, the certificate that the account knows")
        if self.sasl in {"plain", "scram-sha-256"} and not self.has_sasl_password:
            raise ValueError(f"sasl = '{self.sasl}' needs sasl_user, and sasl_password_file or sasl_password_env")
        if self.client_key is not None and self.client_cert is None:
            raise ValueError("client_key needs client_cert, the certificate that the key is for")
        if not self.tls and not self.sts:
            for name in ("ca_file", "client_cert", "tls_fingerprint"):
                if getattr(self, name):
                    raise ValueError(f"{name} has no use without TLS: remove it, or set tls = true")
        user = urlsplit(self.proxy).username
        has_password = self.proxy_password_file is not None or self.proxy_password_env is not None
        if user and not has_password:
            raise ValueError("the proxy's user needs a password: give proxy_password_file or proxy_password_env")
        if has_password and not user:
            raise ValueError("proxy_password needs its user: proxy = 'socks5://user@host:port'")
        return self

    def person(self, name: str) -> PersonId:
        if not name or re.search(r"[\s\x00-\x1f:!@,]", name):
            raise ValueError(f"{name!r} is not a services account; write the name that NickServ knows, as anna")
        return PersonId(ACCOUNT + account_key(name))

    @property
    def has_sasl_password(self) -> bool:
        return self.sasl_password_file is not None or self.sasl_password_env is not None

    @property
    def has_nickserv_password(self) -> bool:
        return self.nickserv_password_file is not None or self.nickserv_password_env is not None

    def nickserv_password(self) -> str:
        """What `IDENTIFY` says. Raise Misconfigured as `sasl_password` does."""
        password = read_secret("the password for NickServ", self.nickserv_password_file, self.nickserv_password_env)
        if re.search(r"[\x00\r\n]", password):
            raise Misconfigured(
                "the password for NickServ is more than one line",
                "put the password, and nothing else, where it is read",
            )
        return password

    def proxy_password(self) -> str:
        """The proxy user's. Raise Misconfigured as `sasl_password` does."""
        return read_secret("the proxy's password", self.proxy_password_file, self.proxy_password_env)

    def room(self, name: str) -> RoomId:
        return RoomId(self._are_rooms((name,))[0])

    def sasl_password(self) -> str:
        """The account's password. Raise Misconfigured when it is not where the settings say."""
        account = f"the password of the services account {self.sasl_user}"
        return read_secret(account, self.sasl_password_file, self.sasl_password_env)

    def room_keys(self) -> dict[str, str]:
        """The keys of locked rooms, by the room's name. Raise Misconfigured as `sasl_password` does."""
        return {room: from_file(f"the key of {room}", path) for room, path in self.room_key_files.items()}
