import { html, render } from "../../lib/html.js";
import { LANGUAGE_NAMES, pickText, t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { serverNow } from "../clock.js";
import { currentTurn } from "../interview-state.js";
import { duration, word } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */

/** Who is interviewed, where the interview stands, and since when. */
class HrInterviewHead extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  #ticking = 0;

  connectedCallback() {
    this.#ticking = setInterval(() => this.update(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
  }

  update() {
    const state = this.state;
    if (!state) return;
    const created = state.created;
    const running = state.phase === "live" || state.phase === "closing";
    render(
      this,
      html`<div class="hr-head-name">
          <h1>${created?.candidate_name ?? t("view.loading")}</h1>
          <p class="soft small">
            ${created && [created.job_title, pickText(created.flow.title), LANGUAGE_NAMES[state.language ?? created.language]].join(" · ")}
          </p>
        </div>
        <dl class="hr-head-facts">
          <div>
            <dt>${t("view.phase")}</dt>
            <dd>
              <span class="badge ${running && "badge-accent"}" data-testid="phase">${word("phase", state.phase)}</span>
              ${state.ended?.reason && html`<span data-testid="end-reason">${word("end_reason", state.ended.reason)}</span>`}
            </dd>
          </div>
          ${running && stageFacts(state)} ${state.ended ? endFacts(state.ended) : state.progress && progressFacts(state, running)}
          <div>
            <dt>${t("view.observers")}</dt>
            <dd data-testid="watchers">${icon("eye", 14)}${watching(state).length} <span class="soft">${watchers(state)}</span></dd>
          </div>
        </dl>`,
    );
  }
}

/** People, however many pages each has open. @param {InterviewState} state */
function watching(state) {
  return [...new Set(state.observers.values())];
}

/** @param {InterviewState} state */
function watchers(state) {
  return watching(state).map((user) => state.console.names.get(user) ?? "").filter((name) => name !== "").join(t("list.comma"));
}

/** @param {InterviewState} state */
function stageFacts(state) {
  const stages = state.created?.flow.stages ?? [];
  const stage = state.stage && stages[state.stage.index];
  if (!state.stage || !stage) return "";
  const timeMs = Math.max(0, serverNow() - Date.parse(state.stage.enteredAt));
  // As on the server: who has extra time may take it in every stage.
  const alertAfter = Math.round(stage.alert_after_minutes * (state.created?.time_multiplier ?? 1));
  const late = timeMs > alertAfter * 60_000;
  return html`<div>
    <dt>${t("view.stage")}</dt>
    <dd>
      ${t("card.stage", { index: state.stage.index + 1, total: stages.length, title: pickText(stage.title) })}
      <span class="numeric nowrap ${late && "hr-attention"}">${icon("clock", 14)}${duration(timeMs)}</span>
      ${late && html`<span class="hr-attention" data-testid="stage-late">${t("card.late", { count: alertAfter })}</span>`}
    </dd>
  </div>`;
}

/** @param {InterviewState} state @param {boolean} running */
function progressFacts(state, running) {
  const progress = state.progress;
  if (!progress) return "";
  const elapsedMs = state.startedAt === null ? 0 : serverNow() - state.startedAt - progress.askedMs;
  const minutes = Math.max(0, Math.ceil((progress.remainingMs - elapsedMs) / 60_000));
  const turn = currentTurn(state);
  return html`<div>
    <dt>${t("view.progress")}</dt>
    <dd data-testid="progress">
      ${t(running ? "view.progress_running" : "card.question", { number: progress.number, total: progress.total, count: minutes })}
      ${running && turn && html`<span class="soft"> · ${word("turn", turn.state)}</span>`}
    </dd>
  </div>`;
}

/** @param {NonNullable<InterviewState["ended"]>} ended */
function endFacts(ended) {
  return html`<div>
    <dt>${t("view.progress")}</dt>
    <dd data-testid="progress">${t("view.answered", { answered: ended.answered, total: ended.total })}</dd>
  </div>`;
}

customElements.define("hr-interview-head", HrInterviewHead);
export { HrInterviewHead };
