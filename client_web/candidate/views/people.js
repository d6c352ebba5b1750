/** Those who are there beside the interviewer: how many watch, who speaks with the candidate and what they say, and a pause. */

import { finalTexts } from "../heard.js";
import { isSoundOnly } from "../standing.js";
import { joinSpeech, speechSpace } from "../../lib/format.js";
import { html, Markup } from "../../lib/html.js";
import { language, t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";

/** @typedef {import("../state.js").CandidateState} CandidateState */

/** Nobody watches in secret. @param {CandidateState} state @returns {Markup | false} */
export function observersView(state) {
  const count = new Set(state.observers.map(({ watcher }) => watcher)).size;
  return count > 0 && html`<span class="badge observers" data-testid="observers">${icon("eye", 14)}${t("candidate.observers", { count })}</span>`;
}

/** How a person is called who gave no name. @param {CandidateState} state @param {string} name */
export function nameOf(state, name) {
  return name.trim() === "" ? t("candidate.somebody", { organisation: state.session?.organisation ?? "" }) : name;
}

/** Who is there, that the interviewer is silent, and what becomes of what is said. @param {CandidateState} state @returns {Markup | false} */
export function companyView(state) {
  if (state.holder !== null) return holderView(state, state.holder);
  return state.pausedText !== "" && html`<section class="company" data-key="paused" data-testid="paused" aria-label="${t("candidate.paused_title")}">
    ${icon("pause", 24)}
    <div class="stack stack-tight">
      <p class="strong">${state.pausedText}</p>
      <p class="small soft">${t("candidate.paused_text")}</p>
    </div>
  </section>`;
}

/** @param {CandidateState} state @param {import("../state.js").Holder} holder @returns {Markup} */
function holderView(state, holder) {
  const name = nameOf(state, holder.name);
  return html`<section class="company" data-key="company" data-testid="company" aria-label="${t("candidate.person_region", { name })}">
    ${icon("people", 24)}
    <div class="stack stack-tight">
      <p class="strong">${holder.text}</p>
      <p class="small soft" data-testid="company-mode">${t(`candidate.person_${holder.mode}`, { name })}</p>
      ${(isSoundOnly(state) || state.textOnly) && html`<p class="small" data-testid="person-unheard">${t("candidate.person_unheard", { name })}</p>`}
      ${spokenView(state, name)}
      <p class="small time-stands" data-testid="time-stands">${icon("pause", 16)}<span>${t("candidate.time_stands")}</span></p>
    </div>
  </section>`;
}

/** @param {CandidateState} state @param {string} name @returns {Markup | false} */
function spokenView({ personHeard, personSpeaks }, name) {
  const said = joinSpeech(finalTexts(personHeard));
  const { committed = "", unstable = "" } = personHeard.caption ?? {};
  if (said + committed + unstable === "") return personSpeaks && html`<p class="small soft">${t("candidate.person_speaks", { name })}</p>`;
  const space = said !== "" && committed + unstable !== "" && speechSpace();
  return html`<div class="person-said">
    <p class="captions-label" aria-hidden="true">${name}</p>
    <p class="person-words" data-follow tabindex="0" data-testid="person-captions" aria-label="${t("candidate.person_captions", { name })}" role="group" lang="${language()}">${said}${space}${committed}<span class="captions-unstable">${unstable}</span></p>
  </div>`;
}
