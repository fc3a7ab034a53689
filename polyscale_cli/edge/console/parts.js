// Parts that several views are made of.

import { ApiError, EdgeGone } from "./api.js";
import { el, fill, unique } from "./dom.js";

/** Say something that went well, where it moves nothing. */
export function notice(text) {
  const place = document.getElementById("notice");
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => place.classList.remove("shown"), 4000);
}

/** A place for an error beside what caused it. */
export function complaint() {
  const node = el("p", { class: "complaint", role: "alert" });
  return {
    node,
    clear: () => fill(node),
    show(error) {
      if (error.name === "AbortError") return;
      fill(node, error.message);
    },
  };
}

/** What to say where a part of the page cannot be shown. */
export function unavailable(error, what) {
  if (error instanceof ApiError && error.isUnknownOperation) return el("p", { class: "empty" }, `This edge does not offer ${what}. A newer version does.`);
  if (error instanceof EdgeGone) return el("p", { class: "empty" }, error.message);
  return el("p", { class: "complaint", role: "alert" }, error.message);
}

/** A text with a button that copies it. */
export function copyable(text, { label, block = false } = {}) {
  const code = el(block ? "pre" : "code", block ? { tabindex: "0", role: "region", "aria-label": label } : {}, text);
  const button = el("button", { type: "button", class: "small", "aria-label": `Copy ${label}`, onclick: copy }, "Copy");
  async function copy() {
    try {
      await navigator.clipboard.writeText(code.textContent);
      notice(`Copied ${label}.`);
    } catch {
      // Only pages on loopback and over HTTPS may write there.
      getSelection().selectAllChildren(code);
      notice("The browser does not let this page copy. The text is selected.");
    }
  }
  return el("div", { class: block ? "copyable block" : "copyable" }, code, button);
}

/** Run what a button or form is for; while it runs it cannot be pressed again. */
export async function busy(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("busy");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-disabled");
    button.classList.remove("busy");
  }
}

/** A modal dialog. It is gone when it closes, and the focus is where it was. */
export function dialog(title, ...children) {
  const id = unique("dialog");
  const close = el("button", { type: "button", class: "quiet close", "aria-label": "Close", onclick: () => node.close() }, "✕");
  const node = el("dialog", { "aria-labelledby": id }, el("div", { class: "head" }, el("h2", { id }, title), close), children);
  const before = document.activeElement;
  const key = before?.dataset?.key;
  node.addEventListener("close", () => {
    node.remove();
    const back = before?.isConnected ? before : key && [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    (back || document.getElementById("main")).focus();
  });
  document.body.append(node);
  node.showModal();
  (node.querySelector("input, select, textarea") ?? close).focus();
  return node;
}

/** Tabs as WAI-ARIA's authoring practices have them: one stop for Tab, arrows go around. `select` hands over what it is given. */
export function tabs(label, names, chosen, choose) {
  const buttons = names.map(({ id, title }) =>
    el("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": "panel", "aria-selected": String(id === chosen),
      tabindex: id === chosen ? "0" : "-1", onclick: () => select(id), onkeydown: move }, title));
  function select(id, given) {
    buttons.forEach((button, at) => {
      const isIt = names[at].id === id;
      button.setAttribute("aria-selected", String(isIt));
      button.tabIndex = isIt ? 0 : -1;
      if (isIt) button.focus();
    });
    choose(id, given);
  }
  function move(event) {
    const at = buttons.indexOf(event.currentTarget);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(names.at(to % names.length).id);
  }
  return { node: el("div", { role: "tablist", "aria-label": label, class: "tabs" }, buttons), select };
}

/** A heading with a section below it. */
export function section(title, ...children) {
  const id = unique("section");
  return el("section", { "aria-labelledby": id }, el("h2", { id }, title), children);
}

/** Terms and what they are; a kind of "whole" has a line to itself. */
export function facts(pairs) {
  return el("dl", { class: "facts" }, pairs.map(([term, value, kind]) => el("div", { class: kind }, el("dt", {}, term), el("dd", {}, value))));
}
