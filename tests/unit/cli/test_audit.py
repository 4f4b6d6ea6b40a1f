"""`helpdesk audit`: the log, read with no service running."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from helpdesk.effects import Audited
from helpdesk.store import moderation
from helpdesk.store.engine import Database

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_the_log_is_read_from_its_end(run, database: Database) -> None:
    assert run("audit").stdout == "Nothing has been done yet.\n"
    for number, entry in enumerate(
        (
            Audited("grant", "irc:account:anna", "volunteer", "irc", "#sig", "account:lea", "lea"),
            Audited("ban", "server:[red]evil[/red].example", "spam", "matrix", "", "@lea:m.example", "@lea:m.example"),
        )
    ):
        asyncio.run(database.write(moderation.record, entry, NOW + timedelta(seconds=number)))
    head, second, first = (" ".join(line.split()) for line in run("audit").stdout.splitlines())
    assert head == "AT (UTC) WHO WHERE DID ABOUT DETAIL"
    assert second == "2026-01-02 03:04:06 @lea:m.example matrix ban server:[red]evil[/red].example spam"
    assert first == "2026-01-02 03:04:05 lea (account:lea) irc:#sig grant irc:account:anna volunteer"
    [entry] = json.loads(run("audit", "--last", "1", "--json").stdout)
    assert entry["at"] == "2026-01-02T03:04:06+00:00"
    assert (entry["action"], entry["actor"]) == ("ban", "@lea:m.example")


def test_without_a_database_it_says_when_there_will_be_one(run) -> None:
    result = run("audit", "--state", "nowhere")
    assert result.exit_code == 1
    assert "no database yet" in result.stderr
