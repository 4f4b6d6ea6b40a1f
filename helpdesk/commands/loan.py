"""`!loan WHAT to WHO until DATE [event N]`, `!loan return N`, `!loan list`: what is lent, and whether it is back."""

from dataclasses import replace

from bridges.text import one_line
from helpdesk.commands.base import Call, Command, Grammar, Need
from helpdesk.desk import loans
from helpdesk.desk.eventwords import WhenError
from helpdesk.desk.loanwords import BACK, LIST, Lent, lent, loan_of
from helpdesk.desk.secrets import mask
from helpdesk.effects import Effect, Message, Refuse, Reply, Value
from helpdesk.model import Role
from helpdesk.nouns.community import Loan, SetLoan, named

LISTED = 8


def run(call: Call) -> list[Effect]:
    words = call.invocation.words.strip()
    first = words.split()[0].lower() if words else "list"
    if first in LIST:
        return _list(call)
    if first in BACK:
        return _returned(call)
    if call.person.role < Role.PAIR:
        return [Refuse("forbidden", Message("need-role", {"verb": "loan", "role": Message("role-pair")}))]
    usage = Refuse("invalid", Message("usage", {"usage": Message("usage-loan", {"prefix": call.prefix})}))
    try:
        said = lent(mask(words)[0], call.now, call.config.sig.zone)
    except WhenError as error:
        return [Refuse("invalid", Message(error.id, {"said": one_line(error.about, 60)}))]
    if said is None:
        return [usage]
    if said.until <= call.now:
        return [Refuse("invalid", Message("loan-past"))]
    return _lend(call, said)


def _lend(call: Call, said: Lent) -> list[Effect]:
    seen = call.view.community
    event = named([said.event], seen.events) if said.event else None
    if said.event and event is None:
        return [Refuse("not-found", Message("event-none", {"which": said.event, "prefix": call.prefix}))]
    borrower = seen.called[0] if seen.called else None
    loan = Loan(
        seen.next,
        one_line(said.what),
        borrower[1].name if borrower else one_line(said.who.removeprefix("@")),
        borrower[0] if borrower else None,
        call.person.id,
        event.id if event else None,
        said.ticket,
        call.now,
        said.until,
    )
    args: dict[str, Value] = {
        "loan": loans.text(loan, call.config, call.now),
        "number": str(loan.id),
        "prefix": call.prefix,
    }
    return [
        SetLoan(loan),
        *loans.reminders(loan, call.config, call.now),
        call.audited("loan", str(loan.id), f"{loan.what} to {loan.borrower}"),
        Reply(Message("loan-made" if borrower else "loan-made-unknown", args)),
    ]


def _returned(call: Call) -> list[Effect]:
    loan, number = call.view.community.loan, loan_of(call.invocation.words)
    if number is None:
        return [Refuse("invalid", Message("usage", {"usage": Message("usage-loan", {"prefix": call.prefix})}))]
    if loan is None:
        return [Refuse("not-found", Message("loan-none", {"number": str(number), "prefix": call.prefix}))]
    if loan.returned is not None:
        return [Refuse("conflict", Message("loan-back-already", {"number": str(loan.id), "what": loan.what}))]
    return [
        SetLoan(replace(loan, returned=call.now)),
        call.audited("loan return", str(loan.id), loan.what),
        Reply(Message("loan-back", {"number": str(loan.id), "what": loan.what, "who": loan.borrower})),
    ]


def _list(call: Call) -> list[Effect]:
    found = call.view.community.loans
    if not found:
        return [Reply(Message("loan-list-empty"))]
    lines: list[Effect] = [Reply(loans.text(loan, call.config, call.now)) for loan in found[:LISTED]]
    more = len(found) - LISTED
    return [*lines, *([Reply(Message("loan-list-more", {"count": more}))] if more > 0 else [])]


COMMAND = Command(
    "loan",
    run,
    Grammar.WORDS,
    aliases=("loans", "lend"),
    role=Role.SHADOW,
    needs=Need.COMMUNITY,
    verbs=frozenset({"list"}),
)
