// The table of a cache's queries: what each costs, why it is not kept, and a rule for it from here.

import { EdgeGone, call, of } from "./api.js";
import { el, fill, rebuild } from "./dom.js";
import { ago, bytes, count, duration, percent, several, ttl } from "./format.js";
import { busy, complaint, facts, unavailable } from "./parts.js";
import { purgeAnswers } from "./purge.js";
import { ruleDialog } from "./rule.js";

const LIMIT = 100;
// The id of the row that sums up all that is not told apart.
const OTHERS = "others";
// `sort` is the server's word, where it has one: among more queries than are shown, it chooses.
const COLUMNS = [
  { id: "runs", title: "Runs", sort: "runs", of: (one) => one.runs, show: (one) => count(one.runs) },
  { id: "hitRatio", title: "Hit ratio", sort: "hitRatio", of: (one) => one.hitRatio, show: (one) => percent(one.hitRatio) },
  { id: "cacheability", title: "Cacheability", of: (one) => one.cacheability, show: (one) => (one.cacheability === null ? "–" : one.cacheability.toFixed(2)) },
  { id: "origin", title: "Database p50", sort: "originSeconds", of: (one) => one.originSeconds?.p50 ?? null, show: (one) => duration(one.originSeconds?.p50) },
  { id: "hit", title: "Cache p50", of: (one) => one.hitSeconds?.p50 ?? null, show: (one) => duration(one.hitSeconds?.p50) },
  { id: "saved", title: "Time saved", sort: "timeSaved", of: (one) => one.timeSavedSeconds, show: (one) => duration(one.timeSavedSeconds) },
  { id: "ttl", title: "TTL", of: (one) => one.ttl, show: (one) => ttl(one.ttl) },
  { id: "last", title: "Last run", of: (one) => Date.parse(one.lastRunAt), show: (one) => ago(one.lastRunAt) },
];

/** The table, for the time since `since()`; `tellWhy` tells the story of one. */
export function queries(cache, { signal, tellWhy }, since) {
  const node = el("div", { class: "scroll" }, el("p", { class: "muted" }, "Loading …"));
  const open = new Set();
  const wrong = complaint();
  let rows = [];
  let column = COLUMNS[0];
  let isDown = true;

  async function refresh() {
    const asked = column;
    const order = asked.sort ?? "runs";
    let found;
    try {
      found = await call("GET", `${of(cache.id, "queries")}?since=${since().replace(/\.\d+/, "")}&sort=${order}&limit=${LIMIT}`, { signal });
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof EdgeGone && rows.length)) fill(node, unavailable(error, "a list of queries"));
      return;
    }
    if (asked !== column) return;
    rows = found;
    draw();
  }

  function draw() {
    const sorted = rows.toSorted((one, other) => compare(column.of(one), column.of(other), isDown));
    rebuild(node, wrong.node, sorted.length ? table(sorted) : el("p", { class: "empty" }, "No query has come in this time. ",
      el("a", { href: `#/caches/${encodeURIComponent(cache.id)}/connect` }, "Connect a program"), " to this cache."),
    sorted.length >= LIMIT ? el("p", { class: "muted" }, `The first ${LIMIT} by ${(COLUMNS.find((one) => one.sort === (column.sort ?? "runs"))).title.toLowerCase()}.`) : null);
  }

  function table(sorted) {
    return el("table", { class: "queries" }, el("caption", { class: "unseen" }, "Queries; buttons in the heads sort"),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Query"), COLUMNS.map(head))),
      el("tbody", {}, sorted.flatMap((one) => (open.has(one.id) ? [row(one), more(one)] : [row(one)]))));
  }

  function head(one) {
    const isIt = one === column;
    return el("th", { scope: "col", class: "number", "aria-sort": isIt ? (isDown ? "descending" : "ascending") : null },
      el("button", { type: "button", class: "sort", "data-key": `sort-${one.id}`, onclick: () => sort(one) }, one.title,
        el("span", { "aria-hidden": "true" }, isIt ? (isDown ? " ↓" : " ↑") : "")));
  }

  function sort(one) {
    isDown = one === column ? !isDown : true;
    const wasServer = column.sort;
    column = one;
    draw();
    if (one.sort !== wasServer) refresh();
  }

  function row(one) {
    const isOpen = open.has(one.id);
    return el("tr", { class: isOpen ? "open" : null },
      el("th", { scope: "row" }, el("button", { type: "button", class: "sql", "data-key": `open-${one.id}`, "aria-expanded": String(isOpen), onclick: () => toggle(one.id) },
        el("code", {}, one.sql)), one.reason ? el("small", { class: "reason" }, `${share(one)}: ${one.reason.text}`) : null),
      COLUMNS.map((each) => el("td", { class: "number" }, each.show(one))));
  }

  function toggle(id) {
    if (!open.delete(id)) open.add(id);
    draw();
  }

  function more(one) {
    return el("tr", { class: "more" }, el("td", { colspan: COLUMNS.length + 1 },
      el("pre", { tabindex: "0", role: "region", "aria-label": "The whole query" }, one.sql),
      facts([
        ["Tables", one.tables.join(", ") || "none"],
        ["Answers", `${several(one.hits, "hit", "hits")}, ${several(one.misses, "miss", "misses")}, ${count(one.passes)} not cacheable`],
        ["From the database", spread(one.originSeconds)],
        ["From the cache", spread(one.hitSeconds)],
        ["Mean size", bytes(one.meanBytes)],
        ["Dropped by writes", several(one.invalidated, "entry", "entries")],
        ["TTL", one.recommendedTtl === null || one.recommendedTtl === one.ttl ? ttl(one.ttl) : `${ttl(one.ttl)}, automation would say ${ttl(one.recommendedTtl)}`],
        ["Id", el("code", {}, one.id)],
        one.reason ? ["Reason", el("code", {}, one.reason.code)] : null,
      ].filter(Boolean)),
      one.id === OTHERS ? null : el("div", { class: "buttons" },
        el("button", { type: "button", class: "small", "data-key": `why-${one.id}`, onclick: () => tellWhy(one.sql) }, "Why?"),
        el("button", { type: "button", class: "small", "data-key": `rule-${one.id}`, onclick: () => setRule(one) }, "Set a rule"),
        el("button", { type: "button", class: "small", "data-key": `purge-${one.id}`, onclick: (event) => drop(event.currentTarget, one) }, "Purge its answers"))));
  }

  function drop(button, one) {
    wrong.clear();
    return busy(button, () => purgeAnswers(cache, { templates: [one.id] }).catch(wrong.show));
  }

  function setRule(one) {
    ruleDialog(cache, { type: "TEMPLATE", key: one.id, about: one.sql, tables: one.tables, value: one.ttl ?? one.recommendedTtl ?? 60, done: refresh });
  }

  /** The mean of all queries' cacheability, each as often as it ran; where it is not known yet, what hits did answer. */
  function cacheability() {
    const runs = rows.reduce((sum, one) => sum + one.runs, 0);
    return runs ? rows.reduce((sum, one) => sum + (one.cacheability === null ? one.hits : one.cacheability * one.runs), 0) / runs : null;
  }

  return { node, refresh, cacheability };
}

/** How much of a query is never kept: its reason may be that of a few runs. */
function share(one) {
  return one.hits + one.misses ? `${percent(one.passes / one.runs)} not cached` : "Not cached";
}

function spread(found) {
  return found ? `p50 ${duration(found.p50)}, p95 ${duration(found.p95)}, p99 ${duration(found.p99)}` : "–";
}

/** What is not known comes last, whichever way. */
function compare(one, other, isDown) {
  const isKnown = (value) => value !== null && value !== undefined && !Number.isNaN(value);
  if (!isKnown(one) || !isKnown(other)) return Number(isKnown(other)) - Number(isKnown(one));
  return isDown ? other - one : one - other;
}
