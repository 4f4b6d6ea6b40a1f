"""Which words in chat are an answer to a form, and which are meant for somebody else. Pure."""

from __future__ import annotations

from datetime import datetime

from helpdesk.commands.base import Place
from helpdesk.config import Config
from helpdesk.desk import forms
from helpdesk.desk.intake import Heard
from helpdesk.effects import Effect
from helpdesk.model import QuestionStatus, TicketStatus
from helpdesk.nouns.requests import Form
from helpdesk.sig_sections import RequestItem
from helpdesk.view import View


def answer(place: Place, heard: Heard, view: View, config: Config, now: datetime) -> list[Effect] | None:
    """What somebody said as an answer to their form; None where it is not meant for it."""
    form, person = view.request.form, view.person
    item = config.catalogue.get(form.item) if form is not None else None
    if form is None or item is None or person is None or not heard.words:
        return None
    if not forms.awake(form, now) or not forms.here(form, place) or not _meant(heard, form, item, view):
        return None
    filling = forms.Filling(forms.now_asked(form, item), item, person, place, view, config, now)
    command = heard.command
    words = command.verb if command is not None and not heard.bare else heard.words
    return forms.said(filling, words)


def _meant(heard: Heard, form: Form, item: RequestItem, view: View) -> bool:
    """Whether words in the form's place are for the form, and not for a ticket, an answer, or a command."""
    if heard.mistake is not None or view.anchored or view.ticket is not None:
        return False
    if any(t.status is TicketStatus.WAITING and t.asked_back and t.changed_at > form.changed for t in view.mine):
        return False
    command = heard.command
    if command is None:
        return True
    judged = view.question
    offered = judged is not None and judged.status in (QuestionStatus.ANSWERED, QuestionStatus.SUGGESTED)
    if judged is not None and offered and judged.asked_at > form.changed and command.verb in ("yes", "no", "pick"):
        return False  # what the desk answered in between is judged
    if heard.bare:
        return True
    if command.verb in ("yes", "no"):
        return not form.field or any(field.name == form.field and field.kind == "yes-no" for field in item.fields)
    return command.verb == "cancel" and command.number is None and not view.mine
