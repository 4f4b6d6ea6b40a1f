from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers

from kb.answer import KnowledgeBase
from kb.library import Library
from kb.model import Answer, Article
from kb.options import Options, Tier
from kb.semantic.encoder import ModelError, Vectors
from kb.semantic.meaning import Meaning
from kb.semantic.models import open_encoder
from kb.semantic.transformer import TransformerEncoder
from kb.semantic.units import units_of
from kb.semantic.vectors import VectorStore

WORDS = ["list", "nick", "port", "tls", "mail", "wiki", "ask", "the"]


def write_static(folder: Path, rows: int | None = None) -> str:
    """A model of eight words, each at right angles to the others; its SHA-256."""
    folder.mkdir(exist_ok=True)
    vocabulary = {word: number for number, word in enumerate([*WORDS, "[UNK]"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.eye(len(vocabulary) if rows is None else rows, dtype=np.float32)
    table[-1] = 0
    save_file({"embeddings": table}, folder / "model.safetensors")
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def test_static_vectors_are_the_mean_of_their_words(tmp_path: Path) -> None:
    digest = write_static(tmp_path / "model")
    encoder = open_encoder(Tier.STATIC, tmp_path / "model", digest)
    assert encoder is not None
    vectors = encoder.encode(["list", "list nick", "nobody knows this", ""])
    assert vectors[0] @ vectors[0] == pytest.approx(1)
    assert vectors[0] @ vectors[1] == pytest.approx(np.sqrt(0.5))
    assert not vectors[2].any()
    assert not vectors[3].any()


def write_bert(folder: Path, *, layers: int = 2, named: int = 2) -> str:
    """A tiny encoder with weights by chance; `named` layers in its configuration."""
    folder.mkdir(exist_ok=True)
    write_static(folder)
    chance = np.random.default_rng(7)
    size, inner = 8, 16

    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.3, shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": some(len(WORDS) + 1, size),
        "embeddings.position_embeddings.weight": some(32, size),
        "embeddings.token_type_embeddings.weight": some(2, size),
        "embeddings.LayerNorm.weight": some(size),
        "embeddings.LayerNorm.bias": some(size),
    }
    for layer in range(layers):
        name = f"encoder.layer.{layer}."
        for part, shape in {
            "attention.self.query": (size, size), "attention.self.key": (size, size), "attention.self.value": (size, size),
            "attention.output.dense": (size, size), "intermediate.dense": (inner, size), "output.dense": (size, inner),
        }.items():  # fmt: skip
            weights |= {f"{name}{part}.weight": some(*shape), f"{name}{part}.bias": some(shape[0])}
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights |= {f"{name}{part}.weight": some(size), f"{name}{part}.bias": some(size)}
    save_file(weights, folder / "model.safetensors")
    config = {
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": size, "num_attention_heads": 2,
        "layer_norm_eps": 1e-12, "num_hidden_layers": named,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def plainly(encoder: TransformerEncoder, ids: Sequence[int]) -> np.ndarray:
    """The encoder of Devlin et al. (2019), written down naively in double precision, from the same weights."""
    hidden = encoder._words[list(ids)].astype(float) + encoder._places[: len(ids)]

    def normed(values: np.ndarray, norm: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        middle = values.mean(axis=-1, keepdims=True)
        return (values - middle) / np.sqrt(values.var(axis=-1, keepdims=True) + 1e-12) * norm[0] + norm[1]

    hidden = normed(hidden, encoder._norm)
    for layer in encoder._layers:
        query, key, value = np.split(hidden @ layer.qkv + layer.qkv_bias, 3, axis=-1)
        seen = np.zeros_like(hidden)
        for head in range(2):
            part = slice(head * 4, head * 4 + 4)
            scores = np.exp(query[:, part] @ key[:, part].T)  # the root of the head's size is in the query's weights
            seen[:, part] = scores / scores.sum(axis=1, keepdims=True) @ value[:, part]
        hidden = normed(seen @ layer.out + layer.out_bias + hidden, layer.norm1)
        up = hidden @ layer.up + layer.up_bias
        up = 0.5 * up * (1 + np.tanh(np.sqrt(2 / np.pi) * (up + 0.044715 * up**3)))
        hidden = normed(up @ layer.down + layer.down_bias + hidden, layer.norm2)
    mean = hidden.mean(axis=0)
    return mean / np.sqrt(mean @ mean)


def test_the_transformer_computes_what_its_paper_says_and_padding_changes_nothing(tmp_path: Path) -> None:
    encoder = open_encoder(Tier.TRANSFORMER, tmp_path / "m", write_bert(tmp_path / "m"))
    assert isinstance(encoder, TransformerEncoder)
    texts = ["list", "ask the list", "nick port tls mail wiki ask the"]
    together = encoder.encode(texts)
    for text, vector in zip(texts, together, strict=True):
        assert vector == pytest.approx(plainly(encoder, [WORDS.index(word) for word in text.split()]), abs=1e-5)
        assert vector == pytest.approx(encoder.encode([text])[0], abs=1e-5)


@pytest.mark.parametrize("tier", [Tier.STATIC, Tier.TRANSFORMER])
def test_the_packaged_models_know_what_is_alike(tier: Tier) -> None:
    encoder = open_encoder(tier)
    assert encoder is not None
    phone, mobile, cheese = encoder.encode(["I lost my phone", "my mobile was stolen", "a recipe for cheese cake"])
    assert phone @ mobile > phone @ cheese + 0.2


@pytest.mark.parametrize("tier", [Tier.STATIC, Tier.TRANSFORMER])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "model.safetensors").write_bytes(b"\x80\x04pickle"), "pinned"),
        (lambda folder: (folder / "model.safetensors").unlink(), "can't be read"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "no model of this form"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "can't be read"),
    ],
)
def test_a_folder_with_another_model_is_refused_with_the_mend(
    tmp_path: Path, tier: Tier, spoil: Callable[[Path], object], said: str
) -> None:
    digest = write_static(tmp_path / "m") if tier is Tier.STATIC else write_bert(tmp_path / "m")
    spoil(tmp_path / "m")
    with pytest.raises(ModelError, match=said):
        open_encoder(tier, tmp_path / "m", digest)


def test_weights_that_nobody_pinned_are_refused_and_their_digest_told(tmp_path: Path) -> None:
    digest = write_static(tmp_path / "m")
    with pytest.raises(ModelError, match=digest):
        open_encoder(Tier.STATIC, tmp_path / "m")


def test_weights_and_configuration_of_two_models_are_refused(tmp_path: Path) -> None:
    digest = write_bert(tmp_path / "m", named=3)
    with pytest.raises(ModelError, match=r"does not fit config\.json"):
        open_encoder(Tier.TRANSFORMER, tmp_path / "m", digest)
    digest = write_static(tmp_path / "s", rows=3)
    with pytest.raises(ModelError, match="of the same static model"):
        open_encoder(Tier.STATIC, tmp_path / "s", digest)


def test_no_tier_is_no_model() -> None:
    assert open_encoder(Tier.OFF) is None


@pytest.fixture
def articles(filled: Path) -> list[Article]:
    return list(Library([filled]).articles.values())


def test_an_article_is_title_questions_summary_and_windows(articles: list[Article]) -> None:
    lists = next(article for article in articles if article.id == "lists/get")
    units = units_of(lists)
    assert units.fronts == (lists.title, *lists.questions)
    assert units.windows[0].startswith(f"{lists.title}. Ask the desk")
    assert "Held messages wait" in " ".join(units.windows)


class Counting:
    """An encoder that counts, and waits when told to."""

    tier = "static"
    digest = "d" * 64
    size = 4

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.go.wait(20)
        self.texts += texts
        return np.ones((len(texts), 4), np.float32) / 2


@pytest.fixture
def counting(tmp_path: Path) -> Iterator[tuple[Counting, Meaning]]:
    encoder = Counting()
    meaning = Meaning(encoder, tmp_path / "meaning", lambda: None)
    yield encoder, meaning
    encoder.go.set()
    meaning.close()


def test_vectors_are_computed_once_whatever_else_changes(
    tmp_path: Path, articles: list[Article], counting: tuple[Counting, Meaning]
) -> None:
    encoder, meaning = counting
    meaning.want(articles)
    meaning.wait()
    assert meaning.progress == (len(articles), len(articles))
    first = len(encoder.texts)
    assert first >= len(articles)
    meaning.want(articles[1:])
    meaning.want(articles)
    meaning.wait()
    meaning.close()
    again = Counting()
    other = Meaning(again, tmp_path / "meaning", lambda: None)
    other.want(articles)
    other.wait()
    other.close()
    assert len(encoder.texts) == first
    assert again.texts == []


def test_until_it_was_read_an_article_is_without_meaning(
    articles: list[Article], counting: tuple[Counting, Meaning]
) -> None:
    encoder, meaning = counting
    encoder.go.clear()
    meaning.want(articles)
    names = [article.id for article in articles]
    assert meaning.progress[0] == 0
    assert not meaning.of(names).have(np.array([0]))
    encoder.go.set()
    meaning.wait()
    assert meaning.of(names).have(np.arange(len(names)))


def test_a_cache_that_was_cut_off_is_computed_anew(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, "e" * 64, 4)
    store.add([("a", 1, np.ones((2, 4), np.float32)), ("b", 1, np.ones((1, 4), np.float32))])
    numbers = next(tmp_path.glob("*.f2"))
    numbers.write_bytes(numbers.read_bytes()[:-3])
    with next(tmp_path.glob("*.jsonl")).open("a") as names:
        names.write('["c", 0')
    again = VectorStore(tmp_path, "e" * 64, 4)
    assert again.held.known.keys() == {"a"}
    again.add([("b", 1, np.full((1, 4), 2, np.float32))])
    last = VectorStore(tmp_path, "e" * 64, 4)
    assert last.held.known.keys() == {"a", "b"}
    assert last.held.rows[last.held.known["b"].first].tolist() == [2, 2, 2, 2]


def test_what_is_no_longer_wanted_is_swept_and_the_rest_kept(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, "e" * 64, 4)
    store.add([(str(n), 1, np.full((100, 4), n, np.float32)) for n in range(12)])
    store.sweep({"3", "7"})
    again = VectorStore(tmp_path, "e" * 64, 4)
    assert again.held.known.keys() == {"3", "7"}
    assert {key: float(again.held.rows[rows.first][0]) for key, rows in again.held.known.items()} == {
        "3": 3.0,
        "7": 7.0,
    }
    assert len(again.held.rows) == 200


def test_vectors_of_another_model_go(tmp_path: Path) -> None:
    VectorStore(tmp_path, "e" * 64, 4).add([("a", 1, np.ones((1, 4), np.float32))])
    other = VectorStore(tmp_path, "f" * 64, 8)
    assert other.held.known == {}
    assert VectorStore(tmp_path, "e" * 64, 4).held.known.keys() == {"a"}  # somebody may only have tried the other
    for path in tmp_path.glob("eeee*"):
        os.utime(path, (0, 0))
    VectorStore(tmp_path, "f" * 64, 8)
    assert [path.stem for path in tmp_path.glob("*.f2")] == ["f" * 16]


def test_a_wrong_model_leaves_the_answers_by_words_and_is_told(filled: Path, tmp_path: Path) -> None:
    write_static(tmp_path / "m")
    options = Options(tier=Tier.STATIC, model=tmp_path / "m", model_sha256="0" * 64)
    base = KnowledgeBase.open([filled], tmp_path / "state", options)
    base.wait()
    outcome = base.answer("how do I get a mailing list for my project?")
    assert isinstance(outcome, Answer)
    assert outcome.evidence.tier == "off"
    assert [problem.code for problem in base.problems()] == ["meaning"]
    assert "pinned" in base.problems()[0].message
    base.close()


def test_what_is_meant_is_found_where_no_word_is_shared(filled: Path, tmp_path: Path) -> None:
    base = KnowledgeBase.open([filled], tmp_path / "state", Options(tier=Tier.STATIC))
    base.wait()
    assert base.settled()[0] == base.settled()[1] > 0
    outcome = base.answer("is my chat connection secured by encryption")
    assert outcome.evidence.tier == "static"
    assert outcome.evidence.candidates[0][0] == "irc/tls"
    assert base.health().meaning == "static"
    base.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_a_thread_that_ended(tmp_path: Path, articles: list[Article]) -> None:
    def fail() -> None:
        raise FloatingPointError("whoever is told fails")

    meaning = Meaning(Counting(), tmp_path / "meaning", fail)
    meaning.want(articles)
    meaning.want([*articles, *(replace(article, title="anew", digest="anew") for article in articles)])
    meaning.wait()
    assert "whoever is told fails" in meaning.trouble
    meaning.close()


def test_a_full_disk_is_told_and_tried_again(
    articles: list[Article], counting: tuple[Counting, Meaning], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, meaning = counting
    add = VectorStore.add

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(VectorStore, "add", full)
    meaning.want(articles)
    meaning.wait()
    assert "No space left" in meaning.trouble
    monkeypatch.setattr(VectorStore, "add", add)
    meaning.want(articles)  # a save wakes it
    with meaning._work:
        assert meaning._work.wait_for(lambda: not meaning.trouble and not meaning._wanted, timeout=20)


def rows(value: float, count: int = 1) -> Vectors:
    return np.full((count, 4), value, np.float32)


def test_after_a_crash_no_article_gets_the_vectors_of_another(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, "e" * 64, 4)
    store.add([("a", 1, rows(1)), ("b", 1, rows(2)), ("c", 1, rows(3))])
    numbers = next(tmp_path.glob("*.f2"))
    numbers.write_bytes(numbers.read_bytes()[:8])  # the names were written, the numbers were not
    again = VectorStore(tmp_path, "e" * 64, 4)
    assert again.held.known.keys() == {"a"}
    again.add([("x", 1, rows(8)), ("y", 1, rows(9))])
    last = VectorStore(tmp_path, "e" * 64, 4)
    assert last.held.known.keys() == {"a", "x", "y"}


def test_numbers_that_were_changed_are_not_believed(tmp_path: Path) -> None:
    VectorStore(tmp_path, "e" * 64, 4).add([("a", 1, rows(1)), ("b", 1, rows(2))])
    numbers = next(tmp_path.glob("*.f2"))
    numbers.write_bytes(b"\xff" * 8 + numbers.read_bytes()[8:])
    assert VectorStore(tmp_path, "e" * 64, 4).held.known.keys() == {"b"}


def test_a_full_disk_does_not_cost_what_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = VectorStore(tmp_path, "e" * 64, 4)
    store.add([(str(n), 1, rows(n, 300)) for n in range(4)])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            store.sweep({"1"})
    assert VectorStore(tmp_path, "e" * 64, 4).held.known.keys() == {"0", "1", "2", "3"}


def test_one_text_that_a_model_fails_on_costs_the_others_nothing(
    articles: list[Article], counting: tuple[Counting, Meaning], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, meaning = counting
    encode = encoder.encode

    def some(texts: Sequence[str]) -> Vectors:
        if "TLS" in texts[0]:
            raise IndexError("a token without a vector")
        return encode(texts)

    monkeypatch.setattr(encoder, "encode", some)
    meaning.want(articles)
    meaning.wait()
    names = [article.id for article in articles]
    known = meaning.of(names)
    assert [name for n, name in enumerate(names) if not known.have(np.array([n]))] == ["irc/tls"]
    assert "a token without a vector" in meaning.trouble


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    digest = write_bert(tmp_path / "m")
    other = json.loads((tmp_path / "m" / "tokenizer.json").read_text())
    other["model"]["vocab"] |= {f"word{n}": 9 + n for n in range(500)}
    (tmp_path / "m" / "tokenizer.json").write_text(json.dumps(other))
    with pytest.raises(ModelError, match="does not fit"):
        open_encoder(Tier.TRANSFORMER, tmp_path / "m", digest)


def test_a_text_longer_than_the_model_reads_is_cut(tmp_path: Path) -> None:
    encoder = open_encoder(Tier.TRANSFORMER, tmp_path / "m", write_bert(tmp_path / "m"))
    assert encoder is not None
    assert encoder.encode(["list " * 500]).any()
