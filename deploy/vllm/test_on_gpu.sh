#!/usr/bin/env bash
# On a machine with an NVIDIA GPU: the contract tests against a real vLLM there, then the service's own load on models of
# real sizes with random weights, with prefix caching on and off. No model is downloaded. What to write down: docs/serving.md.
#
#   python3 -m venv .venv-vllm-gpu && .venv-vllm-gpu/bin/pip install vllm==0.32.0
#   deploy/vllm/test_on_gpu.sh                      # SIZES="8b 32b" CONCURRENCY="1 8 32 64" PEOPLE="1 8 32 64" OUT=runs/serving
#
# ON_CPU=1 runs every step with a tiny model on the CPU build: proof that the script works, no measure of anything.
set -euo pipefail
cd "$(dirname "$0")/../.."
SIZES=${SIZES:-8b} CONCURRENCY=${CONCURRENCY:-1 8 32 64} PEOPLE=${PEOPLE:-1 8 32 64} ANSWER_TOKENS=${ANSWER_TOKENS:-250}
OUT=${OUT:-runs/serving} LOAD_PORT=${LOAD_PORT:-8934} MAX_NUM_SEQS=${MAX_NUM_SEQS:-64}
if [ "${ON_CPU:-}" = 1 ]; then
  VLLM=${VLLM_PYTHON:-$PWD/.venv-vllm/bin/python} SIZES=tiny
  # The CPU build is started from its own environment's PATH.
  export VLLM_CPU_KVCACHE_SPACE=2 VLLM_CPU_OMP_THREADS_BIND=nobind OMP_NUM_THREADS=2 PATH="${VLLM%/*}:$PATH"
  CONTRACT=(--dtype float32 --enforce-eager) LOAD=(--dtype float32 --enforce-eager)
else
  VLLM=${VLLM_PYTHON:-$PWD/.venv-vllm-gpu/bin/python}
  # Three servers share the GPU in the contract tests.
  CONTRACT=(--dtype bfloat16 --gpu-memory-utilization 0.2) LOAD=(--dtype bfloat16 --gpu-memory-utilization 0.90)
fi
[ -x "$VLLM" ] || { echo "no $VLLM: see the head of this script, or set VLLM_PYTHON" >&2; exit 2; }
[ -x .venv/bin/python ] || { echo "no .venv: run make test-vllm's first step, 'make .venv/.installed-dev'" >&2; exit 2; }
mkdir -p "$OUT"
{
  date -u +%FT%TZ
  "$VLLM" -c 'import sys, torch, vllm; print("python", sys.version.split()[0], "torch", torch.__version__, "vllm", vllm.__version__)' 2>/dev/null
  if [ "${ON_CPU:-}" = 1 ]; then
    echo "CPU, $(nproc) cores"
  else
    nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader
  fi
} | tee "$OUT/machine.txt"

# shellcheck source=deploy/vllm/serving.sh
. deploy/vllm/serving.sh
test_the_contract "${CONTRACT[@]}" | tee "$OUT/contract.txt"

load() { # size on|off
  local caching=--enable-prefix-caching
  [ "$2" = on ] || caching=--no-enable-prefix-caching
  serve load "$LOAD_PORT" "$WORK/$1" --max-model-len 12288 --max-num-seqs "$MAX_NUM_SEQS" "$caching" "${LOAD[@]}" \
    --structured-outputs-config '{"backend": "xgrammar", "disable_any_whitespace": true}'
  READY_WITHIN_S=1200 ready load "$LOAD_PORT"
  # Lists of numbers are to fall apart.
  # shellcheck disable=SC2086
  .venv/bin/python -m evals.bench.serving --base-url "http://127.0.0.1:$LOAD_PORT/v1" --model load \
    --concurrency $CONCURRENCY --people $PEOPLE --answer-tokens "$ANSWER_TOKENS" | tee "$OUT/load-$1-prefix-$2.txt"
  stop_servers
}

for size in $SIZES; do
  "$VLLM" deploy/vllm/make_random_model.py "$WORK/$size" --size "$size" --context 16384 --learn policy_corpus/documents
  for caching in on off; do load "$size" "$caching"; done
  rm -rf "${WORK:?}/$size"
done
echo "written to $OUT"
