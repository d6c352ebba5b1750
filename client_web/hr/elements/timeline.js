import { formatNumber } from "../../lib/format.js";
import { delegate, html, render } from "../../lib/html.js";
import { pickText, t } from "../../lib/i18n.js";
import { duration, word } from "../words.js";
import { chooseQuote, quoteButton } from "./quote.js";
import { starDrawing } from "./star.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../interview-state.js").Turn} Turn */

/** Questions and follow-ups in order, under their stages: what was asked, why, and what came of it. */
class HrTimeline extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  #newest = "";

  connectedCallback() {
    delegate(this, "click", { quote: (_event, button) => chooseQuote(button) });
  }

  update() {
    const state = this.state;
    if (!state) return;
    const stages = state.created?.flow.stages ?? [];
    render(
      this,
      html`<h2 class="hr-panel-head">${t("timeline.title")}</h2>
        <div class="hr-timeline" data-testid="timeline" tabindex="0" role="region" aria-label="${t("timeline.title")}">
          ${stages.map((stage, index) => stageSection(stage, state.turns.filter((turn) => turn.stageId === stage.id), index === state.stage?.index))}
        </div>`,
    );
    this.#showNewest(state.turns.at(-1));
  }

  /** A question just asked comes into sight; a person who reads further up is left alone until then. @param {Turn | undefined} newest */
  #showNewest(newest) {
    const list = this.querySelector(".hr-timeline");
    const item = newest && list?.querySelector(`[data-key="${CSS.escape(newest.turnId)}"]`);
    if (!list || !item || newest.turnId === this.#newest) return;
    this.#newest = newest.turnId;
    list.scrollTop += item.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
  }
}

/** @param {import("../../lib/protocol").FlowStage} stage @param {Turn[]} turns @param {boolean} isCurrent */
function stageSection(stage, turns, isCurrent) {
  const asked = new Set(turns.map((turn) => turn.questionId)).size;
  const ahead = stage.questions.length - asked;
  return html`<section data-key="${stage.id}" ${isCurrent && html`aria-current="step"`}>
    <h3>${pickText(stage.title)} <span class="soft">${[...(stage.questions.length ? [word("form", stage.form)] : []), ...(isCurrent ? [t("timeline.now")] : [])].join(" · ")}</span></h3>
    ${turns.length > 0 && html`<ol>${turns.map(entry)}</ol>`}
    ${ahead > 0 && html`<p class="soft hr-ahead">${t("timeline.ahead", { count: ahead })}</p>`}
  </section>`;
}

/** @param {Turn} turn */
function entry(turn) {
  const isFollowUp = turn.askedAs === "follow_up";
  return html`<li data-key="${turn.turnId}" class="${isFollowUp ? "is-follow-up" : ""}" data-state="${turn.state}">
    <p class="hr-entry-head">
      <span class="strong">${isFollowUp ? t("timeline.follow_up") : t("timeline.question", { number: turn.number })}</span>
      <time class="numeric soft">${duration(turn.askedMs)}</time>
      ${turn.repeats > 0 && html`<span class="soft">${t("timeline.repeated", { count: turn.repeats })}</span>`}
    </p>
    <p>${turn.text}</p>
    ${turn.why && why(turn.why)} ${turn.notices.map(notice)}
    ${turn.answer ? outcome(turn, turn.answer) : html`<p class="soft">${word("turn", turn.state)}</p>`}
  </li>`;
}

/** @param {NonNullable<Turn["why"]>} reason */
function why(reason) {
  const alternatives = reason.alternatives.map((kind) => word("follow_up", kind)).join(t("list.comma"));
  return html`<div class="hr-why" data-testid="why">
    <p><span class="strong">${t("why.title")}</span> ${word("trigger", reason.trigger)}</p>
    ${reason.quote && quoteButton(reason, "why-quote")}
    <p class="soft">
      ${t("why.asks_for", { kind: word("follow_up", reason.kind) })}
      ${alternatives && t("why.alternatives", { list: alternatives })}
      ${t("why.source", { source: word("source", reason.source) })}
      ${reason.source === "llm" && t("why.worded", { model: reason.model, time: formatNumber(reason.took_ms ?? 0), planned: reason.planned })}
      ${reason.fallback && t("why.fallback", { why: word("model_reason", reason.fallback) })}
    </p>
  </div>`;
}

/** @param {Turn["notices"][number]} one */
function notice(one) {
  const detail = one.kind === "moment" ? duration(Number(one.detail)) : one.kind === "form" ? word("form", one.detail) : one.detail;
  return html`<p class="soft"><time class="numeric">${duration(one.tMs)}</time> ${t(`notice.${one.kind}`, { detail })}</p>`;
}

/** @param {Turn} turn @param {NonNullable<Turn["answer"]>} answer */
function outcome(turn, answer) {
  return html`<p class="hr-answer">${answer.text || t("transcript.no_answer")}</p>
    <div class="row row-apart hr-outcome soft">
      <span>${answer.endedBy !== null && answer.durationMs !== null && t("timeline.answered", { time: duration(answer.durationMs), how: word("ended_by", answer.endedBy) })}</span>
      ${turn.assessment && starDrawing(turn.assessment.star)}
    </div>
    ${answer.hint && html`<p class="soft">${t("timeline.hint", { hint: answer.hint })}</p>`}`;
}

customElements.define("hr-timeline", HrTimeline);
export { HrTimeline };
