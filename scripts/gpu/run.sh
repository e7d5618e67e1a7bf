#!/usr/bin/env bash
# Tries and times mann's webgpu engine on this machine: x86-64 Linux with a graphics processor and its driver.
# It needs no network and no Node; Python with JAX and PyTorch is used where it is there (PYTHON names it).
#
#   run.sh OUT                  all but the training, in under five minutes
#   run.sh OUT golden [FILE...] checks the files of known results on the graphics processor
#   run.sh OUT bench [OPTION...] times training steps, here and in JAX and PyTorch (options: the head of bench/main.js)
#   run.sh OUT train [OPTION...] trains the default network on batches of 256 episodes (options of `mann train`; with
#                               SECONDS_MAX=500 it ends after so long, with a checkpoint)
#
# What is printed is also kept in OUT, with times in OUT/bench.json and the training in OUT/train. The programs are
# unpacked to a folder in TMPDIR (or /tmp) once.
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
[ $# -ge 1 ] || { sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 2; }
mkdir -p "$1" && out="$(cd "$1" && pwd)" || exit 2
part="${2:-all}"
shift $(($# < 2 ? $# : 2))
case "$part" in
  all | golden | bench | train) ;;
  *) echo "run.sh: there is no part $part: golden, bench or train" >&2; exit 2 ;;
esac

# ---- unpack

place="${TMPDIR:-/tmp}/mann-$(cat "$here"/*.tar.xz | cksum | cut -d ' ' -f 1)"
if [ ! -d "$place" ]; then
  started=$SECONDS
  rm -rf "$place.unfinished" && mkdir -p "$place.unfinished" || exit 2
  for archive in "$here"/*.tar.xz; do
    if command -v xz >/dev/null; then
      tar -xJf "$archive" -C "$place.unfinished" || exit 2
    else
      "${PYTHON:-python3}" -m tarfile -e "$archive" "$place.unfinished" || exit 2
    fi &
  done
  for job in $(jobs -p); do wait "$job" || exit 2; done
  mv "$place.unfinished" "$place"
  echo "unpacked to $place in $((SECONDS - started)) s"
fi
node="$place/bin/node"
chmod +x "$node"

# ---- the graphics processor: where the system does not name its driver, NVIDIA's usual places

libraries="$place/lib"
for folder in /usr/local/nvidia/lib64 /usr/local/nvidia/lib; do
  [ -d "$folder" ] && libraries="$libraries:$folder"
done
export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

# Variables by which WebGPU finds the driver.
variables=()

# run SECONDS PROGRAM...: a program in Node, interrupted after so long (0: never).
run() {
  local seconds="$1"
  shift
  env "${variables[@]}" timeout -s INT -k 30 "$seconds" "$node" "$@"
}

# Prints what WebGPU runs on, and returns 0 for a graphics processor, 3 for a program that imitates one.
look() { run 60 "$place/scripts/gpu/adapter.js"; }

# Names a driver's library as the loader wants it.
driver_of() {
  local file="$place/$1.json"
  echo "{\"file_format_version\": \"1.0.0\", \"ICD\": {\"library_path\": \"$1\", \"api_version\": \"1.3.0\"}}" >"$file"
  echo "$file"
}

# Tries drivers until WebGPU runs on a graphics processor: first the system's own; then with X11, which some ask for.
find_gpu() {
  local found status driver libraries imitation='' tried=''
  for libraries in "$LD_LIBRARY_PATH" "$LD_LIBRARY_PATH:$place/lib/x11"; do
    for driver in system /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json libGLX_nvidia.so.0 libEGL_nvidia.so.0; do
      case "$driver" in
        system) variables=() ;;
        *.json) [ -f "$driver" ] || continue; variables=("VK_DRIVER_FILES=$driver") ;;
        *) variables=("VK_DRIVER_FILES=$(driver_of "$driver")") ;;
      esac
      variables+=("LD_LIBRARY_PATH=$libraries")
      found="$(look 2>&1)"
      status=$?
      if [ $status -eq 0 ]; then
        echo "$found"
        [ "$driver" = system ] || echo "through ${variables[*]}"
        return 0
      fi
      tried+="driver $driver: $(head -n 1 <<<"$found")"$'\n'
      # an imitation is better than nothing
      [ $status -eq 3 ] && [ -z "$imitation" ] && imitation="$driver" && spare=("${variables[@]}")
    done
  done
  sort -u <<<"$tried" | sed '/^$/d'
  [ -n "$imitation" ] || return 1
  variables=("${spare[@]}")
  look
  return 0
}

report_machine() {
  grep -m 1 'model name' /proc/cpuinfo
  if command -v nvidia-smi >/dev/null; then
    nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,power.limit --format=csv,noheader
  else
    echo 'no nvidia-smi here'
  fi
  "$node" --version
}

report_machine >"$out/machine.txt" 2>&1
find_gpu >>"$out/machine.txt" 2>&1
is_gpu=$?
cat "$out/machine.txt"
[ $is_gpu -eq 0 ] || { echo 'run.sh: WebGPU finds no graphics processor here' >&2; exit 1; }

# ---- the parts: status is that of the first one that failed

status=0
golden() {
  run 150 "$place/scripts/golden.js" --engine webgpu "$@" 2>&1 | tee "$out/golden.txt" || status=$?
}
bench() {
  run "${SECONDS_MAX:-280}" "$place/bench/main.js" --gpu --json "$out/bench.json" "$@" 2>&1 |
    tee "$out/bench.txt" || status=$?
}
train() {
  local data=()
  [ -d "$here/omniglot" ] && data=(--dataset omniglot --data "$here/omniglot")
  run "${SECONDS_MAX:-0}" "$place/dist/cli/main.js" train --engine webgpu --batch-size 256 --save-dir "$out/train" \
    "${data[@]}" "$@" 2>&1 | tee "$out/train.txt" || status=$?
}

started=$SECONDS
if [ "$part" = all ]; then
  golden
  left=$((${SECONDS_MAX:-285} - (SECONDS - started)))
  SECONDS_MAX=$((left + 10)) bench --seconds "$left" "$@"
else
  "$part" "$@"
fi
echo "$part took $((SECONDS - started)) s, exit code $status; results are in $out"
exit "$status"
