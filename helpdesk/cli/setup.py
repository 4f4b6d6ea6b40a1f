"""Setting up: `init`, `check`, `config schema`, `config reference`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpdesk.cli.shared import (
    FAILED,
    OK,
    BadConfiguration,
    Failure,
    Shared,
    json_option,
    leave,
    pass_shared,
    print_json,
    run_async,
)

if TYPE_CHECKING:
    from bridges.irc.settings import IrcSettings
    from bridges.matrix.settings import MatrixSettings
    from bridges.network import Finding
    from helpdesk.config import Config
    from helpdesk.first import Answers, Irc, Matrix


@click.command(
    epilog="""\b
Examples:
  helpdesk init
  helpdesk -c /etc/helpdesk/helpdesk.toml init
  helpdesk init --yes                      the website only, nothing asked

It never asks for a password: it says which files to put them in.
"""
)
@click.option("--yes", is_flag=True, help="Ask nothing: the website only, with the defaults.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@pass_shared
def init(shared: Shared, yes: bool, force: bool) -> None:
    """Ask what is needed and write a commented configuration."""
    from helpdesk.first import Answers, render, secrets_of

    file = shared.file
    if file.exists() and not force:
        raise Failure(f"{file} exists", "edit it, name another with --config, or overwrite it with --force")
    answers = Answers() if yes else _ask(file)
    text = render(answers)
    _prove(text)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if answers.articles:
            (file.parent / answers.articles).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", "write it where you may, with --config FILE") from error
    click.echo(f"Wrote {file}.")
    if secrets := secrets_of(answers):
        folder = file.parent
        click.echo("\nNow put the secrets where it says (each file holds the secret and nothing else):")
        click.echo(f"  mkdir -m 700 -p {folder / 'secrets'}")
        for secret in secrets:
            path = folder / secret.file
            click.echo(f"  install -m 600 /dev/stdin {path}     # type {secret.what}, Enter, Ctrl-D")
    option = "" if file == Path("helpdesk.toml") else f" -c {file}"
    click.echo(f"\nThen: helpdesk{option} check, and helpdesk{option} run")


def _prove(text: str) -> None:
    import tomllib

    from helpdesk.config import ConfigError, build

    try:
        build(tomllib.loads(text))
    except ConfigError as error:
        first, *others = str(error).splitlines()
        raise BadConfiguration(
            f"these answers make no working configuration: {first}",
            "\n  ".join([*others, "nothing was written; run init again"]),
        ) from error


def _checked(prove: Callable[[str], object], *, empty: bool = False) -> Callable[[str], str]:
    """A click value parser that asks again, with the mend, until the configuration would take the answer."""

    def convert(value: str) -> str:
        value = value.strip()
        if empty and value in ("", "-"):
            return ""
        try:
            prove(value)
        except ValueError as error:
            from pydantic import ValidationError

            message = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            raise click.BadParameter(message.removeprefix("Value error, ")) from error
        return value

    return convert


def _words(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.replace(",", " ").split()))


def _ask(file: Path) -> Answers:
    from helpdesk.first import Answers
    from helpdesk.sections import General
    from helpdesk.words import languages

    click.echo(f"A few questions, then {file} is written. Enter takes what stands in [brackets].\n")
    name = click.prompt(
        "What do people call the desk in a room",
        default="helpdesk",
        value_proc=_checked(lambda value: General(name=value)),
    )
    public_url = click.prompt(
        "The website's address as people will see it, such as https://help.example.org/ (- for none yet)",
        default="-",
        value_proc=_checked(lambda value: General(public_url=value), empty=True),
    )
    language = click.prompt("The rooms' language", default="en", type=click.Choice(languages()))
    articles = click.prompt("A folder with articles of your own (- for none yet)", default="-").strip()
    irc = _ask_irc(name) if click.confirm("\nIs there an IRC network", default=False) else None
    matrix = _ask_matrix() if click.confirm("\nIs there a Matrix homeserver", default=False) else None
    irc_leads: tuple[str, ...] = ()
    matrix_leads: tuple[str, ...] = ()
    if irc:
        said = click.prompt(
            "\nLeads: their NickServ accounts (- for none)",
            default="-",
            value_proc=_checked(lambda value: [_an_irc().person(word) for word in _words(value)], empty=True),
        )
        irc_leads = _words(said)
    if matrix:
        said = click.prompt(
            "\nLeads: their Matrix accounts, such as @anna:example.org (- for none)",
            default="-",
            value_proc=_checked(lambda value: [_a_matrix().person(word) for word in _words(value)], empty=True),
        )
        matrix_leads = _words(said)
    return Answers(
        name=name,
        public_url=public_url,
        articles="" if articles == "-" else articles,
        irc=irc,
        matrix=matrix,
        irc_leads=irc_leads,
        matrix_leads=matrix_leads,
        language=language,
    )


def _an_irc(host: str = "x", nick: str = "", rooms: tuple[str, ...] = ()) -> IrcSettings:
    """Settings that exist to see whether an answer would do."""
    from bridges.irc.settings import IrcSettings

    return IrcSettings(host=host, nick=nick, rooms=rooms, room_key_files={})


def _a_matrix(homeserver: str = "https://x", user: str = "@x:x", rooms: tuple[str, ...] = ()) -> MatrixSettings:
    from bridges.matrix.settings import MatrixSettings

    return MatrixSettings(homeserver=homeserver, user=user, rooms=rooms, password_env="X")  # noqa: S106 - a name


def _ask_irc(name: str) -> Irc:
    from helpdesk.first import Irc

    host = click.prompt("  The server's name", value_proc=_checked(lambda value: _an_irc(host=value)))
    port = click.prompt("  Its port with TLS", default=6697, type=click.IntRange(1, 65535))
    nick = click.prompt("  The desk's nick", default=name, value_proc=_checked(lambda value: _an_irc(nick=value)))
    account = click.prompt("  Its services account (SASL; - for none)", default="-").strip()
    are_rooms = _checked(lambda value: _an_irc(rooms=_words(value)), empty=True)
    asked = click.prompt("  Rooms where people ask (- for none)", default="#help", value_proc=are_rooms)
    volunteers = click.prompt(
        "  Rooms of the volunteers, where new tickets are announced (- for none)", default="-", value_proc=are_rooms
    )
    return Irc(
        host=host,
        port=port,
        nick="" if nick == name else nick,
        sasl_user="" if account == "-" else account,
        rooms=_words(asked),
        volunteer_rooms=_words(volunteers),
    )


def _ask_matrix() -> Matrix:
    from helpdesk.first import Matrix

    homeserver = click.prompt(
        "  Its URL (https://matrix.example.org)", value_proc=_checked(lambda value: _a_matrix(homeserver=value))
    )
    user = click.prompt(
        "  The desk's account (@helpdesk:example.org)", value_proc=_checked(lambda value: _a_matrix(user=value))
    )
    are_rooms = _checked(lambda value: _a_matrix(rooms=_words(value)), empty=True)
    asked = click.prompt(
        "  Rooms where people ask (#help:example.org; - for direct messages only)", default="-", value_proc=are_rooms
    )
    volunteers = click.prompt("  Rooms of the volunteers (- for none)", default="-", value_proc=are_rooms)
    return Matrix(homeserver, user, _words(asked), _words(volunteers))


@click.command(
    epilog="""\b
Examples:
  helpdesk check
  helpdesk check --json | jq '.[] | select(.ok | not)'

It joins no room and changes nothing; a helpdesk that runs is not disturbed. Exit code 1: a line says FAIL.
"""
)
@json_option
@pass_shared
def check(shared: Shared, as_json: bool) -> None:
    """Try all that the configuration says. Every line says ok, or what to mend."""
    import warnings

    from helpdesk.logs import set_up

    config = shared.config()
    warnings.simplefilter("ignore")
    set_up("text", shared.verbose, quiet=not shared.verbose)
    findings = run_async(_findings(config, quiet=as_json))
    faults = sum(not finding.ok for finding in findings)
    if as_json:
        print_json([{"what": found.what, "ok": found.ok, "mend": found.mend} for found in findings])
    elif faults:
        click.echo(f"\n{faults} of {len(findings)} lines need mending.")
    elif any(found.untried for found in findings):
        click.echo("\nNothing tried here is wrong; what was not tried, the first `helpdesk run` will tell.")
    else:
        click.echo("\nAll is well. `helpdesk run` starts the service.")
    leave(FAILED if faults else OK)


async def _findings(config: Config, *, quiet: bool) -> list[Finding]:
    from helpdesk.checks import check as checks

    found = []
    async for finding in checks(config):
        found.append(finding)
        if quiet:
            continue
        if finding.ok:
            click.echo(click.style("ok    ", fg="green") + finding.what)
        else:
            click.echo(click.style("FAIL  ", fg="red", bold=True) + f"{finding.what} -> {finding.mend}")
    return found


@click.group()
def config() -> None:
    """What may stand in the configuration."""


@config.command(
    epilog="""\b
Example:
  helpdesk config schema > helpdesk.schema.json
Then, as the first line of helpdesk.toml, for editors with a TOML language server:
  #:schema ./helpdesk.schema.json
"""
)
def schema() -> None:
    """Print the JSON Schema of helpdesk.toml, for editors."""
    from helpdesk.reference import json_schema

    print_json(json_schema())


@config.command(epilog="The same tables stand in docs/configuration.md.")
@click.option(
    "--write",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DOCS",
    help="Renew the generated parts of the project's own documentation in this folder.",
)
@click.pass_context
def reference(context: click.Context, write: Path | None) -> None:
    """Print every setting as Markdown tables."""
    from helpdesk.cli.describe import renew
    from helpdesk.reference import markdown

    if write is None:
        click.echo(markdown(), nl=False)
        return
    if not os.access(write, os.W_OK):
        raise Failure(f"{write} can't be written", "name the docs folder of your own working tree")
    for file in renew(context.find_root().command, write):
        click.echo(f"Wrote {file}.")
