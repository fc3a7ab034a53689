// What a cache does: headline numbers, traffic over time, and its queries.

import { EdgeGone, call, of } from "./api.js";
import { chart, everyStep } from "./chart.js";
import { el, fill, unique } from "./dom.js";
import { count, duration, hitRatio, percent, several } from "./format.js";
import { facts, section, unavailable } from "./parts.js";
import { queries } from "./queries.js";
import { repeat } from "./repeat.js";

const HOUR_MS = 3_600_000;
const RANGES = [
  { id: "1h", title: "1 hour", ms: HOUR_MS, step: "minute" },
  { id: "6h", title: "6 hours", ms: 6 * HOUR_MS, step: "minute" },
  { id: "24h", title: "24 hours", ms: 24 * HOUR_MS, step: "hour" },
  { id: "7d", title: "7 days", ms: 168 * HOUR_MS, step: "hour" },
  { id: "90d", title: "90 days", ms: 2160 * HOUR_MS, step: "hour" },
];
const KINDS = [
  { name: "hits", kind: "hits", value: (point) => point.hits },
  { name: "misses", kind: "misses", value: (point) => point.misses },
  { name: "not cacheable", kind: "passes", value: (point) => point.passes },
];
const EMPTY = { runs: 0, hits: 0, misses: 0, passes: 0, originSeconds: null, hitSeconds: null };

/** Show the tab. */
export async function observability(panel, { cache, signal, tellWhy }) {
  let range = RANGES[0];
  let total = null;
  const headline = el("div", { class: "headline" });
  const traffic = chart("Queries", KINDS, { stacked: true, show: count });
  const ratio = chart("Hit ratio", [{ name: "hit ratio", kind: "hits", value: hitRatio }], { scale: "share", show: percent });
  const times = chart("Time of a query (p95)", [
    { name: "from the cache", kind: "hits", value: (point) => point.hitSeconds?.p95 ?? null },
    { name: "from the database", kind: "misses", value: (point) => point.originSeconds?.p95 ?? null },
  ], { scale: "log", show: duration });
  const charts = el("div", { class: "charts" }, traffic.node, ratio.node, times.node);
  const missing = el("div", {});
  const observed = el("p", { class: "observed", hidden: cache.mode !== "observe" });
  const list = queries(cache, { signal, tellWhy }, () => new Date(Date.now() - range.ms).toISOString());
  fill(panel, choice(RANGES, range, (chosen) => {
    range = chosen;
    refresh().catch(() => {});
  }), headline, observed, missing, charts, section("Queries", list.node));
  await refresh();
  repeat(refresh, signal);

  // Each part is shown as soon as it is there.
  async function refresh() {
    await Promise.all([overTime(), list.refresh().then(figures), cache.mode === "observe" && observation()]);
  }

  async function overTime() {
    const wanted = range;
    const since = new Date(Date.now() - wanted.ms).toISOString().replace(/\.\d+/, "");
    try {
      const found = await call("GET", `${of(cache.id, "statistics")}?since=${since}&step=${wanted.step}`, { signal });
      if (wanted !== range) return;
      total = found.total;
      fill(missing);
      charts.hidden = false;
      const points = everyStep(found.points, found, EMPTY);
      for (const one of [traffic, ratio, times]) one.update(points, found);
      figures();
    } catch (error) {
      await without(error);
    }
  }

  /** What a cache that only observes would have done, since the edge began. */
  async function observation() {
    const { wouldHit, wouldBeStale, wouldSaveSeconds } = (await call("GET", of(cache.id, "metrics"), { signal })).observed;
    fill(observed, `This cache only observes: every answer comes from the database. It would have had ${several(wouldHit, "hit", "hits")}, `,
      `saved ${duration(wouldSaveSeconds)}, and served ${several(wouldBeStale, "answer", "answers")} that the database no longer gave.`);
  }

  function figures() {
    if (total) fill(headline, numbers(total, list.cacheability()));
  }

  async function without(error) {
    if (error.name === "AbortError") throw error;
    // What was there stays: the banner says what is wrong.
    if (error instanceof EdgeGone && total) return;
    charts.hidden = true;
    fill(missing, unavailable(error, "statistics over time"));
    if (!error.isUnknownOperation) return;
    const { hits, misses, passes } = await call("GET", of(cache.id, "metrics"), { signal });
    total = { hits, misses, passes, runs: hits + misses + passes };
    figures();
  }
}

function choice(ranges, chosen, choose) {
  const name = unique("range");
  return el("fieldset", { class: "choice" }, el("legend", { class: "unseen" }, "Time"),
    ranges.map((range) => el("label", {}, el("input", { type: "radio", name, value: range.id, checked: range === chosen, onchange: () => choose(range) }), el("span", {}, range.title))));
}

function numbers(total, cacheability) {
  return facts([
    ["Queries", el("b", {}, count(total.runs))],
    ["Hit ratio", el("b", {}, percent(hitRatio(total)))],
    ["Cacheability", el("b", {}, cacheability === null ? "–" : cacheability.toFixed(2))],
    ["Time saved", el("b", {}, duration(total.timeSavedSeconds))],
    ["From the cache", quantiles(total.hitSeconds)],
    ["From the database", quantiles(total.originSeconds)],
  ]);
}

/** The median, with the two others that matter. */
function quantiles(found) {
  if (!found) return el("b", {}, "–");
  return [el("b", {}, duration(found.p50)), el("small", {}, `p95 ${duration(found.p95)}, p99 ${duration(found.p99)}`)];
}
