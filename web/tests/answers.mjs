// SPDX-License-Identifier: Apache-2.0
// The program of the page against the command: every number of every answer, over the whole catalog, to 1e-12, and of loads and
// fleets to 1e-8; and what of the page needs no browser: links, the texts to copy, sentences for bad input.
//
//     node --test web/tests/answers.mjs       GAMBREL_WASM=build/web/gambrel.wasm GAMBREL=build/gambrel
import assert from "node:assert/strict";
import {execFileSync, spawnSync} from "node:child_process";
import {readFileSync, mkdtempSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {test} from "node:test";

const require = createRequire(import.meta.url);
const {GambrelEngine} = require("../engine.js");
const page = require("../question.js");
const program = new WebAssembly.Module(readFileSync(process.env.GAMBREL_WASM ?? "build/web/gambrel.wasm"));
const engine = new GambrelEngine(program);
const command = process.env.GAMBREL ?? "build/gambrel";
const catalog = engine.ask("catalog", {});
const TOLERANCE = 1e-12;
// Of a load, what is searched for: a quantile of an inverted transform is found to 1e-10 (queueing/inversion.hpp), and where its
// tail is flat the last bits of exp and pow, which are each machine's own, move it further. Met: 2.1e-9, a gap's p99 (docs/web.md).
const SOLVED = 1e-8;

/** The command's answer to `args`; its exit status 3 is an answer too. */
function commanded(args) {
    const run = spawnSync(command, [...args, "--json"], {encoding: "utf8", maxBuffer: 1 << 28});
    return run.status === 0 || run.status === 3 ? JSON.parse(run.stdout) : {refused: run.stderr};
}
const counted = {values: 0, identical: 0, worst: 0};
/** Every leaf of `ours` is that of `theirs`. Numbers within sentences are compared as text. */
function same(ours, theirs, at, tolerance = TOLERANCE) {
    if (typeof theirs === "number") {
        assert.equal(typeof ours, "number", at);
        ++counted.values;
        if (ours === theirs) ++counted.identical;
        const difference = Math.abs(ours - theirs) / Math.max(Math.abs(theirs), Number.MIN_VALUE);
        if (ours !== theirs) counted.worst = Math.max(counted.worst, difference);
        assert.ok(ours === theirs || difference <= tolerance, `${at}: ${ours}, the command says ${theirs}`);
    } else if (theirs !== null && typeof theirs === "object") {
        assert.deepEqual(Object.keys(ours), Object.keys(theirs), at);
        for (const key of Object.keys(theirs)) same(ours[key], theirs[key], `${at}.${key}`, tolerance);
    } else {
        assert.equal(ours, theirs, at);
    }
}

test("predict: every model of the catalog on one device", () => {
    assert.ok(catalog.models.length > 100);
    for (const model of catalog.models)
        same(
            engine.ask("predict", {model, device: "h100-sxm", concurrency: 16, weights: "fp8"}),
            commanded(["predict", "--model", model, "--device", "h100-sxm", "--concurrency", "16", "--weights", "fp8"]),
            model,
        );
});

test("predict: every device of the catalog under one model", () => {
    assert.ok(catalog.devices.length > 100);
    for (const {name} of catalog.devices)
        same(
            engine.ask("predict", {model: "llama-3.1-8b", device: name, rate_per_s: 0.5, prompt: 500}),
            commanded(["predict", "--model", "llama-3.1-8b", "--device", name, "--rate", "0.5", "--prompt", "500"]),
            name,
        );
});

test("predict: every runtime of the catalog", () => {
    for (const {name} of catalog.runtimes) {
        const theirs = commanded([
            "predict",
            "--model",
            "qwen3-8b",
            "--device",
            "a100-sxm-80",
            "--runtime",
            name,
            "--concurrency",
            "4",
        ]);
        same(
            engine.ask("predict", {model: "qwen3-8b", device: "a100-sxm-80", runtime: name, concurrency: 4}),
            theirs,
            name,
        );
    }
});

test("serve, plan and advise", () => {
    const load = ["--model", "llama-3.1-70b", "--device", "h200-sxm", "--tp", "4", "--ttft-p99", "500 ms"];
    const question = {model: "llama-3.1-70b", device: "h200-sxm", tp: 4, ttft_p99_ms: 500};
    const unlike = ["simulate"]; // a line for a shell, which the page does not write
    for (const [args, terms] of [
        [["--concurrency", "48"], {concurrency: 48}],
        [["--rate", "3"], {rate_per_s: 3}],
    ]) {
        const theirs = commanded(["serve", ...load, ...args]);
        const ours = engine.ask("serve", {...question, ...terms});
        for (const key of unlike) (delete theirs[key], delete ours.answer[key]);
        same(ours.answer, theirs, "serve", SOLVED);
        const listed = ours.answer.curve.map((point) => point.request_throughput.value);
        assert.ok(listed.length > 3 && ours.curve.length > listed.length);
        assert.deepEqual(
            ours.curve.map((point) => point.request_throughput.value).filter((rate) => listed.includes(rate)),
            listed,
        );
    }
    same(
        engine.ask("plan", {
            model: "llama-3.1-8b",
            rate_per_s: 20,
            ttft_p99_ms: 500,
            tpot_p99_ms: 40,
            devices: "h100-sxm,l40s",
        }),
        commanded([
            "plan",
            "--model",
            "llama-3.1-8b",
            "--rate",
            "20",
            "--ttft-p99",
            "500 ms",
            "--tpot-p99",
            "40 ms",
            "--devices",
            "h100-sxm,l40s",
        ]),
        "plan",
        SOLVED,
    );
    same(
        engine.ask("advise", {
            model: "llama-3.1-8b",
            device: "h100-sxm",
            concurrency: 32,
            goal: "ttft",
            limit_tpot_ms: 20,
        }),
        commanded([
            "advise",
            "--model",
            "llama-3.1-8b",
            "--device",
            "h100-sxm",
            "--concurrency",
            "32",
            "--goal",
            "ttft",
            "--tpot",
            "20 ms",
        ]),
        "advise",
    );
});

test("a pasted configuration is read as the command reads the file", () => {
    const file = "examples/models/llama-3.1-70b.json";
    const state = {...page.defaultState(), config: readFileSync(file, "utf8"), tp: "8"};
    same(
        engine.ask("predict", page.predictQuestion(state, {name: "h100-sxm", price: "2.5"})),
        commanded([
            "predict",
            "--model",
            file,
            "--device",
            "h100-sxm",
            "--tp",
            "8",
            "--concurrency",
            "32",
            "--price",
            "2.5",
        ]),
        file,
    );
});

test("the shortest form of a number is JavaScript's", () => {
    for (const x of [1.1 + 2.2, 1 / 3 + 1, 123456.7, 1e5, 5e11, 2 ** 0.5, 7]) {
        const {error} = engine.ask("predict", {model: "llama-3.2-1b", device: "l4", prefix_hit: x});
        assert.equal(error.message, `the prefix hit share is ${x}; it must be from 0 to 1`);
    }
});

test("bad input is a sentence, and the next question is answered", () => {
    const good = {model: "llama-3.2-1b", device: "l4"};
    for (const bad of [
        {},
        {...good, device: "h100-smx"},
        {...good, model: "<script>alert(1)</script>"},
        {...good, model: "/etc/passwd"},
        {...good, model: "a\u0000b"},
        {...good, tp: "x"},
        {...good, tp: 1.5},
        {...good, prompt: -1},
        {...good, unknown: 1},
        {...good, model: {}},
        {...good, model: {architectures: ["LlamaForCausalLM"], num_hidden_layers: -1}},
        {...good, interface: 7},
    ]) {
        const {error} = engine.ask("predict", bad);
        assert.ok(error && error.message.length > 10, JSON.stringify(bad));
        assert.ok(engine.ask("predict", good).feasible);
    }
    const deep = "[".repeat(100000);
    assert.equal(JSON.parse(engine.askText("predict", deep)).error.kind, "not_json");
    assert.equal(JSON.parse(engine.askText("predict", `"${"x".repeat(50 << 20)}"`)).error.kind, "not_json");
    assert.ok(engine.ask("predict", good).feasible);
});

test("a program that stops is answered by a sentence and started again", () => {
    const mortal = new GambrelEngine(program);
    mortal.program = {
        ...mortal.program,
        page_advise: () => {
            throw new WebAssembly.RuntimeError("unreachable");
        },
    };
    assert.match(mortal.ask("advise", {}).error.message, /could not answer this question \(unreachable\)/);
    assert.ok(mortal.ask("predict", {model: "llama-3.2-1b", device: "l4"}).feasible);
});

test("a link holds everything and is read back", () => {
    const state = {
        ...page.defaultState(),
        tab: "advise",
        model: "x&y=#%é<b>",
        runtime: "sglang",
        tp: "8",
        pp: "2",
        dp: "3",
        ep: "4",
        replicas: "5",
        weights: "fp8",
        kv: "fp8",
        prompt: "uniform:1:2",
        output: "9",
        load: "rate",
        users: "7",
        rate: "2.5",
        ttft: "500",
        tpot: "40",
        fleet: "chosen",
        goal: "energy",
        config: '{"a":[1]}',
        devices: [
            {name: "h100-sxm", price: "2.5"},
            {name: "odd:name", price: "1"},
        ],
    };
    for (const [key, usual] of Object.entries(page.DEFAULTS)) assert.notEqual(state[key], usual, `${key} is not tried`);
    assert.deepEqual(page.stateOfLink(`#${page.linkOf(state)}`), {state, problem: ""});
    assert.deepEqual(page.stateOfLink(""), {state: page.defaultState(), problem: ""});
});

test("a link that is not understood changes nothing and says so", () => {
    const usual = page.defaultState();
    assert.deepEqual(page.stateOfLink("#v=2&tp=8"), {
        state: usual,
        problem: "The link is of version 2 of this page, which reads version 1; nothing of it was taken.",
    });
    assert.match(page.stateOfLink("#tp=8").problem, /no version/);
    const odd = page.stateOfLink("#v=1&tab=x&load=y&fleet=z&evil=1&__proto__=1&tp=8");
    assert.equal(odd.problem, "Of the link was not understood: evil, __proto__.");
    assert.deepEqual(odd.state, {...usual, tp: "8"});
    assert.throws(() => page.linkOf({...usual, config: "x".repeat(9000)}), /too long for a link/);
    assert.throws(() => page.modelOf({...usual, config: "{"}), /not JSON/);
    assert.throws(() => page.modelOf({...usual, config: "[1]"}), /no JSON object/);
    assert.throws(() => page.modelOf({...usual, config: " ".repeat(1 << 21) + "x"}), /at most 1,048,576/);
});

test("the copied line of the command gives the page's answer", () => {
    const state = {
        ...page.defaultState(),
        weights: "fp8",
        tp: "2",
        prompt: "lognormal:800:1.2",
        ttft: "500",
        tpot: "30",
        load: "rate",
        rate: "3",
    };
    const device = {name: "h100-sxm", price: "2.5"};
    for (const [kind, question] of [
        ["predict", page.predictQuestion(state, device)],
        ["advise", page.adviseQuestion(state, device)],
        ["plan", page.planQuestion({...state, devices: [device], fleet: "chosen"})],
    ]) {
        const line = page
            .commandText(kind, question)
            .trim()
            .replace(/^gambrel/, `'${command}'`);
        const theirs = JSON.parse(execFileSync("sh", ["-c", `${line} --json`], {encoding: "utf8", maxBuffer: 1 << 26}));
        same(engine.ask(kind, question), theirs, line, kind === "plan" ? SOLVED : TOLERANCE);
    }
    const hostile = page.commandText("predict", {model: "$(touch x)'; rm", device: "`id`"});
    assert.equal(hostile, "gambrel predict --model '$(touch x)'\\''; rm' --device '`id`'\n");
});

test("the copied Python and C++ say the same", (t) => {
    const question = {
        model: 'a"b\\\n\u00e9',
        device: "h100-sxm",
        tp: 2,
        prompt: "uniform:1:9",
        concurrency: 4,
        price_usd_per_hour: 2.5,
    };
    const python = page.pythonText("predict", question);
    const script = `import ast,sys,json; c=ast.parse(sys.stdin.read()).body[1].value; print(json.dumps([c.func.attr,[a.value for a in c.args],{k.arg:k.value.value for k in c.keywords}]))`;
    const {model, device, ...terms} = question;
    assert.deepEqual(JSON.parse(execFileSync("python3", ["-c", script], {input: python, encoding: "utf8"})), [
        "predict",
        [model, device],
        terms,
    ]);
    if (spawnSync("g++", ["--version"]).status !== 0) return t.skip("there is no g++");
    const folder = mkdtempSync(join(tmpdir(), "gambrel-page-"));
    const asked = {
        model: "llama-3.1-8b",
        device: "l40s",
        runtime: "sglang",
        prompt: "uniform:100:900",
        output: 64,
        weights: "fp8",
        kv: "fp8",
        concurrency: 8,
        tp: 2,
        pp: 1,
        dp: 1,
        ep: 1,
        replicas: 2,
        price_usd_per_hour: 1.5,
    };
    writeFileSync(join(folder, "a.cpp"), page.cppText(asked));
    writeFileSync(
        join(folder, "b.cpp"),
        page.cppText({model: question.model, device: "l4", rate_per_s: 0.5, prompt: 10}),
    );
    for (const name of ["a.cpp", "b.cpp"]) {
        const run = spawnSync(
            "g++",
            ["-std=c++20", "-fsyntax-only", "-Iinclude", "-isystem", "/usr/include/eigen3", join(folder, name)],
            {encoding: "utf8"},
        );
        assert.equal(run.status, 0, run.stderr.slice(0, 2000));
    }
});

test.after(() =>
    console.log(
        `# ${counted.values} values, ${counted.identical} identical, the others to ${counted.worst.toExponential(1)}`,
    ),
);
