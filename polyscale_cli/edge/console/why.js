// The story of a query: which answers are held, which went and why, and what to do about it.

import { call, of } from "./api.js";
import { el, fill } from "./dom.js";
import { explained } from "./explanation.js";
import { ago, bytes, count, instant, several } from "./format.js";
import { busy, complaint, section, unavailable } from "./parts.js";
import { purgeAnswers } from "./purge.js";
import { ruleDialog } from "./rule.js";

// What templates have in the places of values, and what stands where a text was cut off.
const PLACE = "[?]";
const CUT = "[…]";
const EXPIRED = "It was asked for less often than it lived: a longer TTL keeps it, of the cache, under Settings, or by a rule.";
const FILLED = [
  { title: "Kept", of: (one) => moment(one.filledAt) },
  { title: "By a read of", of: (one) => one.filledBy },
  { title: "Hits", kind: "number", of: (one) => count(one.hits) },
];
const HELD = [
  ...FILLED,
  { title: "Size", kind: "number", of: (one) => bytes(one.bytes) },
  { title: "Until", of: (one) => [instant(one.endsAt), small(isAlive(one) ? one.looksAt && `looked at again from ${instant(one.looksAt)} on` : "expired")] },
  { title: "Tables", of: (one) => [one.tables.join(", ") || "none", small(one.tags.length > 0 && `tagged ${one.tags.join(", ")}`)] },
];
const GONE = [
  { title: "Went", of: (one) => moment(one.wentAt) },
  { title: "Why", of: (one) => [one.cause.text, " ", el("code", {}, one.cause.code), small(one.by), one.statement && el("code", { class: "statement" }, one.statement)] },
  ...FILLED,
];

/** Show the tab; `given` is the text of the query or template that is asked about at once. */
export async function why(panel, { cache, signal, given = "" }) {
  const sql = el("textarea", { id: "why-sql", rows: 3, required: true, spellcheck: "false", "aria-describedby": "why-hint", value: given,
    placeholder: "SELECT name FROM products WHERE id = 42" });
  const wrong = complaint();
  const told = el("div", { class: "answer", role: "status" },
    el("p", { class: "empty" }, "No query yet. Type one, or open one under Observability and choose “Why?”. Nothing is run for it."));
  const story = el("div", {});
  const button = el("button", { class: "primary", "data-key": "why" }, "Why?");
  const form = el("form", { class: "asking", onsubmit: (event) => { event.preventDefault(); ask(); } },
    el("div", { class: "field" }, el("label", { for: "why-sql" }, "Why is this query served, or not?"), sql,
      el("small", { id: "why-hint" }, "Exactly as the program sends it, comments included. Spaces around it and a semicolon behind it do not count.")),
    el("div", { class: "buttons" }, button), wrong.node);
  fill(panel, form, told, story);
  if (given.includes(CUT)) {
    fill(told, el("p", {}, "Only the beginning of its text is known here. Put the whole query in its place."));
    sql.select();
  } else if (given) {
    await ask();
    const at = sql.value.indexOf(PLACE);
    if (at >= 0) {
      sql.focus();
      sql.setSelectionRange(at, at + PLACE.length);
    }
  }

  function ask() {
    wrong.clear();
    const asked = sql.value;
    return busy(button, async () => {
      if (!story.hasChildNodes()) fill(told, el("p", { class: "muted" }, "Looking for its answers …"));
      try {
        const found = await call("POST", of(cache.id, "why"), { body: { sql: asked }, signal });
        fill(told, verdict(found, asked));
        fill(story, actions(found, asked),
          answers("Answers that are held", HELD, found.held, "One for each set of parameters, and for each kind of session: user, database, settings."),
          answers("Answers that went", GONE, found.gone, "As far as they are remembered, the latest first."),
          advice(found),
          section("What holds for it now", ...explained(found.explanation)));
      } catch (error) {
        fill(told, error.isUnknownOperation ? unavailable(error, "stories of queries") : null);
        fill(story);
        if (!error.isUnknownOperation) wrong.show(error);
      }
    });
  }

  function actions(found, asked) {
    const { template, templateId, tables, ttl } = found.explanation;
    const rule = el("button", { type: "button", class: "small", "data-key": "rule-why", onclick: () =>
      ruleDialog(cache, { type: "TEMPLATE", key: templateId, about: template, query: asked.includes(PLACE) ? "" : asked, tables, value: ttl ?? 60, done: ask }) }, "Set a rule");
    const drop = el("button", { type: "button", class: "small", onclick: () => busy(drop, async () => {
      try {
        await purgeAnswers(cache, { queries: [asked] });
        await ask();
        button.focus();
      } catch (error) {
        wrong.show(error);
      }
    }) }, "Purge its answers");
    return el("div", { class: "buttons" }, rule, found.held.length ? drop : null,
      found.held.length ? el("small", {}, "If an answer is wrong, somebody writes around the edge.") : null);
  }
}

/** In one sentence: what would become of the query now. */
function verdict(found, asked) {
  const alive = found.held.filter(isAlive);
  const [last] = found.gone;
  const { reason, isNew } = found;
  // What the API says of the story alone; the rest of its words is the explanation's.
  const words = found.words.slice(0, found.words.length - found.explanation.words.length);
  if (alive.length) return marked("good", "✓", `${several(alive.length, "answer is", "answers are")} held, with ${several(hits(alive), "hit", "hits")} since.`);
  if (found.held.length) return marked("", "?", `An answer expired ${ago(found.held[0].endsAt)}: the next read asks the database again.`);
  if (last) return marked("bad", "✗", `An answer went ${ago(last.wentAt)}: ${last.cause.text}.`, last.cause.code);
  if (reason) return marked("bad", "✗", `Nothing is kept: ${reason.text}.`, reason.code);
  if (asked.includes(PLACE)) return marked("", "?", `This is a template. Put values in the places of ${PLACE}: answers are found by the exact text of a query.`);
  if (isNew) return [marked("", "?", words[0]), words.slice(1).map((sentence) => el("p", {}, sentence))].flat();
  return marked("bad", "✗", "No answer is kept: its TTL is 0.");
}

function marked(kind, mark, sentence, code) {
  return el("p", {}, el("span", { class: `mark ${kind}` }, `${mark} ${sentence}`), code ? [" ", el("code", {}, code)] : null);
}

function isAlive(one) {
  return Date.parse(one.endsAt) > Date.now();
}

function hits(answers) {
  return answers.reduce((sum, one) => sum + one.hits, 0);
}

/** What to do about each cause that was told, in the API's words. */
function advice(found) {
  const told = new Map([found.reason, ...found.gone.map((one) => one.cause)].filter((one) => one?.cure).map(({ code, cure }) => [code, cure]));
  const cures = [...told].map(([code, cure]) => el("li", {}, el("code", {}, code), " ", cure));
  if (found.held.length && !found.held.some(isAlive)) cures.unshift(el("li", {}, EXPIRED));
  return cures.length ? section("What to do about it", el("ul", { class: "words" }, cures)) : null;
}

function answers(title, columns, rows, note) {
  if (!rows.length) return null;
  const [first, ...others] = columns;
  return section(title, el("p", { class: "muted" }, note), el("div", { class: "scroll" }, el("table", { class: "answers" }, el("caption", { class: "unseen" }, title),
    el("thead", {}, el("tr", {}, columns.map((one) => el("th", { scope: "col", class: one.kind }, one.title)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, el("th", { scope: "row" }, first.of(row)), others.map((one) => el("td", { class: one.kind }, one.of(row)))))))));
}

function moment(text) {
  return [el("time", { datetime: text }, instant(text)), small(ago(text))];
}

function small(text) {
  return text ? el("small", {}, text) : null;
}
