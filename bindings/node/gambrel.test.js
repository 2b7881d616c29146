// SPDX-License-Identifier: Apache-2.0
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const gambrel = require("./gambrel.js");

test("an answer, a list and the version", () => {
  const p = gambrel.predict({ model: "llama-3.1-8b", device: "h100-sxm", concurrency: 64 });
  assert.ok(p.feasible && p.tpot.value > 0 && p.gambrel === gambrel.version);
  assert.ok(gambrel.devices({ part: "h100" }).length > 0);
  assert.strictEqual(gambrel.interface, 1);
});

test("an error names what is wrong", () => {
  const wrong = (question) => {
    try {
      gambrel.predict(question);
    } catch (e) {
      return e;
    }
    return undefined;
  };
  assert.match(wrong({ model: "llama-3.1-8b", device: "h100-sxm", concurency: 64 }).message, /concurrency/);
  assert.strictEqual(wrong({ interface: 2 }).kind, "interface");
  assert.strictEqual(wrong([]).kind, "not_json");
  assert.strictEqual(JSON.parse(require(process.env.GAMBREL_NODE).predict(3)).error.kind, "null_pointer");
});
