"""`!pick N`, or just `N`: choose one of the desk's suggestions."""

from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import questions
from helpdesk.effects import Effect, Message, Refuse
from helpdesk.model import QuestionStatus


def run(call: Call) -> list[Effect]:
    question, number = call.view.question, call.invocation.number
    if question is None or question.status is not QuestionStatus.SUGGESTED:
        return [Refuse("not-found", Message("pick-nothing", {"prefix": call.prefix}))]
    if number is None or not 1 <= number <= len(question.citations):
        return [Refuse("invalid", Message("pick-range", {"count": str(len(question.citations))}))]
    return questions.picked(question, number, call.config)


COMMAND = Command("pick", run, Grammar.NUMBER, needs=Need.QUESTION)
