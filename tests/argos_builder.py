"""Builds a tiny real Argos package: a word-for-word dictionary as a Transformer of one layer.

No training: the weights are written down. Attention at step t looks at source token t (position
one-hot, query = key), the value matrix is the dictionary, the projection reads the target block.
Past the last source token every step looks at the end mark, so decoding stops there.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import ctranslate2.specs
import numpy as np
import sentencepiece

SPECIALS = ["<unk>", "<s>", "</s>"]
POSITIONS = 64
END = 2
ALPHABET = "0123456789.%,ABCDEFGHIJKLMNOPQRSTUVWXYZ。，、；"


def _identity_norm(spec, width: int) -> None:
    """LayerNorm that leaves vectors of two ones as they are."""
    spec.gamma = np.full(width, np.sqrt(2 / width - 4 / width**2 + 1e-5), np.float32)
    spec.beta = np.full(width, 2 / width, np.float32)


def _linear(spec, weight: np.ndarray, bias: np.ndarray | None = None) -> None:
    spec.weight = weight.astype(np.float32)
    spec.bias = (np.zeros(weight.shape[0]) if bias is None else bias).astype(np.float32)


def _model(pairs: list[tuple[str, str]]) -> ctranslate2.specs.TransformerSpec:
    source = SPECIALS + [word for word, _ in pairs]
    target = SPECIALS + list(dict.fromkeys(word for _, word in pairs))
    at_position = len(source)
    at_target = at_position + POSITIONS + 1
    width = at_target + len(target)

    positions = np.zeros((600, width), np.float32)
    for step in range(600):
        positions[step, at_position + min(step, POSITIONS)] = 1

    spec = ctranslate2.specs.TransformerSpec.from_config((1, 1), 1, pre_norm=True)
    for side, size in ((spec.encoder, len(source)), (spec.decoder, len(target))):
        side.scale_embeddings = False
        side.position_encodings.encodings = positions.copy()
        _identity_norm(side.layer_norm, width)
        layer = side.layer[0]
        _identity_norm(layer.self_attention.layer_norm, width)
        _linear(layer.self_attention.linear[0], np.zeros((3 * width, width)))
        _linear(layer.self_attention.linear[1], np.zeros((width, width)))
        _identity_norm(layer.ffn.layer_norm, width)
        _linear(layer.ffn.linear_0, np.zeros((8, width)))
        _linear(layer.ffn.linear_1, np.zeros((width, 8)))
        embedding = np.zeros((size, width), np.float32)
        if side is spec.encoder:
            embedding[np.arange(size), np.arange(size)] = 1
            side.embeddings[0].weight = embedding
        else:
            embedding[:, 0] = 1  # every target word looks alike: the step alone decides
            side.embeddings.weight = embedding

    cross = spec.decoder.layer[0].attention
    _identity_norm(cross.layer_norm, width)
    sharp = 6 * width**0.25
    query, key = np.zeros((width, width)), np.zeros((width, width))
    for step in range(POSITIONS):
        query[at_position + step, at_position + step] = sharp * 2
        key[at_position + step, at_position + step] = sharp * 2
    query[END, 0] = key[END, END] = sharp  # a weak pull to the end mark at every step
    value = np.zeros((width, width))
    for index, word in enumerate(SPECIALS + [ja for _, ja in pairs]):
        value[at_target + target.index(word), index] = 1
    _linear(cross.linear[0], query)
    _linear(cross.linear[1], np.concatenate([key, value]))
    _linear(cross.linear[2], np.diag((np.arange(width) >= at_target).astype(float)))

    projection = np.zeros((len(target), width))
    projection[np.arange(len(target)), at_target + np.arange(len(target))] = 40
    bias = np.zeros(len(target))
    bias[END] = -5  # else beam search prefers to stop early
    _linear(spec.decoder.projection, projection, bias)

    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)
    spec.config.add_source_eos = True
    spec.config.decoder_start_token = "<s>"
    spec.validate()
    spec.optimize()
    return spec


def _tokenizer(words: list[str], spaced: bool) -> bytes:
    writer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*words, ALPHABET]),
        model_writer=writer,
        model_type="char",
        vocab_size=2000,
        hard_vocab_limit=False,
        character_coverage=1.0,
        user_defined_symbols=words,
        normalization_rule_name="identity",
        add_dummy_prefix=spaced,
        minloglevel=2,
    )
    return writer.getvalue()


def build_package(
    path: Path, source: str, target: str, pairs: list[tuple[str, str]], version: str = "0.1"
) -> Path:
    """Write an .argosmodel file that translates the words of `pairs` one by one."""
    scratch = path.parent / f".{path.stem}"
    model = scratch / "model"
    model.mkdir(parents=True)
    _model(pairs).save(str(model))
    words = list(dict.fromkeys(word for pair in pairs for word in pair))
    metadata = {
        "package_version": version, "argos_version": "1.9", "type": "translate", "links": [],
        "from_code": source, "from_name": source, "to_code": target, "to_name": target,
    }  # fmt: skip
    top = f"translate-{source}_{target}-{version.replace('.', '_')}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{top}/metadata.json", json.dumps(metadata))
        archive.writestr(f"{top}/sentencepiece.model", _tokenizer(words, spaced=source == "en"))
        for file in sorted(model.iterdir()):
            archive.write(file, f"{top}/model/{file.name}")
    return path


ZH_EN = [
    ("推进", "▁promote"), ("大气", "▁air"), ("污染", "▁pollution"), ("治理", "▁control"),
    ("下降", "▁fall"), ("的", "▁of"), ("。", "▁."), ("全市", "▁citywide"), ("不得", "▁mustnot"),
    ("排放", "▁emit"), ("圈", "▁loop"),
]  # fmt: skip
EN_JA = [
    ("▁promote", "推進"), ("▁air", "大気"), ("▁pollution", "汚染"), ("▁control", "対策"),
    ("▁fall", "低下"), ("▁of", "の"), ("▁.", "。"), ("▁citywide", "市全体"),
    ("▁mustnot", "する"), ("▁emit", "排出"), ("▁loop", "環"),
]  # fmt: skip
