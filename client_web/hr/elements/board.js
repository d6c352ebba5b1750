import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { compare, matches, ORDERS, PHASES, recallChoice, rememberChoice } from "../board-order.js";
import { isLate, isOver, isRunning, waitsForPerson } from "../card-facts.js";
import { may } from "../permissions.js";
import { word } from "../words.js";
import { HrBoardCard } from "./board-card.js";

/** @typedef {import("../../lib/protocol").BoardCard} BoardCard */

/**
 * The live board. A changed card costs one card: nothing else is drawn, and nothing moves unless its place in the order changed.
 * Emits `reissue-asked` (detail {interview, name}), `acknowledge-asked` ({interview, kind}), `alerted` ({name, alert, interview}) for each
 * new alert that nobody looks after, and `finished` when an interview is over.
 */
class HrBoard extends HTMLElement {
  /** @type {Map<string, HrBoardCard>} */
  #cards = new Map();
  #loaded = false;
  #choice = recallChoice();
  /** Alerts told already, by interview and kind. @type {Set<string>} */
  #told = new Set();
  #ticking = 0;
  /** @type {import("../api.js").User | null} */
  #user = null;

  connectedCallback() {
    delegate(this, "input", { filter: () => this.#readFilter() });
    delegate(this, "click", {
      reissue: (_event, button) => {
        const detail = { interview: button.dataset.interview, name: button.dataset.name };
        this.dispatchEvent(new CustomEvent("reissue-asked", { detail }));
      },
      acknowledge: (_event, button) => {
        const detail = { interview: button.dataset.interview, kind: button.dataset.kind };
        this.dispatchEvent(new CustomEvent("acknowledge-asked", { detail }));
      },
    });
    this.addEventListener("keydown", (event) => this.#move(event));
    this.#ticking = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
  }

  get user() {
    return this.#user;
  }

  set user(/** @type {import("../api.js").User | null} */ user) {
    this.#user = user;
  }

  /** @param {BoardCard[]} cards all there are */
  show(cards) {
    const first = !this.#loaded;
    this.#loaded = true;
    const alive = cards.filter(stays);
    const known = new Set(alive.map((card) => card.interview));
    for (const [id, element] of this.#cards) {
      if (known.has(id)) continue;
      element.remove();
      this.#cards.delete(id);
    }
    this.update();
    for (const card of alive.sort(this.#compare)) {
      this.#put(card);
      this.#noteAlerts(card, !first);
    }
    this.#count();
  }

  /** @param {BoardCard} card */
  change(card) {
    if (isOver(card)) this.dispatchEvent(new CustomEvent("finished"));
    if (stays(card)) {
      this.#put(card);
      this.#noteAlerts(card, true);
    } else this.#remove(card.interview);
    this.#count();
  }

  /** From another tab of this browser. @param {string} interview @param {Blob} picture */
  showStill(interview, picture) {
    this.#cards.get(interview)?.showStill(picture);
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
              ${PHASES.map((phase) => option(phase, word("phase", phase), phase === this.#choice.phase))}
            </select>
          </label>
          <label>
            <span class="visually-hidden">${t("board.connection")}</span>
            <select class="input hr-select" data-input="filter" data-testid="filter-connection">
              <option value="">${t("board.every_connection")}</option>
              ${["poor", "away"].map((one) => option(one, t(`board.connection_${one}`), one === this.#choice.connection))}
            </select>
          </label>
          <label class="small hr-check"><input type="checkbox" data-input="filter" data-testid="filter-alert" ${this.#choice.alert && html`checked`} /> ${t("board.with_alert")}</label>
          <label class="small hr-check"><input type="checkbox" data-input="filter" data-testid="filter-own" ${this.#choice.own && html`checked`} /> ${t("board.own")}</label>
          <label>
            <span class="visually-hidden">${t("board.sort")}</span>
            <select class="input hr-select" data-input="filter" data-testid="sort">
              ${ORDERS.map((one) => option(one, t(`board.sort_${one}`), one === this.#choice.order))}
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
    const stays = known !== undefined && this.#compare(known.data, card) === 0;
    element.acknowledges = may(this.#user, "alert.acknowledge");
    element.invites = may(this.#user, "invite.issue");
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
      if (other !== itself && this.#compare(other.data, card) > 0) return other;
    }
    return null;
  }

  /** @param {string} interview */
  #remove(interview) {
    this.#cards.get(interview)?.remove();
    this.#cards.delete(interview);
  }

  #readFilter() {
    /** @param {string} id @returns {HTMLInputElement} */
    const field = (id) => /** @type {HTMLInputElement} */ (this.querySelector(`[data-testid="${id}"]`));
    const before = this.#choice.order;
    this.#choice = {
      text: field("filter-text").value.trim().toLowerCase(),
      phase: field("filter-phase").value,
      connection: field("filter-connection").value,
      alert: field("filter-alert").checked,
      own: field("filter-own").checked,
      order: ORDERS.find((one) => one === field("sort").value) ?? "alert",
    };
    rememberChoice(this.#choice);
    for (const element of this.#cards.values()) element.hidden = !this.#matches(element.data);
    if (this.#choice.order !== before) {
      this.#grid.append(...[...this.#cards.values()].sort((a, b) => this.#compare(a.data, b.data)));
    }
    this.#count();
  }

  /** @param {BoardCard} a @param {BoardCard} b */
  #compare = (a, b) => compare(a, b, this.#choice.order);

  /** @param {BoardCard} card */
  #matches(card) {
    return matches(card, this.#choice, this.#user);
  }

  /** What is there when the board opens is no news. @param {BoardCard} card @param {boolean} rings */
  #noteAlerts(card, rings) {
    for (const { kind, acknowledged_by: by } of card.alerts) {
      const id = `${card.interview} ${kind}`;
      if (rings && by === "" && !this.#told.has(id)) {
        const detail = { name: card.candidate_name, alert: word("alert", kind), interview: card.interview };
        this.dispatchEvent(new CustomEvent("alerted", { detail }));
      }
      this.#told.add(id);
    }
    for (const id of this.#told) {
      const [interview, kind] = id.split(" ");
      if (interview === card.interview && !card.alerts.some((alert) => alert.kind === kind)) this.#told.delete(id);
    }
  }

  #tick() {
    for (const element of this.#cards.values()) if (!element.hidden) element.tick();
    this.#count();
  }

  #count() {
    const cards = [...this.#cards.values()].map((element) => element.data);
    const live = cards.filter(isRunning).length;
    const late = cards.filter(isLate).length;
    const alerts = cards.reduce((sum, card) => sum + card.alerts.filter((alert) => alert.acknowledged_by === "").length, 0);
    const counts = [
      t("board.live", { count: live }),
      t("board.waiting", { count: cards.length - live }),
      ...(late ? [t("board.late", { count: late })] : []),
      ...(alerts ? [t("board.alerts", { count: alerts })] : []),
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

/** @param {BoardCard} card */
function stays(card) {
  return !isOver(card) || waitsForPerson(card);
}

/** @param {string} value @param {string} text @param {boolean} selected */
function option(value, text, selected) {
  return html`<option value="${value}" ${selected && html`selected`}>${text}</option>`;
}

customElements.define("hr-board", HrBoard);
export { HrBoard };
