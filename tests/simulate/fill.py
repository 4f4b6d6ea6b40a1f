"""Fills a database with the past of a busy desk, by SQL alone: a million tickets in a minute, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

EPOCH_US = timedelta(microseconds=1)
PACE = timedelta(seconds=95)
"""Between two tickets: a million in three years. A smaller past is shorter, not quieter."""
VOLUNTEERS = 30

_COUNTED = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"

_PEOPLE = """INSERT INTO people (id, lang, created_at) {counted} SELECT i, 'en', {start} FROM n"""
_IDENTITIES = """INSERT INTO identities (network, key, person, name, authenticated, seen_at) {counted}
    SELECT 'chat', CASE WHEN i <= {volunteers} THEN 'vol' || i ELSE 'asker' || i END, i,
        CASE WHEN i <= {volunteers} THEN 'vol' || i ELSE 'asker' || i END, {true}, {start} FROM n"""
_TICKETS = """INSERT INTO tickets (number, status, asked_back, topic, text, private, lang, asker, asker_key, asker_name,
        asker_authenticated, network, room, direct, encrypted, message, claimant, claimant_network, claimant_key, claimant_name,
        opened_at, changed_at, question, token_hash, waits_since, answered_at, resolved_at, solved) {counted},
    t(i, status, asker, claimant, at) AS (SELECT i,
        CASE WHEN i <= {closed} THEN CASE WHEN i % 20 = 0 THEN 'cancelled' ELSE 'closed' END
             WHEN i % 10 < 7 THEN 'open' WHEN i % 10 < 9 THEN 'claimed' ELSE 'waiting' END,
        {volunteers} + 1 + (i * 7919) % {askers},
        CASE WHEN (i > {closed} AND i % 10 < 7) OR i % 20 = 0 THEN NULL ELSE 1 + (i * 104729) % {volunteers} END,
        {start} + i * {pace} FROM n)
    SELECT i, status, {false}, CASE i % 6 WHEN 0 THEN 'accounts' WHEN 1 THEN 'events' WHEN 2 THEN 'network' ELSE 'collaboration' END,
        'how does the thing number ' || i || ' of the wiki work, and where is its page?', {private}, 'en',
        asker, 'asker' || asker, 'asker' || asker, {true}, 'chat',
        CASE WHEN {private} THEN 'direct:asker' || asker ELSE '#help' END, {private}, {false}, 'm' || i,
        claimant, CASE WHEN claimant IS NULL THEN NULL ELSE 'chat' END, 'vol' || claimant, 'vol' || claimant,
        at, at + {hour}, i, 'hash' || i, CASE WHEN status = 'open' THEN at END,
        CASE WHEN claimant IS NOT NULL THEN at + {hour} END, CASE WHEN status = 'closed' THEN at + 2 * {hour} END,
        CASE WHEN status = 'closed' THEN CASE WHEN i % 3 = 0 THEN 'assumed' ELSE 'confirmed' END ELSE '' END
    FROM t"""
_CHANGES = """INSERT INTO changes (ticket, at, kind, text, actor, actor_name, network)
    SELECT number, opened_at + {after} * {hour} / 4, '{kind}', {words}, {actor}, {name}, 'chat' FROM tickets WHERE {which}"""
_QUESTIONS = """INSERT INTO questions (id, person, identity_key, identity_name, identity_authenticated, network, room, direct,
        encrypted, text, lang, asked_at, status, citations, parts, told, topic, ticket)
    SELECT number, asker, asker_key, asker_name, {true}, network, room, direct, {false}, text, lang, opened_at, 'handed-over',
        '[]', '[]', 0, topic, number FROM tickets"""
_LESSONS = """INSERT INTO lessons (question, ticket, at, network, private, lang, text, made, told, confidence, tier, features,
        candidates, offered, nearest, article, anchor, picked, verdict, handed_over, answered, cited, cited_anchor, solved,
        opened_again)
    SELECT number, number, opened_at, network, private, lang, text, 'none', {false}, 0.1, 'words', '[]', '[]', '[]', topic || '/how', '',
        '', 0, '', {true}, claimant IS NOT NULL, '', '', status = 'closed', {false} FROM tickets"""
_ANCHORS = """INSERT INTO anchors (network, room, message, ticket, question, announces)
    SELECT 'chat', '#sig', 'announced' || number, number, NULL, {true} FROM tickets"""


def fill(connection: Connection, count: int, active: int, now: datetime, *, past: bool = True) -> None:
    """`count` tickets, the last `active` of them still to do; with the `past` they have histories, questions, lessons."""
    postgres = connection.dialect.name == "postgresql"
    askers = max(10, count // 5)
    epoch = datetime(1970, 1, 1, tzinfo=now.tzinfo)
    values = {
        "start": (now - epoch - count * PACE) // EPOCH_US,
        "pace": PACE // EPOCH_US,
        "hour": timedelta(hours=1) // EPOCH_US,
        "closed": count - active,
        "askers": askers,
        "volunteers": VOLUNTEERS,
        "true": "TRUE" if postgres else "1",
        "false": "FALSE" if postgres else "0",
        "private": "(i % 4 = 0)",
    }

    def run(statement: str, last: int = 0, **more: object) -> None:
        kind = "::bigint" if postgres else ""
        counted = _COUNTED.format(first=f"1{kind}", last=last)
        connection.exec_driver_sql(
            statement.format(counted=counted, **values, **more).replace("%", "%%" if postgres else "%")
        )

    run(_PEOPLE, VOLUNTEERS + askers)
    run(_IDENTITIES, VOLUNTEERS + askers)
    run(_TICKETS, count)
    if past:
        asker, claimant = {"actor": "asker", "name": "asker_name"}, {"actor": "claimant", "name": "claimant_name"}
        run(_CHANGES, after=0, kind="opened", words="text", which="0 = 0", **asker)
        run(_CHANGES, after=2, kind="claimed", words="''", which="claimant IS NOT NULL", **claimant)
        run(
            _CHANGES,
            after=4,
            kind="answer",
            words="'Open the page of the wiki.'",
            which="status = 'closed'",
            **claimant,
        )
        run(_CHANGES, after=8, kind="resolved", words="''", which="status = 'closed'", **claimant)
        run(_QUESTIONS)
        run(_LESSONS)
        run(_ANCHORS)
    if postgres:
        for table in ("people", "questions"):
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    connection.execute(text("INSERT INTO counters (name, value) VALUES ('ticket', :count)"), {"count": count})
