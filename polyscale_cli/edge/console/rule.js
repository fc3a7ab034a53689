// One rule: the dialog that sets it, and how rules are named in paths.

import { call, of } from "./api.js";
import { el, fill } from "./dom.js";
import { busy, complaint, dialog, notice } from "./parts.js";

export const TYPES = [
  { id: "TEMPLATE", title: "Template: a query, whatever its parameters", key: "The SQL, or the template's id", hasValue: true },
  { id: "TABLE", title: "Table: every query that reads it", key: "The table, such as shop.orders", hasValue: true },
  { id: "QUERY", title: "Query: this very text", key: "The SQL", hasValue: true },
  { id: "AUTO", title: "Automation on for a template", key: "The SQL, or the template's id", hasValue: false },
  { id: "MANUAL", title: "Automation off for a template", key: "The SQL, or the template's id", hasValue: false },
];

/** Ask for a rule and set it. `about` is the template that the key means, `query` a query of it; `old` the rule that is changed. */
export function ruleDialog(cache, { type = "TEMPLATE", key = "", about = null, query = "", tables = [], value = 60, old = null, done }) {
  const wrong = complaint();
  const kind = el("select", { id: "rule-type", disabled: old !== null }, TYPES.map((one) => el("option", { value: one.id, selected: one.id === type }, one.title)));
  const keyLabel = el("label", { for: "rule-key" });
  const keyInput = el("textarea", { id: "rule-key", rows: 3, required: true, spellcheck: "false", value: key, disabled: old !== null });
  const name = el("input", { id: "rule-name", type: "text", autocomplete: "off", value: old?.name ?? "" });
  const seconds = el("input", { id: "rule-value", type: "number", min: 0, step: 1, inputmode: "numeric", value: Math.round(value), "aria-describedby": "rule-hint" });
  const whole = el("div", { class: "field" }, el("label", { for: "rule-value" }, "TTL, in seconds"), seconds, el("small", { id: "rule-hint" }, "0 never keeps an answer."));
  const named = el("div", { class: "field" }, el("label", { for: "rule-name" }, "Name"), name, el("small", {}, "For people; it may stay empty."));
  const shown = about === null ? null : el("pre", { tabindex: "0", role: "region", "aria-label": "The template" }, about);
  const button = el("button", { class: "primary" }, old ? "Change the rule" : "Set the rule");
  kind.addEventListener("change", choose);
  // A query's own row knows its tables: the first of them is what a rule on a table would most often mean.
  function choose() {
    const chosen = TYPES.find((one) => one.id === kind.value);
    fill(keyLabel, chosen.key);
    whole.hidden = named.hidden = !chosen.hasValue;
    if (shown) shown.hidden = chosen.id === "TABLE";
    if (old === null && about !== null) keyInput.value = { TABLE: tables[0] ?? "", QUERY: query }[chosen.id] ?? key;
  }
  choose();
  const open = dialog(old ? "Change a rule" : "Set a rule", el("form", { onsubmit: submit },
    el("div", { class: "field" }, el("label", { for: "rule-type" }, "What it is for"), kind), shown,
    el("div", { class: "field" }, keyLabel, keyInput), whole, named, wrong.node, el("div", { class: "buttons" }, button)));
  function submit(event) {
    event.preventDefault();
    wrong.clear();
    return busy(button, async () => {
      try {
        const hasValue = TYPES.find((one) => one.id === kind.value).hasValue;
        const said = hasValue ? { value: Number(seconds.value), ...(name.value ? { name: name.value } : {}) } : {};
        // A rule takes the place of one about the same; a change by key could mean another type's rule of that key.
        await call("POST", of(cache.id, "cache-ttls"), { body: { type: kind.value, key: keyInput.value, cacheId: cache.id, ...said } });
        await done();
        open.close();
        notice("The rule holds from now on.");
      } catch (error) {
        wrong.show(error);
      }
    });
  }
}

/** Take a rule away. */
export async function reset(cache, rule) {
  await call("DELETE", of(cache.id, "cache-ttls", rule.type, rule.key));
  notice("The rule is gone.");
}
