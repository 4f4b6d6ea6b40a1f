"""The words of tickets, indexed: FTS5 on SQLite, a text search vector with GIN on PostgreSQL. Triggers keep them, whoever writes.

A row a ticket. `words` holds its title and all that was said in it, `tags` its tags and, as `langXX`, its language. No metadata:
Alembic knows nothing of it, and the dump leaves it out, since loading the tickets fills it again.
"""

# ruff: noqa: S608, ISC004 - all of this SQL is written here, a statement in several lines

from __future__ import annotations

TABLE = "ticket_words"
_SAID = "('opened', 'asker', 'answer', 'ask-back', 'note', 'resolved')"
"""Kinds of changes whose text is words."""

_ALL_SAID = f"(SELECT coalesce(group_concat(text, ' '), '') FROM changes WHERE ticket = new.ticket AND kind IN {_SAID})"

SQLITE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, tags, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')",
    f"INSERT INTO {TABLE}(rowid, words, tags) SELECT number, title || ' ' || coalesce((SELECT group_concat(text, ' ')"
    f" FROM changes WHERE ticket = number AND kind IN {_SAID}), ''), tags || ' lang' || lang FROM tickets",
    f"CREATE TRIGGER ticket_words_opened AFTER INSERT ON tickets BEGIN"
    f" INSERT INTO {TABLE}(rowid, words, tags) VALUES (new.number, new.title, new.tags || ' lang' || new.lang); END",
    f"CREATE TRIGGER ticket_words_set AFTER UPDATE OF title, tags, lang ON tickets BEGIN"
    f" UPDATE {TABLE} SET words = new.title || ' ' || coalesce((SELECT group_concat(text, ' ') FROM changes"
    f" WHERE ticket = new.number AND kind IN {_SAID}), ''), tags = new.tags || ' lang' || new.lang"
    f" WHERE rowid = new.number; END",
    f"CREATE TRIGGER ticket_words_gone AFTER DELETE ON tickets BEGIN DELETE FROM {TABLE} WHERE rowid = old.number; END",
    f"CREATE TRIGGER ticket_words_said AFTER INSERT ON changes WHEN new.kind IN {_SAID} BEGIN"
    f" UPDATE {TABLE} SET words = words || ' ' || new.text WHERE rowid = new.ticket; END",
    f"CREATE TRIGGER ticket_words_edited AFTER UPDATE OF text ON changes BEGIN"
    f" UPDATE {TABLE} SET words = (SELECT title FROM tickets WHERE number = new.ticket) || ' ' || {_ALL_SAID}"
    f" WHERE rowid = new.ticket; END",
    f"CREATE TRIGGER ticket_words_forgotten AFTER DELETE ON changes WHEN old.kind IN {_SAID} BEGIN"
    f" UPDATE {TABLE} SET words = (SELECT title FROM tickets WHERE number = old.ticket) || ' ' ||"
    f" {_ALL_SAID.replace('new.ticket', 'old.ticket')} WHERE rowid = old.ticket; END",
)

# The words are cut at all that is neither letter nor digit, as they are on SQLite, and folded whatever the database's locale is.
_UPPER = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĄĆĘŁŃŚŹŻЁАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІЇҐ"
_FOLD = f"translate($1, '{_UPPER}', '{_UPPER.lower()}')"
_VECTOR = f"to_tsvector('simple', regexp_replace(lower({_FOLD}), '[^[:alnum:]]+', ' ', 'g'))"
_REBUILD = f"""
CREATE OR REPLACE FUNCTION ticket_words_of(bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO {TABLE}(number, words)
  SELECT number, setweight(ticket_words_cut(tags::text || ' lang' || lang), 'A') || ticket_words_cut(title || ' ' || coalesce(
    (SELECT string_agg(text, ' ' ORDER BY id) FROM changes WHERE ticket = number AND kind IN {_SAID}), ''))
  FROM tickets WHERE number = $1
  ON CONFLICT (number) DO UPDATE SET words = excluded.words
$$"""

POSTGRESQL = (
    f"CREATE TABLE {TABLE} (number bigint PRIMARY KEY, words tsvector NOT NULL)",
    f"CREATE INDEX ix_{TABLE} ON {TABLE} USING gin (words)",
    f"CREATE OR REPLACE FUNCTION ticket_words_cut(text) RETURNS tsvector LANGUAGE sql STABLE AS $$ SELECT {_VECTOR} $$",
    _REBUILD,
    "CREATE OR REPLACE FUNCTION ticket_words_opened() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN PERFORM ticket_words_of(new.number); RETURN NULL; END $$",
    f"CREATE OR REPLACE FUNCTION ticket_words_gone() RETURNS trigger LANGUAGE plpgsql AS $$"
    f" BEGIN DELETE FROM {TABLE} WHERE number = old.number; RETURN NULL; END $$",
    f"CREATE OR REPLACE FUNCTION ticket_words_said() RETURNS trigger LANGUAGE plpgsql AS $$"
    f" BEGIN UPDATE {TABLE} SET words = words || ticket_words_cut(new.text) WHERE number = new.ticket; RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION ticket_words_edited() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN PERFORM ticket_words_of(new.ticket); RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION ticket_words_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN PERFORM ticket_words_of(old.ticket); RETURN NULL; END $$",
    "CREATE TRIGGER ticket_words_opened AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION ticket_words_opened()",
    "CREATE TRIGGER ticket_words_set AFTER UPDATE OF title, tags, lang ON tickets FOR EACH ROW"
    " EXECUTE FUNCTION ticket_words_opened()",
    "CREATE TRIGGER ticket_words_gone AFTER DELETE ON tickets FOR EACH ROW EXECUTE FUNCTION ticket_words_gone()",
    f"CREATE TRIGGER ticket_words_said AFTER INSERT ON changes FOR EACH ROW WHEN (new.kind IN {_SAID})"
    " EXECUTE FUNCTION ticket_words_said()",
    "CREATE TRIGGER ticket_words_edited AFTER UPDATE OF text ON changes FOR EACH ROW EXECUTE FUNCTION ticket_words_edited()",
    f"CREATE TRIGGER ticket_words_forgotten AFTER DELETE ON changes FOR EACH ROW WHEN (old.kind IN {_SAID})"
    " EXECUTE FUNCTION ticket_words_forgotten()",
    "SELECT ticket_words_of(number) FROM tickets",
)


def statements(dialect: str) -> tuple[str, ...]:
    """That make the index of an existing database's tickets."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL
