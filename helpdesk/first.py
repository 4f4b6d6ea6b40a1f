"""The first configuration: what `helpdesk init` writes from its answers. Pure; secrets are named, never written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Irc:
    host: str
    port: int = 6697
    tls: bool = True
    nick: str = ""
    sasl_user: str = ""
    rooms: tuple[str, ...] = ()
    volunteer_rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    homeserver: str
    user: str
    rooms: tuple[str, ...] = ()
    volunteer_rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    name: str = "helpdesk"
    public_url: str = ""
    port: int = 8080
    articles: str = ""
    irc: Irc | None = None
    matrix: Matrix | None = None
    irc_leads: tuple[str, ...] = ()
    matrix_leads: tuple[str, ...] = ()
    language: str = "en"
    trusted_proxies: tuple[str, ...] = field(default=("127.0.0.1", "::1"))

    @property
    def leads(self) -> tuple[str, ...]:
        return tuple(f"irc:{name}" for name in self.irc_leads) + tuple(f"matrix:{name}" for name in self.matrix_leads)


@dataclass(frozen=True, slots=True)
class Secret:
    """A file that the operator must make."""

    file: str
    what: str


def secrets_of(answers: Answers) -> list[Secret]:
    found = []
    if answers.irc and answers.irc.sasl_user:
        found.append(
            Secret("secrets/irc-password", f"the password of the IRC services account {answers.irc.sasl_user}")
        )
    if answers.matrix:
        found.append(Secret("secrets/matrix-password", f"the password of {answers.matrix.user}"))
    return found


def render(answers: Answers) -> str:
    """`helpdesk.toml`: what was answered, and as comments what may be wanted next."""
    lines = [
        "# The helpdesk's configuration. docs/configuration.md says what else may stand here;",
        "# `helpdesk check` tries it. No password ever stands in this file.",
        "",
        "[helpdesk]",
        "# What people call the desk in a room:  helpdesk: how do I …",
        f"name = {_text(answers.name)}",
        "# Everything the service keeps: database, keys, index. Relative to this file.",
        'state = "state"',
        "# The address people use, with its path. Links in answers begin with it.",
        f"public_url = {_text(answers.public_url)}"
        if answers.public_url
        else '# public_url = "https://help.example.org/"',
        "# The language of rooms, and of people whose own is not known.",
        f"language = {_text(answers.language)}",
        "",
        "[web]",
        "# Where the website listens. A proxy with TLS in front makes it https.",
        'host = "127.0.0.1"',
        f"port = {answers.port}",
        "# The proxy's address: only its word on who is calling is believed.",
        f"trusted_proxies = {_list(answers.trusted_proxies)}"
        if answers.public_url.startswith("https:")
        else f"# trusted_proxies = {_list(answers.trusted_proxies)}",
        "",
        "[kb]",
        "# Folders of Markdown articles; a file saved there is served a second later.",
        f"folders = {_list((answers.articles,))}" if answers.articles else '# folders = ["articles"]',
        "# The articles that come with the program.",
        "starter = true",
        "",
        "# SQLite in the state folder, unless:",
        "# [database]",
        '# url = "postgresql://helpdesk@localhost/helpdesk"',
        "",
        "[members]",
        "# People who are leads or volunteers whatever is said in the rooms: NETWORK:ACCOUNT.",
        "# Leads make others volunteers with !sig, or you do with `helpdesk invite`.",
        f"leads = {_list(answers.leads)}" if answers.leads else '# leads = ["irc:anna", "matrix:@anna:example.org"]',
        '# volunteers = ["irc:ben"]',
    ]
    if answers.irc:
        lines += ["", *_irc(answers.irc)]
    if answers.matrix:
        lines += ["", *_matrix(answers.matrix)]
    if not (answers.irc or answers.matrix):
        lines += [
            "",
            "# A network, when there is one (docs/operators.md):",
            "# [networks.irc]",
            '# kind = "irc"',
            '# host = "irc.example.org"',
            '# [networks.irc.rooms."#help"]',
        ]
    lines += [
        "",
        "# Limits against floods, reminders, rooms that read as one: [limits], [desk], [[links]].",
        "",
    ]
    return "\n".join(lines)


def _irc(irc: Irc) -> list[str]:
    lines = ["[networks.irc]", 'kind = "irc"', f"host = {_text(irc.host)}", f"port = {irc.port}"]
    if not irc.tls:
        lines += ["# The connection is not encrypted: only on a network of your own.", "tls = false"]
    lines += [f"nick = {_text(irc.nick)}" if irc.nick else '# nick = "helpdesk"']
    if irc.sasl_user:
        lines += [
            f"sasl_user = {_text(irc.sasl_user)}",
            "# A file with the account's password and nothing else; or name a variable with sasl_password_env.",
            'sasl_password_file = "secrets/irc-password"',
        ]
    else:
        lines += ['# sasl_user = "helpdesk"', '# sasl_password_file = "secrets/irc-password"']
    return lines + _rooms("irc", irc.rooms, irc.volunteer_rooms)


def _matrix(matrix: Matrix) -> list[str]:
    return [
        "[networks.matrix]",
        'kind = "matrix"',
        f"homeserver = {_text(matrix.homeserver)}",
        f"user = {_text(matrix.user)}",
        "# A file with the account's password and nothing else; or password_env, access_token_file, access_token_env.",
        'password_file = "secrets/matrix-password"',
        *_rooms("matrix", matrix.rooms, matrix.volunteer_rooms),
    ]


def _rooms(network: str, rooms: tuple[str, ...], volunteers: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    for room in dict.fromkeys((*rooms, *volunteers)):
        lines += ["", f"[networks.{network}.rooms.{_text(room)}]"]
        if room in volunteers:
            lines += [
                "# New tickets are announced and worked here.",
                "volunteers = true",
                "# true only where none but volunteers can read: what was asked in private is shown then.",
                "private = false",
            ]
        else:
            lines += ["# People ask here."]
    return lines


def _text(value: str) -> str:
    # A JSON string is a TOML basic string but for DEL, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
