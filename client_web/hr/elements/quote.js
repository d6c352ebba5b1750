import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";

/** @typedef {import("./transcript.js").Quote} Quote */

/**
 * An exact quote that leads to its place in the transcript.
 * @param {{turn_id: string, quote: string, char_start: number, char_end: number}} span
 * @param {string} testId
 */
export function quoteButton(span, testId) {
  return html`<button type="button" class="hr-quote" data-click="quote" data-turn-id="${span.turn_id}" data-start="${span.char_start}" data-end="${span.char_end}" data-testid="${testId}" title="${t("quote.show")}">${t("quote.marks", { quote: span.quote })}</button>`;
}

/** Tells the page which quote was chosen. @param {HTMLElement} button */
export function chooseQuote(button) {
  /** @type {Quote} */
  const detail = { turnId: button.dataset.turnId ?? "", start: Number(button.dataset.start), end: Number(button.dataset.end) };
  button.dispatchEvent(new CustomEvent("quote-chosen", { bubbles: true, detail }));
}
