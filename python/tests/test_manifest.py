# SPDX-License-Identifier: Apache-2.0
"""Launch lines and manifests that are written: read back by this package and by PyYAML."""

from __future__ import annotations

import pickle
import shlex
from typing import Any

import pytest

import gambrel as gb

yaml = pytest.importorskip("yaml")


def test_a_line_reads_back() -> None:
    written = gb.write_launch("Qwen/Qwen3-32B", runtime="vllm", tp=4, max_sequences=64, kv="fp8")
    assert written.line == "vllm serve Qwen/Qwen3-32B --tensor-parallel-size 4 --kv-cache-dtype fp8 --max-num-seqs 64"
    assert shlex.split(written.line) == written.words
    assert written.complete
    read = gb.launch(written.line)
    assert read.model == "Qwen/Qwen3-32B"
    assert read.terms == {"runtime": "vllm", "tp": 4, "max_sequences": 64.0, "kv": "fp8"}
    assert pickle.loads(pickle.dumps(written)) == written
    assert eval(repr(written), {"gambrel": gb}) == written


def test_what_a_line_cannot_say() -> None:
    written = gb.write_launch("Qwen/Qwen3-8B", runtime="vllm", weights="int4")
    assert list(written.unsaid) == ["weights"]
    assert not written.complete
    with pytest.raises(gb.Error, match="the manifest cannot say all: weights: vLLM does not make int4"):
        written.manifest("kserve")
    with pytest.raises(gb.Error, match="no launch line of tgi is known: take a runtime of vllm"):
        gb.write_launch("Qwen/Qwen3-8B", runtime="tgi")
    with pytest.raises(gb.Error, match="slots"):
        gb.write_launch("Qwen/Qwen3-8B", runtime="vllm", slots=3)


def documents() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for runtime in ("vllm", "sglang", "tensorrt-llm"):
        for tp in (1, 8, 16):
            serving = gb.write_launch("meta-llama/Llama-3.1-70B-Instruct", runtime=runtime, tp=tp, replicas=3)
            prompts = gb.write_launch("meta-llama/Llama-3.1-70B-Instruct", runtime=runtime, tp=2, replicas=5)
            for prefill in (None, prompts):
                for kind in ("kserve", "dynamo"):
                    if kind == "dynamo" or runtime == "vllm":
                        found.append((kind, yaml.safe_load(serving.manifest(kind, prefill=prefill, name="a"))))
    return found


def test_manifests_are_yaml_with_the_fields_of_their_kinds() -> None:
    every = documents()
    assert len(every) == 24
    for kind, document in every:
        assert set(document) == {"apiVersion", "kind", "metadata", "spec"}
        assert document["metadata"] == {"name": "a"}
        spec = document["spec"]
        if kind == "kserve":
            assert (document["apiVersion"], document["kind"]) == ("serving.kserve.io/v1alpha2", "LLMInferenceService")
            assert spec["model"]["uri"] == "hf://meta-llama/Llama-3.1-70B-Instruct"
            assert spec["replicas"] == 3
            assert spec["router"] == {"gateway": {}, "route": {}, "scheduler": {}}
            pools = [spec, *([spec["prefill"]] if "prefill" in spec else [])]
            for pool in pools:
                (main,) = pool["template"]["containers"]
                assert main["name"] == "main"
                devices = int(main["resources"]["limits"]["nvidia.com/gpu"])
                assert devices == min(8, pool["parallelism"]["tensor"])
                assert ("worker" in pool) == (pool["parallelism"]["tensor"] > 8)
        else:
            assert (document["apiVersion"], document["kind"]) == ("nvidia.com/v1beta1", "DynamoGraphDeployment")
            types = [component["type"] for component in spec["components"]]
            assert types in (["frontend", "worker"], ["frontend", "decode", "prefill"])
            for component in spec["components"]:
                (main,) = component["podTemplate"]["spec"]["containers"]
                assert main["name"] == "main"
                assert main["image"].startswith("nvcr.io/nvidia/ai-dynamo/")
                if component["type"] != "frontend":
                    assert all(isinstance(word, str) for word in main["args"])
                    assert component["replicas"] in (3, 5)


def test_the_arguments_of_a_manifest_are_those_of_the_line() -> None:
    written = gb.write_launch(
        "Qwen/Qwen3-32B", runtime="vllm", tp=4, graphs="full", draft_method="ngram", drafts=3, max_context=20000
    )
    spec = yaml.safe_load(written.manifest("kserve"))["spec"]
    (variable,) = spec["template"]["containers"][0]["env"]
    line = f"vllm serve {spec['model']['name']} -tp {spec['parallelism']['tensor']} {variable['value']}"
    assert gb.launch(line).terms == gb.launch(written.line).terms
    worker = yaml.safe_load(written.manifest("dynamo"))["spec"]["components"][1]
    arguments = worker["podTemplate"]["spec"]["containers"][0]["args"]
    assert gb.launch(f"vllm serve {shlex.join(arguments)}").terms == gb.launch(written.line).terms


def test_manifests_that_cannot_be() -> None:
    serving = gb.write_launch("Qwen/Qwen3-8B", runtime="sglang")
    with pytest.raises(gb.Error, match="starts vLLM, not SGLang"):
        serving.manifest("kserve")
    with pytest.raises(gb.Error, match='the manifest is of "helm"; it must be of kserve or dynamo'):
        serving.manifest("helm")
