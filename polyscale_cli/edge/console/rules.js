// The rules of a cache, and what decides about a given SQL.

import { call, of } from "./api.js";
import { el, fill, rebuild } from "./dom.js";
import { explained } from "./explanation.js";
import { ttl } from "./format.js";
import { busy, complaint, section, unavailable } from "./parts.js";
import { TYPES, reset, ruleDialog } from "./rule.js";

const SHORT = { AUTO: "automation on", MANUAL: "automation off" };

/** Show the tab. */
export async function rules(panel, { cache, signal }) {
  const place = el("div", { class: "scroll" });
  const wrong = complaint();
  const add = el("button", { type: "button", class: "primary", "data-key": "add-rule", onclick: () => ruleDialog(cache, { done: refresh }) }, "Set a rule");
  fill(panel, el("div", { class: "head" }, el("p", { class: "muted" }, "A rule decides in place of automation: the most particular one wins – query, template, the SQL's own comment, table."), add),
    place, wrong.node, section("Explain", explain(cache, signal)));
  await refresh();

  async function refresh() {
    try {
      const [found, known] = await Promise.all([call("GET", of(cache.id, "cache-ttls"), { signal }), templates(cache, signal)]);
      rebuild(place, found.length ? table(found, known) : el("p", { class: "empty" }, "No rules: automation decides everything."));
    } catch (error) {
      if (error.name === "AbortError") throw error;
      fill(place, unavailable(error, "rules"));
      add.hidden = error.isUnknownOperation === true;
    }
  }

  function table(found, known) {
    return el("table", { class: "rules" }, el("caption", { class: "unseen" }, "Rules of this cache"),
      el("thead", {}, el("tr", {}, ["For", "Key", "Name"].map((name) => el("th", { scope: "col" }, name)), el("th", { scope: "col", class: "number" }, "TTL"), el("td", {}))),
      el("tbody", {}, found.map((rule) => el("tr", {},
        el("td", {}, el("span", { class: "tag" }, SHORT[rule.type] ?? rule.type.toLowerCase())),
        el("th", { scope: "row", class: "key" }, el("code", {}, known.get(rule.key) ?? rule.key), known.has(rule.key) ? el("small", {}, rule.key) : null),
        el("td", {}, rule.name ?? ""),
        el("td", { class: "number" }, rule.value === undefined ? "" : ttl(rule.value)),
        el("td", { class: "number buttons" }, hasValue(rule) ? el("button", { type: "button", class: "small", "data-key": `change-${rule.type}-${rule.key}`, "aria-label": `Change the rule on ${rule.key}`, onclick: () => change(rule) }, "Change") : null,
          el("button", { type: "button", class: "small danger", "data-key": `reset-${rule.type}-${rule.key}`, "aria-label": `Remove the rule on ${rule.key}`, onclick: (event) => remove(event.currentTarget, rule) }, "Remove"))))));
  }

  function change(rule) {
    ruleDialog(cache, { type: rule.type, key: rule.key, value: rule.value, old: rule, done: refresh });
  }

  function remove(button, rule) {
    wrong.clear();
    return busy(button, async () => {
      try {
        await reset(cache, rule);
        await refresh();
        add.focus();
      } catch (error) {
        wrong.show(error);
      }
    });
  }
}

function hasValue(rule) {
  return TYPES.find((one) => one.id === rule.type)?.hasValue ?? true;
}

/** The texts of the templates that rules may name by id. */
async function templates(cache, signal) {
  try {
    const found = await call("GET", `${of(cache.id, "queries")}?limit=100`, { signal });
    return new Map(found.map((one) => [one.id, one.sql]));
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return new Map();
  }
}

function explain(cache, signal) {
  const sql = el("textarea", { id: "explain-sql", rows: 3, required: true, spellcheck: "false", placeholder: "SELECT name FROM products WHERE id = 42" });
  const wrong = complaint();
  const answer = el("div", { class: "answer", role: "status" });
  const button = el("button", {}, "Explain");
  return el("form", { onsubmit: submit }, el("div", { class: "field" }, el("label", { for: "explain-sql" }, "Which rule decides about this SQL, and is its answer kept?"), sql),
    el("div", { class: "buttons" }, button), wrong.node, answer);
  function submit(event) {
    event.preventDefault();
    wrong.clear();
    return busy(button, async () => {
      try {
        fill(answer, explained(await call("POST", of(cache.id, "explain"), { body: { sql: sql.value }, signal })));
      } catch (error) {
        fill(answer, error.isUnknownOperation ? unavailable(error, "explanations") : null);
        if (!error.isUnknownOperation) wrong.show(error);
      }
    });
  }
}
