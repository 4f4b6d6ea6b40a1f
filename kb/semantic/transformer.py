"""The larger tier: a BERT encoder (Devlin et al., 2019) with mean pooling (Reimers and Gurevych, Sentence-BERT, 2019), run by
numpy. Made for all-MiniLM-L6-v2; any BERT of this form works. Must never import an engine.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kb.semantic.encoder import ModelError, Vectors

MAX_TOKENS = 128
"""What all-MiniLM-L6-v2 was trained with."""
MAX_CHARACTERS = 2000
BATCH_TOKENS = 512
"""Tokens computed at once: more do not fit the processor's caches."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Layer:
    qkv: Array
    """Transposed weights of query, key and value side by side, the query's divided by the root of a head's size."""
    qkv_bias: Array
    out: Array
    out_bias: Array
    norm1: tuple[Array, Array]
    up: Array
    up_bias: Array
    down: Array
    down_bias: Array
    norm2: tuple[Array, Array]


class TransformerEncoder:
    tier = "transformer"

    def __init__(
        self, weights: Mapping[str, Array], config: Mapping[str, object], tokenizer: Tokenizer, digest: str
    ) -> None:
        """Raise ModelError when the weights are not those of the configuration."""
        self.digest = digest
        self._lock = threading.Lock()  # one computation at a time: two only slow each other down
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            raise ModelError("config.json is of no BERT model with GELU: choose one such as all-MiniLM-L6-v2")
        try:
            self.size = int(str(config["hidden_size"]))
            self._heads = int(str(config["num_attention_heads"]))
            self._epsilon = float(str(config["layer_norm_eps"]))
            layers = int(str(config["num_hidden_layers"]))
            weights = {name: held.astype(np.float32, copy=False) for name, held in weights.items()}
            self._words = weights["embeddings.word_embeddings.weight"]
            self._words[tokenizer.get_vocab_size() - 1]  # or it is another model's tokenizer
            places = weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
            self._tokenizer.enable_truncation(len(places))
            self._places = places + weights["embeddings.token_type_embeddings.weight"][0]
            self._norm = weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]
            self._layers = [self._layer(weights, f"encoder.layer.{number}.") for number in range(layers)]
            self.encode(["a text to see that the parts fit together"])
        except (KeyError, ValueError, IndexError, TypeError, ZeroDivisionError) as error:
            raise ModelError(
                f"model.safetensors does not fit config.json: {error}. Take both from the same model"
            ) from error

    def _layer(self, weights: Mapping[str, Array], name: str) -> _Layer:
        def dense(part: str) -> tuple[Array, Array]:
            return np.ascontiguousarray(weights[f"{name}{part}.weight"].T), weights[f"{name}{part}.bias"]

        def norm(part: str) -> tuple[Array, Array]:
            return weights[f"{name}{part}.LayerNorm.weight"], weights[f"{name}{part}.LayerNorm.bias"]

        (query, query_bias), (key, key_bias), (value, value_bias) = (
            dense(f"attention.self.{part}") for part in ("query", "key", "value")
        )
        scale = np.float32(1 / np.sqrt(self.size // self._heads))
        return _Layer(
            np.ascontiguousarray(np.hstack([query * scale, key, value])),
            np.concatenate([query_bias * scale, key_bias, value_bias]),
            *dense("attention.output.dense"),
            norm("attention.output"),
            *dense("intermediate.dense"),
            *dense("output.dense"),
            norm("output"),
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        encodings = self._tokenizer.encode_batch([text[:MAX_CHARACTERS] for text in texts])
        by_length = sorted(range(len(texts)), key=lambda row: len(encodings[row].ids))
        batch: list[int] = []
        for row in by_length:
            if batch and (len(batch) + 1) * len(encodings[row].ids) > BATCH_TOKENS:
                self._encode(found, batch, [encodings[member].ids for member in batch])
                batch = []
            batch.append(row)
        if batch:
            self._encode(found, batch, [encodings[member].ids for member in batch])
        return found

    def _encode(self, found: Vectors, rows: Sequence[int], ids: Sequence[Sequence[int]]) -> None:
        longest = max(map(len, ids))
        padded = np.zeros((len(ids), longest), dtype=np.intp)
        mask = np.zeros((len(ids), longest), dtype=np.float32)
        for row, tokens in enumerate(ids):
            padded[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        with self._lock:
            hidden = self._run(padded, mask)
        pooled = np.einsum("btd,bt->bd", hidden, mask) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        length = np.sqrt(np.einsum("bd,bd->b", pooled, pooled))[:, None]
        found[rows] = np.where(length > 0, pooled / np.maximum(length, 1e-12), 0)

    def _run(self, ids: NDArray[np.intp], mask: Array) -> Array:
        batch, length = ids.shape
        size, heads = self.size, self._heads
        hidden = (self._words[ids] + self._places[:length]).reshape(-1, size)
        hidden = self._normed(hidden, self._norm)
        away = None if mask.all() else np.where(mask > 0, np.float32(0), np.float32(-1e9))[:, None, None, :]
        for layer in self._layers:
            qkv = hidden @ layer.qkv
            qkv += layer.qkv_bias
            query, key, value = qkv.reshape(batch, length, 3, heads, size // heads).transpose(2, 0, 3, 1, 4)
            likeness = query @ key.swapaxes(-1, -2)
            if away is not None:
                likeness += away
            likeness -= likeness.max(axis=-1, keepdims=True)
            np.exp(likeness, out=likeness)
            likeness /= likeness.sum(axis=-1, keepdims=True)
            seen = (likeness @ value).transpose(0, 2, 1, 3).reshape(-1, size) @ layer.out
            seen += layer.out_bias
            seen += hidden
            hidden = self._normed(seen, layer.norm1)
            raised = hidden @ layer.up
            raised += layer.up_bias
            lowered = _gelu(raised) @ layer.down
            lowered += layer.down_bias
            lowered += hidden
            hidden = self._normed(lowered, layer.norm2)
        return hidden.reshape(batch, length, size)

    def _normed(self, values: Array, norm: tuple[Array, Array]) -> Array:
        values -= values.mean(axis=-1, keepdims=True)
        spread = np.einsum("td,td->t", values, values)[:, None] / np.float32(values.shape[-1])
        values /= np.sqrt(spread + np.float32(self._epsilon))
        values *= norm[0]
        values += norm[1]
        return values


def _gelu(values: Array) -> Array:
    """x · Φ(x) by the approximation with tanh (Hendrycks and Gimpel, 2016), in place."""
    inner = values * values
    inner *= np.float32(0.044715)
    inner += np.float32(1)
    inner *= values
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= values
    inner *= np.float32(0.5)
    return inner
