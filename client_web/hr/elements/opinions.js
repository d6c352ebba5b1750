import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { nameCompetency, nameIndicator } from "../rubric-names.js";
import { word } from "../words.js";
import { chooseQuote, quoteButton } from "./quote.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../../lib/protocol").OpinionGiven} OpinionGiven */
/** @typedef {import("../../lib/protocol").LevelOpinion} LevelOpinion */
/** @typedef {import("../../lib/protocol").EvidenceClaim} EvidenceClaim */

/** A language model's second opinion beside the levels that count. Shown with the levels, and only where there is one. */
class HrOpinions extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  connectedCallback() {
    delegate(this, "click", { quote: (_event, button) => chooseQuote(button) });
  }

  update() {
    const state = this.state;
    if (!state) return;
    this.hidden = !state.revealed || state.opinions.size === 0;
    if (this.hidden) return;
    render(
      this,
      html`<h2 class="hr-panel-head">${t("opinion.title")}</h2>
        <p class="soft tiny">${t("opinion.meaning")}</p>
        ${[...state.opinions.values()].map((one) => question(state, one))}`,
    );
  }
}

/** @param {InterviewState} state @param {OpinionGiven} opinion */
function question(state, opinion) {
  const number = state.turns.find((turn) => turn.questionId === opinion.question_id)?.number;
  return html`<section data-key="${opinion.question_id}" data-testid="opinion" data-question="${opinion.question_id}">
    <h3>${number === undefined ? opinion.question_id : t("timeline.question", { number })} <span class="soft">${t("opinion.by", { model: opinion.model })}</span></h3>
    ${opinion.levels.map(level)}
  </section>`;
}

/** @param {LevelOpinion} one */
function level(one) {
  return html`<div class="hr-competency" data-key="${one.competency}" data-testid="opinion-level" data-competency="${one.competency}">
    <p class="strong">${nameCompetency(one.competency, one.competency_name)}</p>
    ${one.review && html`<p class="note note-warn" data-testid="opinion-review">${icon("alert", 18)}<span>${t("opinion.review", { why: word("opinion_review", one.review) })}</span></p>`}
    <dl class="hr-pairs">
      <div><dt>${t("opinion.rules")}</dt><dd class="numeric" data-testid="opinion-embedded">${one.embedded}</dd></div>
      <div><dt>${t("opinion.model")}</dt><dd class="numeric" data-testid="opinion-given">${given(one)}</dd></div>
    </dl>
    ${one.rationale && html`<p lang="en">${t("quote.marks", { quote: one.rationale })}</p>`}
    ${one.evidence.length > 0 && html`<ul>${one.evidence.map(claim)}</ul>`}
  </div>`;
}

/** Each run's, for they may differ. @param {LevelOpinion} one */
function given(one) {
  if (one.opinions.length === 0) return t("opinion.none", { why: word("model_reason", one.reason) });
  return one.opinions.map((each) => (each === null ? t("levels.not_enough") : String(each))).join(t("list.comma"));
}

/** @param {EvidenceClaim} one */
function claim(one) {
  return html`<li>
    ${quoteButton(one, "opinion-quote")}
    <p class="soft">${one.sign < 0 ? t("levels.against") : t("levels.for")} ${nameIndicator(one.competency, one.indicator)}</p>
  </li>`;
}

customElements.define("hr-opinions", HrOpinions);
export { HrOpinions };
