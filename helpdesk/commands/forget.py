"""`!forget me`: the desk forgets who I am. The operator may say NETWORK:NAME instead of me."""

from helpdesk.commands.base import Command, Grammar, Need
from helpdesk.desk import privacy

COMMAND = Command("forget", privacy.forget, Grammar.WORDS, needs=Need.PRIVACY, bare=False, verbs=privacy.ME)
