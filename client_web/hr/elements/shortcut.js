import { html } from "../../lib/html.js";
import { shortcutOf, shortcutsOn } from "../shortcuts.js";

/** @typedef {import("../shortcuts.js").Action} Action */

/** The key beside the words of its button. @param {Action} action */
export function keyHint(action) {
  const key = shortcutsOn() ? shortcutOf(action) : "";
  return html`${key !== "" && html`<kbd class="hr-key" aria-hidden="true">${key.replace("Shift+", "⇧").replace("Alt+", "⌥")}</kbd>`}`;
}

/** For `aria-keyshortcuts`. @param {Action} action */
export function keyNames(action) {
  return shortcutsOn() ? shortcutOf(action) : "";
}
