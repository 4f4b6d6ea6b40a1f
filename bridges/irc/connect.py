"""Opening a connection: TLS, a pinned certificate, a client certificate, a SOCKS5 proxy, and what STS allows.

A network keeps one `Dialer`: it remembers, over restarts too, which hosts are spoken to by TLS only.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import hmac
import ipaddress
import os
import secrets
import socket
import ssl
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from bridges.irc.delivery import Lost
from bridges.irc.identify import Services
from bridges.irc.login import Login, Plan
from bridges.irc.settings import IrcSettings
from bridges.irc.sts import Policies, Policy, parse
from bridges.network import Misconfigured

_OPEN_WITHIN = 30.0
_HANDSHAKE_WITHIN = 10.0
_NO_TLS = "set port to the TLS port (often 6697), or tls = false"

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def tls_context(settings: IrcSettings, *, secure: bool | None = None) -> ssl.SSLContext | None:
    """None without TLS. Raise Lost, with the mend, when a certificate's file can't be used.

    With a pinned fingerprint nobody need have signed the certificate: `open_streams` compares it.
    """
    if not (settings.tls if secure is None else secure):
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise Lost(
            f"cannot read the authority's certificate in {settings.ca_file}: {error.strerror or error}",
            f"put the certificate (PEM) of the authority that signed {settings.host}'s into {settings.ca_file}",
        ) from None
    if settings.tls_fingerprint:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.client_cert is not None:
        try:
            # A key that wants a passphrase would be asked for on the terminal; nobody sits there.
            context.load_cert_chain(settings.client_cert, settings.client_key, password=lambda: "")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise Lost(
                f"cannot use the client certificate in {settings.client_cert}: {reason}",
                "put certificate and key (PEM, the key without a passphrase) into client_cert, "
                "or the key into client_key, readable by the helpdesk's user",
            ) from None
    return context


async def open_streams(settings: IrcSettings, *, port: int | None = None, secure: bool | None = None) -> Streams:
    """Connect to the configured host, by default to its port and with TLS as configured.

    Raise Lost: with a mend where no waiting will help.
    """
    port = settings.port if port is None else port
    where = f"{settings.host}:{port}"
    context = tls_context(settings, secure=secure)
    name = settings.host if context else None
    try:
        async with asyncio.timeout(_OPEN_WITHIN):
            wait = _HANDSHAKE_WITHIN if context else None
            if settings.proxy:
                sock = await _through_proxy(settings, port)
                streams = await asyncio.open_connection(
                    sock=sock, ssl=context, server_hostname=name, ssl_handshake_timeout=wait
                )
            else:
                streams = await asyncio.open_connection(
                    settings.host, port, ssl=context, server_hostname=name, ssl_handshake_timeout=wait
                )
    except ssl.SSLCertVerificationError as error:
        raise Lost(
            f"the certificate of {where} is not to be trusted: {error.verify_message}",
            "set host to the name in the certificate; if a private authority signed it, set ca_file; "
            "if nobody did, set tls_fingerprint",
        ) from None
    except ssl.SSLError as error:
        if error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}:
            raise Lost(f"{where} speaks no TLS", _NO_TLS) from None
        raise Lost(f"TLS with {where} failed: {error.reason}") from None
    except socket.gaierror as error:
        raise Lost(
            f"the name {settings.host} is not known: {error.strerror}; is it spelt right, does DNS work?"
        ) from None
    except ConnectionRefusedError:
        raise Lost(f"cannot connect to {where}: connection refused; does the server run, is the port right?") from None
    except ConnectionAbortedError:  # what asyncio makes of a handshake that is not over in time
        raise Lost(f"{where} does not answer in TLS; if it speaks no TLS: {_NO_TLS}") from None
    except TimeoutError:
        raise Lost(f"{where} does not answer; is there a firewall between?") from None
    except OSError as error:
        reason = "connection refused" if _all_refused(error) else error.strerror or error
        raise Lost(f"cannot connect to {where}: {reason}; does the server run, is the port right?") from None
    if context and settings.tls_fingerprint:
        _compare(streams, settings.tls_fingerprint, where)
    return streams


def _all_refused(error: OSError) -> bool:
    """A name with several addresses: asyncio puts all their errors into one that has no number."""
    words = str(error)
    return error.errno is None and 0 < words.count("Errno") == words.count(f"Errno {errno.ECONNREFUSED}]")


def fingerprint(streams: Streams) -> str:
    """SHA-256 of the server's certificate (DER), in small hex; empty without TLS."""
    tls = streams[1].get_extra_info("ssl_object")
    der = tls.getpeercert(binary_form=True) if tls else None
    return hashlib.sha256(der).hexdigest() if der else ""


def _compare(streams: Streams, pinned: str, where: str) -> None:
    shown = fingerprint(streams)
    if not hmac.compare_digest(shown, pinned):
        streams[1].transport.abort()
        raise Lost(
            f"the certificate of {where} is not the pinned one: its SHA-256 is {shown}",
            "ask the server's operators whether they changed it; if they did, set tls_fingerprint to the new one",
        )


async def _through_proxy(settings: IrcSettings, port: int) -> socket.socket:
    """SOCKS5 (RFC 1928, password by RFC 1929); the proxy looks the name up."""
    from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
    from python_socks.async_.asyncio import Proxy

    at = urlsplit(settings.proxy)
    proxy = Proxy(
        ProxyType.SOCKS5,
        at.hostname or "",
        at.port or 1080,
        username=at.username,
        password=settings.proxy_password() if at.username else None,
        rdns=True,
    )
    where = f"{at.hostname}:{at.port or 1080}"
    try:
        return await proxy.connect(settings.host, port, timeout=_OPEN_WITHIN)
    except ProxyError as error:
        reason = str(error)[:200]
        mend = "check the user in proxy and its password" if "authentic" in reason.lower() else ""
        raise Lost(f"the proxy {where} did not connect to {settings.host}:{port}: {reason}", mend) from None
    except (ProxyConnectionError, ProxyTimeoutError, OSError) as error:
        raise Lost(f"the proxy {where} can't be reached: {str(error)[:200]}; does it run, is its port right?") from None


@dataclass(frozen=True, slots=True)
class Way:
    """How a connection came about."""

    port: int
    secure: bool
    """TLS, with the server's certificate verified or pinned."""
    private: bool
    """Nobody on the way can read it."""
    why: str = ""
    """Why it is not as configured."""


class Dialer:
    """Opens the connections of one network."""

    def __init__(self, settings: IrcSettings, store: Path, clock: Callable[[], float] = time.time) -> None:
        """`store` is the file for STS policies; `clock` tells seconds since 1970."""
        self.settings = settings
        self._store = store
        self._clock = clock
        self._policies: Policies | None = None
        self._upgrade: int | None = None
        self.way = Way(settings.port, settings.tls, private=settings.tls)

    def policy(self) -> Policy | None:
        """The STS policy that holds now. Raise Misconfigured when the store can't be read."""
        return self._known().live(self.settings.host, self._clock()) if self.settings.sts else None

    async def open(self) -> Streams:
        """Connect the way that settings and policies allow; `way` tells which. Raise Lost or Misconfigured."""
        settings, policy = self.settings, self.policy()
        way = Way(settings.port, settings.tls, private=settings.tls)
        if not settings.tls and policy is not None:
            way = Way(policy.port, secure=True, private=True, why="the server asked for TLS before (STS)")
        elif not settings.tls and self._upgrade is not None:
            way = Way(self._upgrade, secure=True, private=True, why="the server asks for TLS (STS)")
        try:
            streams = await open_streams(settings, port=way.port, secure=way.secure)
        except Lost as lost:
            if not way.why:
                raise
            mend = lost.mend and (
                f"have the server's certificate mended, or set ca_file or tls_fingerprint; {settings.host} is not "
                "spoken to without TLS any more"
            )
            raise Lost(f"{lost}; {way.why}", mend) from None
        if not way.secure and not settings.proxy:
            way = Way(way.port, secure=False, private=_within(streams[1]))
        self.way = way
        return streams

    def plan(self, nick: str, *, regain: bool = True) -> Plan:
        """Who to be on the connection opened last. Raise Misconfigured when a secret is missing."""
        settings, way = self.settings, self.way
        return Plan(
            nick,
            settings.alternatives,
            settings.username,
            settings.realname,
            settings.sasl_user,
            settings.sasl_password() if settings.has_sasl_password else "",
            settings.sasl,
            settings.sasl_required,
            certificate=settings.client_cert is not None and way.secure,
            secure=way.secure,
            private=way.private,
            sts=settings.sts,
            services=self._services(nick, regain=regain),
            nonce=lambda: secrets.token_urlsafe(24),
        )

    def _services(self, nick: str, *, regain: bool) -> Services | None:
        settings = self.settings
        password = settings.nickserv_password() if settings.has_nickserv_password else ""
        if not password and not (settings.sasl_user or settings.client_cert):
            return None
        name, _, server = settings.nickserv.partition("@")
        account = settings.sasl_user or nick
        commands = settings.nickserv_regain if regain else ()
        return Services(name, server, account, password, settings.nickserv_identify, commands)

    def learn(self, login: Login) -> None:
        """Take what a secure connection says of STS, at the welcome. Raise Misconfigured when it can't be kept."""
        if self.settings.sts and self.way.secure and "sts" in login.values:
            offer = parse(login.values["sts"])
            if self._known().learned(self.settings.host, self.way.port, offer, self._clock()):
                self._save()

    def over(self, login: Login) -> bool:
        """The connection is over: a policy's time begins anew. Whether to come back at once, with TLS."""
        if self.settings.sts and not self.way.secure:
            self._upgrade = login.upgrade or self._upgrade
            return login.upgrade is not None
        with suppress(Misconfigured):  # the welcome told it, and here something else is being told
            self.learn(login)
        return False

    # --- the store ----------------------------------------------------------------------------------------------------

    def _known(self) -> Policies:
        if self._policies is None:
            try:
                self._policies = Policies.load(self._store.read_text(encoding="utf-8"))
            except FileNotFoundError:
                self._policies = Policies()
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or error
                raise Misconfigured(
                    f"cannot read the STS policies in {self._store}: {reason}",
                    f"make {self._store} readable, or restore it; if you remove it, set tls = true for "
                    "servers that had asked for TLS",
                ) from None
        return self._policies

    def _save(self) -> None:
        text = self._known().dump()
        temporary = ""
        try:
            descriptor, temporary = tempfile.mkstemp(dir=self._store.parent, prefix=f".{self._store.name}")  # mode 0600
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._store)
        except OSError as error:
            if temporary:
                Path(temporary).unlink(missing_ok=True)
            raise Misconfigured(
                f"cannot keep the STS policy in {self._store}: {error.strerror or error}",
                f"make {self._store.parent} writable for the helpdesk's user",
            ) from None


def _within(writer: asyncio.StreamWriter) -> bool:
    """Whether the connection stays in this machine."""
    peer = writer.get_extra_info("peername")
    try:
        return ipaddress.ip_address(str(peer[0]).partition("%")[0]).is_loopback
    except (TypeError, IndexError, ValueError):
        return False
