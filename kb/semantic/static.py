"""The small tier: a text is the mean of its tokens' vectors. Fast enough for every save; must never import an engine.

The vectors are WordLlama's (Miller, 2024; MIT): token embeddings of a language model, trained on to 256 dimensions for likeness.
Any table of token vectors with its tokenizer works, such as those of Model2Vec (Minish Lab, 2024).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kb.semantic.encoder import Vectors

MAX_TOKENS = 512
MAX_CHARACTERS = 4000


class StaticEncoder:
    tier = "static"

    def __init__(self, table: NDArray[np.float16] | NDArray[np.float32], tokenizer: Tokenizer, digest: str) -> None:
        """`table` has one row a token of the tokenizer."""
        self._table = table
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self.digest = digest
        self.size = int(table.shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        bounded = [text[:MAX_CHARACTERS] for text in texts]
        for row, encoding in enumerate(self._tokenizer.encode_batch(bounded, add_special_tokens=False)):
            if encoding.ids:
                vector = self._table[encoding.ids].mean(axis=0, dtype=np.float32)
                length = float(np.sqrt(vector @ vector))
                if length > 0:
                    found[row] = vector / length
        return found
