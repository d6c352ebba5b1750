import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { isLate, isOver, isRunning, timeInStageMs } from "../card-facts.js";
import { BARS, duration, word } from "../words.js";

/** @typedef {import("../../lib/protocol").BoardCard} BoardCard */

const STILL_FOR_MS = 8_000;

/** One interview on the board. `data` is set by the board; `tick` follows the time without drawing anew. */
class HrBoardCard extends HTMLElement {
  /** @type {BoardCard | null} */
  #data = null;
  /** The person may look after alerts. */
  acknowledges = false;
  /** They may issue links. */
  invites = false;
  #late = false;
  /** Address and time of the picture, if another tab of this browser shows one. @type {{url: string, at: number} | null} */
  #still = null;

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
    this.classList.toggle("is-alerted", card.alerts.some((alert) => alert.acknowledged_by === ""));
    if (!isRunning(card)) this.#dropStill();
    const still = this.#still?.url ?? "";
    render(this, html`${isRunning(card) ? runningCard(card, this.#late, this.acknowledges, still) : waitingCard(card, this.acknowledges)} ${this.invites && !isOver(card) && reissue(card)}`);
  }

  /** @param {Blob} picture */
  showStill(picture) {
    if (!isRunning(this.data)) return;
    const first = this.#still === null;
    if (this.#still) URL.revokeObjectURL(this.#still.url);
    this.#still = { url: URL.createObjectURL(picture), at: performance.now() };
    const image = this.querySelector("img");
    if (first || !image) this.update();
    else image.src = this.#still.url;
  }

  disconnectedCallback() {
    // Moved to another place it is connected again at once.
    queueMicrotask(() => this.isConnected || this.#dropStill());
  }

  tick() {
    const card = this.data;
    if (!isRunning(card)) return;
    if (this.#still && performance.now() - this.#still.at > STILL_FOR_MS) {
      this.#dropStill();
      return this.update();
    }
    if (isLate(card) !== this.#late) return this.update();
    const time = this.querySelector("[data-time]");
    const words = duration(timeInStageMs(card));
    if (time && time.textContent !== words) time.textContent = words;
  }

  #dropStill() {
    if (this.#still) URL.revokeObjectURL(this.#still.url);
    this.#still = null;
  }
}

/** @param {BoardCard} card @param {boolean} late @param {boolean} acknowledges @param {string} still */
function runningCard(card, late, acknowledges, still) {
  return html`${head(card)} ${still !== "" && html`<img class="hr-still" data-key="still" data-testid="still" src="${still}" alt="" />`} ${alerts(card, acknowledges)}
    <p class="hr-stage">
      <span>${t("card.stage", { index: card.stage_index + 1, total: card.stages_total, title: card.stage_title })}</span>
      <span class="numeric nowrap">${icon("clock", 14)}<span data-time>${duration(timeInStageMs(card))}</span></span>
    </p>
    ${late && !card.alerts.some((alert) => alert.kind === "stage_overtime") && html`<p class="hr-late" data-key="late">${icon("alert", 14)}${t("card.late", { count: card.alert_after_minutes })}</p>`}
    <p class="hr-meta">
      <span>${t("card.question", { number: card.question_number, total: card.questions_total })}</span>
      ${connection(card)}
      ${card.paused && html`<span class="hr-attention nowrap">${icon("pause", 14)}${t("card.paused")}</span>`}
      ${card.speaking && html`<span class="hr-speaking" data-testid="speaking">${icon("listening", 14)}${t("card.speaking")}</span>`}
      <span class="hr-observers">${icon("eye", 14)}${t("card.observers", { count: card.observers })}</span>
    </p>
    ${people(card)}
    <p class="hr-caption" data-testid="last-caption">${card.last_caption || t("card.silent")}</p>`;
}

/** @param {BoardCard} card @param {boolean} acknowledges */
function waitingCard(card, acknowledges) {
  return html`${head(card)} ${alerts(card, acknowledges)}
    <p class="hr-meta">
      <span>${t(`card.waiting.${card.phase}`)}</span>
      ${card.phase === "lobby" && connection(card)}
    </p>
    ${people(card)}`;
}

/** @param {BoardCard} card */
function head(card) {
  return html`<h2 class="hr-card-head">
      <a href="/hr/interviews/${encodeURIComponent(card.interview)}">${card.candidate_name}</a>
      <span class="badge ${isRunning(card) ? "badge-accent" : ""}">${word("phase", card.phase)}</span>
    </h2>
    <p class="soft hr-job">${t("card.job", { job: card.job_title, flow: card.flow_title })}</p>`;
}

/** What somebody should look at, and who does. @param {BoardCard} card @param {boolean} acknowledges */
function alerts(card, acknowledges) {
  return html`${card.alerts.length > 0 && html`<ul class="hr-card-alerts" data-key="alerts">${card.alerts.map(
    (alert) => html`<li data-key="${alert.kind}" data-testid="card-alert" class="${alert.acknowledged_by === "" && "hr-attention"}">${icon("alert", 14)}<span>${word("alert", alert.kind)}</span>
      ${alert.acknowledged_by !== "" && html`<span class="soft">${t("alerts.by", { name: alert.acknowledged_by })}</span>`}
      ${acknowledges && alert.acknowledged_by === "" && html`<button type="button" class="hr-link-button" data-click="acknowledge" data-interview="${card.interview}" data-kind="${alert.kind}" data-testid="acknowledge">${t("alerts.acknowledge")}<span class="visually-hidden">: ${card.candidate_name}</span></button>`}</li>`,
  )}</ul>`}`;
}

/** Who is with the candidate. @param {BoardCard} card */
function people(card) {
  const { watchers, floor_holder: holder, floor_mode: mode, unread } = card;
  if (watchers.length === 0 && holder === "" && unread === 0) return "";
  return html`<p class="hr-meta" data-key="people" data-testid="card-people">
    ${holder !== "" && html`<span class="hr-speaking">${icon("microphone", 14)}${t(`card.floor_${mode ?? "barge"}`, { name: holder })}</span>`}
    ${unread > 0 && html`<span class="hr-attention">${icon("speaking", 14)}${t("card.unread", { count: unread })}</span>`}
    ${watchers.length > 0 && html`<span>${t("card.watchers", { names: watchers.join(t("list.comma")) })}</span>`}
  </p>`;
}

/** @param {BoardCard} card */
function connection(card) {
  if (!card.candidate_connected) return html`<span class="hr-attention">${t("card.disconnected")}</span>`;
  if (card.connection === null) return html`<span>${t("card.connected")}</span>`;
  const needsAPerson = card.connection === "poor" || card.connection === "lost";
  return html`<span class="nowrap ${needsAPerson ? "hr-attention" : ""}">${icon(BARS[card.connection] ?? "bars_0", 14)}${t("card.connection", { word: word("connection", card.connection) })}</span>`;
}

/** @param {BoardCard} card */
function reissue(card) {
  return html`<button type="button" class="hr-link-button" data-click="reissue" data-interview="${card.interview}" data-name="${card.candidate_name}">
    ${icon("link", 14)}${t("invite.again")}<span class="visually-hidden">: ${card.candidate_name}</span>
  </button>`;
}

customElements.define("hr-board-card", HrBoardCard);
export { HrBoardCard };
