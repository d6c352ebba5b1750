/** The steps before the device check: language; who is asking and what is agreed to. */

import { html, Markup } from "../../lib/html.js";
import { language, LANGUAGE_NAMES, pickText, t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { refusalView, stepView } from "./frame.js";

/** @typedef {import("../state.js").CandidateState} CandidateState */

/** @param {CandidateState} state @returns {Markup} */
export function languageView(state) {
  const offered = state.session?.languages ?? [];
  return stepView(state, {
    step: "language",
    title: t("candidate.language_title"),
    lead: t("candidate.language_lead"),
    body: html`<div class="choices" role="group" aria-label="${t("candidate.language_title")}">
      ${offered.map((code) => {
        const chosen = code === language();
        return html`<button type="button" class="choice" lang="${code}" data-click="pick_language" data-language="${code}" data-testid="language-${code}" aria-pressed="${chosen ? "true" : "false"}">
          <span class="choice-name">${LANGUAGE_NAMES[code]}</span>
          <span class="choice-sign">${chosen && icon("check", 24)}</span>
        </button>`;
      })}
    </div>`,
    bar: primary("confirm_language", t("candidate.continue")),
  });
}

/** @param {CandidateState} state @returns {Markup} */
export function consentView(state) {
  const session = state.session;
  if (session === null) return html``;
  const organisation = session.organisation;
  const facts = /** @type {const} */ ([
    ["spark", t("candidate.fact_ai_title"), t("candidate.fact_ai_text", { organisation })],
    ["keyboard", t("candidate.fact_words_title"), t("candidate.fact_words_text")],
    ["eye", t("candidate.fact_people_title"), t("candidate.fact_people_text", { organisation })],
  ]);
  return stepView(state, {
    step: "consent",
    title: t("candidate.consent_title", { organisation, job: session.job_title }),
    lead: t("candidate.consent_lead", { name: session.candidate_name }),
    body: html`<ul class="facts">${facts.map(([sign, title, text]) => html`<li class="fact">${icon(sign, 24)}<div><h2 class="fact-title">${title}</h2><p class="soft">${text}</p></div></li>`)}</ul>
      <p class="disclosure small soft">${pickText(session.disclosure)}</p>
      <div class="stack">
        <h2>${t("candidate.consent_heading")}</h2>
        ${session.consents.map((consent) => consentTick(state, consent))}
        ${refusalView(state)}
      </div>`,
    bar: html`${back("language")}${primary("give_consent", t("candidate.continue"), state.sending === "consent")}`,
  });
}

/** @param {CandidateState} state @param {import("../session.js").SessionInfo["consents"][number]} consent @returns {Markup} */
function consentTick(state, consent) {
  const words = consent.texts[language()] ?? Object.values(consent.texts)[0];
  const missing = consent.required && state.consentMissing;
  const id = `consent-${consent.kind}`;
  return html`<div class="consent ${missing ? "consent-missing" : ""}" data-key="${id}-${language()}">
    <label class="tick">
      <input type="checkbox" name="${consent.kind}" data-change="tick" data-hash="${words?.hash ?? ""}" data-testid="${id}" aria-describedby="${id}-text${missing ? ` ${id}-missing` : ""}" ${missing && html`aria-invalid="true"`}>
      <span class="consent-title"><span class="strong">${words?.title ?? ""}</span> <span class="badge ${consent.required ? "badge-accent" : ""}">${consent.required ? t("candidate.consent_required") : t("candidate.consent_optional")}</span></span>
    </label>
    <p class="consent-text small soft" id="${id}-text">${words?.text ?? ""}</p>
    ${missing && html`<p class="field-error consent-text" id="${id}-missing" role="alert">${t("candidate.consent_missing")}</p>`}
  </div>`;
}

/** @param {string} action @param {string} label @param {boolean} [busy] @param {string} [testId] @returns {Markup} */
export function primary(action, label, busy = false, testId = "continue") {
  return html`<button type="button" class="button button-primary button-large bar-primary" data-click="${action}" data-testid="${testId}" ${busy && html`disabled`}>${busy ? t("candidate.one_moment") : label}${!busy && icon("arrow")}</button>`;
}

/** @param {string} step @returns {Markup} */
export function back(step) {
  return html`<button type="button" class="button button-quiet bar-back" data-click="go_back" data-step="${step}">${icon("back")}<span>${t("candidate.back")}</span></button>`;
}
