"""`!deliver N result`: what was asked for is there."""

from helpdesk.commands.base import Command, Grammar, Need
from helpdesk.desk import requests
from helpdesk.model import Role

COMMAND = Command("deliver", requests.deliver, Grammar.NUMBER_WORDS, role=Role.SOLO, needs=Need.REQUEST)
