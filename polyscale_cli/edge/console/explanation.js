// What holds for a statement now: whether its answers can be kept, who decides for how long, and what for.

import { el } from "./dom.js";
import { ttl } from "./format.js";
import { facts } from "./parts.js";

const DECIDED = {
  QUERY: "a rule on this query",
  TEMPLATE: "a rule on its template",
  TABLE: "rules on its tables",
  COMMENT: "the comment in the SQL",
  AUTO: "automation",
  MANUAL: "automation is off for its template",
  DEFAULT: "the cache's default",
};

/** An explanation of the API, as parts of the page. */
export function explained(found) {
  const [kind, mark] = { true: ["mark good", "✓ "], false: ["mark bad", "✗ "], null: ["mark", "? "] }[found.cacheable];
  const [verdict, ...others] = found.words;
  return [
    el("p", {}, el("span", { class: kind }, mark, verdict), found.reason ? [" ", el("code", {}, found.reason.code)] : null),
    others.length ? el("ul", { class: "words" }, others.map((words) => el("li", {}, words))) : null,
    facts([
      ["Decided by", DECIDED[found.decidedBy] ?? found.decidedBy],
      found.rule ? ["Rule", [el("code", {}, `${found.rule.type} ${found.rule.key}`), found.rule.name ? ` (${found.rule.name})` : ""]] : null,
      ["TTL", ttl(found.ttl)],
      ["Tables", found.tables.join(", ") || "none"],
      ["Id", el("code", {}, found.templateId)],
      ["Template", el("code", {}, found.template), "whole"],
    ].filter(Boolean)),
  ];
}
