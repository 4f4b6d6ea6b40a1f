"""Colours: mIRC's palette, names that HTML knows, and which of them is nearest. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

Hue: TypeAlias = Literal["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]

# https://modern.ircdocs.horse/formatting#color and #colors-16-98
_PALETTE = """
    ffffff 000000 00007f 009300 ff0000 7f0000 9c009c fc7f00 ffff00 00fc00 009393 00ffff 0000fc ff00ff 7f7f7f d2d2d2
    470000 472100 474700 324700 004700 00472c 004747 002747 000047 2e0047 470047 47002a
    740000 743a00 747400 517400 007400 007449 007474 004074 000074 4b0074 740074 740045
    b50000 b56300 b5b500 7db500 00b500 00b571 00b5b5 0063b5 0000b5 7500b5 b500b5 b5006b
    ff0000 ff8c00 ffff00 b2ff00 00ff00 00ffa0 00ffff 008cff 0000ff a500ff ff00ff ff0098
    ff5959 ffb459 ffff71 cfff60 6fff6f 65ffc9 6dffff 59b4ff 5959ff c459ff ff66ff ff59bc
    ff9c9c ffd39c ffff9c e2ff9c 9cff9c 9cffdb 9cffff 9cd3ff 9c9cff dc9cff ff9cff ff94d3
    000000 131313 282828 363636 4d4d4d 656565 818181 9f9f9f bcbcbc e2e2e2 ffffff
"""
PALETTE = tuple(f"#{colour}" for colour in _PALETTE.split())
"""mIRC's colours 0 to 98 as `#rrggbb`. What clients make of 0 to 15 differs a little; 99 is the reader's default."""
_CODES = {colour: code for code, colour in reversed(list(enumerate(PALETTE)))}

# HTML 4.01, 6.5, and CSS's orange.
_NAMES = {
    "aqua": "#00ffff",
    "black": "#000000",
    "blue": "#0000ff",
    "cyan": "#00ffff",
    "fuchsia": "#ff00ff",
    "gray": "#808080",
    "green": "#008000",
    "grey": "#808080",
    "lime": "#00ff00",
    "magenta": "#ff00ff",
    "maroon": "#800000",
    "navy": "#000080",
    "olive": "#808000",
    "orange": "#ffa500",
    "purple": "#800080",
    "red": "#ff0000",
    "silver": "#c0c0c0",
    "teal": "#008080",
    "white": "#ffffff",
    "yellow": "#ffff00",
}
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})")
_GREY = 40
"""How far the strongest part must be from the weakest (of 255) for a colour to be one."""
_HUES: tuple[tuple[int, Hue], ...] = (
    (18, "red"),
    (45, "orange"),
    (68, "yellow"),
    (160, "green"),
    (200, "cyan"),
    (255, "blue"),
    (290, "purple"),
    (345, "pink"),
    (360, "red"),
)


def colour_named(source: str) -> str:
    """`#rrggbb` for `#rrggbb`, `#rgb` or a basic name in any case; empty for anything else."""
    source = source[:20].strip().lower()
    if not _HEX.fullmatch(source):
        return _NAMES.get(source, "")
    return source if len(source) == 7 else "#" + "".join(2 * digit for digit in source[1:])


def parts(colour: str) -> tuple[int, int, int]:
    """Red, green, blue of `#rrggbb`, 0 to 255 each."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(1024)
def code_of(colour: str) -> int:
    """The number of mIRC's colour that looks most like `#rrggbb`.

    The distance is weighted by the mean of red, as eyes do: https://www.compuphase.com/cmetric.htm
    """
    if colour in _CODES:
        return _CODES[colour]
    red, green, blue = parts(colour)

    def distance(other: str) -> float:
        r, g, b = parts(other)
        mean = (red + r) / 2
        return (2 + mean / 256) * (red - r) ** 2 + 4 * (green - g) ** 2 + (2 + (255 - mean) / 256) * (blue - b) ** 2

    return _CODES[min(_CODES, key=distance)]


def hue_of(colour: str) -> Hue | None:
    """One of eight names for `#rrggbb`; None for what is black, white or grey."""
    red, green, blue = parts(colour)
    most, least = max(red, green, blue), min(red, green, blue)
    if most - least < _GREY:
        return None
    if most == red:
        turn = (green - blue) / (most - least) % 6
    elif most == green:
        turn = (blue - red) / (most - least) + 2
    else:
        turn = (red - green) / (most - least) + 4
    return next(hue for end, hue in _HUES if turn * 60 <= end)
