/** What stands around every step before and after the interview: whose page it is, how far one is, help, and the bar with the way on. */

import { html, Markup } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon, mark } from "../../lib/icons.js";
import { chatButton, chatView } from "./chat.js";
import { observersView } from "./people.js";

/** @typedef {import("../state.js").CandidateState} CandidateState */

const STEPS = ["language", "consent", "devices", "waiting"];

/**
 * @param {CandidateState} state
 * @param {{ step?: string, sign?: import("../../lib/icons.js").IconName, title: string, lead?: string, body: Markup, bar?: Markup, testId?: string }} parts
 * @returns {Markup}
 */
export function stepView(state, { step = "", sign, title, lead = "", body, bar, testId = "" }) {
  return html`<div class="step" data-key="step-${step}${title}">
    ${headerView(state)}
    <main class="step-main" ${testId !== "" && html`data-testid="${testId}"`}>
      <div class="step-head">
        ${step !== "" && placeView(step)}
        ${sign !== undefined && html`<span class="step-sign">${icon(sign, 34)}</span>`}
        <h1 tabindex="-1" data-focus="${step}${title}">${title}</h1>
        ${lead !== "" && html`<p class="lead">${lead}</p>`}
      </div>
      ${body}
    </main>
    ${chatView(state)}
    ${bar !== undefined && html`<footer class="bar"><div class="bar-inner">${bar}</div></footer>`}
  </div>`;
}

/** @param {CandidateState} state @param {Markup | false} [middle] in its place: who watches @returns {Markup} */
export function headerView(state, middle = observersView(state)) {
  return html`<header class="top">
    <span class="brand">${mark()}<span class="top-owner">${state.session?.organisation ?? t("common.brand")}</span></span>
    ${middle}
    ${chatButton(state)}
    <button type="button" class="button button-quiet button-small" data-click="help">${icon("info")}<span>${t("candidate.help")}</span></button>
  </header>`;
}

/** @param {string} step @returns {Markup} */
function placeView(step) {
  const place = STEPS.indexOf(step);
  return html`<p class="place">
    <span class="place-marks" aria-hidden="true">${STEPS.map((_, index) => html`<span class="place-mark ${index <= place ? "place-mark-done" : ""}"></span>`)}</span>
    <span>${t("candidate.step", { number: place + 1, total: STEPS.length })}</span>
  </p>`;
}

/** @returns {Markup} */
export function helpDialog() {
  const topics = ["permission", "hear", "connection", "typing", "person"];
  return html`<dialog class="dialog help" id="help" aria-labelledby="help-title">
    <div class="stack">
      <h2 id="help-title" tabindex="-1" autofocus>${t("candidate.help_title")}</h2>
      ${topics.map((topic) => html`<div><h3 class="help-question">${t(`candidate.help_${topic}_question`)}</h3><p class="soft small">${t(`candidate.help_${topic}_answer`)}</p></div>`)}
      <form method="dialog"><button class="button button-primary">${t("candidate.help_close")}</button></form>
    </div>
  </dialog>`;
}

/** @returns {Markup} */
export function endDialog() {
  return html`<dialog class="dialog" id="end" aria-labelledby="end-title">
    <form method="dialog" class="stack">
      <h2 id="end-title">${t("candidate.end_title")}</h2>
      <p class="soft">${t("candidate.end_text")}</p>
      <div class="row dialog-actions">
        <button class="button button-primary" data-testid="end-cancel">${t("candidate.end_cancel")}</button>
        <button class="button button-danger" data-click="end_confirmed" data-testid="end-confirm">${t("candidate.end_confirm")}</button>
      </div>
    </form>
  </dialog>`;
}

/** @returns {Markup} */
export function skipDialog() {
  return html`<dialog class="dialog" id="skip" aria-labelledby="skip-title">
    <form method="dialog" class="stack">
      <h2 id="skip-title">${t("candidate.skip_title")}</h2>
      <p class="soft">${t("candidate.skip_text")}</p>
      <div class="row dialog-actions">
        <button class="button button-primary" data-testid="skip-cancel">${t("candidate.skip_cancel")}</button>
        <button class="button" data-click="skip_confirmed" data-testid="skip-confirm">${t("candidate.skip_confirm")}</button>
      </div>
    </form>
  </dialog>`;
}

/** @param {string} text @param {"info" | "warn" | "bad" | "plain"} kind @param {import("../../lib/icons.js").IconName} [sign] @returns {Markup} */
export function noteView(text, kind = "info", sign = kind === "warn" || kind === "bad" ? "alert" : "info") {
  return html`<p class="note note-${kind}">${icon(sign)}<span>${text}</span></p>`;
}

/** A failed command, in words. @param {CandidateState} state @returns {Markup | false} */
export function refusalView(state) {
  const busy = t(state.phase === "live" ? "candidate.busy_write" : "candidate.busy");
  const text = state.refusal === "asr_busy" ? busy : t("candidate.refused", { code: state.refusal });
  return state.refusal !== "" && html`<p class="note note-bad" role="alert">${icon("alert")}<span>${text}</span></p>`;
}
