"""One list of bans, mutes, words and rates: what it says of somebody's words, wherever they were said. Pure.

A ban or mute is matched on who speaks, in one of these forms (`pattern_for` makes them of what a lead writes):

    account:NAME        an IRC services account
    nick!user@host      an IRC mask
    @name:server        a Matrix ID; also *:server
    server:NAME         the server of a Matrix ID
    room:ID             a room, by policy rooms only
    id:ID               anybody else, exactly as their network knows them

`*` stands for anything and `?` for one character everywhere but behind `id:`. Patterns are bounded, so that matching takes
time linear in what is matched, and there is no regular expression in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bridges.events import PersonId, PolicyChanged, RoomId, Sender
from bridges.text import LENGTH_LIMIT, one_line
from helpdesk.effects import AddRule, Audited, Effect, LiftRule, Message
from helpdesk.model import Level, Role, Rule, RuleKind

PATTERN_LIMIT = 255
"""Characters: a Matrix ID has no more."""
REASON_LIMIT = 300
RATE_LIMIT = 1000
"""Messages a minute; a rule that allows more is none."""
_REMEMBERED = 4096
_BANS = frozenset({"m.ban", "org.matrix.mjolnir.ban"})
_RFC1459 = str.maketrans("[]\\^", "{}|~")
_HOST = re.compile(r"[\w*?.-]*\.[\w*?.-]+(?::\d+)?|\[[0-9a-f:.]+\](?::\d+)?")
_WORD = re.compile(r"\w+")
_EDGE = "".join(map(chr, range(33, 48))) + ":;<=>?@[\\]^_`{|}~„“”‚‘’«»‹›…–—¿¡"
_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f]")

_HEIGHT: Mapping[Level, int] = {"allowed": 0, "rate": 1, "word": 2, "muted": 3, "banned": 4}


class BadPattern(Exception):
    """The rule can't be made; `told` says why and what to write."""

    def __init__(self, told: Message) -> None:
        super().__init__(told.id)
        self.told = told


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the list says of a message, and the rule it says it by: the gravest."""

    level: Level
    rule: Rule | None = None

    @property
    def relayed(self) -> bool:
        """The words may go to linked rooms."""
        return self.level == "allowed"

    @property
    def asks(self) -> bool:
        """The desk hears a question in them."""
        return _HEIGHT[self.level] < _HEIGHT["muted"]

    @property
    def works(self) -> bool:
        """The desk takes commands and words for tickets from them."""
        return self.level != "banned"

    @property
    def grave(self) -> int:
        """Grows with what is forbidden."""
        return _HEIGHT[self.level]


ALLOWED = Verdict("allowed")


class Rulebook:
    """All live rules, compiled. Never changes; make another when a rule does.

    `people` are those whom the configuration names: no policy room bans or mutes them, and nobody a lead among them.
    """

    def __init__(self, rules: Iterable[Rule] = (), people: Mapping[tuple[str, PersonId], Role] | None = None) -> None:
        self.rules = tuple(rules)
        self._people = people or {}
        self._exact: dict[tuple[str, str], list[Rule]] = {}
        self._globs: dict[str, list[tuple[Glob, Rule]]] = {"account": [], "matrix": [], "mask": [], "server": []}
        self._rooms: list[tuple[Glob, Rule]] = []
        self._words: list[tuple[str, tuple[Glob, ...], Rule]] = []
        self._rates: list[tuple[int, Rule]] = []
        for rule in self.rules:
            self._add(rule)
        self._who = bool(self._exact or any(self._globs.values()))
        self._matched: dict[tuple[str, PersonId, str], tuple[Rule, ...]] = {}

    @property
    def empty(self) -> bool:
        return not self.rules

    @property
    def counts(self) -> bool:
        """Whether `judge` looks at `spoke`."""
        return bool(self._rates)

    def judge(self, sender: Sender, network: str, text: str, now: datetime, spoke: int = 0) -> Verdict:
        """What may become of these words. `spoke`: the sender's messages in the last minute, these included.

        Never raises, whatever the words are; with one rule less it never forbids more.
        """
        if not self.rules:
            return ALLOWED
        if self._who:
            against = [rule for rule in self._about(sender, network) if _live(rule, network, now)]
            if against:
                gravest = next((rule for rule in against if rule.kind == "ban"), against[0])
                return Verdict("banned" if gravest.kind == "ban" else "muted", gravest)
        if self._words:
            folded = fold_words(text)
            # Nearly always a rule's longest letters are nowhere in the text, and there is nothing to look at closely.
            near = [(globs, rule) for letters, globs, rule in self._words if letters in folded]
            sequences = _tokens(folded) if near else set()
            for globs, rule in near:
                if _live(rule, network, now) and any(_occurs(globs, tokens) for tokens in sequences):
                    return Verdict("word", rule)
        for most, rule in self._rates:
            if spoke > most and _live(rule, network, now):
                return Verdict("rate", rule)
        return ALLOWED

    def room(self, network: str, room: RoomId, now: datetime) -> Rule | None:
        """The rule by which this room is banned, of policy rooms: a room the configuration names is the operator's say."""
        folded = room.lower()
        return next((rule for glob, rule in self._rooms if _live(rule, network, now) and glob.matches(folded)), None)

    def _add(self, rule: Rule) -> None:
        form, pattern = _form(rule)
        if form == "rate":
            if pattern.isascii() and pattern.isdigit():
                self._rates.append((int(pattern[:9]), rule))
        elif form == "word":
            if globs := tuple(Glob(part) for part in pattern.split()):
                self._words.append((max(re.split(r"[*?\s]", pattern), key=len), globs, rule))
        elif form == "room":
            self._rooms.append((Glob(pattern), rule))
        elif form == "exact" or not ("*" in pattern or "?" in pattern):
            self._exact.setdefault((form, pattern), []).append(rule)
        else:
            self._globs[form].append((Glob(pattern), rule))

    def _about(self, sender: Sender, network: str) -> tuple[Rule, ...]:
        """The bans and mutes that mean this sender, whether or not they are over."""
        key = (network, sender.id, sender.mask)
        found = self._matched.get(key)
        if found is None:
            if len(self._matched) >= _REMEMBERED:
                self._matched.clear()
            found = self._matched[key] = tuple(self._find(sender, network))
        return found

    def _find(self, sender: Sender, network: str) -> Iterable[Rule]:
        role = self._people.get((network, sender.id), Role.ASKER) if sender.authenticated else Role.ASKER
        if role >= Role.LEAD:
            return
        person = sender.id[:LENGTH_LIMIT]
        for form, value in (
            ("exact", person),
            (
                "account" if person.startswith("account:") else "matrix" if person.startswith("@") else "",
                person.lower(),
            ),
            ("mask", fold_mask(sender.mask[:LENGTH_LIMIT])),
            *(("server", server) for server in _servers(person)),
        ):
            if not form or not value:
                continue
            matches = [*self._exact.get((form, value), ())]
            matches += [rule for glob, rule in self._globs.get(form, ()) if glob.matches(value)]
            yield from (rule for rule in matches if not rule.source or role < Role.SHADOW)


EMPTY = Rulebook()


def _live(rule: Rule, network: str, now: datetime) -> bool:
    return rule.network in ("", network) and (rule.until is None or now < rule.until)


_Form: TypeAlias = Literal["rate", "word", "room", "exact", "account", "matrix", "mask", "server"]


def _form(rule: Rule) -> tuple[_Form, str]:
    """What a rule's pattern is compared with, and the pattern as it is compared."""
    pattern = rule.pattern[:PATTERN_LIMIT]
    match rule.kind:
        case "rate":
            return "rate", pattern
        case "word":
            return "word", fold_words(pattern)
    for prefix, form in _PREFIXES.items():
        if pattern.startswith(prefix):
            value = pattern.removeprefix(prefix)
            return form, value if form == "exact" else value.lower()
    if pattern.startswith("account:"):
        return "account", pattern.lower()
    if "!" in pattern:
        return "mask", fold_mask(pattern)
    return "matrix", pattern.lower()


_PREFIXES: Mapping[str, Literal["exact", "server", "room"]] = {"id:": "exact", "server:": "server", "room:": "room"}


# --- matching ---------------------------------------------------------------------------------------------------------


class Glob:
    """`*` is anything, `?` one character. At most the pattern's length times the text's steps, and far fewer as a rule.

    Matrix: Client-Server API, appendix "Glob-style matching"; IRC masks are the same
    (https://modern.ircdocs.horse/#wildcard-expressions).
    """

    __slots__ = ("_ends", "_pieces")

    def __init__(self, pattern: str) -> None:
        pieces = pattern[:PATTERN_LIMIT].split("*")
        self._ends = len(pieces) > 1
        self._pieces = tuple(pieces)

    def matches(self, text: str) -> bool:
        """Whether the pattern stands for all of `text`."""
        first, *middle = self._pieces
        if not self._ends:
            return len(text) == len(first) and _same(first, text, 0)
        *middle, last = middle
        end = len(text) - len(last)
        if end < len(first) or not _same(first, text, 0) or not _same(last, text, end):
            return False
        at = len(first)
        for piece in middle:
            at = _find(piece, text, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True


def _same(piece: str, text: str, at: int) -> bool:
    if "?" not in piece:
        return text.startswith(piece, at)
    return len(text) - at >= len(piece) and all(
        want in ("?", has) for want, has in zip(piece, text[at : at + len(piece)], strict=True)
    )


def _find(piece: str, text: str, start: int, end: int) -> int:
    """Where the piece stands first in `text[start:end]`; -1: nowhere."""
    if "?" not in piece:
        return text.find(piece, start, end)
    return next((at for at in range(start, end - len(piece) + 1) if _same(piece, text, at)), -1)


def fold_mask(mask: str) -> str:
    """Upper and lower case are one, as IRC's widest case mapping has it (rfc1459: `[]\\^` are `{}|~` too)."""
    return mask.lower().translate(_RFC1459)


def fold_words(text: str) -> str:
    """Words as they are compared: case, compatibility forms and invisible characters make no difference."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text[:LENGTH_LIMIT])).casefold()


def _servers(person: str) -> tuple[str, ...]:
    """The server of a Matrix ID, with and without its port."""
    if not person.startswith("@") or ":" not in person:
        return ()
    server = person.partition(":")[2].lower()
    host = re.sub(r":\d{1,5}$", "", server)
    return (server,) if host == server else (server, host)


def _tokens(folded: str) -> set[tuple[str, ...]]:
    """The words of a text as they are written, without marks at their ends, and as runs of letters and digits."""
    written = tuple(folded.split())
    return {written, tuple(part.strip(_EDGE) or part for part in written), tuple(_WORD.findall(folded))}


def _occurs(globs: tuple[Glob, ...], tokens: tuple[str, ...]) -> bool:
    return any(
        all(glob.matches(tokens[at + offset]) for offset, glob in enumerate(globs))
        for at in range(len(tokens) - len(globs) + 1)
    )


# --- making rules -----------------------------------------------------------------------------------------------------


def pattern_for(kind: RuleKind, given: str) -> str:
    """The pattern of a rule, in the list's own form. Raise `BadPattern` for what is none, or would mean everybody.

    `given`: a word or phrase, a number (rate), or who: `account:NAME`, `nick!user@host`, `*@host`, `@name:server`,
    `*:server`, `server.example`.
    """
    given = one_line(given, 4 * PATTERN_LIMIT)
    if not given or len(given) > PATTERN_LIMIT:
        raise BadPattern(Message("mod-bad-pattern", {"limit": str(PATTERN_LIMIT)}))
    if kind == "rate":
        if not (given.isascii() and given.isdigit()) or not 1 <= int(given) <= RATE_LIMIT:
            raise BadPattern(Message("mod-bad-rate", {"limit": str(RATE_LIMIT)}))
        return str(int(given))
    if kind == "word":
        if not fold_words(given).replace("*", "").replace("?", "").strip():
            raise BadPattern(Message("mod-everybody", {"pattern": given}))
        return given
    pattern = _who(given)
    if matches_everybody(pattern):
        raise BadPattern(Message("mod-everybody", {"pattern": given}))
    return pattern


def _who(given: str) -> str:
    if given.startswith("account:"):
        return "account:" + given.removeprefix("account:").lower()
    if given.startswith(("server:", "room:")):
        return given.lower()
    if given.startswith("id:"):
        return given
    if "!" in given:
        nick, _, rest = given.partition("!")
        user, at, host = rest.rpartition("@")
        return f"{nick or '*'}!{user or '*'}@{host or '*'}" if at else f"{nick or '*'}!{rest or '*'}@*"
    if (given.startswith("@") and ":" in given) or given.startswith("*:"):
        return given
    if "@" in given:
        user, _, host = given.rpartition("@")
        return f"*!{user or '*'}@{host or '*'}"
    if _HOST.fullmatch(given.lower()):
        return "server:" + given.lower()
    raise BadPattern(Message("mod-bad-who", {"who": given}))


def matches_everybody(pattern: str) -> bool:
    """Whether nothing in a pattern for bans and mutes tells one person from another."""
    if pattern.startswith("id:"):
        return len(pattern) == len("id:")
    for prefix in ("account:", "server:", "room:"):
        pattern = pattern.removeprefix(prefix)
    return not any(char.isalnum() for char in pattern)


def pattern_of(person: PersonId, name: str) -> str:
    """The pattern that means this person and, as far as their network allows, nobody else."""
    if person.startswith("account:") or (person.startswith("@") and ":" in person):
        return person
    if person.startswith("guest:"):
        return f"{name}!*@*"  # the id ends with their connection, the nick may not
    return f"id:{person}"


def policy_room(source: str) -> tuple[str, RoomId]:
    """The network and room of the list that a rule of this source comes from."""
    network, _, rest = source.partition("\t")
    return network, RoomId(rest.partition("\t")[0])


def from_policy(event: PolicyChanged) -> list[Effect]:
    """What a rule of a subscribed policy room comes to. Rooms: MSC2313; Client-Server API, "Moderation policy lists".

    Only bans count; what the list takes back, changes to another recommendation or means for everybody is lifted. A rule
    said again replaces what it was.
    """
    source = f"{event.network}\t{event.room.id}\t{event.kind}\t{event.rule}"
    entity = one_line(event.entity, PATTERN_LIMIT)
    reason = one_line(event.reason, REASON_LIMIT)
    if event.recommendation not in _BANS or not entity or len(event.entity) > PATTERN_LIMIT:
        return [LiftRule(source=source)]
    pattern = entity if event.kind == "user" else f"{event.kind}:{entity}".lower()
    by = event.sender.id
    # A list speaks of Matrix: whatever it says, it makes no mask of IRC and no account.
    foreign = event.kind == "user" and ("!" in entity or entity[0] not in "@*?")
    if foreign or matches_everybody(pattern):
        refused = Audited("policy-refused", entity, reason, event.network, event.room.id, by, by)
        return [LiftRule(source=source), refused]
    return [AddRule("ban", pattern, reason=reason, source=source, by=by)]
