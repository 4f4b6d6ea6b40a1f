"""`helpdesk ask`: the articles answer as they would in a room, and with `--explain` say why."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from helpdesk.cli.opened import citation_json, where, with_kb
from helpdesk.cli.shared import FAILED, Shared, json_option, leave, pass_shared, print_json

if TYPE_CHECKING:
    from kb.answer import KnowledgeBase
    from kb.answering import Explanation
    from kb.model import Outcome


@click.command(
    epilog="""\b
Examples:
  helpdesk ask "how do I get a mailing list for my project?"
  helpdesk ask --json "lost my phone, can't log in" | jq .confidence
  helpdesk ask --explain "can somebody create a ml for us"
  helpdesk ask --previous "how do I register my nick?" "and on Matrix?"

Exit code 1: nothing fits well enough; the desk would have opened a ticket.
"""
)
@click.argument("question", nargs=-1, required=True)
@click.option("--previous", default="", help="What was asked before, to try a follow-up.")
@click.option("--lang", default="", help="The asker's language where the question does not tell it.")
@click.option(
    "--semantic",
    type=click.Choice(["auto", "off", "static", "transformer"]),
    help="What judges the meaning.  [default: the configuration's]",
    show_default=False,
)
@click.option("--explain", is_flag=True, help="Show what was considered, and why it is or is not an answer.")
@json_option
@pass_shared
def ask(
    shared: Shared,
    question: tuple[str, ...],
    previous: str,
    lang: str,
    semantic: str | None,
    *,
    explain: bool,
    as_json: bool,
) -> None:
    """Ask the articles, as somebody in a room would. The desk hears nothing of it."""
    from kb.model import Answer, NoAnswer, Suggestions

    def look(base: KnowledgeBase) -> tuple[Outcome, Explanation]:
        outcome = base.answer(" ".join(question), lang=lang or None, previous=previous)
        return outcome, base.explain(outcome)

    outcome, explanation = with_kb(shared, look, semantic)
    if explain and not as_json:
        _explain(outcome, explanation)
    more = {"explanation": asdict(explanation)} if explain else {}
    match outcome:
        case Answer():
            if as_json:
                print_json(
                    {
                        **more,
                        "outcome": "answer",
                        "confidence": round(outcome.confidence, 3),
                        "text": list(outcome.parts),
                        "citation": citation_json(outcome.citation),
                    }
                )
            else:
                click.echo(outcome.parts[0])
                click.secho(f"  {outcome.citation.title} — {where(outcome.citation)}", dim=True)
        case Suggestions():
            if as_json:
                print_json(
                    {
                        **more,
                        "outcome": "suggestions",
                        "confidence": round(outcome.confidence, 3),
                        "citations": [citation_json(citation) for citation in outcome.citations],
                    }
                )
            else:
                click.echo("Perhaps one of these:")
                for citation in outcome.citations:
                    click.echo(f"  {citation.title} — {where(citation)}")
        case NoAnswer():
            if as_json:
                print_json(
                    {
                        **more,
                        "outcome": "no-answer",
                        "confidence": round(outcome.confidence, 3),
                        "nearest": [citation_json(citation) for citation in outcome.nearest],
                    }
                )
            else:
                click.echo("No article answers that: the desk would open a ticket.", err=True)
            leave(FAILED)


def _explain(outcome: Outcome, explanation: Explanation) -> None:
    """On standard error: the answer itself stays what it is."""
    evidence = outcome.evidence
    lines = [
        explanation.verdict,
        f"read as: {evidence.read_as}" if evidence.read_as else "",
        f"language: {evidence.lang or 'not told'}; meaning: {evidence.tier}",
        f"words looked for: {', '.join(evidence.terms) or 'none'}",
        f"of them the first article holds: {', '.join(evidence.matched) or 'none'}",
        *(f"{score:8.2f}  {article}" for article, score in evidence.candidates),
        *(
            f"{value:8.2f}  {name:10} adds {explanation.shares.get(name, 0.0):+.2f} to the log-odds"
            for name, value in evidence.features.items()
        ),
    ]
    for line in filter(None, lines):
        click.secho(f"  {line}", dim=True, err=True)
