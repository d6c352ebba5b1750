import { delegate, html, render } from "../../lib/html.js";
import { LANGUAGES, LANGUAGE_NAMES, t } from "../../lib/i18n.js";
import { request } from "../api.js";
import { explain } from "../words.js";

/** @typedef {import("../job-draft.js").Job} Job */

/** Step one: the job in words. Emits `job-read` (detail: the job, and the model derived from it). */
class HrJobForm extends HTMLElement {
  #error = "";
  #busy = false;

  connectedCallback() {
    delegate(this, "submit", { read: (_event, form) => void this.#read(/** @type {HTMLFormElement} */ (form)) });
  }

  /** @param {Job} job */
  fill(job) {
    this.update();
    const text = [job.text, ...(job.responsibilities ?? []), ...(job.requirements ?? [])].join("\n").trim();
    const values = { text, title: job.title, traits: job.traits.join("\n"), language: job.language ?? "" };
    for (const [name, value] of Object.entries(values)) {
      const field = /** @type {HTMLInputElement | null} */ (this.querySelector(`[name=${name}]`));
      if (field) field.value = value;
    }
  }

  update() {
    render(
      this,
      html`<form class="card stack" data-submit="read" aria-labelledby="job-title-head">
        <h2 id="job-title-head">${t("jobs.step_job")}</h2>
        <div class="field">
          <label for="job-text">${t("jobs.text")}</label>
          <textarea class="input" id="job-text" name="text" rows="10" maxlength="12000" required aria-describedby="job-text-hint" data-testid="job-text"></textarea>
          <p class="soft tiny" id="job-text-hint">${t("jobs.text_hint")}</p>
        </div>
        <details data-key="more">
          <summary data-testid="job-more">${t("jobs.more")}</summary>
          <div class="stack hr-expect">
            <div class="field">
              <label for="job-name">${t("jobs.title")}</label>
              <input class="input" id="job-name" name="title" maxlength="120" autocomplete="off" aria-describedby="job-name-hint" data-testid="job-name" />
              <p class="soft tiny" id="job-name-hint">${t("jobs.title_hint")}</p>
            </div>
            <div class="field">
              <label for="job-traits">${t("jobs.traits")}</label>
              <textarea class="input" id="job-traits" name="traits" rows="3" maxlength="2000" aria-describedby="job-traits-hint" data-testid="job-traits"></textarea>
              <p class="soft tiny" id="job-traits-hint">${t("jobs.traits_hint")}</p>
            </div>
            <div class="field">
              <label for="job-language">${t("jobs.language")}</label>
              <select class="input" id="job-language" name="language" data-testid="job-language">
                <option value="">${t("jobs.language_auto")}</option>
                ${LANGUAGES.map((code) => html`<option value="${code}" lang="${code}">${LANGUAGE_NAMES[code]}</option>`)}
              </select>
            </div>
          </div>
        </details>
        <p class="field-error" role="alert" data-testid="job-error">${this.#error}</p>
        <div class="row">
          <button class="button button-primary" data-testid="job-read" ${this.#busy && html`disabled`}>${t("jobs.read")}</button>
          <span role="status" class="soft">${this.#busy && t("jobs.reading")}</span>
        </div>
      </form>`,
    );
  }

  /** @param {HTMLFormElement} form */
  async #read(form) {
    const job = jobOf(new FormData(form));
    this.#error = "";
    this.#busy = true;
    this.update();
    try {
      const model = await request("POST", "/v1/jobs/competencies", { job });
      this.dispatchEvent(new CustomEvent("job-read", { detail: { job, model } }));
    } catch (error) {
      this.#error = explain(error);
    }
    this.#busy = false;
    this.update();
  }
}

/** @param {FormData} fields @returns {Job} */
function jobOf(fields) {
  const text = (/** @type {string} */ name) => String(fields.get(name) ?? "").trim();
  const traits = text("traits").split(/\n/).map((line) => line.trim()).filter((line) => line !== "");
  return { title: text("title"), text: text("text"), traits, seniority: null, language: text("language") || null };
}

customElements.define("hr-job-form", HrJobForm);
export { HrJobForm };
