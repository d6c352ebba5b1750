/** After the end: what was found in the answers and why, in plain words, and how to have a person look at them. */

import { html, Markup } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { mergeQuotes } from "../../lib/quotes.js";
import { noteView, refusalView } from "./frame.js";

/** @typedef {import("../state.js").CandidateState} CandidateState */
/** @typedef {import("../reasons.js").Explanation} Explanation */
/** @typedef {import("../reasons.js").Explained} Explained */
/** @typedef {import("../reasons.js").Quote} Quote */

const MAX_CHARACTERS = 2_000;

/** @param {CandidateState} state @returns {Markup | false} */
export function reasonsView(state) {
  if (state.ended === null || state.consents.ai_scoring !== true) return false;
  if (state.session?.explains === false || state.reasons.state === "withheld") return html`<section class="stack" data-key="reasons"><h2>${t("candidate.reasons_title")}</h2><p>${t("candidate.reasons_withheld", { organisation: state.session?.organisation ?? "" })}</p></section>`;
  const { state: standing, explained } = state.reasons;
  return html`<section class="stack" data-key="reasons" data-testid="reasons">
    <h2 tabindex="-1" id="reasons-title">${t("candidate.reasons_title")}</h2>
    <p class="soft">${t("candidate.reasons_lead", { organisation: state.session?.organisation ?? "" })}</p>
    ${standing !== "shown" && html`<div><button type="button" class="button" data-click="show_reasons" data-testid="show-reasons" ${standing === "loading" && html`disabled`}>${t(standing === "loading" ? "candidate.one_moment" : "candidate.reasons_show")}</button></div>`}
    ${standing === "failed" && html`<p role="alert">${t("candidate.reasons_failed")}</p>`}
    ${explained !== null && explainedView(explained)}
  </section>`;
}

/** @param {Explanation} explained @returns {Markup} */
function explainedView(explained) {
  if (explained.questions.length === 0) return html`<p data-testid="reasons-none">${t("candidate.reasons_none")}</p>`;
  return html`<div class="stack" data-testid="reasons-shown">
    ${noteView(t("candidate.reasons_unknown"), "plain")}
    ${explained.demonstration && noteView(t("candidate.reasons_demonstration"), "plain")}
    ${explained.rules_changed && noteView(t("candidate.reasons_rules_changed"), "plain")}
    ${explained.questions.map(
      (question) => html`<details class="card reasons-question" data-key="${question.question_id}">
        <summary><span class="strong">${t("candidate.reasons_question", { number: question.number })}</span> <span lang="${explained.interview_language}">${question.text}</span></summary>
        <div class="stack">${question.competencies.map((one) => competencyView(one, explained.interview_language))}</div>
      </details>`,
    )}
  </div>`;
}

/** @param {Explained} one @param {string} spoken @returns {Markup} */
function competencyView(one, spoken) {
  return html`<div class="reasons-competency" data-testid="reason" data-competency="${one.competency}">
    ${one.sentences.map((sentence, index) => (index === 0 ? html`<h3 class="reasons-first">${sentence}</h3>` : html`<p>${sentence}</p>`))}
    ${quotesView(one.shown, "candidate.reasons_shown", spoken)} ${quotesView(one.against, "candidate.reasons_against", spoken)}
  </div>`;
}

/** @param {Quote[]} quotes @param {string} title @param {string} spoken @returns {Markup | false} */
function quotesView(quotes, title, spoken) {
  if (quotes.length === 0) return false;
  return html`<div>
    <p class="small soft">${t(title)}</p>
    <ul class="reasons-quotes" role="list">
      ${mergeQuotes(quotes).map((quote) => html`<li><q lang="${spoken}">${quote.quote}</q> <span class="soft small">${quote.labels.join(t("candidate.list_comma"))}</span></li>`)}
    </ul>
  </div>`;
}

/** A person is asked for here, whatever software found. @param {CandidateState} state @returns {Markup | false} */
export function reviewView(state) {
  if (state.ended === null) return false;
  const organisation = state.session?.organisation ?? "";
  return html`<section class="stack" data-key="review" data-testid="review">
    <h2>${t("candidate.review_title")}</h2>
    <p class="soft">${t("candidate.review_lead", { organisation })}</p>
    <div role="status">${state.reviews > 0 && html`<p class="note" data-testid="review-sent">${icon("check")}<span>${t("candidate.review_sent", { organisation })}</span></p>`}</div>
    <form class="stack stack-tight" data-submit="ask_review" data-key="review-form">
      <div class="field">
        <label for="review">${t("candidate.review_label")}</label>
        <textarea class="input" id="review" name="review" rows="3" maxlength="${MAX_CHARACTERS}" autocomplete="off" data-testid="review-text"></textarea>
      </div>
      <div><button class="button" data-testid="ask-review" ${state.sending === "review" && html`disabled`}>${icon("people", 18)}${t("candidate.review_ask")}</button></div>
      ${state.refusal === "review_asked" ? html`<p role="alert">${t("candidate.review_asked")}</p>` : refusalView(state)}
    </form>
  </section>`;
}
