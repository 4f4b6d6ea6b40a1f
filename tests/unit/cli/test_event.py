"""`helpdesk event` says to the running service what `!event` says in chat."""

from __future__ import annotations

from importlib import import_module

import pytest

module = import_module("helpdesk.cli.event")  # the package has the command under this name
DATES = "2027-02-06 10:00 to 18:00"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (["list"], "event list"),
        (["show", "3"], "event show 3"),
        (["set", "3", "dates", "2027-02-06", "10:00"], "event set 3 dates 2027-02-06 10:00"),
        (["room", "3", "chat:#hall", "--volunteers"], "event room 3 chat:#hall volunteers"),
        (["room", "3", "chat:#hall", "--off"], "event room 3 chat:#hall off"),
        (["cancel", "3", "the", "roof", "leaks"], "event cancel 3 the roof leaks"),
        (["note", "3", "more cake"], "event note 3 more cake"),
        (["notes", "berlin-2027"], "event notes berlin-2027"),
        (["new", "Docs", "day"], "event new Docs day"),
        (
            ["new", "Docs day", "--kind", "sprint", "--place", "Hall", "--dates", DATES, "--people", "9", "--contact", "mia"],
            f"event new Docs day · kind sprint · place Hall · {DATES} · 9 people · contact mia",
        ),
        (["new", "Docs day", "--online", "--place", "https://meet"], "event new Docs day · online https://meet"),
    ],
)  # fmt: skip
def test_it_is_told_as_in_chat(run, monkeypatch: pytest.MonkeyPatch, given: list[str], text: str) -> None:
    asked: list[object] = []

    def answer(config: object, do: str, **more: object) -> object:
        asked.append((do, more["text"]))
        return {"refusal": None, "said": ["Done."], "ticket": None}

    monkeypatch.setattr(module, "ask_service", answer)
    result = run("event", *given, "--state", "x")
    assert (result.exit_code, result.output) == (0, "Done.\n")
    assert asked == [("tell", text)]


def test_what_is_refused_fails(run, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"refusal": "not-found", "said": ["There is no event 9."], "ticket": None}
    monkeypatch.setattr(module, "ask_service", lambda *given, **more: refused)
    assert run("event", "show", "9", "--state", "x").exit_code == 1
