import { delegate, html, render } from "../../lib/html.js";
import { LANGUAGES, LANGUAGE_NAMES, t } from "../../lib/i18n.js";
import { matchBar } from "./match.js";

/** @typedef {{id: string, version: number, title: Record<string, string>, match: number}} SavedFlow */

/** Step four: the questions become a flow. Emits `flow-wanted` (detail: its title) and `interview-wanted`. */
class HrFlowSave extends HTMLElement {
  /** @type {Record<string, string>} */
  #titles = {};
  /** @type {SavedFlow | null} */
  saved = null;
  /** Whether something was changed since it was saved. */
  stale = false;
  error = "";
  busy = false;

  connectedCallback() {
    delegate(this, "submit", {
      save: (_event, form) => {
        const fields = new FormData(/** @type {HTMLFormElement} */ (form));
        const title = Object.fromEntries(LANGUAGES.map((code) => [code, String(fields.get(code) ?? "").trim()]));
        this.dispatchEvent(new CustomEvent("flow-wanted", { detail: title }));
      },
    });
    delegate(this, "click", { interview: () => this.dispatchEvent(new CustomEvent("interview-wanted")) });
  }

  /**
   * @param {Record<string, string>} titles what to call it, by language, until somebody says otherwise
   * @param {SavedFlow | null} [saved] what it goes on from
   */
  begin(titles, saved = null) {
    this.#titles = titles;
    this.saved = saved;
    this.stale = false;
    this.error = "";
    this.update();
  }

  update() {
    const { saved } = this;
    render(
      this,
      html`<form class="card stack" data-submit="save" aria-labelledby="save-head">
        <h2 id="save-head">${t("jobs.step_save")}</h2>
        <p class="soft small">${t("jobs.save_hint")}</p>
        ${LANGUAGES.map(
          (code) => html`<div class="field" data-key="${code}">
            <label for="flow-title-${code}">${t("jobs.flow_title", { language: LANGUAGE_NAMES[code] })}</label>
            <input class="input" id="flow-title-${code}" name="${code}" lang="${code}" required maxlength="120" autocomplete="off" value="${this.#titles[code] ?? ""}" data-testid="flow-title-${code}" />
          </div>`,
        )}
        <p class="field-error" role="alert" data-testid="save-error">${this.error}</p>
        <div class="row">
          <button class="button button-primary" data-testid="flow-save" ${this.busy && html`disabled`}>${saved ? t("jobs.save_again", { version: saved.version + 1 }) : t("jobs.save")}</button>
          <span role="status" class="soft" data-testid="flow-status">${this.busy ? t("jobs.saving") : saved && t(this.stale ? "jobs.stale" : "jobs.saved", { id: saved.id, version: saved.version })}</span>
        </div>
        ${saved &&
        html`<div class="stack stack-tight" data-key="saved" data-testid="flow-saved">
          <p class="row"><span class="small">${t("jobs.match_whole")}</span> ${matchBar(saved.match)}</p>
          <div class="row"><button type="button" class="button" data-click="interview" data-testid="flow-interview">${t("jobs.interview")}</button></div>
        </div>`}
      </form>`,
    );
  }
}

customElements.define("hr-flow-save", HrFlowSave);
export { HrFlowSave };
