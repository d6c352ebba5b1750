/** The pages at which one cannot go on: loading, the end, and what went wrong. */

import { html, Markup } from "../../lib/html.js";
import { has, t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { headerView, stepView } from "./frame.js";
import { reasonsView, reviewView } from "./reasons.js";

/** @typedef {import("../state.js").CandidateState} CandidateState */

/** @type {Record<string, import("../../lib/icons.js").IconName>} */
const SIGNS = {
  invite_used: "lock",
  invite_expired: "clock",
  invite_revoked: "link",
  invite_unknown: "link",
  link_incomplete: "link",
  too_many_requests: "pause",
  superseded: "repeat",
  network: "network",
};

/** @param {CandidateState} state @returns {Markup} */
export function loadingView(state) {
  return html`<div class="step" data-key="loading">${headerView(state)}
    <main class="step-main outcome"><h1 class="visually-hidden" tabindex="-1">${t("candidate.loading")}</h1><p class="lead" role="status">${state.socket === "reconnecting" ? t("candidate.loading_again") : t("candidate.loading")}</p></main>
  </div>`;
}

/** @param {CandidateState} state @returns {Markup} */
export function closingView(state) {
  const session = state.session;
  const reason = state.ended?.reason ?? "completed";
  const finished = reason === "completed";
  const hours = state.closing?.hours ?? session?.result_within_hours ?? 0;
  const name = session?.candidate_name ?? "";
  return stepView(state, {
    title: finished ? t("candidate.closing_title", { name }) : t("candidate.ended_title", { name }),
    sign: finished ? "check" : "stop",
    testId: "closing",
    body: html`<div class="stack stack-loose">
      <p class="lead">${state.closing?.text ?? (finished ? t("candidate.closing_text") : t(`candidate.ended_${reason}`))}</p>
      <ul class="ready-facts card">
        ${state.ended !== null && html`<li>${icon("check", 22)}<span>${t("candidate.closing_answered", { answered: state.ended.answered, count: state.ended.total })}</span></li>`}
        ${hours > 0 && html`<li>${icon("clock", 22)}<span>${t("candidate.closing_result", { count: hours, organisation: session?.organisation ?? "" })}</span></li>`}
        <li>${icon("camera_off", 22)}<span>${t("candidate.closing_devices")}</span></li>
      </ul>
      ${reasonsView(state)} ${reviewView(state)}
      <p class="soft">${t("candidate.closing_leave")}</p>
    </div>`,
  });
}

/** @param {CandidateState} state @returns {Markup} */
export function troubleView(state) {
  const code = has(`candidate.trouble_${state.trouble}_title`) ? state.trouble : "unexpected";
  return stepView(state, {
    title: t(`candidate.trouble_${code}_title`),
    sign: SIGNS[code ?? ""] ?? "alert",
    testId: "error",
    body: html`<div class="stack stack-loose">
      <p class="lead">${t(`candidate.trouble_${code}_text`)}</p>
      <div class="row">
        ${["network", "unexpected", "superseded", "unauthenticated"].includes(code ?? "") && html`<button type="button" class="button button-primary button-large" data-click="reload">${icon("repeat")}${t(code === "superseded" ? "candidate.trouble_take_back" : "candidate.trouble_retry")}</button>`}
      </div>
      ${code === "unexpected" && html`<p class="small soft">${t("candidate.trouble_code", { code: state.trouble ?? "" })}</p>`}
    </div>`,
  });
}
