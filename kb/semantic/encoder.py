"""The interface of both tiers, and what can be wrong with a model. Must never import an engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""One unit vector a row; a text that says nothing is a row of zeros."""


class ModelError(Exception):
    """A model can't be used. The message names what is wrong, and the mend."""


class Encoder(Protocol):
    """Texts to vectors whose product is their likeness in meaning, -1 to 1. Thread-safe; blocks for as long as it computes."""

    @property
    def tier(self) -> str:
        """`static` or `transformer`."""
        ...

    @property
    def digest(self) -> str:
        """Of weights and tokenizer: vectors of another digest are no longer true."""
        ...

    @property
    def size(self) -> int:
        """Numbers in a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors: ...
