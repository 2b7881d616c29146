# SPDX-License-Identifier: Apache-2.0
"""Whatever is passed: an answer or `gambrel.Error`, never another exception."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any, Callable

import pytest
from bad_values import VALUES
from conftest import DEVICE, MODEL

import gambrel as gb

SMALL = "Qwen/Qwen3-0.6B"


def answers_or_refuses(ask: Callable[[], Any], label: str) -> bool:
    """Whether `ask` answers; anything but an answer and an `Error` of some length is a failure."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of numpy, about what it is given
            ask()
    except gb.Error as e:
        assert str(e).strip(), label
        return False
    except Exception as e:
        raise AssertionError(f"{label}: {type(e).__name__}: {str(e)[:200]}") from e
    return True


PREDICT = [*gb.Terms.__annotations__]
SERVE = [*gb.LoadTerms.__annotations__]
SIMULATE = [*gb.SimulationTerms.__annotations__]


@pytest.mark.parametrize("keyword", PREDICT)
def test_every_keyword_of_predict(keyword: str) -> None:
    for name, value in VALUES.items():
        answers_or_refuses(lambda v=value: gb.predict(SMALL, DEVICE, **{keyword: v}), f"{keyword} = {name}")  # type: ignore[misc]


@pytest.mark.parametrize("keyword", SERVE)
def test_every_keyword_of_serve(keyword: str) -> None:
    for name, value in VALUES.items():
        terms = {"concurrency": 4, keyword: value}
        answers_or_refuses(lambda t=terms: gb.serve(SMALL, DEVICE, **t), f"{keyword} = {name}")  # type: ignore[misc]


@pytest.mark.parametrize("keyword", SIMULATE)
def test_every_keyword_of_simulate(keyword: str) -> None:
    for name, value in VALUES.items():
        terms = {"concurrency": 4, "requests": 30, "warm_up": 0, keyword: value}
        answers_or_refuses(lambda t=terms: gb.simulate(SMALL, DEVICE, **t), f"{keyword} = {name}")  # type: ignore[misc]


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "model": gb.model,
    "model(name=)": lambda v: gb.model({"model_type": "llama"}, name=v),
    "model.to_dict": lambda v: gb.model(SMALL).to_dict(v),
    "device": gb.device,
    "predict(model)": lambda v: gb.predict(v, DEVICE),
    "predict(device)": lambda v: gb.predict(SMALL, v),
    "serve(model)": lambda v: gb.serve(v, DEVICE, concurrency=1),
    "simulate(device)": lambda v: gb.simulate(SMALL, v, requests=10),
    "runtime": gb.runtime,
    "runtime(token_budget)": lambda v: gb.predict(SMALL, DEVICE, runtime=gb.runtime("vllm", token_budget=v)),
    "runtime(max_sequences)": lambda v: gb.predict(SMALL, DEVICE, runtime=gb.runtime("vllm", max_sequences=v)),
    "runtime(memory_fraction)": lambda v: gb.predict(SMALL, DEVICE, runtime=gb.runtime("vllm", memory_fraction=v)),
    "workload": gb.workload,
    **{
        f"workload({k})": lambda v, k=k: [repr(w := gb.workload(**{k: v})), hash(w), w == w, w.terms]  # type: ignore[misc]
        for k in ("prompt", "output", "concurrency", "rate_per_s", "batch", "images", "prefix_hit", "protocol")
    },
    "distribution": lambda v: gb.serve(SMALL, DEVICE, concurrency=2).distribution(v),
    "validate": gb.validate,
    "calibrate": lambda v: gb.calibrate(v, device=DEVICE),
    "requests_kept": lambda v: gb.simulate(SMALL, DEVICE, requests=10, requests_kept=v),
    "steps_kept": lambda v: gb.simulate(SMALL, DEVICE, requests=10, steps_kept=v),
    **{
        f"Figure.{name}": lambda v, name=name: getattr(gb.Figure(2.0, 1.0, 3.0, "s"), name)(v)  # type: ignore[misc]
        for name in ("to", "within", "__lt__", "__le__", "__gt__", "__ge__")
    },
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_other_argument(function: str) -> None:
    for name, value in VALUES.items():
        answers_or_refuses(lambda v=value: FUNCTIONS[function](v), f"{function} of {name}")  # type: ignore[misc]


@pytest.mark.parametrize(
    "keyword", ["by", "device", "dense", "metric", "hardware", "runtime", "model", "precision", "source"]
)
def test_every_keyword_of_validate(keyword: str, rows: list[dict[str, Any]]) -> None:
    for name, value in VALUES.items():
        answers_or_refuses(lambda v=value: gb.validate(rows, **{keyword: v}), f"{keyword} = {name}")  # type: ignore[misc]


@pytest.mark.parametrize("keyword", ["device", "runtime", "moves"])
def test_every_keyword_of_calibrate(keyword: str, rows: list[dict[str, Any]]) -> None:
    for name, value in VALUES.items():
        terms = {"device": DEVICE, keyword: value}
        answers_or_refuses(lambda t=terms: gb.calibrate(rows, **t), f"{keyword} = {name}")  # type: ignore[misc]


@pytest.mark.parametrize("keyword", ["progress", "chrome_trace"])
def test_other_keywords_of_simulate(keyword: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # some of the values are names of files
    for name, value in VALUES.items():
        if callable(value) or (keyword == "progress" and value is True):
            continue  # those are called, and may raise what they like
        terms = {"requests": 10, keyword: value}
        answers_or_refuses(lambda t=terms: gb.simulate(SMALL, DEVICE, **t), f"{keyword} = {name}")  # type: ignore[misc]


def test_every_field_of_a_datasheet(datasheet: dict[str, Any]) -> None:
    for name, value in VALUES.items():
        for key in datasheet:
            answers_or_refuses(lambda k=key, v=value: gb.device({**datasheet, k: v}), f"{key} = {name}")  # type: ignore[misc]
        for key in ("capacity", "bandwidth", "kind"):
            changed = {**datasheet, "memory": {**datasheet["memory"], key: value}}
            answers_or_refuses(lambda c=changed: gb.device(c), f"memory.{key} = {name}")  # type: ignore[misc]


def test_every_field_of_a_configuration(config: dict[str, Any]) -> None:
    for name, value in VALUES.items():
        for key in config:
            changed = {**config, key: value}
            answers_or_refuses(lambda c=changed: gb.predict(c, DEVICE), f"{key} = {name}")  # type: ignore[misc]


@pytest.mark.parametrize("number", [0, -1, 1, 2**31, 2**63, 10**30, 1.5, 1e300])
def test_absurd_sizes_of_a_model(config: dict[str, Any], number: float) -> None:
    for key in [k for k, v in config.items() if isinstance(v, int) and not isinstance(v, bool)]:
        changed = {**config, key: number}
        answers_or_refuses(lambda c=changed: gb.predict(c, DEVICE).to_dict(), f"{key} = {number}")  # type: ignore[misc]


def test_keys_that_are_no_text(datasheet: dict[str, Any], config: dict[str, Any]) -> None:
    for name, key in VALUES.items():
        try:
            hash(key)
        except (TypeError, ValueError):
            continue
        answers_or_refuses(lambda k=key: gb.device({**datasheet, k: 1}), f"a datasheet with {name}")  # type: ignore[misc]
        answers_or_refuses(lambda k=key: gb.model({**config, k: 1}), f"a configuration with {name}")  # type: ignore[misc]


HOSTILE = {
    "empty": b"",
    "not JSON": b"{",
    "an array": b"[]",
    "a number": b"5",
    "null": b"null",
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "nested to the end": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "not UTF-8": b'{"model_type": "\xff\xfe"}',
    "UTF-16": '{"model_type": "llama"}'.encode("utf-16"),
    "with a mark": b'\xef\xbb\xbf{"model_type": "llama"}',
    "half a character": b'{"model_type": "\\ud800"}',
    "zero": b'{"model_type": "llama\\u0000"}',
    "twice": b'{"model_type": "llama", "model_type": "llama"}',
    "nan": b'{"model_type": "llama", "hidden_size": NaN}',
    "huge number": b'{"model_type": "llama", "hidden_size": 1e999}',
    "many digits": b'{"model_type": "llama", "hidden_size": ' + b"9" * 10_000 + b"}",
    "long name": b'{"model_type": "' + b"x" * 1_000_000 + b'"}',
    "binary": bytes(range(256)) * 100,
}


@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_files(content: str, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(HOSTILE[content])
    for what in (file, str(file), tmp_path):
        answers_or_refuses(lambda w=what: gb.model(w), f"model {content}")  # type: ignore[misc]
        answers_or_refuses(lambda w=what: gb.device(w), f"device {content}")  # type: ignore[misc]
        answers_or_refuses(lambda w=what: gb.validate(w), f"validate {content}")  # type: ignore[misc]
        answers_or_refuses(lambda w=what: gb.simulate(SMALL, DEVICE, trace=w), f"trace {content}")  # type: ignore[misc]
        answers_or_refuses(lambda w=what: gb.predict(SMALL, DEVICE, calibration=w), f"calibration {content}")  # type: ignore[misc]


def test_dicts_that_contain_themselves(datasheet: dict[str, Any], config: dict[str, Any]) -> None:
    for whole, read in ((dict(datasheet), gb.device), (dict(config), gb.model)):
        whole["self"] = whole
        with pytest.raises(gb.Error):
            read(whole)
    loop: dict[str, Any] = {"device": DEVICE}
    loop["factors"] = loop
    with pytest.raises(gb.Error, match="calibration"):
        gb.predict(SMALL, DEVICE, calibration=loop)


@pytest.mark.parametrize(
    "path", ["/etc\0/x.json", "config.json\0", "\ud800.json", "/dev/zero\0.json", "\udcff/config.json"]
)
def test_paths_that_no_system_has(path: str) -> None:
    for ask in (
        lambda: gb.model(path),
        lambda: gb.model(Path(path)),
        lambda: gb.device(path),
        lambda: gb.device(Path(path)),
        lambda: gb.predict(path, DEVICE),
        lambda: gb.predict(SMALL, path),
        lambda: gb.predict(SMALL, DEVICE, calibration=path),
        lambda: gb.predict(SMALL, DEVICE, calibration=Path(path)),
        lambda: gb.simulate(SMALL, DEVICE, trace=path),
        lambda: gb.simulate(SMALL, DEVICE, trace=Path(path)),
        lambda: gb.simulate(SMALL, DEVICE, requests=5, chrome_trace=path),
        lambda: gb.validate(path),
        lambda: gb.calibrate(Path(path), device=DEVICE),
    ):
        with pytest.raises(gb.Error):
            ask()


def test_folders_and_endless_files(tmp_path: Path) -> None:
    for ask in (
        gb.validate,
        lambda f: gb.simulate(SMALL, DEVICE, trace=f),
        lambda f: gb.predict(SMALL, DEVICE, calibration=f),
    ):
        with pytest.raises(gb.Error):
            ask(tmp_path)


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda: gb.predict(MODEL, DEVICE, tpp=2), "tp"),
        (lambda: gb.predict(MODEL, DEVICE, concurency=2), "concurrency"),
        (lambda: gb.serve(MODEL, DEVICE, ttft_p9_ms=2), "ttft_p99_ms"),
        (lambda: gb.simulate(MODEL, DEVICE, sed=2), "seed"),
        (lambda: gb.predict(MODEL, DEVICE, weights="fp88"), "fp8"),
        (lambda: gb.predict(MODEL, DEVICE, kv="bf61"), "bf16"),
        (lambda: gb.predict(MODEL, DEVICE, runtime="vlm"), "vllm"),
        (lambda: gb.predict(MODEL, DEVICE, protocol="stead"), "steady"),
        (lambda: gb.predict(MODEL, DEVICE, prompt="unifrom:1:2"), "uniform"),
        (lambda: gb.simulate(MODEL, DEVICE, rate_per_s=1, arrivals="poison"), "poisson"),
        (lambda: gb.simulate(MODEL, DEVICE, routing="least-kvs"), "least-kv"),
        (lambda: gb.validate([{"metric": "tpot"}], by="modle"), "model"),
        (lambda: gb.calibrate([{"metric": "tpot"}], device=DEVICE, moves="hots"), "host"),
        (lambda: gb.serve(MODEL, DEVICE, concurrency=1).distribution("tfft"), "ttft"),
        (lambda: gb.predict(MODEL, DEVICE).tpot.to("msec"), "ms"),
    ],
)
def test_a_wrong_word_lists_what_is_near(ask: Callable[[], Any], near: str) -> None:
    with pytest.raises(gb.Error) as raised:
        ask()
    words = str(raised.value).replace(",", " ").replace('"', " ").replace(";", " ").split()
    assert near in words


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"tp": 0}, "1"),
        ({"tp": 2.5}, "tp is of type float; it must be a whole number"),
        ({"tp": "2"}, "tp is of type str; it must be a whole number"),
        ({"tp": True}, "tp is of type bool"),
        ({"tp": 10**10}, "tp is 10000000000; it must be at most"),
        ({"sp": 1}, "sp is of type int; it must be True or False"),
        ({"weights": 8}, "weights is of type int; it must be text"),
        ({"prefix_hit": 2}, "0"),
        ({"pue": 0.5}, "1"),
        ({"memory_fraction": 1.5}, "1"),
    ],
)
def test_a_value_out_of_range_names_the_range(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(gb.Error, match=said):
        gb.predict(MODEL, DEVICE, **terms)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: gb.predict(),  # type: ignore[call-arg]
        lambda: gb.predict(MODEL),  # type: ignore[call-arg]
        lambda: gb.predict(MODEL, DEVICE, 2),  # type: ignore[call-arg]
        lambda: gb.model(),  # type: ignore[call-arg]
        lambda: gb.validate(),  # type: ignore[call-arg]
        lambda: gb.runtime("vllm", tokens=5),  # type: ignore[call-arg]
        lambda: gb.predict(MODEL, DEVICE, **{5: 1}),  # type: ignore[misc]
    ],
)
def test_a_wrong_number_of_arguments_is_a_type_error(ask: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        ask()


def test_a_keyword_of_half_a_character() -> None:
    with pytest.raises(gb.Error):
        gb.predict(MODEL, DEVICE, **{"\ud800": 1})


def test_a_quoted_text_is_cut_anywhere() -> None:
    for text in ("é" * 100, "a" + "é" * 100, "🙂" * 100, "ab🙂" * 100):
        for terms in ({"prompt": text}, {"memory_gib": text}, {"weights": text}, {"protocol": text}):
            with pytest.raises(gb.Error, match="é|🙂"):
                gb.predict(MODEL, DEVICE, **terms)
        with pytest.raises(gb.Error, match="é|🙂"):
            gb.model(text)


def test_error_is_a_value_error_of_the_package() -> None:
    assert issubclass(gb.Error, ValueError)
    assert gb.Error.__module__ == "gambrel"
    with pytest.raises(ValueError, match="h100-sxm"):
        gb.device("h100-sxn")


def test_infinities_are_never_in_an_answer() -> None:
    for terms in (
        {"rate_per_s": 1e-9},
        {"rate_per_s": 1e9},
        {"prompt": 1, "output": 1},
        {"concurrency": 1e9},
        {"output": 0},
    ):
        answer: list[Any] = []
        if answers_or_refuses(lambda t=terms: answer.append(gb.predict(SMALL, DEVICE, **t).to_dict()), str(terms)):  # type: ignore[misc]
            json.dumps(answer, allow_nan=False)


class _Ends:
    """Raises `what` whatever it is asked for."""

    def __init__(self, what: BaseException) -> None:
        self._what = what

    def __float__(self) -> float:
        raise self._what

    def __index__(self) -> int:
        raise self._what

    def __str__(self) -> str:
        raise self._what


@pytest.mark.parametrize("what", [KeyboardInterrupt(), SystemExit(3), GeneratorExit(), MemoryError("no more")])
@pytest.mark.parametrize("keyword", ["concurrency", "tp", "prompt", "rate_per_s", "memory_gib", "prefix_hit"])
def test_what_ends_the_program_is_no_wrong_value(what: BaseException, keyword: str) -> None:
    for value in (_Ends(what), [1.0, _Ends(what)]) if keyword == "prompt" else (_Ends(what),):
        with pytest.raises(type(what)) as raised:
            gb.predict(SMALL, DEVICE, **{keyword: value})
        assert raised.value is what


@pytest.mark.parametrize("what", [ValueError("no"), TypeError("no"), RuntimeError("no"), OverflowError("no")])
def test_what_says_that_it_is_no_number_is_a_wrong_value(what: Exception) -> None:
    for keyword in ("concurrency", "tp", "prompt", "rate_per_s", "memory_gib"):
        with pytest.raises(gb.Error, match=keyword):
            gb.predict(SMALL, DEVICE, **{keyword: _Ends(what)})


def test_columns_of_a_trace_that_end_the_program() -> None:
    with pytest.raises(KeyboardInterrupt):
        gb.simulate(SMALL, DEVICE, trace=([0.0, 1.0], [_Ends(KeyboardInterrupt()), 1.0], [1.0, 1.0]))
    with pytest.raises(gb.Error, match="column 2"):
        gb.simulate(SMALL, DEVICE, trace=([0.0, 1.0], [_Ends(ValueError()), 1.0], [1.0, 1.0]))


def test_what_steers_a_terminal_is_written_out(tmp_path: Path) -> None:
    hostile = "\x1b[31mEVIL\x07\nforged \u202eline\x9b"
    config = {
        "_name_or_path": hostile, "model_type": "llama", "hidden_size": 512, "intermediate_size": 1024,
        "num_hidden_layers": 2, "num_attention_heads": 8, "num_key_value_heads": 8, "vocab_size": 1024,
        "max_position_embeddings": 8192, "architectures": ["LlamaForCausalLM"], "torch_dtype": "bfloat16",
    }  # fmt: skip
    answer = gb.predict(config, DEVICE)
    row = {"hardware": hostile, "model": hostile, "framework": "vllm", "weight_format": "bf16", "tp": 1, "input_len": 8,
           "output_len": 8, "concurrency": 1, "metric": "tpot", "value": 5, "unit": "ms", "source_id": "=1+1"}  # fmt: skip
    checked = gb.validate([row])
    table = gb.Measured([row])
    shown = [str(answer), answer._repr_html_(), gb.model(config).name, str(checked), checked._repr_html_()]
    shown += [str(gb.serve(config, DEVICE, concurrency=2)), str(gb.simulate(config, DEVICE, concurrency=2, requests=20))]
    shown.append(repr(table))
    for refused in (lambda: gb.device(hostile), lambda: gb.predict(SMALL, DEVICE, weights=hostile)):
        with pytest.raises(gb.Error) as e:
            refused()
        shown.append(str(e.value))
        assert "\n" not in str(e.value)
    for text in shown:
        assert not set(text) & set("\x1b\x07\u202e\x9b\r"), text
        assert "\nforged" not in text
    assert checked.records()[0]["model"].startswith("\x1b")  # data stays data
    assert checked.records()[0]["source_id"] == "=1+1"


def test_a_table_for_a_spreadsheet_holds_no_formula(tmp_path: Path) -> None:
    row = {"hardware": "h100-sxm", "model": "=HYPERLINK(1)", "framework": "+x", "weight_format": "@a", "tp": 1,
           "input_len": 8, "output_len": 8, "concurrency": 1, "metric": "tpot", "value": -5, "unit": "ms"}  # fmt: skip
    text = gb.Measured([row], kind="serving").to_csv()
    for cell in ("'=HYPERLINK(1)", "'+x", "'@a"):
        assert f",{cell}," in text
    assert ",-5," in text


def test_a_file_that_cannot_be_written_is_an_error() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(gb.Error, match="cannot write /dev/full: No space left"):
        gb.simulate(SMALL, DEVICE, concurrency=2, requests=20, chrome_trace="/dev/full")
