"""`!help [command]`: what can be said here."""

from helpdesk.commands.base import Call, Command, Grammar
from helpdesk.effects import Effect, Message, Refuse, Reply
from helpdesk.model import Role


def run(call: Call) -> list[Effect]:
    from helpdesk.commands.registry import BY_VERB, COMMANDS, near

    verb = call.invocation.words.lower().lstrip(call.prefix).split(" ")[0][:40]
    if not verb:
        lines: list[Effect] = [Reply(Message("help-asker", {"prefix": call.prefix, "name": call.config.helpdesk.name}))]
        if call.person.role >= Role.SHADOW:
            lines.append(Reply(Message("help-volunteer", {"prefix": call.prefix})))
        if call.person.role >= Role.LEAD:
            lines.append(Reply(Message("help-lead", {"prefix": call.prefix})))
        return lines
    command = BY_VERB.get(verb) or COMMANDS.get(near(verb))
    if command is None or call.person.role < command.role:
        return [Refuse("not-found", Message("unknown-command", {"verb": verb, "prefix": call.prefix}))]
    usage = Message(f"usage-{command.name}", {"prefix": call.prefix})
    about = Message(f"help-{command.name}", {"prefix": call.prefix})
    return [Reply(Message("help-one", {"usage": usage, "help": about}))]


COMMAND = Command("help", run, Grammar.WORDS, aliases=("hilfe", "commands"))
