// SPDX-License-Identifier: Apache-2.0
// The program behind the page: the C interface and web/engine.cpp as WebAssembly. No file, no clock, no network is given to it.
//
//     const engine = new GambrelEngine(await WebAssembly.compile(bytes));
//     engine.ask("predict", {model: "llama-3.1-8b", device: "h100-sxm"})        the answer of `gambrel predict --json`
//
// A question that the program does not survive (no memory left, a defect) is answered by an error object as any other, and the
// next one is asked of a fresh copy. The page, its worker and the tests in node load this file as it is.
"use strict";

class GambrelEngine {
    constructor(module) {
        this.module = module;
        this.functions = {
            predict: "gambrel_predict",
            serve: "page_serve",
            catalog: "page_catalog",
            plan: "page_plan",
            advise: "page_advise",
        };
        this.start();
    }

    start() {
        const noSuchFile = -44,
            badDescriptor = 8; // as WASI and musl number them
        const functions = {
            proc_exit: () => {
                throw new Error("the program ended itself");
            },
            fd_write: (descriptor, parts, count, written) => {
                const memory = new DataView(this.program.memory.buffer);
                let bytes = 0;
                for (let i = 0; i < count; ++i) bytes += memory.getUint32(parts + 8 * i + 4, true);
                memory.setUint32(written, bytes, true);
                return 0;
            },
            environ_sizes_get: (count, size) => {
                const memory = new DataView(this.program.memory.buffer);
                memory.setUint32(count, 0, true);
                memory.setUint32(size, 0, true);
                return 0;
            },
            environ_get: () => 0,
            emscripten_notify_memory_growth: () => {},
        };
        const imports = {};
        for (const {module, name} of WebAssembly.Module.imports(this.module)) {
            imports[module] ??= {};
            imports[module][name] =
                functions[name] ?? (name.startsWith("__syscall") ? () => noSuchFile : () => badDescriptor);
        }
        this.program = new WebAssembly.Instance(this.module, imports).exports;
        this.program._initialize();
    }

    /** The answer as an object; `text` where the question is JSON already. */
    ask(name, question) {
        return JSON.parse(this.askText(name, JSON.stringify(question)));
    }

    askText(name, text) {
        try {
            const bytes = new TextEncoder().encode(text);
            const at = this.program.malloc(bytes.length + 1);
            if (at === 0) throw new Error("there is no memory for the question");
            let memory = new Uint8Array(this.program.memory.buffer);
            memory.set(bytes, at);
            memory[at + bytes.length] = 0;
            const answer = this.program[this.functions[name]](at);
            this.program.free(at);
            memory = new Uint8Array(this.program.memory.buffer);
            const end = memory.indexOf(0, answer);
            const out = new TextDecoder().decode(memory.subarray(answer, end));
            this.program.gambrel_free(answer);
            return out;
        } catch (failure) {
            this.start();
            const message = `the program could not answer this question (${String(failure && failure.message).slice(0, 200)})`;
            return JSON.stringify({error: {kind: "internal", message}});
        }
    }
}

if (typeof module !== "undefined") module.exports = {GambrelEngine};
