import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { currentTurn } from "../interview-state.js";
import { nameIndicator } from "../rubric-names.js";
import { chooseQuote, quoteButton } from "./quote.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../../lib/protocol").EvidenceGathered} EvidenceGathered */
/** @typedef {import("../../lib/protocol").EvidenceClaim} EvidenceClaim */

const PARTS = /** @type {const} */ (["situation", "task", "action", "result"]);
const NOTHING = { situation: 0, task: 0, action: 0, result: 0 };

/** What the open question's answers show while they are being given: parts of the story and quotes, no level. */
class HrEvidence extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  connectedCallback() {
    delegate(this, "click", { quote: (_event, button) => chooseQuote(button) });
  }

  update() {
    const state = this.state;
    if (!state) return;
    this.hidden = state.phase !== "live" || state.consents.ai_scoring?.granted !== true;
    if (this.hidden) return;
    const gathered = gatheredNow(state);
    render(
      this,
      html`<h2 class="hr-panel-head">${t("gathered.title")}</h2>
        <ul class="hr-parts" data-testid="gathered-parts" role="list">${PARTS.map((part) => chip(part, (gathered?.star ?? NOTHING)[part]))}</ul>
        ${gathered && gathered.claims.length > 0
          ? html`<ul class="hr-claims" data-testid="gathered-claims">${merge(gathered.claims).map(claim)}</ul>`
          : html`<p class="soft" data-key="none">${t("gathered.none")}</p>`}
        <p class="soft tiny">${t("gathered.no_level")}</p>`,
    );
  }
}

/** Of the question that is open now. @param {InterviewState} state @returns {EvidenceGathered | null} */
function gatheredNow(state) {
  const turn = currentTurn(state);
  return turn && state.gathered?.question_id === turn.questionId ? state.gathered : null;
}

/** @param {typeof PARTS[number]} part @param {number} told 0..1 */
function chip(part, told) {
  const degree = told >= 1 ? "whole" : told > 0 ? "partly" : "untold";
  return html`<li class="hr-part" data-part="${part}" data-told="${degree}">${degree !== "untold" && icon("check", 14)}<span>${t(`star.${part}`)}</span> <span class="soft">${t(`gathered.${degree}`)}</span></li>`;
}

/** One row for each quote: the same words may count for several competencies. @param {EvidenceClaim[]} claims @returns {{claim: EvidenceClaim, labels: string[], sign: number}[]} newest first */
function merge(claims) {
  /** @type {Map<string, {claim: EvidenceClaim, labels: string[], sign: number}>} */
  const rows = new Map();
  for (const one of claims) {
    const key = `${one.turn_id} ${one.char_start} ${one.char_end} ${one.sign}`;
    const row = rows.get(key) ?? { claim: one, labels: [], sign: one.sign };
    const label = nameIndicator(one.competency, one.indicator);
    if (!row.labels.includes(label)) row.labels.push(label);
    rows.set(key, row);
  }
  return [...rows.values()].reverse();
}

/** @param {{claim: EvidenceClaim, labels: string[], sign: number}} row */
function claim({ claim: one, labels, sign }) {
  return html`<li data-key="${one.turn_id}-${one.char_start}-${sign}">
    ${quoteButton(one, "gathered-quote")}
    <p class="soft">${sign < 0 ? t("levels.against") : t("levels.for")} ${labels.join(t("list.comma"))}</p>
  </li>`;
}

customElements.define("hr-evidence", HrEvidence);
export { HrEvidence };
