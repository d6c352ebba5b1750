import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { serverNow } from "../clock.js";
import { currentTurn } from "../interview-state.js";
import { may } from "../permissions.js";
import { explain } from "../words.js";
import { keyHint, keyNames } from "./shortcut.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../../lib/protocol").CommandData} CommandData */

const MINUTES = [1, 2, 5, 10];
const TICK_MS = 250;

/** What can be done to the interview, each with its way back where there is one. Emits `reopen-asked`. */
class HrControls extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  /** @type {import("../api.js").User | null} */
  user = null;
  /** @type {import("../commands.js").Commands | null} */
  commands = null;
  #error = "";
  #ticking = 0;

  connectedCallback() {
    delegate(this, "click", {
      pause: () => this.pause(),
      repeat: () => this.repeat(),
      skip: () => this.skip(),
      unskip: () => this.#unskip(),
      grant: () => this.#grant(),
      close: () => void this.#send("interview.close", {}),
      cancel: () => void this.#send("interview.cancel_close", {}),
      reopen: () => this.dispatchEvent(new CustomEvent("reopen-asked")),
    });
  }

  disconnectedCallback() {
    clearTimeout(this.#ticking);
  }

  update() {
    const state = this.state;
    const shown = state !== null && may(this.user, "interview.control") && ["live", "aborted"].includes(state.phase);
    this.hidden = !shown;
    if (!state || !shown) return;
    render(
      this,
      html`<div class="hr-bar-row" role="group" aria-label="${t("controls.title")}" data-key="${state.phase}">
          ${state.phase === "live" ? this.#running(state) : html`<button type="button" class="button button-small" data-click="reopen" data-testid="reopen">${icon("repeat", 16)}${t("controls.reopen")}</button>`}
        </div>
        <p class="field-error" role="alert" data-key="error" data-testid="controls-error">${this.#error}</p>`,
    );
    this.#tickWhileOpen(state);
  }

  pause() {
    if (this.state?.phase === "live") void this.#send(this.state.console.paused ? "interview.resume" : "interview.pause", {});
  }

  repeat() {
    const turn = this.#turn();
    if (turn) void this.#send("question.repeat", { turn_id: turn.turnId });
  }

  skip() {
    const turn = this.#turn();
    if (turn) void this.#send("question.skip", { turn_id: turn.turnId });
  }

  /** @param {InterviewState} state */
  #running(state) {
    const { paused, skipped, closingAtMs } = state.console;
    const undoMs = skipped ? leftMs(state, skipped.untilMs) : 0;
    const closing = closingAtMs !== null;
    const open = this.#turn() !== null;
    return html`${button("pause", paused ? "play" : "pause", t(paused ? "controls.resume" : "controls.pause"), false, "pause")}
      ${button("repeat", "repeat", t("controls.repeat"), !open, "repeat")}
      ${button("skip", "arrow", t("controls.skip"), !open, "skip")}
      ${undoMs > 0 && html`<button type="button" class="button button-small button-primary" data-key="unskip" data-click="unskip" data-testid="unskip">${t("controls.unskip", { count: seconds(undoMs) })}</button>`}
      <span class="hr-grant" data-key="grant">
        <label><span class="visually-hidden">${t("controls.minutes")}</span>
          <select class="input hr-select" data-testid="minutes">${MINUTES.map((count) => html`<option value="${count}" ${count === 2 && html`selected`}>${t("controls.more", { count })}</option>`)}</select></label>
        ${button("grant", "plus", t("controls.grant"), !open)}
      </span>
      ${closing
        ? html`<span class="hr-closing" data-key="closing"><span class="numeric hr-attention" data-testid="closing">${t("controls.closing", { count: seconds(leftMs(state, closingAtMs)) })}</span>
            <button type="button" class="button button-small button-primary" data-click="cancel" data-testid="cancel-close">${t("controls.cancel")}</button></span>`
        : html`<button type="button" class="button button-small button-danger" data-key="close" data-click="close" data-testid="close">${icon("stop", 16)}${t("controls.close")}</button>`}`;
  }

  /** Counts down what can still be undone. @param {InterviewState} state */
  #tickWhileOpen(state) {
    clearTimeout(this.#ticking);
    const { skipped, closingAtMs } = state.console;
    const counts = [skipped?.untilMs, closingAtMs].some((until) => typeof until === "number" && leftMs(state, until) > -TICK_MS);
    if (counts) this.#ticking = setTimeout(() => this.update(), TICK_MS);
  }

  #turn() {
    const turn = this.state ? currentTurn(this.state) : null;
    return turn && turn.state !== "closing" ? turn : null;
  }

  #unskip() {
    const skipped = this.state?.console.skipped;
    if (skipped) void this.#send("question.unskip", { turn_id: skipped.turnId });
  }

  #grant() {
    const turn = this.#turn();
    const minutes = Number(/** @type {HTMLSelectElement} */ (this.querySelector("[data-testid=minutes]")).value);
    if (turn) void this.#send("time.grant", { turn_id: turn.turnId, minutes });
  }

  /** @template {keyof CommandData} Name @param {Name} type @param {CommandData[Name]} data */
  async #send(type, data) {
    if (!may(this.user, "interview.control")) return;
    const refused = await this.commands?.send(type, data);
    this.#error = refused ? explain(refused) : "";
    this.update();
  }
}

/** @param {InterviewState} state @param {number} untilMs on the interview clock */
function leftMs(state, untilMs) {
  return state.startedAt === null ? 0 : state.startedAt + untilMs - serverNow();
}

/** @param {number} ms */
function seconds(ms) {
  return Math.max(0, Math.ceil(ms / 1000));
}

/** @param {string} name @param {import("../../lib/icons.js").IconName} sign @param {string} word @param {boolean} disabled @param {import("../shortcuts.js").Action} [action] */
function button(name, sign, word, disabled, action) {
  return html`<button type="button" class="button button-small" data-key="${name}" data-click="${name}" data-testid="${name}" aria-keyshortcuts="${action && keyNames(action)}" ${disabled && html`disabled`}>${icon(sign, 16)}${word}${action && keyHint(action)}</button>`;
}

customElements.define("hr-controls", HrControls);
export { HrControls };
