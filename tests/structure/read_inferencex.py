# SPDX-License-Identifier: Apache-2.0
"""What tools/read_inferencex makes of launch scripts: small scripts whose settings bash would give, by hand."""

import sys

from tree import ROOT

sys.path.insert(0, str(ROOT / "tools" / "read_inferencex"))
try:
    import compress
    import read_inferencex as history
    import server_settings
    import shell_settings
except ImportError as e:  # PyYAML is not needed to build or to test the rest
    print("SKIPPED:", e)
    sys.exit(0)


def run(script, **variables):
    return shell_settings.Shell({"CONC": "64", "ISL": "1024", "OSL": "1024", "TP": "8", **variables}).run(script)


def settings(script, **variables):
    return server_settings.settings_of(run(script, **variables))


# Later assignments win, conditions are those of the run, arithmetic is whole, defaults are taken.
s = run("""
#!/bin/bash
A=1; B="two words"   # a remark; with a semicolon
if [[ "$ISL" == "1024" && "$OSL" == "1024" ]]; then A=2
elif [ "$CONC" -ge 32 ]; then
  A=3
else A=4; fi
C=$(( (CONC + ISL + 64 + 63) / 64 * 64 ))
D=$(( C > 8192 ? C : 8192 ))
E=${NOT_SET:-$A}
case "${ISL}_${OSL}" in
  1024_1024) F=short ;;
  8192_*|1024_8192) F=long ;;
  *) F=other ;;
esac
G=$(nproc)
for i in 1 2 3; do H=$i; done
f() { A=99; }
[[ $CONC -gt 32 ]] && K=many || true
(( CONC <= 64 )) && L=few
""")
want = {"A": "2", "B": "two words", "C": "1152", "D": "8192", "E": "2", "F": "short", "G": None, "H": None, "K": "many",
        "L": "few"}
assert {k: s.values.get(k) for k in want} == want, {k: s.values.get(k) for k in want}
assert run("if [ $CONC -ge 65 ]; then A=1; elif [ $CONC -ge 64 ]; then A=2; else A=3; fi").values["A"] == "2"
assert run('if [ "$X" = "" ]; then A=1; fi').values["A"] == "1"
assert "A" not in run('if [ "$(nproc)" -gt 3 ]; then A=1; fi').values  # not known: not taken

# A server's flags, over arrays and continued lines; what is written to files; nothing of what is only waited for.
vllm = """
ARGS=(--max-num-seqs "$CONC")
if [ "${DP_ATTENTION}" = "true" ]; then ARGS+=(--enable-expert-parallel); fi
cat > config.yaml <<EOF
kv-cache-dtype: fp8
max-num-batched-tokens: $((ISL * 2))
compilation-config: '{"cudagraph_mode":"FULL_DECODE_ONLY"}'
EOF
vllm serve $MODEL --host 0.0.0.0 --config config.yaml \\
    --gpu-memory-utilization=0.9 "${ARGS[@]}" --tensor-parallel-size $TP > $LOG 2>&1 &
run_benchmark_serving --num-prompts "$((CONC * 10))" --max-concurrency $CONC
"""
runtime, got = settings(vllm)
assert runtime == "vllm"
assert got == {"max_num_seqs": 64, "kv": "fp8", "max_num_batched_tokens": 2048, "memory_fraction": 0.9,
               "graph_mode": "full_decode", "prompt_graph_tokens": 0, "requests_per_client": 10}, got
assert settings(vllm, DP_ATTENTION="true")[1]["expert_ranks"] == "all"
runtime, got = settings("python3 -m sglang.launch_server --chunked-prefill-size 32768 --max-prefill-tokens 16384 "
                        "--speculative-algorithm EAGLE --speculative-num-steps 3 --scheduler-recv-interval 30")
assert (runtime, got) == ("sglang", {"max_num_batched_tokens": 16384, "drafts": 3, "poll_interval_steps": 30}), got
runtime, got = settings("""
cat << EOF > x.yml
enable_attention_dp: $DP
attention_dp_config:
    enable_balance: true
    timeout_iters: 60
kv_cache_config: {dtype: fp8, free_gpu_memory_fraction: 0.8}
EOF
mpirun -n 1 trtllm-serve $MODEL --max-num-tokens=1152 --tp_size=8 --ep_size 8 --extra_llm_api_options=x.yml
""", DP="true")
assert runtime == "tensorrt-llm"
assert got == {"max_num_batched_tokens": 1152, "kv": "fp8", "memory_fraction": 0.8, "expert_ranks": "tp",
               "attention_data_parallel": True, "batch_wait_steps": 60, "prompts_per_step": 1}, got

# Few rules: what is found most often stands alone, clients are intervals, ranks that begin or end the list are one.
points = [{"lengths": (1024, 1024), "clients": c, "copies": False, "expert": False, "ranks": r}
          for c in (1, 4, 16, 64) for r in (1, 2, 4, 8)]
assert compress.rules(points, [5] * 16) == [("", 5)]
assert compress.rules(points, [9 if p["clients"] >= 16 else None for p in points]) == [("clients>4", 9)]
assert compress.rules(points, [9 if p["ranks"] < 8 else None for p in points]) == [("ranks<=4", 9)]
assert compress.rules(points, [9 if p["ranks"] == 8 and p["clients"] < 4 else 5 for p in points]) == [
    ("", 5), ("clients<=1 ranks=8", 9)]

assert history.lineage("benchmarks/single_node/fixed_seq_len/qwen3.5_fp4_rtx6000pro_sglang_mtp.sh") == (
    "qwen3.5", "fp4", "rtx6000pro", True, False)
assert history.lineage("benchmarks/70b_h200_trt_slurm.sh") == ("70b", "fp8", "h200", False, False)
assert history.lineage("benchmarks/multi_node/dsr1_fp8_mi355x_sglang-disagg.sh") is None
assert history.lineage("benchmarks/benchmark_lib.sh") is None
assert history.cut_rules([((1024, 1024), 8, True, False, 4, 64)]) == [
    ("expert_ranks", "expert=1 copies=1 clients>3 clients<=64", "tp")]
assert history.cut_rules([((1024, 1024), 8, True, False, 4, 64), ((1024, 1024), 8, False, False, 4, 64)]) == []
assert history.next_day("2025-12-31") == "2026-01-01"
print("launch scripts are read as bash would")
