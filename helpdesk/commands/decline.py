"""`!decline N why`: I do not agree to what was asked for."""

from helpdesk.commands.base import Command, Grammar, Need
from helpdesk.desk import requests

COMMAND = Command("decline", requests.decline, Grammar.NUMBER_WORDS, needs=Need.REQUEST)
