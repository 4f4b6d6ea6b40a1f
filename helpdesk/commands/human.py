"""`!human [question]`: a person, at once."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import language, questions, tickets
from helpdesk.desk.verdict import hand_over
from helpdesk.effects import Effect, Message, Reply
from helpdesk.model import QuestionStatus


def run(call: Call) -> list[Effect]:
    origin = questions.place_origin(call.place)
    if call.invocation.words and origin is not None:
        text, warning = questions.prepared(call.invocation.words, call.config)
        opened = tickets.open_ticket(
            call.view,
            call.config,
            call.now,
            asker=call.person.id,
            identity=call.person.identity,
            origin=origin,
            text=text,
            lang=language.expected(call.person, origin, call.config),
            because="because-human",
        )
        return [*opened, *warning]
    question = call.view.question
    if question is None or question.status is QuestionStatus.DROPPED:
        return [Reply(Message("human-what", {"prefix": call.prefix}))]
    return hand_over(call, question, "because-human")


COMMAND = Command(
    "human", run, Grammar.WORDS, aliases=("person", "mensch"), needs=Need.QUESTION | Need.MINE | Need.OPENING
)
