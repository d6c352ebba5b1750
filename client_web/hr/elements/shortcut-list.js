import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { ACTIONS, keyOf, resetShortcuts, setShortcut, shortcutOf, shortcutsOn, switchShortcuts } from "../shortcuts.js";

/** @typedef {import("../shortcuts.js").Action} Action */

/** Button and dialog of the keyboard shortcuts: shown, changed, switched off. Emits `shortcuts-changed`. */
class HrShortcutList extends HTMLElement {
  /** The action that waits for its key. @type {Action | null} */
  #waits = null;

  connectedCallback() {
    delegate(this, "click", {
      open: () => this.#dialog.showModal(),
      close: () => this.#dialog.close(),
      reset: () => this.#change(resetShortcuts),
      choose: (_event, button) => {
        this.#waits = /** @type {Action} */ (button.dataset.action);
        this.update();
      },
    });
    delegate(this, "change", { on: (_event, tick) => this.#change(() => switchShortcuts(/** @type {HTMLInputElement} */ (tick).checked)) });
    this.addEventListener("keydown", (event) => this.#take(event), { capture: true });
    this.addEventListener("focusout", () => {
      if (this.#waits === null) return;
      this.#waits = null;
      this.update();
    });
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  update() {
    render(
      this,
      html`<button type="button" class="hr-link-button" data-key="open" data-click="open" data-testid="shortcuts">${icon("keyboard", 16)}${t("shortcuts.open")}</button>
        <dialog class="dialog" data-key="dialog" aria-labelledby="shortcuts-title" data-testid="shortcuts-dialog">
          <div class="stack">
            <h2 id="shortcuts-title">${t("shortcuts.title")}</h2>
            <label class="small hr-check"><input type="checkbox" data-change="on" data-testid="shortcuts-on" ${shortcutsOn() && html`checked`} /> ${t("shortcuts.on")}</label>
            <p class="soft small">${t("shortcuts.text")}</p>
            <ul class="hr-keys">${ACTIONS.map((action) => this.#row(action))}</ul>
            <p class="small" role="status" data-key="waits">${this.#waits && t("shortcuts.press", { action: t(`shortcut.${this.#waits}`) })}</p>
            <div class="row">
              <button type="button" class="button button-small" data-click="reset" data-testid="shortcuts-reset">${t("shortcuts.reset")}</button>
              <button type="button" class="button button-small" data-click="close">${t("dialog.close")}</button>
            </div>
          </div>
        </dialog>`,
    );
  }

  /** @param {Action} action */
  #row(action) {
    const key = shortcutOf(action);
    return html`<li data-key="${action}"><span>${t(`shortcut.${action}`)}</span>
      <button type="button" class="button button-small" data-click="choose" data-action="${action}" data-testid="key-${action}" aria-label="${t("shortcuts.change", { action: t(`shortcut.${action}`), key: key || t("shortcuts.none") })}">${this.#waits === action ? "…" : key || t("shortcuts.none")}</button></li>`;
  }

  /** @param {KeyboardEvent} event */
  #take(event) {
    const action = this.#waits;
    if (action === null || event.key === "Tab") return;
    const key = keyOf(event);
    const clears = event.key === "Backspace" || event.key === "Delete";
    if (key === "" && !clears && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#waits = null;
    this.#change(() => event.key !== "Escape" && setShortcut(action, key));
  }

  /** @param {() => void} change */
  #change(change) {
    change();
    this.update();
    this.dispatchEvent(new CustomEvent("shortcuts-changed"));
  }
}

customElements.define("hr-shortcut-list", HrShortcutList);
export { HrShortcutList };
