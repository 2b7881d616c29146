// SPDX-License-Identifier: Apache-2.0
// Answers as elements of the page. Text goes in as text nodes only, so that nothing of a name or a file is ever markup.
"use strict";

/** <tag attributes>children</tag>: strings become text; `null` is left out; class and style.* beside plain attributes. */
function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith("style.")) made.style.setProperty(name.slice(6), value);
        else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
        else made.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity)) if (child !== null && child !== undefined) made.append(child);
    return made;
}

/** Three significant digits, whole ones never rounded away, thousands apart: as the command prints. */
function digits(x) {
    if (!Number.isFinite(x)) return "unknown";
    const leading = x === 0 ? 0 : Math.floor(Math.log10(Math.abs(x)));
    const text = x.toFixed(Math.min(17, Math.max(0, 2 - leading)));
    const [whole, fraction] = text.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return fraction === undefined || x === 0 ? grouped : `${grouped}.${fraction}`;
}
const PREFIXES = {
    s: [
        [1, "s"],
        [1e-3, "ms"],
        [1e-6, "µs"],
    ],
    B: [
        [2 ** 30, "GiB"],
        [2 ** 20, "MiB"],
        [2 ** 10, "KiB"],
    ],
};
function scaleOf(figure) {
    const steps = PREFIXES[figure.unit] ?? [[1, figure.unit === "1" ? "" : figure.unit]];
    return steps.find(([size]) => Math.abs(figure.value) >= size) ?? steps[steps.length - 1];
}
/** "7.05 ms". */
function textOf(figure) {
    if (!figure) return "not known";
    const [size, unit] = scaleOf(figure);
    return `${digits(figure.value / size)}${unit === "" ? "" : ` ${unit}`}`;
}
/** "5.89 to 8.44", in the unit of the value; empty without a range. An end that is not known is "?". */
function rangeOf(figure) {
    if (!figure || (figure.low === figure.value && figure.high === figure.value)) return "";
    const [size] = scaleOf(figure);
    const end = (x) => (x === null ? "?" : digits(x / size));
    return `${end(figure.low)} to ${end(figure.high)}`;
}
const percent = (share) => `${digits(100 * share)} %`;

/** The 80 % range and the value on a scale from nought to `most`. */
function rangeBar(figure, most) {
    const at = (x) => `${Math.min(100, (100 * (x ?? most)) / most)}%`;
    const low = figure.low ?? 0,
        high = figure.high ?? most;
    return element(
        "div",
        {class: "bar", "aria-hidden": "true"},
        element("i", {"style.left": at(low), "style.width": `${Math.min(100, (100 * (high - low)) / most)}%`}),
        element("b", {"style.left": at(figure.value)}),
    );
}

function table(caption, head, rows, numeric = []) {
    const kind = (i) => (numeric.includes(i) ? "n" : null);
    return element(
        "table",
        {},
        caption === "" ? null : element("caption", {}, caption),
        element(
            "thead",
            {},
            element(
                "tr",
                {},
                head.map((h, i) => element("th", {scope: "col", class: kind(i)}, h)),
            ),
        ),
        element(
            "tbody",
            {},
            rows.map((row) =>
                element(
                    "tr",
                    {},
                    row.map((cell, i) =>
                        element(i === 0 ? "th" : "td", {scope: i === 0 ? "row" : null, class: kind(i)}, cell),
                    ),
                ),
            ),
        ),
    );
}

/** Parts that add up, as one bar and a list that says each. */
function stack(parts, whole, describe) {
    const shown = parts.filter(([, value]) => value / whole > 0.002);
    return [
        element(
            "div",
            {class: "stack", "aria-hidden": "true"},
            shown.map(([key, value]) =>
                element("i", {
                    "style.width": `${Math.min(100, (100 * value) / whole)}%`,
                    "style.background": colourOf(key),
                }),
            ),
        ),
        element(
            "ul",
            {class: "parts"},
            shown.map(([key, value]) =>
                element(
                    "li",
                    {},
                    element("span", {class: "mark", "style.background": colourOf(key), "aria-hidden": "true"}),
                    `${wordsOf(key)} ${describe(value)}`,
                ),
            ),
        ),
    ];
}
const PART_COLOURS = {
    weights: "gemm",
    for_kv: "collective",
    activations: "decode_attention",
    logits: "element_wise",
    graphs: "experts",
    communication: "state",
    reserve: "host",
    gemm: "gemm",
};
const colourOf = (key) => `var(--${PART_COLOURS[key] ?? key})`;
const wordsOf = (key) =>
    ({gemm: "GEMM", for_kv: "KV cache", kv_memory: "KV memory", element_wise: "element-wise"})[key] ??
    key.replaceAll("_", " ");

function memoryPart(memory) {
    const keys = ["weights", "activations", "logits", "graphs", "communication", "reserve"];
    const parts = keys.map((key) => [key, memory[key].value]);
    if (memory.for_kv.value > 0) parts.push(["for_kv", memory.for_kv.value]);
    const used = parts.reduce((sum, [, value]) => sum + value, 0);
    const bytes = (value) => textOf({value, unit: "B"});
    return [
        element(
            "h3",
            {},
            `Memory of one device: ${bytes(memory.usable.value)} usable of ${bytes(memory.capacity.value)}`,
        ),
        stack(parts, Math.max(used, memory.usable.value), bytes),
    ];
}

function fitOf(start) {
    if (!start) return null;
    const said = {fits: ["fits", "Fits"], may_not_fit: ["doubt", "May not fit"], does_not_fit: ["not", "Does not fit"]};
    const [look, words] = said[start.verdict] ?? ["doubt", wordsOf(start.verdict)];
    return element(
        "p",
        {class: `verdict ${look}`},
        `${words}: starts with a probability of ${percent(start.probability.value)}` +
            (rangeOf(start.probability) === ""
                ? ""
                : ` (${percent(start.probability.low)} to ${percent(start.probability.high)})`) +
            (start.suggestion ? `. To be sure: ${start.suggestion}` : ""),
    );
}

const FIGURES = [
    ["TTFT", (a) => a.ttft],
    ["TPOT", (a) => a.tpot],
    ["Whole answer", (a) => a.latency],
    ["Output", (a) => a.output_throughput],
    ["A user sees", (a) => a.output_per_user],
    ["Requests", (a) => a.request_throughput],
    ["$ output", (a) => a.cost?.output],
    ["$ input", (a) => a.cost?.input],
    ["$ blended", (a) => a.cost?.blended],
    ["Energy", (a) => a.energy?.per_output_token],
];
/** The greatest end of every figure over all answers: bars side by side have one scale. */
function scalesOf(answers) {
    return FIGURES.map(([, read]) =>
        Math.max(
            ...answers
                .filter((a) => a?.feasible)
                .map((a) => {
                    const figure = read(a);
                    return figure ? (figure.high ?? figure.value) : 0;
                }),
            0,
        ),
    );
}

function boundText(name, bound) {
    if (!bound) return null;
    const second = bound.second ? `, then ${wordsOf(bound.second)} (${percent(bound.second_share.value)})` : "";
    return element(
        "p",
        {},
        `${name} is bound by ${wordsOf(bound.first)} (${percent(bound.first_share.value)})${second}.`,
    );
}
function timesPart(name, breakdown) {
    if (!breakdown) return null;
    const parts = Object.entries(breakdown.by_class).map(([key, figure]) => [key, figure.value]);
    const whole = parts.reduce((sum, [, value]) => sum + value, 0);
    return [
        element("h3", {}, `Where ${name} goes`),
        stack(parts, whole, (value) => `${textOf({value, unit: "s"})}, ${percent(value / whole)}`),
    ];
}

function sourcesPart(answer, key) {
    if (!answer.evidence) return null;
    return element(
        "details",
        {"data-open": `${key} sources`},
        element("summary", {}, "Sources"),
        element(
            "ul",
            {class: "sources"},
            answer.evidence.map((each) =>
                element("li", {}, `${each.of}: ${each.from}${each.recalled ? " (in part recalled or assumed)" : ""}`),
            ),
        ),
    );
}

function headOf(device, answer) {
    const inputs = answer.inputs;
    if (!inputs) return [element("h2", {}, device.name)];
    const cut = Object.entries(inputs.parallelism).filter(
        ([key, n]) => ["tp", "pp", "dp", "ep", "replicas"].includes(key) && n > 1,
    );
    const formats = [...new Set(Object.values(inputs.weights))];
    return [
        element("h2", {}, `${inputs.devices} × ${inputs.device}`),
        element(
            "p",
            {class: "help"},
            `${inputs.model} under ${inputs.runtime} ${inputs.runtime_version}; ` +
                `${cut.length === 0 ? "one rank" : cut.map(([key, n]) => `${key} ${n}`).join(", ")}; ` +
                `${formats.join("/")} weights, ${inputs.kv} cache`,
        ),
    ];
}

/** One device's answer. `colour` is that of its curve. */
function card(device, answer, scales, colour) {
    const made = (...children) =>
        element("article", {class: "card", "style.--colour": colour, "aria-label": device.name}, children);
    if (answer.error) return made(headOf(device, {}), element("p", {class: "verdict not"}, `${answer.error.message}.`));
    if (!answer.feasible)
        return made(
            headOf(device, answer),
            element("p", {class: "verdict not"}, `Not possible: ${answer.reason ?? answer.not_known}.`),
            answer.suggestion ? element("p", {}, `Instead: ${answer.suggestion}.`) : null,
            answer.memory ? memoryPart(answer.memory) : null,
        );
    const rows = FIGURES.map(([name, read], i) => {
        const figure = read(answer);
        if (!figure) return null;
        return element(
            "tr",
            {},
            element("th", {scope: "row"}, name),
            element("td", {class: "n"}, textOf(figure)),
            element("td", {class: "n range"}, rangeOf(figure), rangeBar(figure, scales[i])),
        );
    });
    const rent = answer.cost?.rent_per_device;
    return made(
        headOf(device, answer),
        fitOf(answer.start),
        element("table", {}, element("caption", {}, "value, 80 % range"), element("tbody", {}, rows)),
        rent
            ? element(
                  "p",
                  {class: "help"},
                  `At ${textOf(rent)} a device. $ input and $ output: tokens pay for the time they take; $ blended: all alike.`,
              )
            : element("p", {class: "help"}, "No price is known: give one beside the device."),
        boundText("TPOT", answer.bound?.tpot),
        boundText("TTFT", answer.bound?.ttft),
        timesPart("TPOT", answer.breakdown?.tpot),
        timesPart("TTFT", answer.breakdown?.ttft),
        memoryPart(answer.memory),
        element("div", {class: "percentiles"}),
        (answer.notes ?? []).map((note) => element("p", {class: "help"}, `${note}.`)),
        answer.ask_simulator
            ? element("p", {class: "help"}, `Ask the simulator too (gambrel simulate): ${answer.ask_simulator}.`)
            : null,
        sourcesPart(answer, device.name),
    );
}

/** What serve says beside predict, for a card: percentiles, the limit, whether the promise is kept. */
function percentilesPart(load) {
    if (load.error) return [element("p", {class: "help"}, `Percentiles: ${load.error.message}.`)];
    if (!load.feasible) return [];
    if (load.means_only) return [element("p", {class: "help"}, `Means only: ${load.means_only}.`)];
    const names = ["p50", "p90", "p99"];
    const row = (name, of) =>
        of && [
            name,
            ...names.map((p) =>
                of[p] ? [textOf(of[p]), element("br"), element("span", {class: "range"}, rangeOf(of[p]))] : "?",
            ),
        ];
    const rows = [
        row("TTFT", load.ttft),
        row("TPOT", load.tpot),
        row("Gap", load.itl),
        row("Answer", load.latency),
    ].filter(Boolean);
    const kept =
        load.objective &&
        (load.objective.surely_met
            ? ["fits", "The limits are kept, at the slow end of the range too."]
            : load.objective.met
              ? ["doubt", "The limits are kept as predicted, not at the slow end of the range."]
              : ["not", "The limits are not kept."]);
    return [
        element("h3", {}, "Percentiles at this load"),
        load.stable ? null : element("p", {class: "verdict not"}, "It does not keep up: requests pile up."),
        element(
            "div",
            {class: "scroll", tabindex: "0", role: "region", "aria-label": "Percentiles at this load"},
            table("", ["time", ...names], rows, [1, 2, 3]),
        ),
        load.limit
            ? element(
                  "p",
                  {},
                  `At most ${textOf(load.limit)} (${rangeOf(load.limit)}); then ${wordsOf(load.limit_bound)} ends it.`,
              )
            : null,
        kept ? element("p", {class: `verdict ${kept[0]}`}, kept[1]) : null,
    ];
}

function scrolled(label, content) {
    return element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": label}, content);
}

function planPart(answer) {
    if (answer.error) return [element("p", {class: "verdict not"}, `${answer.error.message}.`)];
    const name = (p) => `${p.size.devices} × ${p.device}`;
    const row = (p) => [
        name(p),
        `${p.size.replicas} of tp ${p.parallelism.tp}`,
        p.formats,
        p.rent ? textOf(p.rent) : "?",
        p.power ? textOf(p.power) : "?",
    ];
    if (!answer.feasible)
        return [
            element("p", {class: "verdict not"}, "No candidate keeps all limits."),
            answer.closest
                ? element(
                      "p",
                      {},
                      `Nearest: tp ${answer.closest.parallelism.tp} on ${answer.closest.device}` +
                          (answer.closest.over
                              ? `, whose ${wordsOf(answer.closest.over.limit).toUpperCase()} is ${digits(answer.closest.over.times)} times the limit.`
                              : "."),
                  )
                : null,
            element(
                "ul",
                {},
                answer.left_out.map((each) => element("li", {}, `${each.count}: ${each.reason}`)),
            ),
        ];
    const best = answer.plan,
        load = answer.load;
    return [
        element(
            "p",
            {class: "verdict fits"},
            `${name(best)}: ${best.size.replicas} replicas of tp ${best.parallelism.tp}` +
                (best.rent ? `, ${textOf(best.rent)}` : ""),
        ),
        load?.ttft && load?.tpot
            ? element(
                  "p",
                  {},
                  `TTFT p99 ${textOf(load.ttft.p99)} (${rangeOf(load.ttft.p99)}), ` +
                      `TPOT p99 ${textOf(load.tpot.p99)} (${rangeOf(load.tpot.p99)}).`,
              )
            : null,
        answer.simulated
            ? element(
                  "p",
                  {},
                  `The simulator ${answer.simulated.holds ? "agrees" : "does not agree"}: ` +
                      `${answer.simulated.requests.toLocaleString("en")} requests.`,
              )
            : null,
        answer.launch
            ? [
                  element("h2", {}, "One replica"),
                  element("pre", {tabindex: "0", "aria-label": "Launch line"}, answer.launch),
              ]
            : null,
        scrolled(
            "Fleets",
            table(
                "The best, and others that keep the limits",
                ["fleet", "replicas", "formats", "rent", "power"],
                [best, ...answer.alternatives].map(row),
                [3, 4],
            ),
        ),
        element(
            "p",
            {class: "help"},
            `${answer.candidates} candidates, ${answer.counted} counted. Assumed: ${answer.assumptions.join("; ")}.`,
        ),
    ];
}

function advicePart(answer) {
    if (answer.error) return [element("p", {class: "verdict not"}, `${answer.error.message}.`)];
    if (!answer.feasible) return [element("p", {class: "verdict not"}, `Not possible: ${answer.reason}.`)];
    const gain = (item) => item.gain[answer.goal];
    const rows = (verdict) =>
        answer.items
            .filter((item) => item.verdict === verdict)
            .map((item) => [
                item.title,
                textOf(gain(item)),
                rangeOf(gain(item)),
                item.effort,
                item.risk ?? "",
                element(
                    "details",
                    {"data-open": item.change},
                    element("summary", {"aria-label": `How to try ${item.title}`}, "try"),
                    element(
                        "pre",
                        {tabindex: "0", "aria-label": `How to try ${item.title}`},
                        (item.experiment ?? []).join("\n"),
                    ),
                ),
            ]);
    const head = ["change", "better by", "range", "work", "risk", "experiment"];
    const first = rows("gain"),
        second = rows("measure_first");
    const goal = document.querySelector(`#goal option[value="${CSS.escape(answer.goal)}"]`)?.textContent ?? answer.goal;
    return [
        first.length > 0
            ? scrolled("Change first", table(`Change first (${goal})`, head, first, [1, 2]))
            : element("p", {}, "Nothing gains surely."),
        second.length > 0
            ? scrolled(
                  "Measure first",
                  table("Measure first: the range holds no gain, or it rests on an assumption", head, second, [1, 2]),
              )
            : null,
        answer.together
            ? element(
                  "p",
                  {},
                  `Together, ${answer.together.changes.map(wordsOf).join(", ")}: ` +
                      `${textOf(answer.together.gain[answer.goal])} (${rangeOf(answer.together.gain[answer.goal])}).`,
              )
            : null,
        element(
            "p",
            {class: "help"},
            `${answer.items.filter((i) => !["gain", "measure_first"].includes(i.verdict)).length} more gain nothing, ` +
                "are not possible or do not apply: gambrel advise --all says why.",
        ),
    ];
}

if (typeof module !== "undefined") module.exports = {digits, textOf, rangeOf};
