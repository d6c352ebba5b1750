import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { may } from "../permissions.js";
import { explain } from "../words.js";

/** @typedef {import("../../lib/protocol").DirectiveKind} DirectiveKind */
/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../console-state.js").Directive} Directive */

/** @type {DirectiveKind[]} */
const KINDS = ["ask", "rephrase", "skip", "extend", "wrap_up", "end", "note"];
/** @type {DirectiveKind[]} */
const WORDED = ["ask", "rephrase", "note"];
/** @type {DirectiveKind[]} */
const ASKING = ["ask", "rephrase"];
/** Older ones are in the log. */
const SETTLED_SHOWN = 5;

/** Whispering to the interviewer: what it is to do at the next turn, and what became of that. The candidate hears none of it. */
class HrDirectives extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  /** @type {import("../api.js").User | null} */
  user = null;
  /** @type {import("../commands.js").Commands | null} */
  commands = null;
  /** @type {DirectiveKind} */
  #kind = "ask";
  #error = "";
  /** The words that touch a protected topic; null: no reason is asked for. @type {string | null} */
  #protected = null;

  connectedCallback() {
    delegate(this, "submit", { give: () => void this.#give() });
    delegate(this, "change", {
      kind: (_event, select) => {
        this.#kind = /** @type {DirectiveKind} */ (/** @type {HTMLSelectElement} */ (select).value);
        this.#show("", null);
      },
    });
    delegate(this, "click", {
      withdraw: (_event, button) => void this.#withdraw(button.dataset.directive ?? ""),
    });
  }

  update() {
    const state = this.state;
    if (!state) return;
    const gives = may(this.user, "interview.whisper") && state.phase === "live";
    const { directives } = state.console;
    this.hidden = !gives && directives.length === 0;
    if (this.hidden) return;
    const waiting = directives.filter((one) => one.state === "waiting");
    const settled = directives.filter((one) => one.state !== "waiting").slice(-SETTLED_SHOWN);
    render(
      this,
      html`<h2 class="hr-panel-head">${t("directive.title")}</h2>
        ${gives && this.#form()}
        <ol class="hr-directives" data-key="list" aria-label="${t("directive.list")}">
          ${[...settled, ...waiting].map((one) => entry(one, gives))}
        </ol>`,
    );
  }

  focusText() {
    const field = /** @type {HTMLElement | null} */ (this.querySelector("textarea") ?? this.querySelector("select"));
    field?.focus();
    field?.scrollIntoView({ block: "nearest" });
  }

  #form() {
    const kind = this.#kind;
    const refused = this.#protected;
    return html`<form class="hr-form" data-key="form" data-submit="give">
      <label class="small"><span>${t("directive.kind")}</span>
        <select class="input hr-select" data-change="kind" data-testid="directive-kind">${KINDS.map((one) => html`<option value="${one}">${t(`directive_kind.${one}`)}</option>`)}</select></label>
      ${WORDED.includes(kind) &&
      html`<div class="field" data-key="text"><label class="small" for="directive-text">${t(`directive.text_${kind}`)}</label>
        <textarea class="input" id="directive-text" rows="2" maxlength="300" data-testid="directive-text"></textarea></div>`}
      ${ASKING.includes(kind) && html`<label class="small hr-check" data-key="verbatim"><input type="checkbox" data-testid="verbatim" /> ${t("directive.verbatim")}</label>`}
      ${kind === "extend" && html`<label class="small" data-key="minutes"><span>${t("controls.minutes")}</span> <input class="input hr-select" type="number" min="1" max="30" value="2" data-testid="directive-minutes" /></label>`}
      <p class="field-error" role="alert" data-key="error" data-testid="directive-error">${this.#error}</p>
      ${refused !== null &&
      html`<div class="field" data-key="override"><label class="small" for="directive-override">${t("directive.override")}</label>
        <input class="input" id="directive-override" maxlength="500" data-testid="override" /></div>`}
      <button class="button button-small button-primary" data-key="submit" data-testid="give-directive">${t(refused === null ? "directive.give" : "directive.give_anyway")}</button>
    </form>`;
  }

  async #give() {
    const kind = this.#kind;
    /** @param {string} id @returns {HTMLInputElement | null} */
    const field = (id) => this.querySelector(`[data-testid="${id}"]`);
    const given = {
      kind,
      text: field("directive-text")?.value.trim() ?? "",
      minutes: Math.min(30, Math.max(1, Math.round(Number(field("directive-minutes")?.value ?? 2)) || 1)),
      verbatim: field("verbatim")?.checked ?? false,
      override: field("override")?.value.trim() ?? "",
    };
    const refused = await this.commands?.send("directive.give", given);
    if (refused?.code === "protected_topic") {
      const words = /“(.+)”/.exec(refused.message)?.[1] ?? given.text;
      this.#show(t("directive.protected", { words }), words);
      return field("override")?.focus();
    }
    if (!refused) for (const id of ["directive-text", "override"]) empty(field(id));
    this.#show(refused ? explain(refused) : "", refused ? this.#protected : null);
  }

  /** @param {string} id */
  async #withdraw(id) {
    const refused = await this.commands?.send("directive.withdraw", { directive_id: id });
    this.#show(refused ? explain(refused) : "", this.#protected);
  }

  /** @param {string} error @param {string | null} refusedWords */
  #show(error, refusedWords) {
    this.#error = error;
    this.#protected = refusedWords;
    this.update();
  }
}

/** @param {Directive} directive @param {boolean} canWithdraw */
function entry(directive, canWithdraw) {
  const { id, state, kind, text, minutes, verbatim, override, name } = directive;
  return html`<li data-key="${id}" data-state="${state}" data-testid="directive">
    <span class="badge ${state === "waiting" && "badge-accent"}">${t(`directive_state.${state}`)}</span>
    <span><span class="strong">${t(`directive_kind.${kind}`)}</span> ${kind === "extend" && t("controls.more", { count: minutes })} ${text !== "" && html`<span class="hr-review-text">${t("quote.marks", { quote: text })}</span>`}
      <span class="soft">${t("directive.by", { name })}${verbatim && t("directive.as_written")}</span>
      ${override !== "" && html`<span class="hr-attention">${t("directive.overridden", { reason: override })}</span>`}</span>
    ${state === "waiting" && canWithdraw && html`<button type="button" class="hr-link-button" data-click="withdraw" data-directive="${id}" data-testid="withdraw">${t("directive.withdraw")}</button>`}
  </li>`;
}

/** @param {HTMLInputElement | null} field */
function empty(field) {
  if (field) field.value = "";
}

customElements.define("hr-directives", HrDirectives);
export { HrDirectives };
