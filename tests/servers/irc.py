"""Real IRC servers for tests, `InspIRCd` (with atheme if wanted) and `NgIRCd`, and `IrcPeer`, a person who talks there.

Everything is synchronised by the protocol: a peer waits for the numeric or the PONG that tells that it is done.
"""

from __future__ import annotations

import asyncio
import atexit
import base64
import itertools
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

PASSWORD = "correct-horse"
_numbers = itertools.count(1)


def unique(word: str) -> str:
    """A name nobody else in this test run uses, short enough for every server."""
    return f"{word}{next(_numbers)}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@cache
def authority() -> Path:
    """A folder with a certificate authority of our own (`ca.pem`) and a server's `cert.pem` and `key.pem`."""
    folder = Path(tempfile.mkdtemp(prefix="irc-ca-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority", "-days", "30")
    openssl("req", *curve, "-keyout", "key.pem", "-out", "cert.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names")
    openssl("x509", "-req", "-in", "cert.csr", *signing, "-out", "cert.pem")
    return folder


class _Server:
    """A process on a port of 127.0.0.1 that can be killed and started again in the same place."""

    host = "localhost"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="irc-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        atexit.register(self.stop)

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / "out").open("ab") as out:
            process = subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        self._processes.append(process)
        return process

    def _until_listening(self, process: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        self.kill()
        raise RuntimeError(f"{process.args!r} did not start: {(self.folder / 'out').read_text()[-2000:]}")

    def start(self) -> None:
        raise NotImplementedError

    def kill(self) -> None:
        """As a crash: no goodbye."""
        for process in self._processes:
            process.kill()
            process.wait(20)
        self._processes.clear()

    def restart(self) -> None:
        self.kill()
        self.start()

    def stop(self) -> None:
        """For good."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


_MODULES = [
    "alias",
    "botmode",
    "cap",
    "ircv3",
    "ircv3_accounttag",
    "ircv3_batch",
    "ircv3_capnotify",
    "ircv3_chghost",
    "ircv3_ctctags",
    "ircv3_echomessage",
    "ircv3_invitenotify",
    "ircv3_labeledresponse",
    "ircv3_msgid",
    "ircv3_servertime",
    "md5",
    "monitor",
    "namesx",
    "sasl",
    "services_account",
    "setname",
    "spanningtree",
    "ssl_gnutls",
    "sslinfo",
    "uhnames",
    "chghost",
]


_ROOMY = (
    'timeout="60" threshold="1000" pingfreq="120" hardsendq="4194304" softsendq="1048576" recvq="65536" '
    'localmax="500" globalmax="500"'
)
_LINK = 'allowmask="127.0.0.1/32" sendpass="link" recvpass="link"'
_UNHURRIED = 'fakelag="no" commandrate="1000000"'


class InspIRCd(_Server):
    """The rich end of the scale. With `services` atheme's NickServ and SASL are there too.

    `without` leaves modules out (such as `monitor`); `connect` adds to the connect class; `more` to the configuration.
    `name` and `sid` are its own in a network of several (`linked.py`), which needs `spanning` too.
    With `sts` it wants everybody to come to the TLS port.
    """

    def __init__(
        self,
        *,
        services: bool = False,
        without: tuple[str, ...] = (),
        connect: str = _UNHURRIED,
        more: str = "",
        name: str = "irc.test.example",
        sid: str = "1AA",
        spanning: bool = False,
        sts: bool = False,
    ) -> None:
        super().__init__()
        self.name = name
        self.services = services
        self.tls_port = free_port()
        self._link_port = free_port()
        self.ca_file = authority() / "ca.pem"
        tls = authority()
        modules = [m for m in _MODULES if m not in without]
        if not services:
            modules = [m for m in modules if m != "sasl" and (spanning or m != "spanningtree")]
        lines = [
            f'<server name="{name}" description="test" network="Test" id="{sid}">',
            '<admin name="test" nick="test" email="test@test.example">',
            f'<bind address="127.0.0.1" port="{self.port}" type="clients">',
            f'<bind address="127.0.0.1" port="{self.tls_port}" type="clients" sslprofile="test">',
            f'<sslprofile name="test" provider="gnutls" hash="sha256" certfile="{tls}/cert.pem" keyfile="{tls}/key.pem">',
            f'<connect name="main" allow="*" {_ROOMY} resolvehostnames="no" useident="no" {connect}>',
            f'<pid file="{self.folder}/pid">',
            '<security hidesplits="no" customversion="" allowcoreunload="yes">',
            '<performance quietbursts="yes" somaxconn="128">',
            '<options syntaxhints="no" prefixquit="Quit: ">',
            '<channels users="100" opers="100">',
            '<monitor maxentries="30">',
            '<class name="All" commands="*" privs="*" usermodes="*" chanmodes="*">',
            '<type name="Oper" classes="All">',
            f'<oper name="oper" password="{PASSWORD}" host="*@*" type="Oper">',
            *(f'<module name="{module}">' for module in modules),
            more,
        ]
        if sts:
            lines += [
                '<module name="ircv3_sts">',
                f'<sts host="localhost" duration="10m" port="{self.tls_port}" preload="no">',
            ]
        if services:
            lines += [
                f'<bind address="127.0.0.1" port="{self._link_port}" type="servers">',
                '<sasl target="services.test.example" requiressl="no">',
                '<uline server="services.test.example" silent="yes">',
                f'<link name="services.test.example" ipaddr="127.0.0.1" port="{self._link_port}" {_LINK}>',
            ]
        (self.folder / "inspircd.conf").write_text("\n".join(lines) + "\n")
        if services:
            self._write_atheme()

    def _write_atheme(self) -> None:
        modules = [
            "protocol/inspircd",
            "backend/opensex",
            "crypto/pbkdf2",
            *(
                f"nickserv/{m}"
                for m in ("main", "identify", "register", "ghost", "group", "logout", "set_core", "cert")
            ),
            "saslserv/main",
            "saslserv/plain",
            "saslserv/external",
        ]
        services = (
            '{ nick = "%s"; user = "%s"; host = "services.test.example"; real = "Services"; aliases { }; access { }; '
        )
        (self.folder / "atheme.conf").write_text(
            "\n".join(f'loadmodule "modules/{module}";' for module in modules)
            + f"""
serverinfo {{ name = "services.test.example"; desc = "Services"; numeric = "00A"; recontime = 1; netname = "Test";
  hidehostsuffix = "users.test.example"; adminname = "test"; adminemail = "test@test.example";
  registeremail = "test@test.example"; mta = "/bin/true"; loglevel = {{ error; info; }}; maxlogins = 50;
  maxusers = 0; mdlimit = 30; emaillimit = 1000; emailtime = 1; auth = none; casemapping = rfc1459; }};
uplink "irc.test.example" {{ host = "127.0.0.1"; send_password = "link"; receive_password = "link";
  port = {self._link_port}; }};
nickserv {services % ("NickServ", "NickServ")} }};
saslserv {services % ("SaslServ", "SaslServ")} hide_server_names; }};
general {{ helpchan = "#help"; secure = no; }};
"""
        )

    def start(self) -> None:
        config = str(self.folder / "inspircd.conf")
        as_root = ["--runasroot"] if os.geteuid() == 0 else []
        process = self._spawn(["inspircd", "--nofork", *as_root, "--config", config])
        self._until_listening(process, self.port)
        if self.services:
            self.start_services()

    def start_services(self) -> None:
        folder = self.folder
        command = ["atheme-services", "-n", "-c", f"{folder}/atheme.conf", "-D", f"{folder}"]
        command += ["-l", f"{folder}/atheme.log", "-p", f"{folder}/atheme.pid"]
        with _plain_client(self.port) as say:
            say("MONITOR + NickServ,SaslServ", r" 73[01] ")
            self._spawn(command)
            say("", r" 730 \S+ :\S*SaslServ")

    def kill_services(self) -> None:
        services = self._processes.pop()
        services.kill()
        services.wait(20)

    def stop_services(self) -> None:
        """As for an upgrade: what they know is saved, and is there after `start_services`."""
        services = self._processes.pop()
        services.terminate()
        services.wait(20)

    def register_account(self, name: str, certificate: str = "") -> str:
        """An account with `PASSWORD`, and with a certificate's SHA-256 where one is given."""
        with _plain_client(self.port, name) as say:
            say(f"PRIVMSG NickServ :REGISTER {PASSWORD} {name}@test.example", r"NOTICE .*(is now registered|logged in)")
            if certificate:
                say(f"PRIVMSG NickServ :CERT ADD {certificate}", r"NOTICE .*[Aa]dded")
        return name


@contextmanager
def _plain_client(port: int, nick: str = "") -> Iterator[Callable[[str, str], str]]:
    """A client that blocks, for setting up: `say(line, pattern)` waits for a line that matches."""
    with socket.create_connection(("127.0.0.1", port), 20) as sock, sock.makefile("rw", newline="\r\n") as stream:

        def say(line: str, pattern: str) -> str:
            if line:
                stream.write(f"{line}\r\n")
                stream.flush()
            seen = []
            for got in stream:
                if got.startswith("PING"):
                    stream.write(got.replace("PING", "PONG", 1))
                    stream.flush()
                seen.append(got)
                if re.search(pattern, got):
                    return str(got)
            raise RuntimeError(f"the server hung up: {seen[-5:]}")

        say(f"NICK {nick or unique('setup')}\r\nUSER test 0 * :test", r" (376|422) ")
        yield say


class NgIRCd(_Server):
    """The plain end of the scale: no accounts, no tags, no echo."""

    def start(self) -> None:
        (self.folder / "ngircd.conf").write_text(
            f"""[Global]
Name = plain.test.example
AdminInfo1 = test
AdminEMail = test@test.example
Info = test
Listen = 127.0.0.1
Ports = {self.port}
MotdPhrase = welcome
[Limits]
MaxConnectionsIP = 0
MaxJoins = 100
MaxNickLength = 20
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
"""
        )
        process = self._spawn(["ngircd", "-n", "-f", str(self.folder / "ngircd.conf")])
        self._until_listening(process, self.port)


class IrcPeer:
    """A person on IRC. Lines heard are kept; `expect` looks at each once, in order."""

    def __init__(self, nick: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.nick = nick
        self.heard: list[str] = []
        self._looked_at = 0
        self._news = asyncio.Condition()
        self._reader, self._writer = reader, writer
        self._task = asyncio.create_task(self._listen())

    @classmethod
    async def connect(
        cls, server: _Server, nick: str, *, account: str = "", caps: tuple[str, ...] = (), user: str = "peer"
    ) -> IrcPeer:
        """Registered when it returns; logged in by SASL when `account` is given."""
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        peer = cls(nick, reader, writer)
        wanted = (*caps, "sasl") if account else caps
        peer.send("CAP LS 302", f"NICK {nick}", f"USER {user} 0 * :{nick}")
        if wanted:
            peer.send(f"CAP REQ :{' '.join(wanted)}")
            await peer.expect(r"CAP \S+ ACK")
        if account:
            secret = base64.b64encode(f"{account}\0{account}\0{PASSWORD}".encode()).decode()
            peer.send("AUTHENTICATE PLAIN")
            await peer.expect(r"AUTHENTICATE :?\+")
            peer.send(f"AUTHENTICATE {secret}")
            await peer.expect(r" 903 ")
        peer.send("CAP END")
        await peer.expect(r" (376|422) ")
        return peer

    async def _listen(self) -> None:
        buffer = b""
        with suppress(OSError), closing(self._writer):
            while data := await self._reader.read(65_536):
                *lines, buffer = (buffer + data).split(b"\r\n")
                async with self._news:
                    for raw in lines:
                        line = raw.decode("utf-8", "replace")
                        if line.startswith("PING"):
                            self.send(line.replace("PING", "PONG", 1))
                        self.heard.append(line)
                    self._news.notify_all()

    def send(self, *lines: str) -> None:
        for line in lines:
            self._writer.write(f"{line}\r\n".encode())

    async def expect(self, pattern: str, timeout: float = 20) -> str:
        """The next line that matches, counted from the last one that was expected."""
        try:
            async with asyncio.timeout(timeout), self._news:
                while True:
                    while self._looked_at < len(self.heard):
                        line = self.heard[self._looked_at]
                        self._looked_at += 1
                        if re.search(pattern, line):
                            return line
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{self.nick} never heard {pattern!r}; last: {self.heard[-8:]}") from None

    async def join(self, room: str) -> None:
        self.send(f"JOIN {room}")
        await self.expect(r" 366 ")

    async def synced(self) -> None:
        """Until the server has dealt with all that was sent."""
        token = unique("sync")
        self.send(f"PING {token}")
        await self.expect(rf"PONG .*{token}")

    async def say(self, target: str, words: str, *, notice: bool = False) -> None:
        self.send(f"{'NOTICE' if notice else 'PRIVMSG'} {target} :{words}")
        await self.synced()

    async def rename(self, nick: str) -> None:
        self.send(f"NICK {nick}")
        await self.expect(rf"NICK :?{nick}")
        self.nick = nick

    async def leave(self, room: str) -> None:
        self.send(f"PART {room}")
        await self.expect(rf"PART :?{room}")

    async def identify(self, account: str) -> None:
        """Log in while connected."""
        self.send(f"PRIVMSG NickServ :IDENTIFY {account} {PASSWORD}")
        await self.expect(r" 900 |now identified")

    async def quit(self) -> None:
        self.send("QUIT :bye")
        async with asyncio.timeout(20):
            await self._task

    def texts(self, target: str) -> list[str]:
        """What was said to `target`, in order."""
        return [m[1] for line in self.heard if (m := re.search(rf"PRIVMSG {re.escape(target)} :(.*)", line))]
