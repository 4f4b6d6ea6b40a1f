"""`!grant N [words]`: I agree to what was asked for."""

from helpdesk.commands.base import Command, Grammar, Need
from helpdesk.desk import requests

COMMAND = Command("grant", requests.grant, Grammar.NUMBER_WORDS, needs=Need.REQUEST)
