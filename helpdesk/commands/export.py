"""`!export me`: all that the desk knows of me, behind a link that only I get."""

from helpdesk.commands.base import Command, Grammar, Need
from helpdesk.desk import privacy

COMMAND = Command("export", privacy.export, Grammar.WORDS, needs=Need.PRIVACY, bare=False, verbs=privacy.ME)
