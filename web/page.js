// SPDX-License-Identifier: Apache-2.0
// The page: controls to state, state to questions, answers to the screen. predict is asked here and at once; what takes longer
// (serve, plan, advise) is asked of a worker, a copy of the same program, so that the slider never waits for it.
"use strict";

const $ = (id) => document.getElementById(id);
const TEXT_FIELDS = [
    "model",
    "config",
    "tp",
    "pp",
    "dp",
    "ep",
    "replicas",
    "weights",
    "kv",
    "prompt",
    "output",
    "ttft",
    "tpot",
];
const CHOICES = ["runtime", "goal", "fleet"];
const TABS = ["predict", "plan", "advise"];
const SCALE = {users: [1, 1024], rate: [0.1, 1000]};

let state = defaultState();
let engine = null,
    worker = null,
    module_ = null,
    charts = [];
let drawn = {key: "", loads: []}; // what serve said, and of which questions
const waiting = new Map(); // questions of the worker by number
let asked = 0;

// ---- the program ----

async function unpacked(base64) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(stream).arrayBuffer());
}
function startWorker() {
    const answering = () => {
        let engine;
        onmessage = ({data}) => {
            if (data.module) engine = new GambrelEngine(data.module);
            else postMessage({number: data.number, text: engine.askText(data.kind, data.text)});
        };
    };
    try {
        const source = `${GambrelEngine.toString()}\n(${answering.toString()})();`;
        worker = new Worker(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
        worker.onmessage = ({data}) => {
            waiting.get(data.number)?.(data.text);
            waiting.delete(data.number);
        };
        worker.onerror = () => {
            // what waits is answered here, and so is all that follows
            worker = null;
            for (const [number, done] of waiting) done(null);
            waiting.clear();
        };
        worker.postMessage({module: module_});
    } catch {
        worker = null;
    }
}
/** The answer of the worker, or of this thread where there is none. */
async function later(kind, question) {
    const text = JSON.stringify(question);
    if (worker) {
        const number = ++asked;
        const answer = new Promise((done) => waiting.set(number, done));
        worker.postMessage({number, kind, text});
        const said = await answer;
        if (said !== null) return JSON.parse(said);
    }
    await new Promise((done) => setTimeout(done));
    return JSON.parse(engine.askText(kind, text));
}

// ---- sentences ----

function problem(sentence) {
    $("problem").textContent = sentence;
    $("problem").hidden = sentence === "";
}
let speaking = 0;
/** Said once the hand is still, so that a screen reader is not flooded by the slider. */
function say(sentence, wait = 500) {
    clearTimeout(speaking);
    speaking = setTimeout(() => {
        $("status").textContent = sentence;
    }, wait);
}
async function toClipboard(text, what) {
    try {
        await navigator.clipboard.writeText(text);
        say(`${what} copied.`, 0);
    } catch {
        const field = element("textarea", {"aria-hidden": "true"}, text);
        document.body.append(field);
        field.select();
        const copied = document.execCommand("copy");
        field.remove();
        say(copied ? `${what} copied.` : `${what} could not be copied: select it by hand.`, 0);
    }
}

// ---- controls ----

const amountOfSlider = (at) => {
    const [low, high] = SCALE[state.load];
    const x = low * (high / low) ** (at / 100);
    return state.load === "users" ? String(Math.round(x)) : String(Number(x.toPrecision(2)));
};
const sliderOfAmount = (amount) => {
    const [low, high] = SCALE[state.load];
    const x = Number(amount);
    return x > 0 ? Math.round((100 * Math.log(Math.min(high, Math.max(low, x)) / low)) / Math.log(high / low)) : 0;
};
const amountKey = () => (state.load === "users" ? "users" : "rate");

/** The controls as `state` has them. */
function showState() {
    for (const id of [...TEXT_FIELDS, ...CHOICES]) $(id).value = state[id];
    if ($("runtime").value !== state.runtime) state.runtime = $("runtime").value;
    if ($("goal").value === "") $("goal").value = state.goal = "cost";
    $("config-part").open ||= state.config !== "";
    $("load-users").checked = state.load === "users";
    $("load-rate").checked = state.load === "rate";
    showAmount();
    showDevices();
    showTab();
}
function showAmount() {
    $("amount-label").textContent = state.load === "users" ? "Users at once" : "Requests per second";
    $("amount").value = state[amountKey()];
    $("slider").value = sliderOfAmount(state[amountKey()]);
    $("slider").setAttribute(
        "aria-valuetext",
        `${state[amountKey()]} ${state.load === "users" ? "users" : "requests per second"}`,
    );
    $("plan-rate").value = state.rate;
}
const colourOfDevice = (i) => `var(--d${i})`;
function showDevices() {
    $("devices").replaceChildren(
        ...state.devices.map((device, i) =>
            element(
                "li",
                {},
                element("span", {class: "mark", "style.background": colourOfDevice(i), "aria-hidden": "true"}),
                element("span", {class: "name"}, device.name),
                element("input", {
                    class: "price",
                    value: device.price,
                    inputmode: "decimal",
                    placeholder: priceOf(device.name),
                    "aria-label": `Price of ${device.name}, dollars an hour`,
                    title: "$ per hour of one device",
                    oninput: ({target}) => {
                        device.price = target.value;
                        changed();
                    },
                }),
                element(
                    "button",
                    {
                        type: "button",
                        "aria-label": `Remove ${device.name}`,
                        disabled: state.devices.length === 1,
                        onclick: () => {
                            state.devices.splice(i, 1);
                            showDevices();
                            $("device").focus();
                            changed();
                        },
                    },
                    "×",
                ),
            ),
        ),
    );
}
let known = {models: [], devices: [], runtimes: []};
function priceOf(name) {
    const price = known.devices.find((d) => d.name === name)?.price;
    return price ? digits(price) : "$/h";
}
function addDevice() {
    const name = $("device").value.trim();
    if (name === "") return;
    if (state.devices.some((d) => d.name === name)) return problem(`${name} is there already.`);
    if (state.devices.length >= MOST_DEVICES)
        return problem(`${MOST_DEVICES} devices stand side by side; remove one first.`);
    state.devices.push({name, price: ""});
    $("device").value = "";
    showDevices();
    changed();
}
function readConfig(file) {
    if (!file) return;
    if (file.size > MOST_CONFIG_BYTES)
        return problem(
            `${file.name} has ${file.size.toLocaleString("en")} bytes; at most 1,048,576 are read. A config.json has a few thousand.`,
        );
    file.text().then(
        (text) => {
            state.config = $("config").value = text;
            $("config-part").open = true;
            changed();
        },
        () => problem(`${file.name} could not be read.`),
    );
}
function showTab() {
    for (const tab of TABS) {
        $(`tab-${tab}`).setAttribute("aria-selected", String(tab === state.tab));
        $(`tab-${tab}`).tabIndex = tab === state.tab ? 0 : -1;
        $(`panel-${tab}`).hidden = tab !== state.tab;
    }
}
function chooseTab(tab, focus) {
    state.tab = tab;
    showTab();
    if (focus) $(`tab-${tab}`).focus();
    changed();
}

// ---- answers ----

/** Replaces what `place` holds and keeps open what was open. */
function replace(place, ...children) {
    const open = new Set([...place.querySelectorAll("details[open]")].map((d) => d.dataset.open));
    place.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined));
    for (const details of place.querySelectorAll("details")) details.open = open.has(details.dataset.open);
}

let settled = 0,
    linked = 0;
/** After every change: predictions at once, percentiles and the link when the hand is still. */
function changed() {
    if (!engine) return;
    problem("");
    clearTimeout(settled);
    let answers;
    try {
        answers = state.devices.map((device) => engine.ask("predict", predictQuestion(state, device)));
    } catch (failure) {
        problem(failure.message);
        replace($("cards"));
        $("curves").hidden = true;
        return;
    }
    const scales = scalesOf(answers);
    replace(
        $("cards"),
        answers.map((answer, i) => card(state.devices[i], answer, scales, colourOfDevice(i))),
    );
    say(
        answers
            .map((a, i) =>
                a.error
                    ? a.error.message
                    : a.feasible
                      ? `${state.devices[i].name}: TTFT ${textOf(a.ttft)}, TPOT ${textOf(a.tpot)}, ${textOf(a.output_throughput)}`
                      : `${state.devices[i].name}: not possible`,
            )
            .join("; "),
    );
    showCode();
    keepPercentiles();
    showStale();
    moveMarks();
    settled = setTimeout(askLoads, 120);
    clearTimeout(linked);
    linked = setTimeout(keepLink, 300);
}
function keepLink() {
    try {
        history.replaceState(null, "", `#${linkOf(state)}`);
    } catch {
        /* too long: "Copy link" says so */
    }
}
function showCode() {
    const language = $("language").value,
        kind = state.tab;
    let text;
    try {
        if (language === "cpp") text = cppText(predictQuestion(state, state.devices[0]));
        else {
            const write = language === "python" ? pythonText : commandText;
            const questions =
                kind === "plan"
                    ? [planQuestion(state)]
                    : kind === "advise"
                      ? [adviseQuestion(state, state.devices[0])]
                      : state.devices.map((d) => predictQuestion(state, d));
            text = questions.map((q) => write(kind, q)).join(language === "python" ? "\n" : "");
        }
    } catch (failure) {
        text = failure.message;
    }
    $("code").textContent = text;
}

async function askLoads() {
    if (state.tab !== "predict") return;
    const questions = state.devices.map((device) => serveQuestion(state, device));
    const key = JSON.stringify(questions);
    if (drawn.key === key) return;
    const loads = [];
    for (const question of questions) {
        loads.push(await later("serve", question));
        if (key !== keyOfNow()) return; // something changed meanwhile: its own answer follows
    }
    drawn = {key, loads, names: state.devices.map((d) => d.name)};
    keepPercentiles();
    drawCurves();
}
function keyOfNow() {
    try {
        return JSON.stringify(state.devices.map((device) => serveQuestion(state, device)));
    } catch {
        return "";
    }
}
/** Percentiles stand in the cards only while they are of the question that stands there. */
function keepPercentiles() {
    if (drawn.key !== keyOfNow()) return;
    [...document.querySelectorAll("#cards .card")].forEach((each, i) => {
        const place = each.querySelector(".percentiles");
        const load = drawn.loads[i];
        if (place && load) place.replaceChildren(...percentilesPart(load.answer ?? load).filter(Boolean));
    });
}

// ---- curves ----

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
function drawCurves() {
    const loads = drawn.loads.map((load) => load.curve ?? []);
    const any = loads.some((curve) => curve.length > 1);
    $("curves").hidden = !any;
    for (const chart of charts) chart.destroy();
    charts = [];
    if (!any) return;
    const users = state.load === "users";
    $("curves-title").textContent = users ? "Over the number of users" : "Over the rate of requests";
    const at = (point) => (users ? point.clients : point.request_throughput.value);
    const xs = [...new Set(loads.flat().map(at))].sort((a, b) => a - b);
    $("legend").replaceChildren(
        ...drawn.names.map((name, i) =>
            element(
                "span",
                {},
                element("span", {class: "mark", "style.background": colourOfDevice(i), "aria-hidden": "true"}),
                name,
            ),
        ),
        "Solid: median, with its 80 % range (to the highest value drawn where it has no end); dashed: 99 % are faster. " +
            "The upright line is the load asked about.",
    );
    for (const time of ["ttft", "tpot"]) charts.push(drawCurve(time, loads, xs, at, users));
    $("curve-table").replaceChildren(
        table(
            "",
            [
                users ? "users" : "req/s",
                ...drawn.names.flatMap((name) =>
                    ["TTFT p50", "TTFT p99", "TPOT p50", "TPOT p99"].map((t) => `${name} ${t}`),
                ),
            ],
            xs.map((x) => [
                digits(x),
                ...loads.flatMap((curve) => {
                    const point = curve.find((p) => at(p) === x);
                    return ["ttft", "tpot"].flatMap((t) =>
                        ["p50", "p99"].map((p) => (point?.[t] ? textOf(point[t][p]) : "")),
                    );
                }),
            ]),
            xs.flatMap((_, i) => [i]),
        ),
    );
}
function drawCurve(time, loads, xs, at, users) {
    const place = $(`chart-${time}`);
    place.replaceChildren();
    const data = [xs],
        series = [{}],
        bands = [];
    // The slow end of a range is not known where that end does not keep up: the band then reaches the highest value drawn.
    const top = Math.max(
        ...loads
            .flat()
            .filter((p) => p[time])
            .flatMap((p) => [p[time].p99.value, p[time].p50.high ?? 0]),
    );
    loads.forEach((curve, i) => {
        const byX = new Map(curve.map((point) => [at(point), point[time]]));
        const colour = css(`--d${i}`);
        const line = (read) =>
            xs.map((x) => {
                const value = byX.get(x) ? read(byX.get(x)) : null;
                return typeof value === "number" ? 1e3 * value : null;
            });
        const quiet = {stroke: "transparent", width: 0, points: {show: false}, spanGaps: true};
        data.push(
            line((t) => t.p50.value),
            line((t) => t.p50.high ?? top),
            line((t) => t.p50.low ?? t.p50.value),
            line((t) => t.p99.value),
        );
        series.push({stroke: colour, width: 2, points: {show: false}, spanGaps: true}, quiet, quiet, {
            stroke: colour,
            width: 1.5,
            dash: [6, 4],
            points: {show: false},
            spanGaps: true,
        });
        bands.push({series: [4 * i + 2, 4 * i + 3], fill: `${colour}33`});
    });
    const axis = {
        stroke: css("--ink"),
        grid: {stroke: css("--line"), width: 1},
        ticks: {stroke: css("--line")},
        font: "12px system-ui",
    };
    const plain = (_, values) =>
        values.map((v) => (v === null ? "" : v.toLocaleString("en", {maximumSignificantDigits: 4})));
    const chart = new uPlot(
        {
            width: Math.max(240, place.clientWidth),
            height: 240,
            legend: {show: false},
            cursor: {show: false},
            series,
            bands,
            scales: {x: {time: false, distr: users ? 3 : 1, log: 2}, y: {distr: 3}},
            axes: [
                {
                    ...axis,
                    values: plain,
                    label: users ? "users" : "requests per second",
                    labelSize: 22,
                    font: axis.font,
                    labelFont: axis.font,
                },
                {...axis, values: plain, size: 66},
            ],
            hooks: {draw: [(plot) => drawMarks(plot, time)]},
        },
        data,
        place,
    );
    place.setAttribute(
        "aria-label",
        `${time.toUpperCase()} over the load, of ${drawn.names.join(", ")}; its values are in the table below`,
    );
    return chart;
}
function drawMarks(plot, time) {
    const {ctx} = plot,
        {left, top, width, height} = plot.bbox;
    const line = (x0, y0, x1, y1, colour) => {
        ctx.save();
        ctx.setLineDash([]);
        ctx.strokeStyle = colour;
        ctx.lineWidth = 2;
        ctx.beginPath();
        ctx.moveTo(x0, y0);
        ctx.lineTo(x1, y1);
        ctx.stroke();
        ctx.restore();
    };
    const x = plot.valToPos(Number(state[amountKey()]), "x", true);
    if (x >= left && x <= left + width) line(x, top, x, top + height, css("--ink"));
    const y = plot.valToPos(Number(state[time]), "y", true);
    if (Number(state[time]) > 0 && y >= top && y <= top + height) line(left, y, left + width, y, css("--bad"));
}
const moveMarks = () => charts.forEach((chart) => chart.redraw(false, false));

// ---- plan and advise ----

const IN_PANELS = {plan: () => planQuestion(state), advise: () => adviseQuestion(state, state.devices[0])};
/** An answer that stays while the form changes is said to be of the form as it was. */
function showStale() {
    for (const [kind, question] of Object.entries(IN_PANELS)) {
        const of = $(`${kind}-answer`).dataset.asked;
        $(`${kind}-stale`).hidden = of === undefined || of === JSON.stringify(question());
    }
}
async function askInPanel(kind, question, show) {
    const place = $(`${kind}-answer`),
        button = $(`${kind}-ask`);
    let asking;
    try {
        asking = question();
    } catch (failure) {
        return problem(failure.message);
    }
    problem("");
    place.dataset.asked = JSON.stringify(asking);
    showStale();
    button.disabled = true;
    place.setAttribute("aria-busy", "true");
    replace(place, element("p", {}, "Working…"));
    const answer = await later(kind, asking);
    replace(place, show(answer));
    place.removeAttribute("aria-busy");
    button.disabled = false;
    say(place.querySelector("p, caption")?.textContent ?? "", 0);
}

// ---- start ----

function listen() {
    for (const id of TEXT_FIELDS)
        $(id).addEventListener("input", () => {
            state[id] = $(id).value;
            changed();
        });
    for (const id of CHOICES)
        $(id).addEventListener("change", () => {
            state[id] = $(id).value;
            changed();
        });
    for (const load of ["users", "rate"])
        $(`load-${load}`).addEventListener("change", () => {
            state.load = load;
            showAmount();
            changed();
        });
    $("slider").addEventListener("input", () => {
        state[amountKey()] = amountOfSlider(Number($("slider").value));
        $("amount").value = state[amountKey()];
        $("slider").setAttribute(
            "aria-valuetext",
            `${state[amountKey()]} ${state.load === "users" ? "users" : "requests per second"}`,
        );
        $("plan-rate").value = state.rate;
        changed();
    });
    $("amount").addEventListener("input", () => {
        state[amountKey()] = $("amount").value;
        $("slider").value = sliderOfAmount($("amount").value);
        $("plan-rate").value = state.rate;
        changed();
    });
    $("plan-rate").addEventListener("input", () => {
        state.rate = $("plan-rate").value;
        if (state.load === "rate") showAmount();
        changed();
    });
    $("device-add").addEventListener("click", addDevice);
    $("device").addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
            event.preventDefault();
            addDevice();
        }
    });
    $("question").addEventListener("submit", (event) => event.preventDefault());
    $("config-file").addEventListener("change", ({target}) => {
        readConfig(target.files[0]);
        target.value = "";
    });
    $("config-clear").addEventListener("click", () => {
        state.config = $("config").value = "";
        changed();
        $("config").focus();
    });
    $("language").addEventListener("change", showCode);
    $("copy").addEventListener("click", () => toClipboard($("code").textContent, "The text"));
    $("link").addEventListener("click", () => {
        try {
            const link = `${location.href.split("#")[0]}#${linkOf(state)}`;
            history.replaceState(null, "", link);
            toClipboard(link, "The link");
        } catch (failure) {
            problem(failure.message);
        }
    });
    $("reset").addEventListener("click", () => {
        state = defaultState();
        $("config-part").open = false;
        showState();
        changed();
    });
    $("plan-ask").addEventListener("click", () => askInPanel("plan", IN_PANELS.plan, planPart));
    $("advise-ask").addEventListener("click", () => askInPanel("advise", IN_PANELS.advise, advicePart));
    $("licences-link").addEventListener("click", () => {
        $("licences").open = true;
    });
    for (const tab of TABS) {
        $(`tab-${tab}`).addEventListener("click", () => chooseTab(tab, false));
        $(`tab-${tab}`).addEventListener("keydown", (event) => {
            const at = TABS.indexOf(tab),
                n = TABS.length;
            const to = {ArrowRight: (at + 1) % n, ArrowLeft: (at + n - 1) % n, Home: 0, End: n - 1}[event.key];
            if (to === undefined) return;
            event.preventDefault();
            chooseTab(TABS[to], true);
        });
    }
    for (const name of ["dragenter", "dragover"])
        addEventListener(name, (event) => {
            event.preventDefault();
            document.body.classList.add("dropping");
        });
    for (const name of ["dragleave", "drop"]) addEventListener(name, () => document.body.classList.remove("dropping"));
    addEventListener("drop", (event) => {
        event.preventDefault();
        readConfig(event.dataTransfer?.files[0]);
    });
    addEventListener("hashchange", takeLink);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawCurves);
    let resized = 0;
    addEventListener("resize", () => {
        clearTimeout(resized);
        resized = setTimeout(() => drawn.loads.length > 0 && drawCurves(), 150);
    });
}
function takeLink() {
    if (["#licences", "#answers"].includes(location.hash)) return;
    const taken = stateOfLink(location.hash);
    state = taken.state;
    showState();
    changed();
    if (taken.problem !== "") problem(taken.problem);
}

async function start(packed) {
    try {
        module_ = await unpacked(packed);
        engine = new GambrelEngine(module_);
    } catch (failure) {
        problem(
            `The library could not be started in this browser (${failure.message}). It needs WebAssembly with exceptions: ` +
                "browsers of 2023 and later have it.",
        );
        return replace($("cards"));
    }
    known = engine.ask("catalog", {});
    $("version").textContent = known.gambrel;
    const option = (value, text) => element("option", {value}, text);
    $("models").replaceChildren(...known.models.map((name) => option(name)));
    $("device-names").replaceChildren(...known.devices.map((d) => option(d.name, d.title)));
    $("runtime").append(...known.runtimes.map((r) => option(r.name, `${r.title} (${r.name})`)));
    listen();
    takeLink();
    startWorker();
}
