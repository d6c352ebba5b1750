import { formatNumber } from "../../lib/format.js";
import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { nameCompetency, nameIndicator } from "../rubric-names.js";
import { duration, word } from "../words.js";
import { chooseQuote, quoteButton } from "./quote.js";
import { scaleDrawing } from "./scale.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../../lib/protocol").LevelReached} LevelReached */
/** @typedef {import("../../lib/protocol").EvidenceClaim} EvidenceClaim */

/**
 * Evidence and level per competency. Hidden until asked for, so that a person first forms a view of their own; emits `levels-toggled`, and
 * everything else that tells of levels follows.
 */
class HrLevels extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  connectedCallback() {
    delegate(this, "click", {
      toggle: () => {
        if (!this.state) return;
        this.state.revealed = !this.state.revealed;
        this.update();
        this.dispatchEvent(new CustomEvent("levels-toggled", { bubbles: true }));
      },
      quote: (_event, button) => chooseQuote(button),
    });
  }

  update() {
    const state = this.state;
    if (!state) return;
    const refused = state.consents.ai_scoring?.granted === false;
    render(
      this,
      html`<div class="row row-apart hr-panel-head">
          <h2>${t("levels.title")}</h2>
          ${!refused &&
          html`<button type="button" class="button button-small" data-key="toggle" data-click="toggle" data-testid="show-levels" aria-expanded="${String(state.revealed)}">${state.revealed ? t("levels.hide") : t("levels.show")}</button>`}
        </div>
        ${refused ? refusal() : state.revealed ? shown(state) : html`<p class="soft" data-key="hidden">${t("levels.hidden")}</p>`}`,
    );
  }
}

function refusal() {
  return html`<p class="note note-plain" data-key="refused" data-testid="scoring-refused">${icon("info", 18)}<span>${t("levels.refused")}</span></p>`;
}

/** @param {InterviewState} state */
function shown(state) {
  const score = state.score;
  if (!score) return html`<p class="soft" data-key="none">${t("levels.none")}</p>`;
  return html`<div data-key="shown" class="stack">
    ${score.demonstration && html`<p class="note note-warn" data-testid="demonstration">${icon("alert", 18)}<span>${t("levels.demonstration")}</span></p>`}
    ${score.levels.map(competency)}
    <p class="hr-total" data-testid="total">
      <span>${t("levels.total")}</span>
      <span class="strong numeric">${score.total === null ? t("levels.not_enough") : t("levels.total_of", { total: formatNumber(Math.round(score.total * 10) / 10) })}</span>
      ${score.demonstration && html`<span class="badge badge-warn">${t("levels.demonstration_only")}</span>`}
    </p>
    <p class="soft tiny">${t("reasons.unknown")}</p>
    <p class="soft tiny">${t("levels.versions", { engine: score.engine_version, rubric: score.rubric_version, lexicon: score.lexicon_version })}</p>
  </div>`;
}

/** @param {LevelReached} one */
function competency(one) {
  return html`<section class="hr-competency" data-key="${one.competency}" data-testid="level" data-competency="${one.competency}" data-level="${one.level ?? ""}">
    <div class="row row-apart">
      <h3>${nameCompetency(one.competency, one.competency_name)}</h3>
      ${one.level === null ? html`<span class="soft">${t("levels.not_enough")}</span>` : scaleDrawing(one.level)}
    </div>
    ${one.level !== null && html`<p>${t("levels.anchor", { level: one.level, anchor: one.anchor })} <span class="soft">${word("confidence", one.confidence)}</span></p>`}
    ${one.evidence.length > 0 && html`<ul>${one.evidence.map(claim)}</ul>`}
  </section>`;
}

/** @param {EvidenceClaim} one */
function claim(one) {
  return html`<li>
    ${quoteButton(one, "evidence-quote")}
    <p class="soft">
      ${one.sign < 0 ? t("levels.against") : t("levels.for")} ${nameIndicator(one.competency, one.indicator)}
      ${one.t_start_ms !== null && html`<time class="numeric">${duration(one.t_start_ms)}</time>`}
    </p>
  </li>`;
}

customElements.define("hr-levels", HrLevels);
export { HrLevels };
