"""`!me`: what I did, and what I have now. Nobody else sees it, and nobody is compared."""

from functools import reduce

from helpdesk.commands.base import Call, Command, Need
from helpdesk.desk import credit
from helpdesk.desk.credit import Credit
from helpdesk.effects import Effect, Message, Reply
from helpdesk.model import Role
from helpdesk.nouns.credit import Standing


def run(call: Call) -> list[Effect]:
    standing = call.view.credit.standing
    articles = _articles(call)
    recent, ever = _counts(standing, articles, recent=True), _counts(standing, articles, recent=False)
    lines: list[Message] = []
    if any(ever.values()):
        lines.append(Message("me-recent", {"deeds": _listed(recent), "days": credit.RECENT.days}))
        lines.append(Message("me-ever", {"deeds": _listed(ever)}))
    if call.person.role > Role.ASKER:
        lines.append(Message("me-load", {"claims": standing.claims, "cap": standing.cap}))
    if standing.asked:
        lines.append(Message("me-asked", {"count": standing.asked}))
    private = not call.discreet
    return [Reply(line, private=private) for line in lines or [Message("me-nothing")]]


def _counts(standing: Standing, articles: int, *, recent: bool) -> dict[str, int]:
    deeds = credit.counted(standing.recent if recent else standing.changes)
    return {
        "answers": deeds.get(Credit.ANSWERS, 0),
        "solved": standing.solved_recent if recent else standing.solved,
        "triage": deeds.get(Credit.TRIAGE, 0),
        "merges": deeds.get(Credit.MERGES, 0),
        "mentoring": deeds.get(Credit.MENTORING, 0) + (standing.approved_recent if recent else standing.approved),
        "notes": deeds.get(Credit.NOTES, 0),
        "articles": 0 if recent else articles,
        "thanks": standing.thanks_recent if recent else standing.thanks,
    }


def _listed(counts: dict[str, int]) -> Message:
    found = [Message(f"me-{name}", {"count": count}) for name, count in counts.items() if count]
    if not found:
        return Message("me-none")
    return reduce(lambda first, rest: Message("me-and", {"first": first, "rest": rest}), found)


def _articles(call: Call) -> int:
    """How many articles name them as their owner."""
    sig, config = call.view.credit.sig, call.config
    owners = (credit.author_of(article, sig, config) for article in call.view.articles.values() if article.owner)
    return sum(owner is not None and owner.person == call.person.id for owner in owners)


COMMAND = Command("me", run, needs=Need.CREDIT)
