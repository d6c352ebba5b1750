import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { serverNow } from "../clock.js";
import { BARS, duration, word } from "../words.js";

/** @typedef {import("../../lib/protocol").BoardCard} BoardCard */

/** Whether a person should look at this interview: too long in one stage (S15). @param {BoardCard} card */
export function isLate(card) {
  return timeInStageMs(card) > card.alert_after_minutes * 60_000;
}

/** @param {BoardCard} card */
export function isRunning(card) {
  return card.phase === "live" || card.phase === "closing";
}

/** @param {BoardCard} card 0 outside a stage */
function timeInStageMs(card) {
  if (!isRunning(card) || card.stage_entered_at === null) return 0;
  return Math.max(0, serverNow() - Date.parse(card.stage_entered_at));
}

/** One interview on the board. `data` is set by the board; `tick` follows the time without drawing anew. */
class HrBoardCard extends HTMLElement {
  /** @type {BoardCard | null} */
  #data = null;
  #late = false;

  /** @returns {BoardCard} */
  get data() {
    if (this.#data === null) throw new Error("a board card without data");
    return this.#data;
  }

  set data(card) {
    this.#data = card;
    this.update();
  }

  update() {
    const card = this.data;
    this.#late = isLate(card);
    this.dataset.interview = card.interview;
    this.dataset.phase = card.phase;
    this.dataset.testid = "board-card";
    this.classList.toggle("is-late", this.#late);
    render(this, isRunning(card) ? runningCard(card, this.#late) : waitingCard(card));
  }

  tick() {
    const card = this.data;
    if (!isRunning(card)) return;
    if (isLate(card) !== this.#late) return this.update();
    const time = this.querySelector("[data-time]");
    if (time) time.textContent = duration(timeInStageMs(card));
  }
}

/** @param {BoardCard} card @param {boolean} late */
function runningCard(card, late) {
  return html`${head(card)}
    <p class="hr-stage">
      <span>${t("card.stage", { index: card.stage_index + 1, total: card.stages_total, title: card.stage_title })}</span>
      <span class="numeric nowrap">${icon("clock", 14)}<span data-time>${duration(timeInStageMs(card))}</span></span>
    </p>
    ${late && html`<p class="hr-late">${icon("alert", 14)}${t("card.late", { count: card.alert_after_minutes })}</p>`}
    <p class="hr-meta">
      <span>${t("card.question", { number: card.question_number, total: card.questions_total })}</span>
      ${connection(card)}
      ${card.speaking && html`<span class="hr-speaking" data-testid="speaking">${icon("listening", 14)}${t("card.speaking")}</span>`}
      <span class="hr-observers">${icon("eye", 14)}${t("card.observers", { count: card.observers })}</span>
    </p>
    <p class="hr-caption" data-testid="last-caption">${card.last_caption || t("card.silent")}</p>
    ${actions(card)}`;
}

/** @param {BoardCard} card */
function waitingCard(card) {
  return html`${head(card)}
    <p class="hr-meta">
      <span>${t(`card.waiting.${card.phase}`)}</span>
      ${card.phase !== "invited" && connection(card)}
    </p>
    ${actions(card)}`;
}

/** @param {BoardCard} card */
function head(card) {
  return html`<h2 class="hr-card-head">
      <a href="/hr/interviews/${encodeURIComponent(card.interview)}">${card.candidate_name}</a>
      <span class="badge ${isRunning(card) ? "badge-accent" : ""}">${word("phase", card.phase)}</span>
    </h2>
    <p class="soft hr-job">${t("card.job", { job: card.job_title, flow: card.flow_title })}</p>`;
}

/** @param {BoardCard} card */
function connection(card) {
  if (!card.candidate_connected) return html`<span class="hr-attention">${t("card.disconnected")}</span>`;
  if (card.connection === null) return html`<span>${t("card.connected")}</span>`;
  const needsAPerson = card.connection === "poor" || card.connection === "lost";
  return html`<span class="nowrap ${needsAPerson ? "hr-attention" : ""}">${icon(BARS[card.connection] ?? "bars_0", 14)}${t("card.connection", { word: word("connection", card.connection) })}</span>`;
}

/** @param {BoardCard} card */
function actions(card) {
  return html`<button type="button" class="hr-link-button" data-click="reissue" data-interview="${card.interview}" data-name="${card.candidate_name}">
    ${icon("link", 14)}${t("invite.again")}<span class="visually-hidden">: ${card.candidate_name}</span>
  </button>`;
}

customElements.define("hr-board-card", HrBoardCard);
export { HrBoardCard };
