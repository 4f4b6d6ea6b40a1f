"""`helpdesk event`: community events from the command line. Every command is the chat's `!event`, told to the running service."""

from __future__ import annotations

from pathlib import Path

import click

from helpdesk.cli.shared import (
    FAILED,
    OK,
    Shared,
    ask_service,
    json_option,
    leave,
    pass_shared,
    print_json,
    state_option,
)


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  helpdesk event {line}" for line in lines)


_number = click.argument("number", metavar="N|TAG")


@click.group(
    epilog="""\b
Examples:
  helpdesk event new "Berlin meet-up" --kind meet-up --place c-base \\
      --dates "2027-02-06 10:00 to 18:00 Europe/Berlin" --people 40
  helpdesk event set 3 dates 2027-02-13 10:00 to 18:00
  helpdesk event room 3 matrix:#hall:example.org

The service must run. docs/events.md says what the desk does with an event.
"""
)
def event() -> None:
    """Make, change and look at community events."""


def _tell(shared: Shared, state: Path | None, as_json: bool, *words: str) -> None:
    outcome = ask_service(shared.config_at(state), "tell", text=" ".join(("event", *filter(None, words))))
    if as_json:
        print_json(outcome)
    else:
        for line in outcome["said"]:
            click.echo(line, err=bool(outcome["refusal"]))
    leave(FAILED if outcome["refusal"] else OK)


@event.command(
    epilog=examples(
        'new "Berlin meet-up" --kind meet-up --place c-base --people 40',
        'new "Round table" --online --dates "2027-02-06 18:00 Europe/Berlin"',
    )
)
@click.argument("title", nargs=-1, required=True)
@click.option("--kind", default="", help="Of which kind: the name of its check-list, such as meet-up.")
@click.option("--place", default="", help="Where it is.")
@click.option("--online", is_flag=True, help="It is online; --place is its address.")
@click.option("--dates", default="", help="Such as 2027-02-06 10:00 to 18:00 Europe/Brussels.")
@click.option("--people", type=click.IntRange(0, 999_999), help="How many are expected.")
@click.option("--contact", default="", help="Who is asked about it.")
@json_option
@state_option
@pass_shared
def new(
    shared: Shared,
    title: tuple[str, ...],
    kind: str,
    place: str,
    online: bool,
    dates: str,
    people: int | None,
    contact: str,
    as_json: bool,
    state: Path | None,
) -> None:
    """Make an event. What is missing can be set later."""
    parts = [
        " ".join(title),
        f"kind {kind}" if kind else "",
        f"online {place}".strip() if online else f"place {place}" if place else "",
        dates,
        "" if people is None else f"{people} people",
        f"contact {contact}" if contact else "",
    ]
    _tell(shared, state, as_json, "new", " · ".join(filter(None, parts)))


@event.command("list", epilog=examples("list", "list --json"))
@json_option
@state_option
@pass_shared
def list_(shared: Shared, as_json: bool, state: Path | None) -> None:
    """The events that are planned or on."""
    _tell(shared, state, as_json, "list")


@event.command("set", epilog=examples("set 3 dates 2027-02-13 10:00 to 18:00", "set berlin-2027 contact mia"))
@_number
@click.argument("field")
@click.argument("value", nargs=-1, required=True)
@json_option
@state_option
@pass_shared
def set_(shared: Shared, number: str, field: str, value: tuple[str, ...], as_json: bool, state: Path | None) -> None:
    """Change one thing about an event.

    FIELD is title, kind, place, online, dates, zone, people, contact or tag.
    """
    _tell(shared, state, as_json, "set", number, field, *value)


@event.command(epilog=examples("room 3 matrix:#hall:example.org", "room 3 'libera:#berlin' --volunteers"))
@_number
@click.argument("room", metavar="NETWORK:ROOM")
@click.option("--volunteers", is_flag=True, help="Its helpers work there, rather than that those who come ask there.")
@click.option("--off", is_flag=True, help="It is no room of the event any more.")
@json_option
@state_option
@pass_shared
def room(
    shared: Shared, number: str, room: str, volunteers: bool, off: bool, as_json: bool, state: Path | None
) -> None:
    """Give the event a room."""
    _tell(shared, state, as_json, "room", number, room, "volunteers" if volunteers else "", "off" if off else "")


@event.command(epilog=examples("cancel 3 the venue is closed that week"))
@_number
@click.argument("why", nargs=-1)
@json_option
@state_option
@pass_shared
def cancel(shared: Shared, number: str, why: tuple[str, ...], as_json: bool, state: Path | None) -> None:
    """It does not happen; its open tasks are cancelled too."""
    _tell(shared, state, as_json, "cancel", number, *why)


@event.command(epilog=examples("note 3 the beamer of the small hall has no HDMI"))
@_number
@click.argument("words", nargs=-1, required=True)
@json_option
@state_option
@pass_shared
def note(shared: Shared, number: str, words: tuple[str, ...], as_json: bool, state: Path | None) -> None:
    """Note something down for its digest and its article."""
    _tell(shared, state, as_json, "note", number, *words)


def _plain(name: str, about: str) -> None:
    @event.command(name, help=about, epilog=examples(f"{name} 3", f"{name} berlin-2027"))
    @_number
    @json_option
    @state_option
    @pass_shared
    def command(shared: Shared, number: str, as_json: bool, state: Path | None) -> None:
        _tell(shared, state, as_json, name, number)


for _name, _about in {
    "show": "One event with its check-list.",
    "start": "It is on from now.",
    "end": "It is over.",
    "roster": "Who is on duty there now.",
    "digest": "What was asked there, and what is missing.",
    "notes": "Write the draft of an article about it.",
}.items():
    _plain(_name, _about)
