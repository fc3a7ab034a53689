// Views that keep themselves up to date, as long as somebody can see them.

const EVERY_MS = 10_000;

/** Do the work again and again until the signal; a failure is shown by what is called, and the next turn comes. */
export function repeat(work, signal) {
  if (signal.aborted) return;
  const timer = setInterval(() => {
    // Nobody's selection is taken away while they read or copy it.
    if (!document.hidden && getSelection().isCollapsed && !document.querySelector("dialog[open]")) work().catch(() => {});
  }, EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}
