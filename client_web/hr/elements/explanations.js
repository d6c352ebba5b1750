import { delegate, html, render } from "../../lib/html.js";
import { language, t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { mergeQuotes } from "../../lib/quotes.js";
import { interviewPath, request } from "../api.js";
import { duration, explain, word } from "../words.js";
import { chooseQuote, quoteButton } from "./quote.js";
import { scaleDrawing } from "./scale.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../../lib/quotes.js").Quote} Quote */
/** @typedef {{competency: string, name: string, level: number | null, confidence: string, shown: Quote[], against: Quote[], sentences: string[]}} Explained */
/** @typedef {{question_id: string, number: number, text: string, competencies: Explained[]}} Question */
/** @typedef {{interview_language: string, demonstration: boolean, rules_changed: boolean, questions: Question[]}} Explanation */

/** Why each level is what it is, answer by answer. Shown with the levels and printed as a report. */
class HrExplanations extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  /** @type {Explanation | null} */
  #explained = null;
  #trouble = "";
  /** What the answer that is shown, or awaited, was asked for. */
  #asked = "";

  connectedCallback() {
    delegate(this, "click", {
      quote: (_event, button) => chooseQuote(button),
      listen: (_event, button) => this.#listen(button),
      print: () => window.print(),
      again: () => {
        this.#asked = "";
        this.update();
      },
    });
  }

  update() {
    const state = this.state;
    if (!state) return;
    this.hidden = !state.revealed || state.consents.ai_scoring?.granted === false;
    if (this.hidden) return;
    // What is still being read of the past would ask anew with each assessment in it.
    if (state.caughtUp) void this.#fetch(state);
    this.#draw(state);
  }

  /** Again when something was assessed, or the language is another. @param {InterviewState} state */
  async #fetch(state) {
    const wanted = `${language()} ${state.assessed}`;
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    try {
      const explained = await request("GET", `${interviewPath(state.id)}/explanations?${new URLSearchParams({ language: language() })}`);
      if (wanted !== this.#asked) return;
      this.#explained = explained;
      this.#trouble = "";
    } catch (error) {
      this.#trouble = explain(error);
    }
    this.#draw(state);
  }

  /** @param {InterviewState} state */
  #draw(state) {
    const explained = this.#explained;
    render(
      this,
      html`<div class="row row-apart hr-panel-head">
          <h2>${t("reasons.title")}</h2>
          ${explained && explained.questions.length > 0 && html`<button type="button" class="button button-small hr-no-print" data-key="print" data-click="print" data-testid="print">${t("reasons.print")}</button>`}
        </div>
        <p class="note note-plain" data-key="unknown" data-testid="agreement-unknown">${icon("info", 18)}<span>${t("reasons.unknown")}</span></p>
        ${explained?.demonstration && html`<p class="note note-warn" data-key="demonstration">${icon("alert", 18)}<span>${t("levels.demonstration")}</span></p>`}
        ${explained?.rules_changed && html`<p class="note note-warn" data-key="rules" data-testid="rules-changed">${icon("alert", 18)}<span>${t("reasons.rules_changed")}</span></p>`}
        ${this.#trouble !== "" && html`<p class="note note-bad" role="alert" data-key="trouble">${icon("alert", 18)}<span>${this.#trouble}</span> <button type="button" class="hr-link-button" data-click="again">${t("reasons.again")}</button></p>`}
        ${explained === null && this.#trouble === "" && html`<p class="soft" role="status" data-key="loading">${t("view.loading")}</p>`}
        ${explained && explained.questions.length === 0 && html`<p class="soft" data-key="none">${t("levels.none")}</p>`}
        ${explained?.questions.map((question) => this.#question(question, explained.interview_language, state))}`,
    );
  }

  /** @param {Question} question @param {string} spoken @param {InterviewState} state */
  #question(question, spoken, state) {
    return html`<section class="hr-reasons" data-key="${question.question_id}" data-testid="reasons" data-question="${question.question_id}">
      <h3>${t("timeline.question", { number: question.number })} <span class="hr-reasons-text" lang="${spoken}">${question.text}</span></h3>
      <div class="hr-reasons-grid">${question.competencies.map((one) => this.#competency(one, spoken, state))}</div>
    </section>`;
  }

  /** @param {Explained} one @param {string} spoken @param {InterviewState} state */
  #competency(one, spoken, state) {
    return html`<article class="hr-competency" data-key="${one.competency}" data-testid="reason" data-competency="${one.competency}" data-level="${one.level ?? ""}">
      <div class="row row-apart">
        <h4>${one.name}</h4>
        ${one.level === null ? html`<span class="soft">${t("levels.not_enough")}</span>` : html`<span class="row">${scaleDrawing(one.level)}<span class="soft">${word("confidence", one.confidence)}</span></span>`}
      </div>
      ${one.sentences.map((sentence) => html`<p>${sentence}</p>`)}
      ${this.#quotes(one.shown, "reasons.shown", spoken, state)} ${this.#quotes(one.against, "reasons.against", spoken, state)}
      ${one.shown.length + one.against.length === 0 && html`<p class="soft">${t("reasons.no_quotes")}</p>`}
    </article>`;
  }

  /** @param {Quote[]} quotes @param {string} title @param {string} spoken @param {InterviewState} state */
  #quotes(quotes, title, spoken, state) {
    if (quotes.length === 0) return false;
    return html`<div>
      <p class="soft">${t(title)}</p>
      <ul>
        ${mergeQuotes(quotes).map(
          (quote) =>
            html`<li><span lang="${spoken}">${quoteButton(quote, "reason-quote")}</span> <span class="soft">${quote.labels.join(t("list.comma"))}</span> ${listenButton(quote, state)}</li>`,
        )}
      </ul>
    </div>`;
  }

  /** @param {HTMLElement} button */
  #listen(button) {
    this.dispatchEvent(new CustomEvent("moment-chosen", { bubbles: true, detail: Number(button.dataset.ms) }));
  }
}

/** Leads to the moment in the recording, once there is one that can be played. @param {Quote} quote @param {InterviewState} state */
function listenButton(quote, state) {
  if (quote.t_start_ms === null) return false;
  const time = duration(quote.t_start_ms);
  const over = state.phase === "archived" || state.phase === "aborted";
  if (!over || state.recordings.length === 0) return html`<time class="numeric soft">${time}</time>`;
  return html`<button type="button" class="hr-link-button numeric" data-click="listen" data-ms="${quote.t_start_ms}" data-testid="listen" aria-label="${t("reasons.listen", { time })}">${icon("play", 12)}${time}</button>`;
}

customElements.define("hr-explanations", HrExplanations);
export { HrExplanations };
