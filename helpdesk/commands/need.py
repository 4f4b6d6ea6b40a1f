"""`!need …`: what somebody needs from the SIG, which is no question and no ticket: leads read it beside what others need."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import needs
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.nouns.community import SetWish, Wish


def run(call: Call) -> list[Effect]:
    room = call.place.room
    words = mask(call.invocation.words.strip())[0][: call.config.limits.question_length]
    if not words:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-need", {"prefix": call.prefix})}))]
    if room is None:
        return [Refuse("invalid", Message("need-where"))]
    if call.view.community.wishes_person >= needs.A_DAY:
        return [Refuse("limit", Message("need-limit", {"count": needs.A_DAY}))]
    wish = Wish(
        call.view.community.next,
        call.person.id,
        call.person.identity,
        room.id,
        room.direct,
        room.direct or room.encrypted or call.settings.private,
        call.person.lang or call.settings.language,
        words,
        call.now,
    )
    return [SetWish(wish), Reply(Message("need-noted", {"number": str(wish.id)}))]


COMMAND = Command("need", run, Grammar.WORDS, aliases=("wish", "wunsch"), needs=Need.COMMUNITY, bare=False)
