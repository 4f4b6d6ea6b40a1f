"""Whether words are meant for the desk. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bridges.text.spans import Plain, Text


def take_address(text: Text, names: Sequence[str]) -> tuple[bool, Text]:
    """Whether the text begins with one of `names` (`helpdesk: …`, `@helpdesk …`), and the text without it.

    A bare name needs a mark behind it (`:`, `,`, `;`), since `helpdesk is great` speaks about the desk, not to it.
    """
    if not text or not isinstance(text[0], Plain) or not names:
        return False, text
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
    found = re.match(
        rf"\s*(?:@(?:{alternatives})(?![\w-])[:,;]?|(?:{alternatives})\s*[:,;])\s*", text[0].text, re.IGNORECASE
    )
    if found is None:
        return False, text
    rest = text[0].text[found.end() :]
    return True, ((Plain(rest), *text[1:]) if rest else text[1:])
