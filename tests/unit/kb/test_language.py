"""The language of what people write in chat: short and long lines, and what is no language at all."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from kb import language
from kb.language import recognise

LINES = [
    ("en", "how do I register my nick?"),
    ("en", "anna: where do I find the archive of the list?"),
    ("en", "git push rejected non-fast-forward"),
    ("en", "element android push notifications not working"),
    ("en", "a nick of mine got stolen"),
    ("de", "wie registriere ich meinen Nick?"),
    ("de", "Wie bekomme ich ein IRC cloak?"),
    ("de", "kann jemand mal den spam in #libera bannen"),
    ("de", "passwort vergessen"),
    ("de", "Wo ist der Raum?"),
    ("fr", "comment enregistrer mon pseudo ?"),
    ("fr", "j’ai oublié mon mot de passe"),
    ("fr", "où sont les archives de la liste ?"),
    ("es", "¿cómo registro mi nick?"),
    ("es", "no puedo entrar al canal"),
    ("pt", "como registo o meu nick?"),
    ("pt", "não consigo entrar no canal"),
    ("it", "come registro il mio nick?"),
    ("it", "dove trovo gli archivi della lista"),
    ("nl", "hoe registreer ik mijn nick?"),
    ("nl", "waar vind ik de archieven van de lijst"),
    ("ru", "как зарегистрировать ник?"),
    ("ru", "забыл пароль"),
    ("pl", "jak mogę zarejestrować swój nick na serwerze?"),
    ("sv", "hur registrerar jag mitt smeknamn på servern?"),
    ("ja", "ニックネームを登録するにはどうすればいいですか"),
]
NO_LANGUAGE = [
    "",
    " \n ",
    "ok",
    "hello",
    "nick registration",
    "sasl login fails",
    "matrix irc bridge broken",
    "qwertz asdf yxcv hjkl",
    "hola hallo bonjour hello",
    "https://docs.example.org/how-to-do-the-thing-with-your-account",
    "2026-11-24 10:00:00 ERROR the connection to the server was refused by the host",
    "```\nthe code is not what was asked for\n```",
    "@the_one_who_is #where-is-the-list !what",
    "🎉🎉🎉 😀",
    "1 2 3 4 5 6 7",
]


@pytest.mark.parametrize(("code", "line"), LINES)
def test_a_line_of_chat_is_of_its_language(code: str, line: str) -> None:
    assert recognise(line) == code


@pytest.mark.parametrize("line", NO_LANGUAGE)
def test_what_says_too_little_is_of_no_language(line: str) -> None:
    assert recognise(line) == ""


def test_what_people_say_decides_and_not_what_they_paste() -> None:
    pasted = "```\nERROR: the server could not be reached, please check that it is up and that you are online\n```"
    assert recognise(f"Beim Verbinden kommt das hier:\n{pasted}\nWas ist das?") == "de"
    assert recognise("> wie geht das denn mit dem Login?\nuse the form on the website, then wait for the mail") == "en"
    assert recognise("<anna> wie geht das? `ich bin der code` is that the right way to do it?") == "en"


def test_only_the_languages_asked_for_are_named() -> None:
    french = "j'ai oublié mon mot de passe"
    assert recognise(french, {"en", "fr"}) == "fr"
    assert recognise(french, {"en", "de"}) == ""
    assert recognise("não consigo entrar no canal", {"pt-BR"}) == "pt"
    assert recognise("nå får jeg bare denne feilmeldingen igjen", {"nb"}) == "no"
    assert recognise("zein da bileraren ordua eta tokia gaur arratsaldean", {"eu", "xx"}) == "eu"


def test_the_model_is_not_loaded_while_function_words_decide() -> None:
    program = "import sys; from kb.language import recognise; print(recognise('how do I do that?'), 'py3langid' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["en", "False"]


def test_without_its_model_short_words_still_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    from py3langid.langid import LanguageIdentifier

    def lost(*_: object, **__: object) -> None:
        raise OSError("no such file")

    monkeypatch.setattr(LanguageIdentifier, "from_model_file", lost)
    monkeypatch.setattr(language, "_model", language._Model())
    assert recognise("git push rejected non-fast-forward") == ""
    assert recognise("how do I register my nick?") == "en"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "the " * 30_000,
        "\x00\x01\x02",
        "\ud800 the and is",
        "مرحبا كيف حالك اليوم",
        "```" * 50_000,
        "a@" * 50_000,
    ],
)
def test_no_text_is_an_error(text: str) -> None:
    assert recognise(text) in {"", "en", "ar"}


def test_threads_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_model", language._Model())
    found: list[list[str]] = []
    lines = [line for _, line in LINES]
    threads = [threading.Thread(target=lambda: found.append([recognise(line) for line in lines])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[code for code, _ in LINES]] * 4
