import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { word } from "../words.js";
import { HrBoardCard, isLate, isRunning } from "./board-card.js";

/** @typedef {import("../../lib/protocol").BoardCard} BoardCard */
/** @typedef {import("../../lib/protocol").Phase} Phase */

/** Running first, then those who wait; what is over stands in the table below the board. @type {Phase[]} */
const ORDER = ["live", "closing", "lobby", "invited"];

/**
 * The live board. A changed card costs one card: nothing else is drawn, and nothing moves unless its phase changed.
 * Emits `reissue-asked` (detail {interview, name}) and `finished` when an interview has left the board.
 */
class HrBoard extends HTMLElement {
  /** @type {Map<string, HrBoardCard>} */
  #cards = new Map();
  #loaded = false;
  /** @type {Phase | ""} */
  #phase = "";
  #text = "";
  #ticking = 0;

  connectedCallback() {
    delegate(this, "input", { filter: () => this.#readFilter() });
    delegate(this, "click", {
      reissue: (_event, button) => {
        const detail = { interview: button.dataset.interview, name: button.dataset.name };
        this.dispatchEvent(new CustomEvent("reissue-asked", { detail }));
      },
    });
    this.addEventListener("keydown", (event) => this.#move(event));
    this.#ticking = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
  }

  /** @param {BoardCard[]} cards all there are */
  show(cards) {
    this.#loaded = true;
    const alive = cards.filter((card) => ORDER.includes(card.phase));
    const known = new Set(alive.map((card) => card.interview));
    for (const [id, element] of this.#cards) {
      if (known.has(id)) continue;
      element.remove();
      this.#cards.delete(id);
    }
    this.update();
    for (const card of alive.sort(compare)) this.#put(card);
    this.#count();
  }

  /** @param {BoardCard} card */
  change(card) {
    if (ORDER.includes(card.phase)) this.#put(card);
    else if (this.#remove(card.interview)) this.dispatchEvent(new CustomEvent("finished"));
    this.#count();
  }

  /** Draws the frame, and the cards in the language chosen now. */
  update() {
    render(
      this,
      html`<div class="hr-filters row">
          <label class="hr-search">
            <span class="visually-hidden">${t("board.search")}</span>
            <input class="input" type="search" placeholder="${t("board.search")}" data-input="filter" data-testid="filter-text" />
          </label>
          <label>
            <span class="visually-hidden">${t("board.phase")}</span>
            <select class="input hr-select" data-input="filter" data-testid="filter-phase">
              <option value="">${t("board.every_phase")}</option>
              ${ORDER.map((phase) => html`<option value="${phase}">${word("phase", phase)}</option>`)}
            </select>
          </label>
          <p class="soft small" role="status" data-testid="board-count"></p>
        </div>
        <div class="hr-cards" data-keep data-testid="board" role="list" aria-label="${t("board.title")}"></div>
        <div class="hr-nothing"></div>`,
    );
    this.#grid.setAttribute("aria-label", t("board.title"));
    for (const element of this.#cards.values()) element.update();
    this.#count();
  }

  get #grid() {
    return /** @type {HTMLElement} */ (this.querySelector(".hr-cards"));
  }

  /** @param {BoardCard} card */
  #put(card) {
    const known = this.#cards.get(card.interview);
    const element = known ?? new HrBoardCard();
    const stays = known !== undefined && compare(known.data, card) === 0;
    element.data = card;
    element.hidden = !this.#matches(card);
    if (stays) return;
    element.role = "listitem";
    this.#cards.set(card.interview, element);
    const hadFocus = element.contains(document.activeElement) ? document.activeElement : null;
    this.#grid.insertBefore(element, this.#firstAfter(card, element));
    if (hadFocus instanceof HTMLElement) hadFocus.focus();
  }

  /** @param {BoardCard} card @param {HrBoardCard} itself */
  #firstAfter(card, itself) {
    for (const other of /** @type {Iterable<HrBoardCard>} */ (this.#grid.children)) {
      if (other !== itself && compare(other.data, card) > 0) return other;
    }
    return null;
  }

  /** @param {string} interview */
  #remove(interview) {
    this.#cards.get(interview)?.remove();
    return this.#cards.delete(interview);
  }

  #readFilter() {
    this.#text = /** @type {HTMLInputElement} */ (this.querySelector("input[type=search]")).value.trim().toLowerCase();
    this.#phase = /** @type {Phase | ""} */ (/** @type {HTMLSelectElement} */ (this.querySelector("select")).value);
    for (const element of this.#cards.values()) element.hidden = !this.#matches(element.data);
    this.#count();
  }

  /** @param {BoardCard} card */
  #matches(card) {
    if (this.#phase !== "" && card.phase !== this.#phase) return false;
    return this.#text === "" || `${card.candidate_name}\n${card.job_title}\n${card.flow_title}`.toLowerCase().includes(this.#text);
  }

  #tick() {
    for (const element of this.#cards.values()) if (!element.hidden) element.tick();
    this.#count();
  }

  #count() {
    const cards = [...this.#cards.values()].map((element) => element.data);
    const live = cards.filter(isRunning).length;
    const late = cards.filter(isLate).length;
    const counts = [
      t("board.live", { count: live }),
      t("board.waiting", { count: cards.length - live }),
      ...(late ? [t("board.late", { count: late })] : []),
    ];
    const status = this.querySelector("[role=status]");
    const text = this.#loaded && cards.length ? counts.join(" · ") : "";
    // Only a change is announced by a screen reader.
    if (status && status.textContent !== text) status.textContent = text;
    const nothing = this.querySelector(".hr-nothing");
    if (nothing) render(nothing, this.#nothing(cards.length));
  }

  /** @param {number} known */
  #nothing(known) {
    if (!this.#loaded) return html`<p class="empty" data-testid="board-loading">${t("board.loading")}</p>`;
    if (known === 0) {
      return html`<div class="empty" data-testid="board-empty">
        ${icon("people", 40)}
        <h2>${t("board.empty.title")}</h2>
        <p>${t("board.empty.text")}</p>
      </div>`;
    }
    const allHidden = [...this.#cards.values()].every((element) => element.hidden);
    return html`${allHidden && html`<p class="empty" data-testid="board-no-match">${t("board.no_match")}</p>`}`;
  }

  /** Arrow keys go from card to card. @param {KeyboardEvent} event */
  #move(event) {
    const link = /** @type {Element} */ (event.target).closest(".hr-card-head a");
    if (!link) return;
    const links = [...this.querySelectorAll("hr-board-card:not([hidden]) .hr-card-head a")];
    const at = links.indexOf(link);
    const columns = getComputedStyle(this.#grid).gridTemplateColumns.split(" ").length;
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: links.length - 1 - at };
    const step = steps[event.key];
    const next = step === undefined ? null : links[at + step];
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
  }
}

/** @param {BoardCard} a @param {BoardCard} b */
function compare(a, b) {
  const running = Number(isRunning(b)) - Number(isRunning(a));
  const phase = ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase);
  return running || phase || order(a.created_at, b.created_at) || order(a.interview, b.interview);
}

/** Cheaper than a comparison by language, which times and ids do not need. @param {string} a @param {string} b */
function order(a, b) {
  return Number(a > b) - Number(a < b);
}

customElements.define("hr-board", HrBoard);
export { HrBoard };
