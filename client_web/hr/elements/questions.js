import { formatNumber } from "../../lib/format.js";
import { delegate, html, render } from "../../lib/html.js";
import { LANGUAGES, LANGUAGE_NAMES, pickText, t } from "../../lib/i18n.js";
import { request } from "../api.js";
import { move, shareOf } from "../job-draft.js";
import { explain, word } from "../words.js";
import { focusTool, indexOf, tool } from "./competencies.js";
import { matchBar } from "./match.js";

/** @typedef {import("../job-draft.js").Question} Question */
/** @typedef {import("../job-draft.js").Proposal} Proposal */
/** @typedef {{language: string, code: string, quote: string}} WordingProblem */

/** Step three: the questions, to be read, reworded, put in order, exchanged and left out. Emits `questions-changed`. */
class HrQuestions extends HTMLElement {
  /** @type {Question[]} */
  #asked = [];
  /** @type {Question[]} */
  #spare = [];
  /** @type {Record<string, string>} of competencies, in the page's language */
  #names = {};
  /** @type {import("../job-draft.js").Competency[]} */
  #competencies = [];
  /** @type {Map<string, WordingProblem[]>} by question */
  #problems = new Map();
  #said = "";
  #error = "";
  edited = false;

  connectedCallback() {
    delegate(this, "input", { text: (_event, field) => this.#write(/** @type {HTMLTextAreaElement} */ (field)) });
    delegate(this, "change", {
      text: (_event, field) => void this.#check(field.dataset.question ?? ""),
      swap: (_event, select) => this.#swap(indexOf(select), /** @type {HTMLSelectElement} */ (select).value),
      more: (_event, select) => this.#add(/** @type {HTMLSelectElement} */ (select).value),
    });
    delegate(this, "click", {
      up: (_event, button) => this.#move(indexOf(button), -1),
      down: (_event, button) => this.#move(indexOf(button), 1),
      drop: (_event, button) => this.#drop(indexOf(button)),
    });
  }

  set proposal(/** @type {Proposal} */ proposal) {
    this.#asked = proposal.questions;
    this.#spare = proposal.spare;
    this.#competencies = proposal.competencies;
    this.#problems = new Map();
    this.#said = "";
    this.#error = "";
    this.edited = false;
    this.update();
  }

  get asked() {
    return this.#asked;
  }

  /** What the server has refused. @param {{place: string, code: string, quote: string}[]} errors */
  showErrors(errors) {
    this.#problems = new Map();
    for (const { place, code, quote } of errors) {
      const [, index, , language] = place.split(".");
      const question = this.#asked[Number(index)];
      if (question === undefined || language === undefined) continue;
      this.#problems.set(question.id, [...(this.#problems.get(question.id) ?? []), { language, code, quote }]);
    }
    this.update();
    /** @type {HTMLElement | null} */ (this.querySelector("[aria-invalid=true]"))?.focus();
  }

  update() {
    this.#names = Object.fromEntries(this.#competencies.map((entry) => [entry.id, pickText(entry.name)]));
    render(
      this,
      html`<section class="card stack" aria-labelledby="questions-head">
        <h2 id="questions-head" tabindex="-1">${t("jobs.step_questions")}</h2>
        <div class="hr-match-whole" data-testid="match-share">
          <span class="strong">${t("jobs.match_whole")}</span> ${matchBar(shareOf(this.#asked))}
          <details data-key="formula">
            <summary class="tiny">${t("jobs.match_how")}</summary>
            <p class="soft tiny">${t("jobs.match_formula")}</p>
          </details>
        </div>
        <p role="status" class="visually-hidden" data-key="said">${this.#said}</p>
        <p class="field-error" role="alert" data-key="error">${this.#error}</p>
        <ol class="hr-question-list" data-testid="questions">
          ${this.#asked.map((question, index) => this.#card(question, index))}
        </ol>
        ${this.#spare.length > 0 &&
        html`<div class="field hr-narrow" data-key="add">
          <label for="question-add">${t("jobs.add_question")}</label>
          <select class="input" id="question-add" data-change="more" data-testid="question-add">
            <option value="">${t("jobs.choose_question")}</option>
            ${this.#options()}
          </select>
        </div>`}
      </section>`,
    );
  }

  /** @param {Question} question @param {number} index */
  #card(question, index) {
    const name = t("jobs.question", { number: index + 1 });
    const own = question.competencies.map((id) => this.#names[id] ?? id);
    return html`<li class="hr-question" data-key="${question.id}" data-testid="question" data-question="${question.id}">
      <div class="row row-apart">
        <h3>${name} <span class="badge">${word("jobs.kind", question.kind)}</span></h3>
        <span class="row hr-tools">
          ${tool("up", index, "↑", t("jobs.up", { name }), index === 0)} ${tool("down", index, "↓", t("jobs.down", { name }), index === this.#asked.length - 1)}
          <button type="button" class="button button-small" data-click="drop" data-index="${index}" ${this.#asked.length === 1 && html`disabled`}>${t("jobs.remove")}<span class="visually-hidden">: ${name}</span></button>
        </span>
      </div>
      <div class="hr-texts">${LANGUAGES.map((code) => this.#text(question, code, name))}</div>
      <p class="row hr-facts-row"><span class="tiny soft">${t("jobs.rates")}</span> ${own.map((one) => html`<span class="badge badge-accent">${one}</span>`)}</p>
      ${matchBar(question.match)}
      ${question.because.length > 0 && html`<p class="soft tiny" data-key="because">${t("jobs.because")} ${question.because.map((quote) => html`<q>${quote}</q> `)}</p>`}
      <details data-key="shows">
        <summary class="tiny">${t("jobs.can_show")}</summary>
        <ul class="soft tiny hr-shows">
          ${question.shows.map((one) => html`<li>${this.#names[one.competency] ?? one.competency}: ${word("indicator", one.indicator)}</li>`)}
        </ul>
        <p class="soft tiny">
          ${t("jobs.times", { suggested: formatNumber(question.suggested_s / 60), limit: formatNumber(question.limit_s / 60) })}
          ${t("jobs.follow_ups", { count: question.follow_ups })}
        </p>
      </details>
      ${this.#spare.length > 0 &&
      html`<label class="hr-swap tiny" data-key="swap">
        <span>${t("jobs.swap")}<span class="visually-hidden">: ${name}</span></span>
        <select class="input hr-select" data-change="swap" data-index="${index}" data-testid="question-swap">
          <option value="">${t("jobs.choose_question")}</option>
          ${this.#options(question)}
        </select>
      </label>`}
    </li>`;
  }

  /** @param {Question} question @param {"en" | "zh-CN"} code @param {string} name */
  #text(question, code, name) {
    const problem = this.#problems.get(question.id)?.find((one) => one.language === code);
    const id = `text-${question.id}-${code}`;
    return html`<div class="field" data-key="${code}">
      <label for="${id}" class="tiny"><span class="visually-hidden">${name}: </span>${LANGUAGE_NAMES[code]}</label>
      <textarea class="input" id="${id}" lang="${code}" rows="3" maxlength="600" data-input="text" data-change="text" data-question="${question.id}" data-language="${code}" ${problem && html`aria-invalid="true" aria-describedby="${id}-problem"`}>${question.text[code]}</textarea>
      ${problem && html`<p class="field-error" id="${id}-problem" data-testid="wording-problem">${wordingWords(problem)}</p>`}
    </div>`;
  }

  /** Those of the same competency first. @param {Question} [instead] */
  #options(instead) {
    const near = (/** @type {Question} */ one) => instead !== undefined && one.competencies.some((id) => instead.competencies.includes(id));
    const sorted = instead ? [...this.#spare.filter(near), ...this.#spare.filter((one) => !near(one))] : this.#spare;
    return sorted.map((one) => html`<option value="${one.id}">${t("jobs.option", { competency: this.#names[one.competencies[0] ?? ""] ?? "", text: pickText(one.text) })}</option>`);
  }

  /** @param {HTMLTextAreaElement} field */
  #write(field) {
    const { question: id, language: code } = field.dataset;
    this.#asked = this.#asked.map((one) => (one.id === id ? { ...one, text: { ...one.text, [code ?? ""]: field.value } } : one));
    this.#changed();
  }

  /** Whether the words that were just written may be asked. @param {string} id */
  async #check(id) {
    const question = this.#asked.find((one) => one.id === id);
    if (question === undefined) return;
    try {
      const { problems } = await request("POST", "/v1/jobs/wording", { id, text: question.text });
      this.#problems.set(id, problems);
      this.#error = "";
    } catch (error) {
      this.#error = explain(error);
    }
    this.update();
  }

  /** @param {number} index @param {number} step */
  #move(index, step) {
    const question = this.#asked[index];
    if (question === undefined) return;
    this.#asked = move(this.#asked, index, step);
    const place = this.#asked.indexOf(question) + 1;
    this.#said = t("jobs.moved", { name: t("jobs.question", { number: index + 1 }), place, total: this.#asked.length });
    this.#changed();
    this.update();
    focusTool(this.#row(question.id), step < 0 ? "up" : "down");
  }

  /** @param {number} index */
  #drop(index) {
    const question = this.#asked[index];
    if (question === undefined) return;
    this.#asked = this.#asked.filter((one) => one !== question);
    this.#spare = [question, ...this.#spare];
    this.#said = t("jobs.left_out", { name: t("jobs.question", { number: index + 1 }) });
    this.#changed();
    this.update();
    /** @type {HTMLElement | null} */ (this.querySelector("h2"))?.focus();
  }

  /** @param {number} index @param {string} id */
  #swap(index, id) {
    const other = this.#spare.find((one) => one.id === id);
    const question = this.#asked[index];
    if (other === undefined || question === undefined) return;
    this.#asked = this.#asked.with(index, other);
    this.#spare = [question, ...this.#spare.filter((one) => one !== other)];
    this.#said = t("jobs.swapped", { name: t("jobs.question", { number: index + 1 }) });
    this.#changed();
    this.update();
    /** @type {HTMLElement | null | undefined} */ (this.#row(id)?.querySelector("textarea"))?.focus();
  }

  /** @param {string} id */
  #add(id) {
    const other = this.#spare.find((one) => one.id === id);
    if (other === undefined) return;
    this.#asked = [...this.#asked, other];
    this.#spare = this.#spare.filter((one) => one !== other);
    this.#said = t("jobs.added", { name: t("jobs.question", { number: this.#asked.length }) });
    this.#changed();
    this.update();
    const select = /** @type {HTMLSelectElement | null} */ (this.querySelector("#question-add"));
    if (select) select.value = "";
    /** @type {HTMLElement | null | undefined} */ (this.#row(id)?.querySelector("textarea"))?.focus();
  }

  /** @param {string} id */
  #row(id) {
    return this.querySelector(`.hr-question[data-question="${id}"]`);
  }

  #changed() {
    this.edited = true;
    this.dispatchEvent(new CustomEvent("questions-changed"));
  }
}

/** @param {WordingProblem} problem */
function wordingWords(problem) {
  const said = word("jobs.wording", problem.code);
  return problem.quote === "" ? said : `${said} ${t("quote.marks", { quote: problem.quote })}`;
}

customElements.define("hr-questions", HrQuestions);
export { HrQuestions };
