# shellcheck shell=bash
# Sourced by test_on_cpu.sh and test_on_gpu.sh: starts vLLM servers that end with the script. Needs $VLLM (a Python with vllm).
WORK=$(mktemp -d)
PIDS=()
CHAT_PORT=${CHAT_PORT:-8931} EMBED_PORT=${EMBED_PORT:-8932} RERANK_PORT=${RERANK_PORT:-8933}
export HF_HUB_OFFLINE=1 VLLM_NO_USAGE_STATS=1 DO_NOT_TRACK=1

stop_servers() {
  [ ${#PIDS[@]} -eq 0 ] || kill "${PIDS[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  PIDS=()
}
trap 'stop_servers; rm -rf "$WORK"' EXIT

serve() { # name port model extra…
  local name=$1 port=$2 model=$3; shift 3
  "$VLLM" -m vllm.entrypoints.openai.api_server --model "$model" --served-model-name "$name" --host 127.0.0.1 --port "$port" \
    --load-format dummy "$@" >"$WORK/$name.log" 2>&1 &
  PIDS+=($!)
}

ready() { # name port
  for _ in $(seq 1 "${READY_WITHIN_S:-300}"); do
    if "$VLLM" -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$2/health', timeout=2)" 2>/dev/null; then return 0; fi
    sleep 1
  done
  echo "vLLM ($1) did not come up:" >&2; tail -50 "$WORK/$1.log" >&2; return 1
}

test_the_contract() { # extra arguments of vLLM… : chat, stream, abort, structured output, embeddings, rerank on tiny random models
  "$VLLM" deploy/vllm/make_random_model.py "$WORK/chat"
  "$VLLM" deploy/vllm/make_random_model.py "$WORK/rerank" --pooling
  # Without it a random model fills its budget with the blanks that JSON allows between tokens.
  serve tiny-chat "$CHAT_PORT" "$WORK/chat" --max-model-len 2048 --max-num-seqs 4 --max-num-queued-reqs 6 "$@" \
    --structured-outputs-config '{"backend": "xgrammar", "disable_any_whitespace": true}'
  ready tiny-chat "$CHAT_PORT"
  serve tiny-embed "$EMBED_PORT" "$WORK/chat" --max-model-len 2048 --max-num-seqs 4 "$@" --runner pooling
  serve tiny-rerank "$RERANK_PORT" "$WORK/rerank" --max-model-len 2048 --max-num-seqs 4 "$@" --runner pooling
  ready tiny-embed "$EMBED_PORT"
  ready tiny-rerank "$RERANK_PORT"
  HOTLINE_TEST_VLLM_URL="http://127.0.0.1:$CHAT_PORT" HOTLINE_TEST_VLLM_EMBED_URL="http://127.0.0.1:$EMBED_PORT" \
    HOTLINE_TEST_VLLM_RERANK_URL="http://127.0.0.1:$RERANK_PORT" .venv/bin/python -m pytest -q tests/contracts/test_vllm.py
  stop_servers
}
