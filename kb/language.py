"""Which language a question is in: by the function words that only one language has, else by py3langid's model. Code, addresses,
log lines and nicknames say nothing about it and are left out. Must never import an engine.

The model takes 1.3 s and about 65 MB to load (peak 105 MB), and 0.1 ms a text then, so it is loaded when a text needs it.
"""

# mypy: disallow-untyped-calls=False
# py3langid has hardly any types.
from __future__ import annotations

import re
import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MAX_TEXT = 2000
"""Characters looked at."""
FEWEST_WORDS = 4
"""The model guesses at shorter texts: only function words decide these."""
FLOOR = 0.55
"""The model's probability below which a text is of no certain language: a list of technical terms gets .25 to .5, a sentence
of four words .6 to 1."""

COMMON = (
    "ar", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hu", "it", "ja", "ko", "nl", "no", "pl", "pt", "ro",
    "ru", "sv", "tr", "uk", "zh",
)  # fmt: skip
"""What the model always weighs: a question in a language without articles should not be taken for one that has them."""
_NO_LANGUAGE = "zxx"
_SAME = {"nb": "no", "nn": "no"}

_TELLING = {
    "en": """i do the and is are was how what where when why which who whose does did my your our their this that these those with
        without from can't cannot don't doesn't isn't it's i'm i've won't should would could have has been there here any
        anyone mine got an please help not to of you""",
    "de": """der die das und ist sind wie wo wann warum welche welcher welches wer ich nicht kein keine mein meine meinen meinem
        meiner ein eine einen einem einer für auf mit ohne von zu zum zur bei kann können könnt kannst muss darf gibt habe
        haben hat bitte danke hallo hilfe wird werden wurde noch schon auch aber oder geht im ihr euch wir uns vergessen""",
    "fr": """le les un une des du est sont comment où quand pourquoi quel quelle quels quelles je j'ai c'est n'est ne pas mon
        ma mes notre votre pour avec sans dans sur qui que peut puis bonjour merci aide vous nous il elle oublié ça d'un
        d'une qu'est-ce l'aide au aux et""",
    "es": """el los las una del es son cómo dónde cuándo qué cuál quién yo mi mis tu para con sin puedo puede hay tengo estoy
        está olvidé olvidado hola gracias ayuda por al mi nuestro unos usted necesito quiero y""",
    "pt": """o os um uma do da dos das no na é são como onde quando qual quem eu não meu minha meus minhas para com sem posso
        pode há tenho estou está esqueci olá obrigado obrigada ajuda por ao consigo nosso você preciso quero""",
    "it": """il lo gli un una del della dei delle è sono come dove quando perché quale chi io non mio mia miei mie per con senza
        posso può c'è ho sto ciao grazie aiuto nel nella al alla ai che dimenticato nostro voglio""",
    "nl": """de het een en is zijn hoe waar wanneer waarom welke wie ik niet geen mijn voor met zonder van naar bij kan kunnen
        moet heb heeft ben bent hallo dank hulp wordt worden nog ook maar je jullie wij we ons vergeten""",
    "ru": """и в на не как где когда почему какой какая кто я мой моя мои мне у меня что это есть для с без могу можно нет нужно
        привет спасибо помогите пожалуйста забыл из по к он она мы вы""",
}
_WORDS_OF = {code: frozenset(text.split()) for code, text in _TELLING.items()}

_FENCED = re.compile(r"```.*?(?:```|$)|~~~.*?(?:~~~|$)", re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}:(?://)?\S*[/.@]\S*|\bwww\.\S+|\S+@\S+|(?<!\w)[/~][\w.-]+/\S*", re.IGNORECASE
)
_LOG_LINE = re.compile(
    r"^\s*(?:\[?\d{4}-\d\d-\d\d|\[?\d\d:\d\d(?::\d\d)?\b|\[\s*\d+\.\d+\]|\$ |# |at [\w.$]+\(|Traceback|File \"|\*\*\*|-!-|==|:\S+!\S+)"
    r"|^.{0,40}\b(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE|CRITICAL)\b"
)
_NAMED = re.compile(r"^\s*[^\s,:]{1,30}[:,]\s+(?=\S)")
"""Whom the line is said to: `anna: how …`."""
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_MARKED = re.compile(r"(?<!\w)[@#!&+]\S+|<[^<>\s]{1,60}>")
"""Nicknames, channels, commands, and `<nick>` of a log."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def recognise(text: str, among: Collection[str] = ()) -> str:
    """The code of the text's language, such as `de`; empty when it is too short to tell, mixed, or none of `among`, where that
    is given. Never raises. Takes 0.1 ms, the first text that needs the model 1.3 s: not for an event loop.
    """
    allowed = {base(tag) for tag in among}
    said = _said(text[:MAX_TEXT])
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(said)]
    if not words or (allowed and not allowed - {""}):
        return ""
    told = _by_function_words(words)
    if not told and sum(map(_length, words)) >= FEWEST_WORDS:
        told = _model.tell(said, allowed)
    return told if not allowed or told in allowed else ""


def load() -> None:
    """Load the model now, in the caller's thread, so that no question waits for it."""
    _model.tell("", set())


def base(tag: str) -> str:
    """`pt` for `pt-BR`; `no` for what Norwegians write."""
    code = tag.partition("-")[0].lower()
    return _SAME.get(code, code)


def _said(text: str) -> str:
    """What a person wrote in words."""
    text = _CODE.sub(" ", _FENCED.sub(" ", text))
    lines = [line for line in _QUOTED.sub("", text).split("\n") if not _LOG_LINE.match(line)]
    bare = "\n".join(_NAMED.sub("", line) for line in lines)
    return _MARKED.sub(" ", _ADDRESS.sub(" ", bare)).strip()


def _length(word: str) -> int:
    """In words: Chinese and Japanese have no spaces, and about two signs a word."""
    return 1 + sum(sign > "\u2e7f" for sign in word) // 2


def _by_function_words(words: list[str]) -> str:
    """One language's words, well ahead of any other's; of a long text at least two of them."""
    hits = sorted(((sum(word in telling for word in words), code) for code, telling in _WORDS_OF.items()), reverse=True)
    (most, code), (second, _) = hits[:2]
    needed = 1 if len(words) < FEWEST_WORDS else max(2, len(words) // 6)
    return code if most >= needed and most >= 2 * second and most > second else ""


class _Model:
    """py3langid's, cut down to the languages that matter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: LanguageIdentifier | None = None
        self._codes: frozenset[str] = frozenset()
        self._broken = False

    def tell(self, text: str, allowed: set[str]) -> str:
        identifier = self._identifier(allowed)
        if identifier is None:
            return ""
        code, probability = identifier.classify(text)
        return code if probability >= FLOOR and code != _NO_LANGUAGE else ""

    def _identifier(self, allowed: set[str]) -> LanguageIdentifier | None:
        """With the common languages and, as far as the model knows them, those asked for."""
        with self._lock:
            if not self._broken and (self._held is None or not allowed <= self._codes):
                try:
                    self._load(allowed)
                except (ImportError, OSError, ValueError, LookupError, EOFError, AttributeError):
                    self._broken = True  # an installation without its data: the function words remain
            return self._held

    def _load(self, allowed: set[str]) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        whole = LanguageIdentifier.from_model_file(MODEL_FILE)
        wanted = {*COMMON, _NO_LANGUAGE, *self._codes, *allowed}
        whole.set_languages(sorted(wanted.intersection(whole.labels)))
        self._held = LanguageIdentifier(
            whole.nb_ptc.copy(), whole.nb_pc.copy(), whole.nb_classes, whole.tk_nextmove, whole.tk_output,
            norm_probs=True, tk_row=whole.tk_row,
        )  # fmt: skip
        self._codes = frozenset(wanted)  # what the model does not know is not looked for again


_model = _Model()
