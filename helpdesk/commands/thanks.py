"""`!thanks N [words]`, `!thanks @who [words]`, `!thanks`: a kind word reaches who helped, and who wrote the article."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import credit, work
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import QuestionStatus, Ticket
from helpdesk.nouns.credit import Helper

WORDS = 300


def run(call: Call) -> list[Effect]:
    number, words = call.invocation.number, call.invocation.words
    who, _, rest = words.partition(" ")
    if number is None and (who.startswith("@") or _named(call, who)):
        return _person(call, who, rest)
    ticket = call.view.ticket
    if number is not None and (ticket is None or not _may_know(call, ticket)):
        return [Refuse("not-found", Message("no-such-ticket", {"number": str(number)}))]
    about = ticket.number if ticket is not None else call.view.credit.ticket
    if about is not None:
        return _ticket(call, about, words)
    return _article(call, words)


def _may_know(call: Call, ticket: Ticket) -> bool:
    """Whether they may know of the ticket at all."""
    return not ticket.private or ticket.asker == call.person.id or work.involved(call, ticket)


def _person(call: Call, who: str, rest: str) -> list[Effect]:
    found = _named(call, who)
    helper = credit.alone(found)
    if helper is None:
        known = "thanks-which" if found else "thanks-nobody"
        names = ", ".join(sorted({f"{one.identity.network}:{one.identity.name}" for one in found}))
        return [Refuse("not-found", Message(known, {"name": who, "names": names, "prefix": call.prefix}))]
    if helper.person == call.person.id:
        return [Refuse("invalid", Message("thanks-self"))]
    view = call.view.credit
    # What they helped with last is what is meant, if it was not thanked for.
    mine = {one.person for one in view.helpers}
    ticket = view.ticket if helper.person in mine else None
    effects = credit.thank(call.person, (helper,), view, call.config, call.now, ticket=ticket, words=_words(rest))
    return _said(effects, (helper,))


def _named(call: Call, who: str) -> list[Helper]:
    sig = (*call.view.credit.sig, *call.view.credit.helpers)
    name = who.lstrip("@").rstrip(",:;.!").casefold()
    if not name:
        return []
    exactly = [one for one in sig if f"{one.identity.network}:{one.identity.name}".casefold() == name]
    return exactly or [one for one in sig if name in (one.identity.name.casefold(), one.identity.key.casefold())]


def _ticket(call: Call, number: int, words: str) -> list[Effect]:
    view = call.view.credit
    helpers = [one for one in view.helpers if one.person != call.person.id]
    if not helpers and not view.articles:
        own = bool(view.helpers)
        return [Refuse("invalid", Message("thanks-self" if own else "thanks-not-yet", {"number": str(number)}))]
    effects = credit.thank(call.person, helpers, view, call.config, call.now, ticket=number, words=_words(words))
    for article in view.articles:
        effects += credit.thank_article(call.person, article, call.view, call.config, call.now, words=_words(words))
    return _said(effects, helpers)


def _article(call: Call, words: str) -> list[Effect]:
    question = call.view.question
    if question is None or not question.citations or question.status not in _OFFERED:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-thanks", {"prefix": call.prefix})}))]
    article = question.citations[0].article
    return _said(credit.thank_article(call.person, article, call.view, call.config, call.now, words=_words(words)), ())


def _said(effects: list[Effect], helpers: list[Helper] | tuple[Helper, ...]) -> list[Effect]:
    if not effects:
        return [Reply(Message("thanks-already"))]
    names = ", ".join(one.identity.name for one in helpers)
    return [*effects, Reply(Message("thanks-passed-on", {"names": names}) if names else Message("thanks-article"))]


def _words(words: str) -> str:
    return mask(words.strip())[0][:WORDS]


_OFFERED = (QuestionStatus.ANSWERED, QuestionStatus.HELPED)

COMMAND = Command(
    "thanks",
    run,
    Grammar.NUMBER_WORDS,
    aliases=("thank", "danke", "thx"),
    needs=Need.CREDIT | Need.QUESTION,
    bare=False,
)
