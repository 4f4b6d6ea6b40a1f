"""Every word the desk says, from the Fluent files in `helpdesk/locale/LANGUAGE/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource

from bridges.text import Link, Plain, Text, from_markup, from_plain, plain, slot
from helpdesk.effects import Message, Value

DEFAULT = "en"


@cache
def _bundle(language: str) -> FluentBundle:
    # Isolation marks break commands that people copy from the chat.
    bundle = FluentBundle([language], use_isolating=False)
    for file in sorted((files("helpdesk") / "locale" / language).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".ftl"):
            bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle


@cache
def languages() -> tuple[str, ...]:
    """The languages the desk can speak."""
    return tuple(sorted(folder.name for folder in (files("helpdesk") / "locale").iterdir() if folder.is_dir()))


class Words:
    """Renders messages. A word that a language lacks is said in English."""

    def __init__(self, language: str = DEFAULT) -> None:
        self.language = language

    def text(self, message: Message, language: str = "") -> Text:
        """The message as rich text. Values from outside are never read as markup; raise KeyError for an unknown id."""
        values: list[Text] = []
        source = self._format(message.id, message.args, language or self.language, values)
        return from_markup(source, values)

    def plain(self, message_id: str, language: str = "", **args: Value) -> str:
        """The message as a string without any markup being read: for templates, where escaping is theirs."""
        values: list[Text] = []
        source = self._format(message_id, args, language or self.language, values)
        return plain(tuple(from_markup(source, values)))

    def has(self, message_id: str) -> bool:
        return bool(_bundle(DEFAULT).has_message(message_id))

    def _format(self, message_id: str, args: Mapping[str, Value], language: str, values: list[Text]) -> str:
        for candidate in (language, language.partition("-")[0], DEFAULT):
            if candidate in languages() and _bundle(candidate).has_message(message_id):
                bundle = _bundle(candidate)
                break
        else:
            raise KeyError(message_id)
        given: dict[str, str | int] = {}
        for name, value in args.items():
            if isinstance(value, int):
                given[name] = value
                continue
            if isinstance(value, Message):
                value = self.text(value, language)  # noqa: PLW2901 - a message inside a message
            given[name] = slot(len(values))
            if isinstance(value, str):
                # An address of ours is there to be followed; nothing else from outside becomes a link here.
                value = (Link(value, (Plain(value),)),) if name == "url" else from_plain(value)  # noqa: PLW2901
            values.append(value)
        pattern = bundle.get_message(message_id).value
        if pattern is None:
            raise KeyError(message_id)
        formatted, errors = bundle.format_pattern(pattern, given)
        if errors:
            raise ValueError(f"{message_id} ({language}): {errors}")
        return str(formatted)
