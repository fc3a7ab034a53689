// Charts over time: SVG for the eye, a table for everybody else. Each point covers its whole step, so lines are stairs.

import { el, fill, svg, unique } from "./dom.js";
import { moment } from "./format.js";

const WIDTH = 1000;
const HEIGHT = 100;

/** The points from since to until, with empty ones where the API has none. */
export function everyStep(points, { since, until, step }, empty) {
  const length = step === "hour" ? 3_600_000 : 60_000;
  const known = new Map(points.map((point) => [Math.floor(Date.parse(point.at) / length), point]));
  const first = Math.floor(Date.parse(since) / length);
  const last = Math.max(first, Math.ceil(Date.parse(until) / length) - 1);
  return Array.from({ length: last - first + 1 }, (_, at) =>
    known.get(first + at) ?? { ...empty, at: new Date((first + at) * length).toISOString() });
}

/**
 * A chart: `series` are {name, kind, value(point)}; stacked ones are filled and add up. `scale` is linear from 0, share
 * (0 to 1) or log. `show` makes a text of a value.
 */
export function chart(title, series, { scale = "linear", stacked = false, show }) {
  const id = unique("chart");
  const top = el("span", {}, "");
  const middle = el("span", {}, "");
  const bottom = el("span", {}, "");
  const plot = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-labelledby": id }, svg("title", { id }, title));
  const cursor = el("div", { class: "cursor", hidden: true });
  const area = el("div", { class: "plot", onpointermove: point, onpointerleave: leave }, plot, cursor);
  const reading = el("figcaption", { class: "reading" });
  const ends = el("div", { class: "ends" });
  const table = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}, as a table` });
  const details = el("details", { ontoggle: () => details.open && tabulate() }, el("summary", {}, "As a table"), table);
  let points = [];
  let isLong = false;

  function point(event) {
    const box = area.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * points.length);
    if (!points[at]) return;
    cursor.hidden = false;
    cursor.style.left = `${((at + 0.5) / points.length) * 100}%`;
    read(points[at]);
  }

  function leave() {
    cursor.hidden = true;
    read(null);
  }

  function read(one) {
    fill(reading, el("span", { class: "when" }, one ? moment(one.at, isLong) : ""),
      series.map(({ name, kind, value }) => el("span", { class: `key ${kind}` }, name, one && el("b", {}, show(value(one))))));
  }

  function tabulate() {
    fill(table, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Time"), series.map(({ name }) => el("th", { scope: "col", class: "number" }, name)))),
      el("tbody", {}, points.map((one) => el("tr", {}, el("th", { scope: "row" }, moment(one.at, isLong)),
        series.map(({ value }) => el("td", { class: "number" }, show(value(one)))))))));
  }

  function update(given, { since, until }) {
    points = given;
    isLong = Date.parse(until) - Date.parse(since) > 86_400_000;
    const heights = points.map((one) => stack(series.map(({ value }) => value(one)), stacked));
    const found = heights.flat().filter((value) => value !== null && Number.isFinite(value));
    const axis = AXES[scale](found);
    fill(top, show(axis.top));
    fill(middle, show(axis.middle));
    fill(bottom, show(axis.bottom));
    const step = WIDTH / Math.max(points.length, 1);
    const lines = series.map(({ kind }, which) => {
      const values = heights.map((one) => (one[which] === null ? null : HEIGHT * (1 - axis.place(one[which]))));
      return stacked
        ? svg("path", { class: `area ${kind}`, d: `${stairs(values, step)}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z` })
        : svg("path", { class: `line ${kind}`, d: stairs(values, step), "vector-effect": "non-scaling-stroke" });
    });
    const grid = [0, 0.5, 1].map((at) => svg("line", { class: "grid", x1: 0, x2: WIDTH, y1: at * HEIGHT, y2: at * HEIGHT, "vector-effect": "non-scaling-stroke" }));
    // The largest of a stack is drawn first, so that the others stand before it.
    fill(plot, svg("title", { id }, `${title}: ${summary()}`), grid, stacked ? lines.reverse() : lines);
    fill(ends, el("span", {}, moment(since, isLong)), el("span", {}, moment(until, isLong)));
    if (details.open) tabulate();
    if (cursor.hidden) read(null);
  }

  function summary() {
    const best = series.map(({ name, value }) => {
      const values = points.map(value).filter((one) => one !== null);
      return `${name} ${values.length ? `from ${show(Math.min(...values))} to ${show(Math.max(...values))}` : "none"}`;
    });
    return `${best.join(", ")}. The table below has the numbers.`;
  }

  const node = el("figure", { class: "chart" }, el("h2", {}, title), reading,
    el("div", { class: "frame" }, el("div", { class: "scale", "aria-hidden": "true" }, top, middle, bottom), area, ends), details);
  return { node, update };
}

/** A chart without words, for a row of a table; the row has the words. */
export function sparkline(values) {
  const most = Math.max(...values, 1);
  const places = values.map((value) => 20 * (1 - value / most));
  const step = 120 / Math.max(values.length, 1);
  return svg("svg", { class: "sparkline", viewBox: "0 0 120 20", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "area hits", d: `${stairs(places, step)}L120 20L0 20Z` }));
}

function stack(values, stacked) {
  let sum = 0;
  return stacked ? values.map((value) => (sum += value ?? 0)) : values;
}

function stairs(values, step) {
  let path = "";
  let isOpen = false;
  values.forEach((value, at) => {
    if (value !== null) path += `${isOpen ? "L" : "M"}${(at * step).toFixed(1)} ${value.toFixed(2)}H${((at + 1) * step).toFixed(1)}`;
    isOpen = value !== null;
  });
  return path || `M0 ${HEIGHT}`;
}

const AXES = {
  linear(values) {
    const top = roundUp(Math.max(...values, 1));
    return { top, middle: top / 2, bottom: 0, place: (value) => value / top };
  },
  share: () => ({ top: 1, middle: 0.5, bottom: 0, place: (value) => value }),
  log(values) {
    const above = values.filter((value) => value > 0);
    const low = Math.floor(Math.log10(above.length ? Math.min(...above) : 1e-4));
    const high = Math.max(low + 2, Math.ceil(Math.log10(above.length ? Math.max(...above) : 1e-2)));
    const span = high - low + ((high - low) % 2);
    return {
      top: 10 ** (low + span),
      middle: 10 ** (low + span / 2),
      bottom: 10 ** low,
      place: (value) => Math.max(0, (Math.log10(value) - low) / span),
    };
  },
};

/** The next even number of few digits, so that half of it is whole, too. */
function roundUp(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  const fitting = [1, 2, 4, 6, 8, 10].find((times) => times * unit >= value) * unit;
  return Math.max(fitting, 2);
}
