// Purge: choose what goes, count it first, and have it go.

import { call, of } from "./api.js";
import { el, fill } from "./dom.js";
import { several } from "./format.js";
import { busy, complaint, notice } from "./parts.js";

// SQL may have several lines, and so is the whole of what is typed.
const SELECTORS = [
  { id: "", title: "Everything" },
  { id: "tables", title: "What depends on tables", label: "Tables, one on each line", example: "public.orders" },
  { id: "templates", title: "A template", label: "Any statement of the template, or its id", example: "SELECT name FROM products WHERE id = [?]", isSql: true },
  { id: "queries", title: "A single query", label: "The query", example: "SELECT name FROM products WHERE id = 42", isSql: true },
  { id: "tags", title: "Tags", label: "Tags, one on each line", example: "user_42" },
];

/** The form, with the selectors that the edge knows: those that `schema` has. */
export function purge(cache, schema, signal) {
  const wrong = complaint();
  const result = el("div", { class: "answer", role: "status" });
  const selectors = SELECTORS.filter(({ id }) => id === "" || schema.properties[id]);
  const which = el("select", { id: "purge-which", onchange: choose }, selectors.map(({ id, title }) => el("option", { value: id }, title)));
  const label = el("label", { for: "purge-what" });
  const what = el("textarea", { id: "purge-what", rows: 3, spellcheck: "false" });
  const field = el("div", { class: "field", hidden: true }, label, what);
  const dry = el("button", { type: "button", onclick: () => form.reportValidity() && run(dry, true) }, "Count first");
  const button = el("button", { class: "danger" }, "Purge");
  const form = el("form", { onsubmit: (event) => { event.preventDefault(); run(button, false); } },
    el("p", { class: "muted" }, "After writes that went around the edge. Writes through it need none."),
    el("div", { class: "field" }, el("label", { for: "purge-which" }, "What goes"), which), field,
    el("div", { class: "buttons" }, dry, button), wrong.node, result);

  function choose() {
    const chosen = selectors.find((one) => one.id === which.value);
    field.hidden = !chosen.id;
    what.required = Boolean(chosen.id);
    fill(label, chosen.label ?? "");
    what.placeholder = chosen.example ?? "";
    fill(result);
    wrong.clear();
  }

  function run(pressed, dryRun) {
    wrong.clear();
    return busy(pressed, async () => {
      const { id, isSql } = selectors.find((one) => one.id === which.value);
      const named = isSql ? [what.value] : what.value.split("\n").map((line) => line.trim()).filter(Boolean);
      const body = { ...(id ? { [id]: named } : {}), ...(dryRun ? { dryRun } : {}) };
      try {
        fill(result, outcome(await call("PUT", of(cache.id, "purge"), { body, signal }), dryRun));
      } catch (error) {
        fill(result);
        wrong.show(error);
      }
    });
  }

  return form;
}

function outcome(found, dryRun) {
  const number = dryRun ? found.wouldPurge : found.purged;
  const parts = SELECTORS.flatMap(({ id }) => found[id] ?? []);
  return [
    el("p", {}, el("b", {}, several(number ?? 0, "entry", "entries")), dryRun ? " would go." : " went."),
    parts.length ? el("ul", { class: "words" }, parts.map((one) =>
      el("li", {}, el("code", {}, one.name), `: ${several(one.purged, "entry", "entries")}`, one.matched?.length ? ` of ${one.matched.join(", ")}` : "",
        one.unknown ? ". The edge has not met this table everywhere, and so takes all answers from there." : ""))) : null,
  ];
}

/** Drop what a selector of the API means, and say how many they were. */
export async function purgeAnswers(cache, selector) {
  const { purged } = await call("PUT", of(cache.id, "purge"), { body: selector });
  notice(`${several(purged, "entry", "entries")} went.`);
}
