// SPDX-License-Identifier: Apache-2.0
// Gambrel from Node: require("./gambrel.js").predict({model: "llama-3.1-8b", device: "h100-sxm", concurrency: 64}). Answers are
// the objects of docs/json.md; what is wrong in a question is thrown as an Error with a `kind`. The addon is gambrel.node beside
// this file, or what GAMBREL_NODE names.
"use strict";

const addon = require(process.env.GAMBREL_NODE || "./gambrel.node");

for (const [name, entry] of Object.entries(addon)) {
  exports[name] =
    typeof entry !== "function"
      ? entry
      : (question = {}) => {
          const answer = JSON.parse(entry(JSON.stringify(question)));
          if (answer.error === undefined) return answer;
          throw Object.assign(new Error(answer.error.message), { kind: answer.error.kind });
        };
}
