"""Rich text as a small tree of spans, its parsers and its rendering for each network. Pure.

Whatever a network says becomes `Text` through a parser that strips control characters and bounds the length, so that
no renderer meets anything that could end a line, open a tag or call a whole room.
"""

from bridges.text.address import take_address
from bridges.text.harmless import LENGTH_LIMIT, LINKABLE, clean, defuse, fold, one_line, shorten
from bridges.text.hypertext import from_html
from bridges.text.lines import from_plain, plain
from bridges.text.markup import from_markup, from_passage, slot
from bridges.text.mirc import from_irc, irc
from bridges.text.render import Pill, html, web
from bridges.text.spans import (
    BLOCKS,
    Break,
    Code,
    CodeBlock,
    Coloured,
    Items,
    Link,
    Mention,
    Plain,
    Quote,
    Span,
    Spoiler,
    Style,
    Styled,
    Text,
    transform,
    walk,
)

__all__ = [
    "BLOCKS",
    "LENGTH_LIMIT",
    "LINKABLE",
    "Break",
    "Code",
    "CodeBlock",
    "Coloured",
    "Items",
    "Link",
    "Mention",
    "Pill",
    "Plain",
    "Quote",
    "Span",
    "Spoiler",
    "Style",
    "Styled",
    "Text",
    "clean",
    "defuse",
    "fold",
    "from_html",
    "from_irc",
    "from_markup",
    "from_passage",
    "from_plain",
    "html",
    "irc",
    "one_line",
    "plain",
    "shorten",
    "slot",
    "take_address",
    "transform",
    "walk",
    "web",
]
