import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { cutAnswer } from "../spans.js";
import { duration, word } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../interview-state.js").Turn} Turn */
/** @typedef {{turnId: string, start: number, end: number}} Quote span in code points of the turn's completed answer */

/** Closer to the end than this, the person reads along and the view follows. */
const FOLLOW_WITHIN_PX = 60;

/** Captions of both sides. A completed answer is shown by its stored text, so that quotes can be marked in it exactly. */
class HrTranscript extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  /** @type {Quote | null} */
  #quote = null;
  /** Where the quote was chosen, to go back to. @type {HTMLElement | null} */
  #origin = null;
  #follows = true;

  connectedCallback() {
    delegate(this, "click", { latest: () => this.#followAgain(), origin: () => this.#backToOrigin() });
    this.addEventListener("scroll", () => this.#noteScroll(), { capture: true, passive: true });
  }

  update() {
    const state = this.state;
    if (!state) return;
    render(
      this,
      html`<div class="row row-apart hr-panel-head">
          <h2>${t("transcript.title")}</h2>
          ${this.#origin?.isConnected && html`<button type="button" class="hr-link-button" data-key="origin" data-click="origin">${t("transcript.origin")}</button>`}
          ${!this.#follows && html`<button type="button" class="hr-link-button" data-key="latest" data-click="latest">${t("transcript.latest")}</button>`}
        </div>
        <div class="hr-transcript" data-testid="captions" role="log" aria-label="${t("transcript.title")}" tabindex="0">
          ${state.turns.length === 0 && html`<p class="soft small" data-key="none">${t("transcript.empty")}</p>`}
          ${state.turns.map((turn) => this.#turn(turn))}
          ${state.closing && html`<section data-key="closing">${speaker("transcript.interviewer", null)}<p class="hr-said">${state.closing.text}</p></section>`}
        </div>`,
    );
    if (this.#follows) this.#toEnd();
  }

  /** Only the words being spoken: what changes several times a second. @param {Turn | null} turn */
  updateLive(turn) {
    const place = turn && this.querySelector(`[data-turn="${CSS.escape(turn.turnId)}"] [data-answer]`);
    if (!turn || !place) return;
    render(place, this.#answer(turn));
    if (this.#follows) this.#toEnd();
  }

  /**
   * Marks a quote and brings it to the reader, moving the page only where the captions are out of sight.
   * @param {Quote} quote
   * @param {HTMLElement} origin
   */
  highlight(quote, origin) {
    this.#quote = quote;
    this.#origin = origin;
    this.#follows = false;
    this.update();
    const mark = this.querySelector("mark");
    const list = this.#list;
    if (!mark || !list) return;
    const offset = mark.getBoundingClientRect().top - list.getBoundingClientRect().top;
    list.scrollTop += offset - list.clientHeight / 3;
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "nearest" });
  }

  #backToOrigin() {
    this.#origin?.focus();
    this.#origin?.scrollIntoView({ block: "nearest" });
    this.#origin = null;
    this.update();
  }

  /** @param {Turn} turn */
  #turn(turn) {
    return html`<section data-key="${turn.turnId}" data-turn="${turn.turnId}">
      ${speaker("transcript.interviewer", turn.askedMs)}
      <p class="hr-asked" lang="${this.state?.language ?? ""}">${turn.spoken.includes(turn.text) ? turn.spoken : turn.text}</p>
      ${speaker("transcript.candidate", turn.segments[0]?.startMs ?? null)}
      <div class="hr-said" data-answer aria-live="${turn.answer ? "polite" : "off"}" lang="${this.state?.language ?? ""}">${this.#answer(turn)}</div>
      ${this.#withPerson(turn)}
    </section>`;
  }

  /** What a person of HR said meanwhile, and what the candidate said to them: no part of the answer. @param {Turn} turn */
  #withPerson(turn) {
    const heard = (this.state?.console.said ?? []).filter((one) => one.turnId === turn.turnId);
    const asides = turn.segments.filter((segment) => segment.aside);
    const pieces = [
      ...heard.map(({ segmentId, startMs, text, name }) => ({ id: segmentId, startMs, text, who: t("transcript.person", { name }) })),
      ...asides.map(({ id, startMs, text }) => ({ id, startMs, text, who: t("transcript.candidate_aside") })),
    ].sort((a, b) => a.startMs - b.startMs);
    return pieces.map(
      (piece) => html`<div data-key="said-${piece.id}" class="hr-with-person" data-testid="with-person"><p class="hr-speaker">${piece.who} <time class="numeric">${duration(piece.startMs)}</time></p><p class="hr-said">${piece.text}</p></div>`,
    );
  }

  /** @param {Turn} turn */
  #answer(turn) {
    if (turn.answer) return this.#completed(turn, turn.answer);
    const live = turn.live;
    const segments = turn.segments.filter((segment) => !segment.aside);
    const nothing = segments.length === 0 && !live;
    return html`<p>
        ${segments.filter((segment) => segment.id !== live?.segmentId).map(said)}
        ${live && html`<span><span>${live.committed}</span><span class="hr-unstable" data-testid="unstable">${live.unstable}</span></span>`}
      </p>
      ${nothing && html`<p class="soft">${word("turn", turn.state)} …</p>`}`;
  }

  /** @param {Turn} turn @param {NonNullable<Turn["answer"]>} answer */
  #completed(turn, answer) {
    const quote = this.#quote?.turnId === turn.turnId ? this.#quote : null;
    const segments = turn.segments.filter((segment) => !segment.aside);
    const pieces = cutAnswer(answer.text, segments, quote);
    return html`<p>
        ${pieces.map(
          (piece) =>
            html`${piece.startMs !== null && html`${time(piece.startMs)}${origin(segments.find((segment) => segment.startMs === piece.startMs))}`}${piece.marked ? html`<mark tabindex="-1">${piece.text}</mark>` : html`<span>${piece.text}</span>`}`,
        )}
        ${answer.text === "" && html`<span class="soft">${t("transcript.no_answer")}</span>`}
      </p>
      ${!answer.whole && html`<p class="hr-attention small">${t(turn.segments.some((segment) => segment.deferred) ? "transcript.awaited" : "transcript.incomplete")}</p>`}
      ${answer.revised && html`<p class="soft small" data-testid="answer-revised">${t("transcript.answer_revised")}</p>`}`;
  }

  #noteScroll() {
    const list = this.#list;
    if (!list) return;
    const follows = list.scrollHeight - list.scrollTop - list.clientHeight < FOLLOW_WITHIN_PX;
    if (follows === this.#follows) return;
    this.#follows = follows;
    this.update();
  }

  #followAgain() {
    this.#follows = true;
    this.update();
  }

  #toEnd() {
    const list = this.#list;
    if (list) list.scrollTop = list.scrollHeight;
  }

  get #list() {
    return this.querySelector(".hr-transcript");
  }
}

/** @param {string} key @param {number | null} atMs */
function speaker(key, atMs) {
  return html`<p class="hr-speaker">${t(key)} ${atMs !== null && html`<time class="numeric">${duration(atMs)}</time>`}</p>`;
}

/** @param {import("../interview-state.js").Segment} segment */
function said(segment) {
  const at = duration(segment.startMs);
  return html`${segment.text !== "" && html`${time(segment.startMs)}${origin(segment)}<span>${segment.text} </span>`}
    ${segment.failed && html`<span class="hr-attention">${t("transcript.failed", { time: at, reason: word("code", segment.failed) })} </span>`}
    ${segment.deferred && html`<span class="soft" data-testid="deferred">${t("transcript.deferred", { time: at })} </span>`}`;
}

/** How this text came to stand here, where that is out of the ordinary. @param {import("../interview-state.js").Segment | undefined} segment */
function origin(segment) {
  if (!segment || !(segment.late || segment.revised)) return false;
  const kind = segment.late ? "late" : "revised";
  return html`<span class="hr-origin" data-testid="segment-${kind}" title="${t(`transcript.${kind}_hint`)}">${t(`transcript.${kind}`)}</span>`;
}

/** @param {number} ms */
function time(ms) {
  return html`<time class="hr-stamp numeric">${duration(ms)}</time>`;
}

customElements.define("hr-transcript", HrTranscript);
export { HrTranscript };
