/** Ready: what is about to happen, one's own picture, and the start in one's own hand. */

import { html, Markup } from "../../lib/html.js";
import { pickText, t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { noteView, refusalView, stepView } from "./frame.js";
import { back, primary } from "./lobby.js";

/** @param {import("../state.js").CandidateState} state @returns {Markup} */
export function waitingView(state) {
  const session = state.session;
  if (session === null) return html``;
  const again = state.redo > 0;
  const typed = state.check.microphone !== "ok";
  /** @type {[import("../../lib/icons.js").IconName, string][]} */
  const facts = [
    ["speaking", t("candidate.ready_questions", { count: session.questions_total })],
    ["clock", t("candidate.ready_minutes", { count: session.minutes })],
    typed ? ["keyboard", t("candidate.ready_typed")] : ["pause", t("candidate.ready_pauses")],
    ["shield", t("candidate.ready_saved")],
  ];
  return stepView(state, {
    step: "waiting",
    title: t(again ? "candidate.again_title" : "candidate.ready_title", { name: session.candidate_name }),
    lead: t(again ? "candidate.again_lead" : "candidate.ready_lead", { organisation: session.organisation }),
    body: html`<div class="ready">
        <div class="card stack">
          <ul class="ready-facts">${facts.map(([sign, text]) => html`<li>${icon(sign, 22)}<span>${text}</span></li>`)}</ul>
          <hr class="rule">
          <div><h2 class="ready-subtitle">${t("candidate.ready_stages")}</h2>
          <ol class="stages">${session.stages.map((stage) => html`<li>${pickText(stage.title)}</li>`)}</ol></div>
        </div>
        ${state.check.camera === "ok" && html`<self-view data-label="${t("candidate.own_picture")}" data-off="${t("candidate.camera_off")}" class="self-large"></self-view>`}
      </div>
      ${session.recogniser.demonstration && !typed && noteView(t("candidate.demonstration"))}
      ${refusalView(state)}`,
    bar: html`${back("devices")}${primary("start", t(again ? "candidate.again_start" : "candidate.start"), state.sending === "start" || state.check.permission !== "answered" || state.socket !== "online", "start")}`,
  });
}
