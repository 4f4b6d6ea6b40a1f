"""Durations as people write them in the configuration: `90s`, `10m`, `4h`, `2d`, or a number of seconds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    if isinstance(value, str):
        found = re.fullmatch(r"\s*(\d+)\s*([smhd])\s*", value)
        if not found:
            raise ValueError("write a duration such as 90s, 10m, 4h or 2d")
        return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
