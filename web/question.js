// SPDX-License-Identifier: Apache-2.0
// What the controls hold, as a question to the engine, as a link, and as the same question to the command, Python and C++.
// No control is known here: tested in node, web/tests/answers.mjs.
"use strict";

const LINK_VERSION = 1;
const MOST_CONFIG_BYTES = 1 << 20; // a config.json has a few kB; its longest known one 60
const MOST_LINK_CONFIG_BYTES = 8192; // what browsers and mail keep of an address
const MOST_DEVICES = 4;

const DEFAULTS = {
    tab: "predict",
    model: "meta-llama/Llama-3.1-8B-Instruct",
    config: "",
    runtime: "",
    tp: "1",
    pp: "1",
    dp: "1",
    ep: "1",
    replicas: "1",
    weights: "stored",
    kv: "stored",
    prompt: "1024",
    output: "256",
    load: "users",
    users: "32",
    rate: "5",
    ttft: "",
    tpot: "",
    fleet: "priced",
    goal: "cost",
};
const defaultState = () => ({...DEFAULTS, devices: [{name: "h100-sxm", price: ""}]});

/** A number where the text is one, else the text: the engine says what is wrong with it. */
function numberOr(text) {
    const trimmed = text.trim();
    return trimmed !== "" && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

/** The model of a question: a name, or the configuration that was pasted. Throws a sentence. */
function modelOf(state) {
    if (state.config.trim() === "") return state.model.trim();
    if (state.config.length > MOST_CONFIG_BYTES)
        throw new Error(
            `The configuration has ${state.config.length.toLocaleString("en")} characters; at most 1,048,576 are ` +
                "read. A config.json has a few thousand.",
        );
    let config;
    try {
        config = JSON.parse(state.config);
    } catch (failure) {
        throw new Error(`The configuration is not JSON: ${failure.message}.`);
    }
    if (config === null || typeof config !== "object" || Array.isArray(config))
        throw new Error("The configuration is no JSON object: paste a whole config.json, from { to }.");
    return config;
}

/** The keys of lengths, cut, formats and runtime that are not the default. */
function settingsOf(state) {
    const keys = {};
    if (state.runtime !== "") keys.runtime = state.runtime;
    for (const key of ["tp", "pp", "dp", "ep", "replicas", "weights", "kv", "prompt", "output"])
        if (state[key].trim() !== DEFAULTS[key]) keys[key] = numberOr(state[key]);
    return keys;
}

/** The question about `device` ({name, price}): keys as in Python. Throws a sentence where the configuration is none. */
function predictQuestion(state, device) {
    const question = {model: modelOf(state), device: device.name, ...settingsOf(state)};
    if (state.load === "users") question.concurrency = numberOr(state.users);
    else question.rate_per_s = numberOr(state.rate);
    if (device.price.trim() !== "") question.price_usd_per_hour = numberOr(device.price);
    return question;
}

function serveQuestion(state, device) {
    const question = predictQuestion(state, device);
    if (state.ttft.trim() !== "") question.ttft_p99_ms = numberOr(state.ttft);
    if (state.tpot.trim() !== "") question.tpot_p99_ms = numberOr(state.tpot);
    return question;
}

function adviseQuestion(state, device) {
    const question = {...predictQuestion(state, device), goal: state.goal};
    if (state.ttft.trim() !== "") question.limit_ttft_ms = numberOr(state.ttft);
    if (state.tpot.trim() !== "") question.limit_tpot_ms = numberOr(state.tpot);
    return question;
}

/** A fleet of the devices side by side, or of all with a known price. Cuts are tried, so that of the controls is not taken. */
function planQuestion(state) {
    const question = {model: modelOf(state), rate_per_s: numberOr(state.rate)};
    const {weights, kv, prompt, output} = settingsOf(state);
    for (const [key, value] of Object.entries({weights, kv, prompt, output}))
        if (value !== undefined) question[key] = value;
    if (state.runtime !== "") question.runtimes = state.runtime;
    if (state.ttft.trim() !== "") question.ttft_p99_ms = numberOr(state.ttft);
    if (state.tpot.trim() !== "") question.tpot_p99_ms = numberOr(state.tpot);
    const prices = state.devices.filter((d) => d.price.trim() !== "").map((d) => `${d.name}=${d.price.trim()}`);
    if (prices.length > 0) question.price_usd_per_hour = prices.join(",");
    if (state.fleet === "chosen") question.devices = state.devices.map((d) => d.name).join(",");
    return question;
}

const QUESTIONS = {predict: predictQuestion, serve: serveQuestion, advise: adviseQuestion, plan: planQuestion};

/** The link's part after "#". Throws a sentence where the configuration is too long for one. */
function linkOf(state) {
    const said = new URLSearchParams({v: String(LINK_VERSION)});
    for (const [key, usual] of Object.entries(DEFAULTS))
        if (key !== "config" && state[key] !== usual) said.append(key, state[key]);
    if (state.config.trim() !== "") {
        let config = state.config.trim();
        try {
            config = JSON.stringify(JSON.parse(config));
        } catch {
            /* as it is: the page says what is wrong with it */
        }
        if (config.length > MOST_LINK_CONFIG_BYTES)
            throw new Error(
                `The configuration is too long for a link (${config.length.toLocaleString("en")} characters, at ` +
                    "most 8,192): send it beside the link.",
            );
        said.append("config", config);
    }
    for (const {name, price} of state.devices) said.append("device", price === "" ? name : `${name}:${price}`);
    return said.toString();
}

/** What a link says: {state, problem}. A link that is not understood changes nothing and `problem` says why. */
function stateOfLink(hash) {
    const text = hash.replace(/^#/, "");
    if (text === "") return {state: defaultState(), problem: ""};
    const said = new URLSearchParams(text);
    const version = said.get("v");
    if (version !== String(LINK_VERSION))
        return {
            state: defaultState(),
            problem:
                version === null
                    ? "The link has no version, so nothing of it was taken."
                    : `The link is of version ${version.slice(0, 20)} of this page, which reads version ${LINK_VERSION}; ` +
                      "nothing of it was taken.",
        };
    const state = defaultState();
    const unknown = [];
    for (const [key, value] of said) {
        if (key === "v" || key === "device") continue;
        if (Object.hasOwn(DEFAULTS, key) && value.length <= MOST_LINK_CONFIG_BYTES) state[key] = value;
        else unknown.push(key.slice(0, 20));
    }
    if (!["predict", "plan", "advise"].includes(state.tab)) state.tab = "predict";
    if (!["users", "rate"].includes(state.load)) state.load = "users";
    if (!["priced", "chosen"].includes(state.fleet)) state.fleet = "priced";
    const devices = said.getAll("device");
    if (devices.length > 0)
        state.devices = devices.slice(0, MOST_DEVICES).map((each) => {
            const at = each.lastIndexOf(":");
            return at < 0
                ? {name: each.slice(0, 200), price: ""}
                : {name: each.slice(0, Math.min(at, 200)), price: each.slice(at + 1, at + 30)};
        });
    if (devices.length > MOST_DEVICES) unknown.push(`devices after the ${MOST_DEVICES}th`);
    return {
        state,
        problem: unknown.length > 0 ? `Of the link was not understood: ${unknown.slice(0, 5).join(", ")}.` : "",
    };
}

/** `text` for a POSIX shell, in single quotes where it needs them. */
function shellQuoted(text) {
    return /^[A-Za-z0-9_.,:=+@%/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
/** `text` as a literal of Python and C++ alike: what is no plain ASCII, in escapes that both read as themselves. */
function literal(text, language) {
    let out = "";
    for (const unit of language === "cpp" ? new TextEncoder().encode(text) : text) {
        const code = typeof unit === "number" ? unit : unit.codePointAt(0);
        const character = typeof unit === "number" ? String.fromCharCode(unit) : unit;
        if (character === '"' || character === "\\") out += `\\${character}`;
        else if (code >= 32 && code < 127) out += character;
        else if (language === "cpp") out += `\\${code.toString(8).padStart(3, "0")}`;
        else out += `\\U${code.toString(16).padStart(8, "0")}`;
    }
    return `"${out}"`;
}

const FLAGS = {
    rate_per_s: "--rate",
    price_usd_per_hour: "--price",
    ttft_p99_ms: "--ttft-p99",
    tpot_p99_ms: "--tpot-p99",
    limit_ttft_ms: "--ttft",
    limit_tpot_ms: "--tpot",
};
const CONFIG_FILE = "config.json";
const withFile = (question) => (typeof question.model === "string" ? question : {...question, model: CONFIG_FILE});

/** `kind` (predict, serve, plan, advise) of `question` as a line of the command. */
function commandText(kind, question) {
    let line = `gambrel ${kind}`;
    for (const [key, value] of Object.entries(withFile(question))) {
        const text = key.endsWith("_ms") && typeof value === "number" ? `${value} ms` : String(value);
        line += ` ${FLAGS[key] ?? `--${key.replaceAll("_", "-")}`} ${shellQuoted(text)}`;
    }
    return (typeof question.model === "string" ? "" : `# ${CONFIG_FILE}: what was pasted\n`) + line + "\n";
}

function pythonText(kind, question) {
    const {model, device, ...terms} = withFile(question);
    const said = [literal(model, "python")];
    if (device !== undefined) said.push(literal(device, "python"));
    for (const [key, value] of Object.entries(terms)) {
        if (kind === "plan" && key === "price_usd_per_hour") {
            const each = value.split(",").map((part) => part.split("="));
            said.push(
                `${key}={${each.map(([name, price]) => `${literal(name, "python")}: ${numberOr(price)}`).join(", ")}}`,
            );
        } else {
            said.push(`${key}=${typeof value === "number" ? value : literal(value, "python")}`);
        }
    }
    return (
        "import gambrel as gb\n\n" +
        (typeof question.model === "string" ? "" : `# ${CONFIG_FILE}: what was pasted\n`) +
        `answer = gb.${kind}(${said.join(", ")})\nprint(answer)\n`
    );
}

/** Only of predict, whose question C++ asks in so few lines. */
function cppText(question) {
    const {model, device, runtime, ...terms} = withFile(question);
    const fields = {
        tp: "tensor",
        pp: "pipeline",
        dp: "data",
        ep: "expert",
        rate_per_s: "rate",
        price_usd_per_hour: "price",
    };
    const lines = Object.entries(terms).map(([key, value]) => {
        let said = typeof value === "number" ? String(value) : literal(value, "cpp");
        if (typeof value === "string" && (key === "prompt" || key === "output"))
            said = `ask::length_of(${said}, "${key}")`;
        return `    options.${fields[key] ?? key} = ${said};\n`;
    });
    const software =
        runtime === undefined
            ? `ask::usual_runtime(*device, ask::names_gguf(options.weights))`
            : `ask::runtime_of(${literal(runtime, "cpp")})`;
    return `#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/runtime_file.hpp>
#include <gambrel/units_io.hpp>
#include <iostream>
#include <memory>
using namespace gambrel;

int main() {
    ask::prediction_options options;
${lines.join("")}    const auto model = std::make_shared<const architecture>(ask::model_of(${literal(model, "cpp")}));
    const auto device = std::make_shared<const gambrel::device<>>(ask::device_of(${literal(device, "cpp")}));
    const auto software = std::make_shared<const runtime<>>(${software});
    const ask::bound_question asked(model, device, software, options);
    const ask::answer answer = ask::answered(asked.question);
    if (!answer.ok()) std::cout << answer.verdict.reason << '\\n';
    else std::cout << "TTFT " << answer.predicted.ttft << "\\nTPOT " << answer.predicted.tpot << '\\n';
}
`;
}

if (typeof module !== "undefined")
    module.exports = {
        DEFAULTS,
        LINK_VERSION,
        MOST_DEVICES,
        defaultState,
        QUESTIONS,
        predictQuestion,
        serveQuestion,
        adviseQuestion,
        planQuestion,
        modelOf,
        linkOf,
        stateOfLink,
        commandText,
        pythonText,
        cppText,
    };
