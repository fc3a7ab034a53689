// The network test: run it, and show its steps or why it failed and what to do.

import { call, of } from "./api.js";
import { el, fill } from "./dom.js";
import { ago, duration } from "./format.js";
import { complaint } from "./parts.js";

/** A place for a test of a cache; `run` runs one, `latest` shows the last that was kept. */
export function networkTest(cache, signal) {
  const node = el("div", { class: "test", role: "status", "aria-live": "polite" });

  async function run() {
    fill(node, el("p", { class: "muted" }, `Testing the way to ${cache.host}:${cache.port} …`));
    try {
      fill(node, outcome(await call("POST", of(cache.id, "network-tests"), { body: {}, signal })));
    } catch (error) {
      const wrong = complaint();
      fill(node, wrong.node);
      wrong.show(error);
    }
  }

  async function latest() {
    const [found] = await call("GET", of(cache.id, "network-tests"), { signal });
    fill(node, found ? outcome(found) : el("p", { class: "muted" }, "Not tested yet."));
  }

  return { node, run, latest };
}

function outcome(test) {
  const { error } = test;
  return [
    el("p", {}, el("span", { class: test.ok ? "mark good" : "mark bad" }, test.ok ? "✓ Reached" : "✗ Failed"), " ",
      el("span", { class: "muted" }, [ago(test.startedAt), test.sourceAddress && `from ${test.sourceAddress}`].filter(Boolean).join(", "))),
    el("ol", { class: "steps" }, test.steps.map((step) =>
      el("li", {}, el("span", { class: step.ok ? "mark good" : "mark bad" }, step.ok ? "✓" : "✗"), el("b", {}, step.name),
        el("span", { class: "number" }, duration(step.ms / 1000)), el("span", {}, step.detail)))),
    error && el("div", { class: "complaint" }, el("p", {}, el("b", {}, error.what)), error.why && el("p", {}, error.why), error.fix && el("p", {}, error.fix)),
    test.hindrances?.length ? el("p", { class: "muted" }, `Statements that may call these functions unseen are not kept: ${test.hindrances.join(", ")}.`) : null,
  ];
}
