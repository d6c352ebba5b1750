import { delegate, html, render } from "../../lib/html.js";
import { has, pickText, t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { move } from "../job-draft.js";

/** @typedef {import("../job-draft.js").Competency} Competency */
/** @typedef {import("../job-draft.js").Model} Model */

/**
 * Step two: which competencies are asked for, in which order, with which weight. Emits `model-wanted` (detail: the competencies and how
 * many questions).
 */
class HrCompetencies extends HTMLElement {
  /** @type {Model | null} */
  #model = null;
  /** @type {Competency[]} the chosen ones, most important first */
  #chosen = [];
  /** @type {Competency[]} */
  #others = [];
  #count = 6;
  #said = "";
  error = "";
  busy = false;
  /** Whether there are questions that a new proposal would take the place of. */
  replaces = false;

  connectedCallback() {
    delegate(this, "submit", { propose: () => this.#propose() });
    delegate(this, "input", {
      weight: (_event, field) => this.#weigh(indexOf(field), Number(/** @type {HTMLInputElement} */ (field).value)),
      count: (_event, field) => this.#countTo(Number(/** @type {HTMLInputElement} */ (field).value)),
    });
    delegate(this, "click", {
      up: (_event, button) => this.#move(indexOf(button), -1),
      down: (_event, button) => this.#move(indexOf(button), 1),
      drop: (_event, button) => this.#drop(indexOf(button)),
      add: (_event, button) => this.#add(indexOf(button)),
    });
  }

  set model(/** @type {Model} */ model) {
    this.#model = model;
    this.#chosen = model.competencies.filter((entry) => entry.chosen);
    this.#others = model.competencies.filter((entry) => !entry.chosen);
    this.#said = "";
    this.update();
  }

  update() {
    const model = this.#model;
    if (model === null) return;
    const tooFew = this.#chosen.length < model.limits.fewest;
    render(
      this,
      html`<form class="card stack" data-submit="propose" aria-labelledby="competencies-head">
        <h2 id="competencies-head" tabindex="-1">${t("jobs.step_competencies")}</h2>
        <p class="soft small">${t("jobs.competencies_hint", { fewest: model.limits.fewest, most: model.limits.most })}</p>
        ${model.problems.length > 0 && problemNote(model.problems)}
        <ol class="hr-competency-list" data-testid="competencies">
          ${this.#chosen.map((entry, index) => this.#row(entry, index, model.limits.heaviest))}
        </ol>
        ${this.#others.length > 0 &&
        html`<div class="stack stack-tight" data-key="others">
          <h3>${t("jobs.not_asked")}</h3>
          <ul class="row" data-testid="competencies-others">
            ${this.#others.map(
              (entry, index) => html`<li data-key="${entry.id}">
                <button type="button" class="button button-small" data-click="add" data-index="${index}" ${this.#chosen.length >= model.limits.most && html`disabled`}>
                  ${icon("plus", 16)}<span class="visually-hidden">${t("jobs.add")}</span> ${pickText(entry.name)}
                </button>
              </li>`,
            )}
          </ul>
        </div>`}
        <p role="status" class="visually-hidden" data-key="said">${this.#said}</p>
        ${tooFew && html`<p class="field-error" data-key="few">${t("jobs.too_few", { fewest: model.limits.fewest })}</p>`}
        <div class="field hr-narrow" data-key="count">
          <label for="job-count">${t("jobs.count")}</label>
          <input class="input" id="job-count" type="number" min="1" max="${model.limits.questions}" value="6" required data-input="count" data-testid="job-count" />
        </div>
        <p class="field-error" role="alert" data-key="error" data-testid="competencies-error">${this.error}</p>
        <div class="row" data-key="act">
          <button class="button button-primary" data-testid="job-propose" ${(this.busy || tooFew) && html`disabled`}>${t("jobs.propose")}</button>
          <span role="status" class="soft">${this.busy ? t("jobs.proposing") : this.replaces && t("jobs.replaces")}</span>
        </div>
      </form>`,
    );
  }

  /** @param {Competency} entry @param {number} index @param {number} heaviest */
  #row(entry, index, heaviest) {
    const name = pickText(entry.name);
    return html`<li class="hr-competency" data-key="${entry.id}" data-testid="competency" data-competency="${entry.id}">
      <div class="row row-apart">
        <strong>${name}</strong>
        <span class="row hr-tools">
          ${tool("up", index, "↑", t("jobs.up", { name }), index === 0)} ${tool("down", index, "↓", t("jobs.down", { name }), index === this.#chosen.length - 1)}
          <button type="button" class="button button-small" data-click="drop" data-index="${index}">${t("jobs.leave_out")}<span class="visually-hidden">: ${name}</span></button>
        </span>
      </div>
      <label class="hr-weight">
        <span>${t("jobs.weight")}<span class="visually-hidden">: ${name}</span></span>
        <input type="range" min="1" max="${heaviest}" step="1" value="${entry.weight}" data-input="weight" data-index="${index}" />
        <output class="numeric">${entry.weight}</output>
      </label>
      ${entry.why.length > 0
        ? html`<p class="soft tiny" data-key="why">${t("jobs.because")} ${entry.why.map((quote) => html`<q>${quote.quote}</q> `)}</p>`
        : html`<p class="soft tiny" data-key="why">${t("jobs.not_named")}</p>`}
    </li>`;
  }

  /** @param {number} index @param {number} weight */
  #weigh(index, weight) {
    this.#chosen = this.#chosen.map((entry, place) => (place === index ? { ...entry, weight } : entry));
    this.update();
  }

  /** @param {number} count */
  #countTo(count) {
    this.#count = count;
  }

  /** @param {number} index @param {number} step */
  #move(index, step) {
    const entry = this.#chosen[index];
    if (entry === undefined) return;
    this.#chosen = move(this.#chosen, index, step);
    this.#said = t("jobs.moved", { name: pickText(entry.name), place: this.#chosen.indexOf(entry) + 1, total: this.#chosen.length });
    this.update();
    focusTool(this.querySelector(`[data-competency="${entry.id}"]`), step < 0 ? "up" : "down");
  }

  /** @param {number} index */
  #drop(index) {
    const entry = this.#chosen[index];
    if (entry === undefined) return;
    this.#chosen = this.#chosen.filter((one) => one !== entry);
    this.#others = [...this.#others, { ...entry, chosen: false }];
    this.#said = t("jobs.left_out", { name: pickText(entry.name) });
    this.update();
    /** @type {HTMLElement | null} */ (this.querySelector("h2"))?.focus();
  }

  /** @param {number} index */
  #add(index) {
    const entry = this.#others[index];
    if (entry === undefined) return;
    this.#others = this.#others.filter((one) => one !== entry);
    this.#chosen = [...this.#chosen, { ...entry, chosen: true }];
    this.#said = t("jobs.added", { name: pickText(entry.name) });
    this.update();
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-competency="${entry.id}"] input`))?.focus();
  }

  #propose() {
    const detail = { competencies: [...this.#chosen, ...this.#others], count: this.#count };
    this.dispatchEvent(new CustomEvent("model-wanted", { detail }));
  }
}

/** @param {Model["problems"]} problems */
function problemNote(problems) {
  return html`<div class="note note-warn" data-key="problems" data-testid="job-problems">
    ${icon("alert", 18)}
    <div>
      <p class="strong">${t("jobs.protected")}</p>
      <ul>
        ${problems.map((problem) => html`<li>${topicWord(problem.topic)}: <q>${problem.quote}</q></li>`)}
      </ul>
    </div>
  </div>`;
}

/** @param {string} topic */
function topicWord(topic) {
  return has(`jobs.topic.${topic}`) ? t(`jobs.topic.${topic}`) : topic;
}

/** A small button with a sign, and words for who cannot see it. @param {string} act @param {number} index @param {string} sign @param {string} words @param {boolean} off */
export function tool(act, index, sign, words, off) {
  return html`<button type="button" class="button button-small hr-tool" data-click="${act}" data-index="${index}" aria-label="${words}" ${off && html`disabled`}><span aria-hidden="true">${sign}</span></button>`;
}

/** After a move the focus stays with what was moved, on the button for going on if there is one. @param {Element | null} row @param {string} act */
export function focusTool(row, act) {
  const buttons = [row?.querySelector(`[data-click="${act}"]:not(:disabled)`), row?.querySelector(".hr-tool:not(:disabled)")];
  /** @type {HTMLElement | undefined} */ (buttons.find((button) => button instanceof HTMLElement))?.focus();
}

/** @param {HTMLElement} element */
export function indexOf(element) {
  return Number(element.dataset.index);
}

customElements.define("hr-competencies", HrCompetencies);
export { HrCompetencies };
