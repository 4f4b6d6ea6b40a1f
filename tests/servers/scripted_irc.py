"""An IRC server that does as a test says, for what no installable server offers: SCRAM, STS, chathistory, multiline …

Written from the specifications: https://modern.ircdocs.horse, https://ircv3.net/irc/, RFC 5802 and RFC 7677.

    async with ScriptedIrc(caps={"sasl": "SCRAM-SHA-256"}, accounts={"desk": "secret"}) as server:
        ...                                        # let the client under test connect to server.port
        client = await server.accept()             # the next connection
        await client.registered()
        await client.expect(r"^JOIN #help")        # each line is looked at once, in order
        client.send(":anna!a@host PRIVMSG #help :hello")
        await client.synced()                      # the client answered a PING sent after it

By itself it negotiates capabilities, logs in, welcomes, answers PING and JOIN, and echoes. `server.on(command, handler)`
takes a command over: the handler gets the connection and the parsed line, and may be a coroutine function. The former
answer stays reachable as `client.default(line)`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import inspect
import itertools
import re
import secrets
import ssl
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from irctokens.line import Line, tokenise

from tests.servers.irc import authority

Handler: TypeAlias = "Callable[[Client, Line], Awaitable[None] | None]"

NAME = "irc.scripted.example"
CAPS: Mapping[str, str] = dict.fromkeys(
    (
        "account-notify",
        "account-tag",
        "batch",
        "cap-notify",
        "echo-message",
        "extended-join",
        "labeled-response",
        "message-tags",
        "multi-prefix",
        "server-time",
    ),
    "",
)
"""What a server of today offers, with no login."""
_CHUNK = 400
_LS_ROOM = 400
"""Bytes of capabilities in one LS line, so that long lists come in several."""
_WITHIN = 20.0


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key in one PEM file."""

    path: Path
    fingerprint: str
    """SHA-256 of the DER form, in small hex."""


def self_signed(name: str = "localhost") -> Certificate:
    """A certificate that nobody vouches for: for pinning, and as a client's own."""
    folder = Path(tempfile.mkdtemp(prefix="irc-cert-"))
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30")
    names = ("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}")
    subprocess.run(
        ["openssl", "req", *kind, *names, "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    certificate = (folder / "cert.pem").read_text()
    both = folder / "both.pem"
    both.write_text(certificate + (folder / "key.pem").read_text())
    return Certificate(both, hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest())


def signed() -> Certificate:
    """`localhost`'s certificate, signed by the authority of the tests (`authority() / "ca.pem"`)."""
    folder = authority()
    both = folder / "both.pem"
    certificate = (folder / "cert.pem").read_text()
    both.write_text(certificate + (folder / "key.pem").read_text())
    return Certificate(both, hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest())


def chunks(payload: bytes) -> list[str]:
    """A SASL message as the parameters of AUTHENTICATE (sasl-3.1, "The AUTHENTICATE command")."""
    text = base64.b64encode(payload).decode()
    pieces = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
    return pieces if pieces and len(pieces[-1]) < _CHUNK else [*pieces, "+"]


class ScramServer:
    """The server's side of SCRAM-SHA-256 without channel binding (RFC 5802 section 3, RFC 7677).

    `lie` gives the client a wrong signature at the end; `iterations`, `salt` and `nonce` can be anything a test wants.
    """

    def __init__(
        self,
        accounts: Mapping[str, str],
        *,
        iterations: int = 4096,
        salt: bytes | None = None,
        nonce: str | None = None,
        lie: bool = False,
    ) -> None:
        self._accounts = accounts
        self._iterations = iterations
        self._salt = secrets.token_bytes(16) if salt is None else salt
        self._nonce = secrets.token_urlsafe(18) if nonce is None else nonce
        self._lie = lie
        self._first = self._challenge = ""
        self.user = ""

    def first(self, message: str) -> str:
        """client-first-message to server-first-message."""
        header, rest = message[:3], message[3:]
        if header != "n,,":
            raise ValueError("gs2 header")
        self._first = rest
        fields = dict(part.split("=", 1) for part in rest.split(","))
        self.user = fields["n"].replace("=2C", ",").replace("=3D", "=")
        salt = base64.b64encode(self._salt).decode()
        self._challenge = f"r={fields['r']}{self._nonce},s={salt},i={self._iterations}"
        return self._challenge

    def final(self, message: str) -> str | None:
        """client-final-message to server-final-message; None when the proof is wrong."""
        without_proof, _, proof = message.rpartition(",p=")
        fields = dict(part.split("=", 1) for part in without_proof.split(","))
        nonce = dict(part.split("=", 1) for part in self._challenge.split(","))["r"]
        if fields["c"] != "biws" or fields["r"] != nonce or self.user not in self._accounts:
            return None
        password = self._accounts[self.user].encode()
        salted = hashlib.pbkdf2_hmac("sha256", password, self._salt, self._iterations)
        stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
        said = f"{self._first},{self._challenge},{without_proof}".encode()
        signature = hmac.digest(stored, said, "sha256")
        key = bytes(a ^ b for a, b in zip(base64.b64decode(proof), signature, strict=True))
        if hashlib.sha256(key).digest() != stored:
            return None
        server_key = hmac.digest(salted, b"another key" if self._lie else b"Server Key", "sha256")
        return "v=" + base64.b64encode(hmac.digest(server_key, said, "sha256")).decode()


@dataclass
class _Login:
    """A SASL exchange under way."""

    mechanism: str
    parts: list[str] = field(default_factory=list)
    scram: ScramServer | None = None
    verdict: str | None = None


class Client:
    """One connection of the client under test."""

    def __init__(self, server: ScriptedIrc, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self._reader, self._writer = reader, writer
        self.heard: list[str] = []
        """All lines it sent, in order."""
        self.nick = ""
        self.user = ""
        self.account = ""
        self.caps: set[str] = set()
        self.secure = writer.get_extra_info("ssl_object") is not None
        self.rooms: list[str] = []
        self.welcomed = False
        self._negotiating = False
        self._login: _Login | None = None
        self._looked_at = 0
        self._news = asyncio.Condition()
        self._closed = False
        self._tokens = itertools.count(1)

    # --- for tests ----------------------------------------------------------------------------------------------------

    @property
    def mask(self) -> str:
        return f"{self.nick}!{self.user}@scripted.host"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the client's certificate, in small hex; empty without one."""
        tls = self._writer.get_extra_info("ssl_object")
        der = tls.getpeercert(binary_form=True) if tls else None
        return hashlib.sha256(der).hexdigest() if der else ""

    def send(self, *lines: str) -> None:
        """Lines as they are."""
        for line in lines:
            self._writer.write(f"{line}\r\n".encode())

    def numeric(self, code: str, *params: str) -> None:
        """A numeric for the client; the last parameter is the text."""
        middle = "".join(f" {param}" for param in params[:-1])
        self.send(f":{NAME} {code} {self.nick or '*'}{middle} :{params[-1]}")

    async def expect(self, pattern: str, timeout: float = _WITHIN) -> str:
        """The next line that matches, counted from the last one that was expected. Raise AssertionError when none comes."""
        try:
            async with asyncio.timeout(timeout), self._news:
                while True:
                    while self._looked_at < len(self.heard):
                        line = self.heard[self._looked_at]
                        self._looked_at += 1
                        if re.search(pattern, line):
                            return line
                    if self._closed:
                        raise AssertionError(f"the client hung up before {pattern!r}: {self.heard[-8:]}")
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"the client never sent {pattern!r}; last: {self.heard[-8:]}") from None

    async def registered(self, timeout: float = _WITHIN) -> None:
        """Until the client is welcomed."""
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(lambda: self.welcomed or self._closed)
        assert self.welcomed, f"the client hung up before it was welcome: {self.heard[-8:]}"

    async def synced(self) -> list[str]:
        """Until the client has dealt with all that was sent: it answers a PING. The lines it sent that nobody expected."""
        token = f"sync{next(self._tokens)}"
        self.send(f"PING :{token}")
        before = self._looked_at
        await self.expect(rf"^PONG :?{token}$")
        return [line for line in self.heard[before : self._looked_at] if not line.startswith("PONG")]

    async def gone(self, timeout: float = _WITHIN) -> None:
        """Until the client has hung up."""
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(lambda: self._closed)

    def close(self, reason: str = "") -> None:
        """Hang up on it, with `ERROR` when there is a reason."""
        if reason:
            self.send(f"ERROR :{reason}")
        self._writer.close()

    def abort(self) -> None:
        """As a crash: what was sent may not arrive."""
        self._writer.transport.abort()

    # --- lines --------------------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        buffer = b""
        try:
            while data := await self._reader.read(65_536):
                *raws, buffer = (buffer + data).split(b"\n")
                for raw in raws:
                    text = raw.strip(b"\r").decode("utf-8", "replace")
                    if text:
                        await self._take(text)
                await self._writer.drain()
        except (OSError, ssl.SSLError):
            pass
        finally:
            async with self._news:
                self._closed = True
                self._news.notify_all()
            self._writer.close()

    async def _take(self, text: str) -> None:
        line = tokenise(text)
        handler = self.server.handlers.get(line.command)
        result = handler(self, line) if handler else self.default(line)
        if inspect.isawaitable(result):
            await result
        async with self._news:
            self.heard.append(text)
            self._news.notify_all()

    def default(self, line: Line) -> None:
        """What the server does with a line when the test has no handler for it."""
        params = line.params
        match line.command:
            case "CAP" if params:
                self._cap(params)
            case "NICK" if params:
                if self.welcomed:
                    self.send(f":{self.mask} NICK :{params[0]}")
                self.nick = params[0]
                self._maybe_welcome()
            case "USER" if params:
                self.user = params[0]
                self._maybe_welcome()
            case "AUTHENTICATE" if params:
                self._authenticate(params[0])
            case "PING":
                label = self._label(line)
                self.send(f"{label}:{NAME} PONG {NAME} :{params[-1] if params else ''}")
            case "JOIN" if params:
                for room in params[0].split(","):
                    self._join(room)
            case "PART" if params:
                self.send(f":{self.mask} PART {params[0]}")
            case "PRIVMSG" | "NOTICE" | "TAGMSG":
                self.echo(line)
            case "QUIT":
                self.close("Bye")
            case _:
                pass

    # --- getting in ---------------------------------------------------------------------------------------------------

    def offered(self) -> dict[str, str]:
        caps = dict(self.server.caps)
        if (sts := self.server.sts) is not None:
            caps["sts"] = sts
        return caps

    def _cap(self, params: Sequence[str]) -> None:
        target = self.nick or "*"
        match params[0].upper():
            case "LS":
                self._negotiating = not self.welcomed
                tokens = [f"{name}={value}" if value else name for name, value in self.offered().items()]
                rows: list[list[str]] = [[]]
                for token in tokens:
                    if sum(len(other) + 1 for other in rows[-1]) + len(token) > self.server.ls_room:
                        rows.append([])
                    rows[-1].append(token)
                for row in rows[:-1]:
                    self.send(f":{NAME} CAP {target} LS * :{' '.join(row)}")
                self.send(f":{NAME} CAP {target} LS :{' '.join(rows[-1])}")
            case "REQ":
                names = params[-1].split()
                self._negotiating = not self.welcomed
                refused = not {name.lstrip("-") for name in names} <= self.offered().keys() - self.server.refused_caps
                if not refused:
                    self.caps |= {name for name in names if not name.startswith("-")}
                    self.caps -= {name[1:] for name in names if name.startswith("-")}
                self.send(f":{NAME} CAP {target} {'NAK' if refused else 'ACK'} :{params[-1]}")
            case "END":
                self._negotiating = False
                self._maybe_welcome()
            case _:
                pass

    def _maybe_welcome(self) -> None:
        if self.welcomed or self._negotiating or not (self.nick and self.user):
            return
        self.numeric("001", f"Welcome to the network {self.mask}")
        self.numeric("005", *self.server.isupport, "are supported by this server")
        self.numeric("376", "End of the message of the day")
        self.welcomed = True

    def _join(self, room: str) -> None:
        self.rooms.append(room)
        extended = f" {self.account or '*'} :Desk" if "extended-join" in self.caps else ""
        self.send(f":{self.mask} JOIN {room}{extended}")
        self.numeric("353", "=", room, " ".join([self.nick, *self.server.members.get(room, ())]))
        self.numeric("366", room, "End of names")

    # --- the account --------------------------------------------------------------------------------------------------

    def mechanisms(self) -> list[str]:
        return self.server.caps.get("sasl", "").split(",")

    def _authenticate(self, param: str) -> None:
        if param == "*":
            self._login = None
            self.numeric("906", "SASL authentication aborted")
        elif self._login is None:
            if param not in self.mechanisms():
                self.numeric("908", self.server.caps.get("sasl", ""), "are available SASL mechanisms")
                self.numeric("904", "SASL authentication failed")
                return
            self._login = _Login(param)
            self.send("AUTHENTICATE +")
        else:
            self._login.parts.append("" if param == "+" else param)
            if len(param) < _CHUNK:
                login, parts = self._login, self._login.parts
                login.parts = []
                self._step(login, base64.b64decode("".join(parts), validate=True))

    def _step(self, login: _Login, message: bytes) -> None:
        match login.mechanism:
            case "PLAIN":
                _, user, password = message.decode().split("\0")
                self._decide(user if self.server.accounts.get(user) == password else None)
            case "EXTERNAL":
                self._decide(self.server.certificates.get(self.fingerprint))
            case "SCRAM-SHA-256" if login.scram is None:
                login.scram = self.server.scram()
                self._challenge(login.scram.first(message.decode()).encode())
            case "SCRAM-SHA-256" if login.verdict is None:
                login.verdict = login.scram.final(message.decode()) if login.scram else None
                if login.verdict is None:
                    self._decide(None)
                else:
                    self._challenge(login.verdict.encode())
            case _:
                self._decide(login.scram.user if login.scram else None)

    def _challenge(self, message: bytes) -> None:
        self.send(*(f"AUTHENTICATE {chunk}" for chunk in chunks(message)))

    def _decide(self, account: str | None) -> None:
        self._login = None
        if account is None:
            self.numeric("904", "SASL authentication failed")
        else:
            self.log_in(account)
            self.numeric("903", "SASL authentication successful")

    def log_in(self, account: str) -> None:
        """RPL_LOGGEDIN, as after SASL or IDENTIFY."""
        self.account = account
        self.numeric("900", self.mask, account, f"You are now logged in as {account}")

    # --- words --------------------------------------------------------------------------------------------------------

    def _label(self, line: Line) -> str:
        label = (line.tags or {}).get("label", "")
        return f"@label={label} " if label and "labeled-response" in self.caps else ""

    def echo(self, line: Line) -> None:
        """The client's own words back, with a msgid, as echo-message and labeled-response have it."""
        label = (line.tags or {}).get("label", "")
        if "echo-message" in self.caps:
            tags = {key: value for key, value in (line.tags or {}).items() if key.startswith("+")}
            tags["msgid"] = self.server.msgid()
            if label and "labeled-response" in self.caps:
                tags["label"] = label
            prefix = ";".join(f"{key}={value}" if value else key for key, value in tags.items())
            front = f"@{prefix} " if "message-tags" in self.caps else ""
            text = f" :{line.params[1]}" if len(line.params) > 1 else ""
            self.send(f"{front}:{self.mask} {line.command} {line.params[0]}{text}")
        elif label and "labeled-response" in self.caps:
            self.send(f"@label={label} :{NAME} ACK")


class ScriptedIrc:
    """The server. Its attributes may be changed while it runs; a connection looks at them as it needs them."""

    host = "localhost"

    def __init__(
        self,
        *,
        caps: Mapping[str, str] | None = None,
        accounts: Mapping[str, str] | None = None,
        certificates: Mapping[str, str] | None = None,
        isupport: Sequence[str] = ("CASEMAPPING=ascii", "CHANTYPES=#", "NICKLEN=30"),
        certificate: Certificate | None = None,
        sts: str | None = None,
        port: int = 0,
        **scram: object,
    ) -> None:
        """`caps` come besides `CAPS`, with their values; `certificate` makes it speak TLS and nothing else.

        `accounts` are passwords by account, `certificates` accounts by the fingerprint of a client's certificate.
        `sts` is the value of that capability. What else is given goes to `ScramServer`.
        """
        self.caps = {**CAPS, **(caps or {})}
        self.refused_caps: set[str] = set()
        """Offered and never granted: a REQ with one of them is answered by NAK."""
        self.accounts = dict(accounts or {})
        self.certificates = dict(certificates or {})
        self.isupport = tuple(isupport)
        self.members: dict[str, Sequence[str]] = {}
        """Who is in a room besides the client, as in a NAMES reply."""
        self.sts = sts
        self.ls_room = _LS_ROOM
        self.handlers: dict[str, Handler] = {}
        self.port = port
        self._certificate = certificate
        self._scram = scram
        self._server: asyncio.Server | None = None
        self._arrivals: asyncio.Queue[Client] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._msgids = itertools.count(1)
        self.clients: list[Client] = []
        """All connections ever made, in order."""

    def on(self, command: str, handler: Handler) -> None:
        """From now on `handler` answers this command."""
        self.handlers[command] = handler

    def msgid(self) -> str:
        return f"m{next(self._msgids)}"

    def scram(self) -> ScramServer:
        return ScramServer(self.accounts, **self._scram)  # type: ignore[arg-type]

    async def accept(self, timeout: float = _WITHIN) -> Client:
        """The next connection that was not accepted yet."""
        async with asyncio.timeout(timeout):
            return await self._arrivals.get()

    async def start(self) -> None:
        context = None
        if self._certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(self._certificate.path)
            # A client's certificate is asked for; the library takes only ones it can verify, so these are its authorities.
            for path in self._trusted():
                context.load_verify_locations(path)
            context.verify_mode = ssl.CERT_OPTIONAL
        self._server = await asyncio.start_server(self._arrive, "127.0.0.1", self.port, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]

    def _trusted(self) -> list[Path]:
        return [authority() / "ca.pem", *self.client_certificates]

    client_certificates: Sequence[Path] = ()
    """Self-signed certificates that clients may show; set before `start`."""

    async def _arrive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(self, reader, writer)
        self.clients.append(client)
        self._arrivals.put_nowait(client)
        await client.listen()

    async def stop(self) -> None:
        """No new connections, and the old ones cut."""
        if self._server is None:
            return
        self._server.close()
        for client in self.clients:
            client.abort()
        with suppress(TimeoutError):
            async with asyncio.timeout(_WITHIN):
                await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
