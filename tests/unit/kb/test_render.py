from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import article
from kb.model import Article
from kb.render import SCHEMES, article_html, excerpt_html, image_path, markdown_html, target_of


def parsed(body: str, article_id: str = "topic/a") -> Article:
    found, problems = article.parse(Path("a.md"), article_id, f"---\ntitle: A\n---\n{body}".encode())
    assert found is not None, problems
    return found


def html(body: str) -> str:
    return article_html(parsed(body), lambda other, anchor: f"/kb/{other}" + (f"#{anchor}" if anchor else ""))


class Seen(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


SAFE_TAGS = """a blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr img kbd li ol p pre section strong sub sup table tbody td th thead
tr ul mark"""


def assert_harmless(text: str) -> None:
    for tag, attributes in Seen(text).tags:
        assert tag in SAFE_TAGS.split(), tag
        for name, value in attributes.items():
            assert name in {"href", "src", "alt", "title", "class", "id", "start", "style", "rel"}, name
            if name in {"href", "src"}:
                scheme = re.match(r"\s*([a-zA-Z][\w+.-]*):", value or "")
                assert scheme is None or scheme[1].lower() in SCHEMES, value
            if name == "style":
                assert re.fullmatch(r"text-align: (left|right|center);", value or "")


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](y)',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "<div onclick=alert(1)>x</div>",
    "<style>*{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    '```"><script>alert(1)</script>\nx\n```',
    "~~~ {onclick=alert(1)}\nx\n~~~",
    "## <script>alert(1)</script> {#x}",
    '## h {#a"onclick="alert(1)}',
    "| <script> | b |\n|---|---|\n| <img onerror=x> | d |",
    '!!! note "<script>alert(1)</script>"\n    x',
    "<!-- <script>alert(1)</script> -->",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "\\<script>alert(1)\\</script>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_active_gets_through(attack: str) -> None:
    for text in (html(attack), html(f"- {attack}"), html(f"> {attack}"), markdown_html(attack)):
        assert_harmless(text)


@given(
    st.lists(st.sampled_from([*ATTACKS, *"<>\"'&[]()`*_#|!:\n\t\x00 ", "a", "javascript:", "on"]), max_size=12).map(
        "".join
    )
)
def test_no_mixture_of_attacks_gets_through(text: str) -> None:
    assert_harmless(html(text))
    assert_harmless(markdown_html(text))


def test_headings_have_the_anchors_of_the_sections() -> None:
    body = "Top.\n\n## One & two\n\n### Sub {#sub}\n\n## One & two\n\nEnd.\n"
    ids = [attributes["id"] for tag, attributes in Seen(html(body)).tags if re.fullmatch("h[1-6]", tag)]
    assert ids == [section.anchor for section in parsed(body).sections if section.anchor]
    assert "One &amp; two</h2>" in html(body)


def test_links_are_rewritten_and_marked() -> None:
    out = html(
        "[a](../irc/tls.md#ports) [b](#here) [c](https://x.example/) [d](b.md) [e](file.pdf) [f](//evil.example/x)"
    )
    links = [(attributes.get("href"), attributes.get("rel")) for tag, attributes in Seen(out).tags if tag == "a"]
    assert [href for href, _ in links] == [
        "/kb/irc/tls#ports",
        "#here",
        "https://x.example/",
        "/kb/topic/b",
        None,
        None,
    ]
    assert all(rel == "nofollow noopener" for href, rel in links if href)


def test_links_without_a_callable_are_relative_to_the_page() -> None:
    out = article_html(parsed("[a](../irc/tls.md#ports) [b](b.md) [c](../top.md)"))
    assert re.findall(r'href="([^"]*)"', out) == ["./../irc/tls#ports", "./b", "./../top"]


def test_each_section_is_an_element_of_its_own() -> None:
    out = html("Top.\n\n## One\n\nText <section>.\n\n### Two\n\nMore.\n")
    assert re.sub(r"\s+", " ", out) == (
        "<p>Top.</p> "
        '<section> <h2 id="one">One</h2> <p>Text &lt;section&gt;.</p> </section> '
        '<section> <h3 id="two">Two</h3> <p>More.</p> </section>'
    )


def test_link_definitions_reach_every_section() -> None:
    assert 'href="https://x.example/"' in html("## One\n\n[word][x]\n\n## Two\n\n[x]: https://x.example/\n")


def test_images_are_our_own_or_their_description() -> None:
    body = "![The door](../img/door.png) ![Spy](https://evil.example/x.png)"
    assert "img" not in html(body)
    assert "The door" in html(body)
    out = article_html(parsed(body), image=lambda path: f"/img/{path}")
    assert [attributes["src"] for tag, attributes in Seen(out).tags if tag == "img"] == ["/img/img/door.png"]


def test_tables_code_admonitions_and_lines_that_begin_with_a_channel() -> None:
    out = html("| a | b |\n|---|:-:|\n| c | d |\n\n```sh\nls <x>\n```\n\n!!! warning\n    Careful.\n\n#channel is ours")
    assert "<td>c</td>" in out
    assert '<code class="language-sh">ls &lt;x&gt;' in out
    assert '<div class="admonition warning">' in out
    assert "<p>#channel is ours</p>" in out


def test_lists_are_read_as_people_indent_them() -> None:
    out = html("Do this:\n1. One\n   - sub\n\n   ```\n   code here\n   ```\n2. Two\n\n   more of two\n3. Three\n")
    assert out.count("<ol>") == 1
    assert out.count("<li>") == 4
    assert "<pre><code>code here" in out
    assert re.search(r"<p>more of two</p>\s*</li>", out)


def test_absurd_nesting_is_shown_as_it_was_written() -> None:
    assert "&gt;" in html("> " * 3000 + "x")


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("b.md", ("topic/b", "")),
        ("../other/c.md#x%20y", ("other/c", "x y")),
        ("#x", ("topic/a", "x")),
        ("/other/c.md", None),
        ("https://x.example/c.md", None),
        ("//x.example/c.md", None),
        ("c.pdf", None),
        ("http://[", None),
    ],
)
def test_where_a_link_leads(target: str, found: tuple[str, str] | None) -> None:
    assert target_of("topic/a", target) == found


def test_where_an_image_lies() -> None:
    assert image_path("topic/a", "../img/x.png") == "img/x.png"
    assert image_path("topic/a", "../../etc/passwd") is None
    assert image_path("topic/a", "/etc/passwd") is None
    assert image_path("topic/a", "https://x.example/y.png") is None


@given(st.text(max_size=400), st.text(max_size=30))
def test_excerpts_are_safe_and_short(text: str, query: str) -> None:
    from kb.index import analyse, tokens

    out = excerpt_html(text, list(tokens(text)), set(analyse(query)))
    assert re.fullmatch(r"(?:[^<>]|</?mark>)*", out)
    assert len(re.sub(r"</?mark>|&[#\w]+;", "x", out)) < 700
