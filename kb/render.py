"""Markdown as safe HTML for the web pages: Python-Markdown without raw HTML, then an allow-list. Knows no URL of the site: the
caller says where a link leads. Must never import an engine. Chat text is made in `kb.chat`.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Collection, Iterable
from urllib.parse import quote, unquote, urlsplit

import markdown
import nh3

from kb import markup
from kb.model import Article
from kb.ranking import Token

ArticleLink = Callable[[str, str], str]
"""An article's id and an anchor (maybe empty) to a URL."""
ImageLink = Callable[[str], str]
"""An image's path below the articles' folder to a URL; empty when it is not served."""

SCHEMES = frozenset({"http", "https", "mailto", "irc", "ircs", "matrix", "xmpp"})
EXCERPT = 240
MAX_CONVERTED = 200_000
"""A section longer than this is shown as it was written: Python-Markdown's time grows with the square of odd texts."""

_TAGS = {
    "a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img",
    "kbd", "li", "ol", "p", "pre", "section", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "code": {"class"},
    "div": {"class"},
    "p": {"class"},
    "ol": {"start"},
    "td": {"style"},
    "th": {"style"},
} | {f"h{level}": {"id"} for level in range(1, 7)}
_CLASSES = re.compile(r"(?:language-[\w+#-]{1,30}|admonition(?:-title)?|note|tip|warning|danger|important|info|hint)")
_ALIGN = re.compile(r"text-align: (left|right|center);")


def target_of(article_id: str, target: str) -> tuple[str, str] | None:
    """The id and anchor a relative link in an article leads to; None when it leads elsewhere."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or target.startswith("/"):
        return None
    anchor = unquote(parts.fragment)
    if not parts.path:
        return article_id, anchor
    if not parts.path.endswith(".md"):
        return None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(article_id), unquote(parts.path)))
    return joined.removesuffix(".md"), anchor


def article_html(article: Article, link: ArticleLink | None = None, image: ImageLink | None = None) -> str:
    """The article's body, each section in an element of its own, whose heading carries its anchor. Links to other articles go
    through `link`, and without it are relative between pages whose addresses end with the articles' ids. Images go through
    `image`, and without it become their description.
    """
    if link is None:
        link = _relative(article.id)
    definitions = markup.references(article.markdown)
    pieces: list[str] = []
    for section in article.sections:
        converted = _convert(f"{section.markdown}\n\n{definitions}")
        if section.level:
            inner = html.escape(section.heading, quote=False)
            heading = f'<h{section.level} id="{html.escape(section.anchor)}">{inner}</h{section.level}>'
            pieces.append(f"<section>\n{heading}\n{converted}\n</section>")
        else:
            pieces.append(converted)
    return _clean("\n".join(pieces), article.id, link, image)


def _relative(article_id: str) -> ArticleLink:
    def link(other: str, anchor: str) -> str:
        path = posixpath.relpath(f"/{other}", f"/{posixpath.dirname(article_id)}")
        # "./" keeps a name with a colon from being read as a scheme.
        return f"./{quote(path)}" + (f"#{quote(anchor)}" if anchor else "")

    return link


def markdown_html(text: str) -> str:
    """Any Markdown, such as a volunteer's answer, as safe HTML; relative links and images are not kept."""
    return _clean(_convert(markup.tidy(text)), "", lambda _article, _anchor: "", None)


def _convert(text: str) -> str:
    if len(text) > MAX_CONVERTED:
        return f"<pre>{html.escape(text, quote=False)}</pre>"
    try:
        prepared, blocks = markup.for_python_markdown(text)
        converted = _converter().convert(prepared)
    except (RecursionError, AssertionError, IndexError, ValueError, AttributeError):
        # Python-Markdown is recursive and gives up on absurd nesting: the text is still readable as it was written.
        return f"<pre>{html.escape(text, quote=False)}</pre>"

    code = {block.token: block for block in blocks}
    return _TOKEN.sub(lambda match: _code(code[match[1]]) if match[1] in code else match[0], converted)


_TOKEN = re.compile(r"(?:<p>)?(kb\d+codeblock)(?:</p>)?")


def _code(block: markup.CodeBlock) -> str:
    lang = re.sub(r"[^\w+#-]", "", block.lang)
    attribute = f' class="language-{lang}"' if lang else ""
    return f"<pre><code{attribute}>{html.escape(block.text, quote=False)}\n</code></pre>"


def _converter() -> markdown.Markdown:
    """A fresh one: it keeps state while it converts, and several threads may ask."""
    converter = markdown.Markdown(extensions=["tables", "admonition", "sane_lists", "def_list"], output_format="html")
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    # Headings are the article's sections: a line such as "#channel" is none.
    converter.parser.blockprocessors.deregister("hashheader")
    converter.parser.blockprocessors.deregister("setextheader")
    return converter


def _clean(unsafe: str, article_id: str, link: ArticleLink, image: ImageLink | None) -> str:
    def attribute(tag: str, name: str, value: str) -> str | None:
        match tag, name:
            case "a", "href":
                return _href(article_id, value, link)
            case "img", "src":
                return _src(article_id, value, image)
            case _, "class":
                kept = " ".join(word for word in value.split() if _CLASSES.fullmatch(word))
                return kept or None
            case _, "style":
                return value if _ALIGN.fullmatch(value) else None
            case _:
                return value

    safe = nh3.clean(
        unsafe,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=set(SCHEMES),
        link_rel="nofollow noopener",
        strip_comments=True,
    )
    return _WITHOUT_SOURCE.sub(lambda match: match[1] or "", safe)


_WITHOUT_SOURCE = re.compile(r'<img(?![^<>]*\ssrc=)(?:[^<>]*?\salt="([^"<>]*)")?[^<>]*>')


def _href(article_id: str, value: str, link: ArticleLink) -> str | None:
    other = target_of(article_id, value)
    if other is not None:
        if value.startswith("#"):
            return value
        return link(*other) or None
    try:
        scheme = urlsplit(value).scheme
    except ValueError:
        return None
    return value if scheme.lower() in SCHEMES else None


def _src(article_id: str, value: str, image: ImageLink | None) -> str | None:
    """Only pictures of our own: one from elsewhere would tell that site who reads."""
    path = image_path(article_id, value)
    return (image(path) or None) if image and path else None


def image_path(article_id: str, target: str) -> str | None:
    """An image's path below the articles' folder; None when it lies outside."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(article_id), unquote(parts.path)))
    return None if path.startswith("../") or path in {"..", "."} else path


def excerpt_html(text: str, tokens: Iterable[Token], terms: Collection[str]) -> str:
    """The stretch of the text that holds most of the terms, with these in `<mark>`; everything else escaped."""
    hits = [token for token in tokens if any(form in terms for form in token.forms)]
    start = 0
    if hits:
        best = max(hits, key=lambda hit: (_within(hits, hit.start), -hit.start))
        start = max(0, best.start - EXCERPT // 4)
        if start:
            start = text.find(" ", start, best.start) + 1 or best.start
    end = min(len(text), start + EXCERPT)
    if end < len(text):
        space = text.rfind(" ", start + 1, end)
        end = space if space > start else end
    pieces = ["… "] if start else []
    last = start
    for hit in hits:
        if hit.start >= last and hit.end <= end:
            pieces += [html.escape(text[last : hit.start]), f"<mark>{html.escape(text[hit.start : hit.end])}</mark>"]
            last = hit.end
    pieces += [html.escape(text[last:end]), " …" if end < len(text) else ""]
    return " ".join("".join(pieces).split())


def _within(hits: Iterable[Token], start: int) -> int:
    return len({hit.term for hit in hits if start <= hit.start < start + EXCERPT * 3 // 4})
