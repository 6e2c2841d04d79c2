"""Write a tiny Qwen3 model with random weights and a tokenizer of its own: enough for vLLM to serve, no download.

Usage: python make_tiny_model.py FOLDER [--pooling]

The vocabulary is byte-level, so any Chinese text goes in; what comes out is noise. It proves the wire, not the words.
``--pooling`` writes the sequence-classification flavour that vLLM serves as a reranker.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tokenizer() -> Tokenizer:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: number for number, piece in enumerate([*SPECIAL, *letters])}
    built = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    built.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    built.decoder = decoders.ByteLevel()
    built.add_special_tokens(SPECIAL)
    return built


def config(vocabulary: int, pooling: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "architectures": ["Qwen3ForSequenceClassification" if pooling else "Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "hidden_size": 128,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 64,
        "max_position_embeddings": 4096,
        "vocab_size": vocabulary,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "bos_token_id": 0,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }
    if pooling:
        values |= {"num_labels": 1, "id2label": {"0": "relevant"}, "label2id": {"relevant": 0}}
    return values


def write(folder: Path, pooling: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    built = tokenizer()
    built.save(str(folder / "tokenizer.json"))
    described = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "chat_template": CHAT_TEMPLATE,
        "model_max_length": 4096,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(described), encoding="utf-8")
    # A round number of rows keeps every kernel happy.
    vocabulary = (built.get_vocab_size() + 63) // 64 * 64
    (folder / "config.json").write_text(json.dumps(config(vocabulary, pooling)), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pooling", action="store_true")
    arguments = parser.parse_args()
    write(arguments.folder, arguments.pooling)
