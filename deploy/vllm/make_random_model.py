"""Write a Qwen3 model with random weights and a tokenizer of its own for vLLM to serve (``--load-format dummy``): no download.

Usage: python make_random_model.py FOLDER [--pooling] [--size tiny|8b|32b] [--context TOKENS] [--learn FOLDER]

What comes out is noise: it proves the wire and measures speed, never words. ``--pooling`` writes the
sequence-classification flavour that vLLM serves as a reranker. Without ``--learn`` the vocabulary is byte-level, three
tokens a Han character; with it, byte pairs are learned from the .md and .yaml files there, so that a prompt has about as
many tokens as for a model that knows Chinese.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
# Layers and widths as Qwen3 publishes them for these sizes; "tiny" is ours.
SIZES: dict[str, dict[str, Any]] = {
    "tiny": {
        "hidden_size": 128,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 64,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
    },
    "8b": {
        "hidden_size": 4096,
        "intermediate_size": 12288,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
    },
    "32b": {
        "hidden_size": 5120,
        "intermediate_size": 25600,
        "num_hidden_layers": 64,
        "num_attention_heads": 64,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
    },
}
VOCABULARY = 151_936  # of the real sizes: the last layer's cost hangs on it
LEARNED = 1_500
"""So few that a token holds 1.5 characters of our documents; more would learn them by heart and flatter the speed."""


def tokenizer(learn: Path | None, vocabulary: int | None) -> Tokenizer:
    """Byte-level, learned from ``learn``'s files if given; filled up with words nobody writes to ``vocabulary`` entries."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    built = Tokenizer(models.BPE(vocab={piece: number for number, piece in enumerate([*SPECIAL, *letters])}, merges=[]))
    built.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    built.decoder = decoders.ByteLevel()
    if learn is not None:
        files = [str(path) for path in sorted(learn.rglob("*")) if path.suffix in (".md", ".yaml")]
        trainer = trainers.BpeTrainer(
            vocab_size=LEARNED, special_tokens=SPECIAL, initial_alphabet=letters, show_progress=False
        )
        built.train(files, trainer)
    built.add_special_tokens(SPECIAL)
    if vocabulary is not None:
        built.add_tokens([f"~{number}~" for number in range(vocabulary - built.get_vocab_size())])
    return built


def config(vocabulary: int, size: str, context: int, pooling: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "architectures": ["Qwen3ForSequenceClassification" if pooling else "Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "max_position_embeddings": context,
        "vocab_size": vocabulary,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "bos_token_id": 0,
        "eos_token_id": 2,
        "pad_token_id": 0,
    } | SIZES[size]
    if pooling:
        values |= {"num_labels": 1, "id2label": {"0": "relevant"}, "label2id": {"relevant": 0}}
    return values


def write(folder: Path, *, size: str, context: int, pooling: bool, learn: Path | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    built = tokenizer(learn, None if size == "tiny" else VOCABULARY)
    built.save(str(folder / "tokenizer.json"))
    described = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "chat_template": CHAT_TEMPLATE,
        "model_max_length": context,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(described), encoding="utf-8")
    # A round number of rows keeps every kernel happy.
    vocabulary = (built.get_vocab_size() + 63) // 64 * 64
    shape = config(vocabulary, size, context, pooling)
    (folder / "config.json").write_text(json.dumps(shape), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pooling", action="store_true")
    parser.add_argument("--size", choices=sorted(SIZES), default="tiny")
    parser.add_argument("--context", type=int, default=4096, help="tokens (default: 4096)")
    parser.add_argument("--learn", type=Path, help="folder with texts to learn the vocabulary from")
    given = parser.parse_args()
    write(given.folder, size=given.size, context=given.context, pooling=given.pooling, learn=given.learn)
