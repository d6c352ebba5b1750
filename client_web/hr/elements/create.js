import { delegate, html, render } from "../../lib/html.js";
import { LANGUAGE_NAMES, pickText, t } from "../../lib/i18n.js";
import { request } from "../api.js";
import { explain } from "../words.js";
import { copyInvite, inviteLink } from "./invite.js";

/** @typedef {import("../api.js").FlowSummary} FlowSummary */
/** @typedef {import("../api.js").Invite & {interview: string}} Created */

/** Dialog "new interview": a form first, then the link to hand on. Emits `created`. */
class HrCreate extends HTMLElement {
  /** @type {FlowSummary[]} */
  #flows = [];
  #flow = "";
  /** @type {Created | null} */
  #created = null;
  #error = "";
  #busy = false;
  #copied = false;
  #experience = "";
  /** What is filled in beforehand. */
  #preset = { flow: "", job: "" };

  connectedCallback() {
    delegate(this, "submit", { create: (_event, form) => void this.#create(/** @type {HTMLFormElement} */ (form)) });
    delegate(this, "input", {
      flow: (_event, select) => this.#chooseFlow(/** @type {HTMLSelectElement} */ (select).value),
      experience: (_event, select) => this.#chooseExperience(/** @type {HTMLSelectElement} */ (select).value),
    });
    delegate(this, "click", {
      close: () => this.#dialog.close(),
      another: () => this.#begin(),
      copy: () => void this.#copy(),
    });
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  /** @param {{flow: string, job: string}} [preset] a flow and a job to begin with */
  async open(preset = { flow: "", job: "" }) {
    this.#preset = preset;
    this.#begin();
    this.#dialog.showModal();
    try {
      this.#flows = (await request("GET", "/v1/flows")).flows;
      const wanted = this.#flows.find((one) => one.id === this.#preset.flow) ?? this.#flows[0];
      this.#chooseFlow(wanted?.id ?? "");
    } catch (error) {
      this.#error = explain(error);
    }
    this.update();
  }

  update() {
    render(
      this,
      html`<dialog class="dialog" aria-labelledby="create-title" data-testid="create-dialog">${this.#created ? this.#link(this.#created) : this.#form()}</dialog>`,
    );
  }

  #begin() {
    this.#created = null;
    this.#error = "";
    this.#copied = false;
    this.update();
  }

  #form() {
    const flow = this.#flows.find((one) => one.id === this.#flow);
    return html`<form class="stack" data-key="form" data-submit="create">
      <h2 id="create-title">${t("create.title")}</h2>
      <div class="field">
        <label for="create-flow">${t("create.flow")}</label>
        <select class="input" id="create-flow" name="flow" required data-input="flow" data-testid="create-flow">
          ${this.#flows.map((one) => html`<option data-key="${one.id}" value="${one.id}" ${one.id === this.#flow && html`selected`}>${pickText(one.title)}</option>`)}
        </select>
        ${flow && html`<p class="soft tiny">${t("create.flow_facts", { count: flow.questions, stages: flow.stages.map(pickText).join(" → ") })}</p>`}
        ${flow?.saved && html`<a class="tiny" data-key="edit" href="/hr/from-job?flow=${encodeURIComponent(flow.id)}" data-testid="create-edit-flow">${t("create.edit_flow")}</a>`}
      </div>
      <div class="field">
        <label for="create-name">${t("create.name")}</label>
        <input class="input" id="create-name" name="candidate_name" required maxlength="120" autocomplete="off" data-testid="create-name" />
      </div>
      <div class="field">
        <label for="create-job">${t("create.job")}</label>
        <input class="input" id="create-job" name="job_title" required maxlength="120" autocomplete="off" value="${this.#preset.job}" data-testid="create-job" />
      </div>
      <div class="field">
        <label for="create-language">${t("create.language")}</label>
        <select class="input" id="create-language" name="language" required data-testid="create-language">
          ${(flow?.languages ?? []).map((code) => html`<option data-key="${code}" value="${code}" lang="${code}">${LANGUAGE_NAMES[code]}</option>`)}
        </select>
        <p class="soft tiny">${t("create.language_hint")}</p>
      </div>
      <div class="field" data-key="experience">
        <label for="create-experience">${t("create.experience")}</label>
        <select class="input" id="create-experience" name="experience" aria-describedby="create-experience-hint" data-input="experience" data-testid="create-experience">
          <option value="">${t("create.experience_unsaid")}</option>
          <option value="graduate">${t("create.experience_graduate")}</option>
          <option value="experienced">${t("create.experience_experienced")}</option>
        </select>
        <p class="soft tiny" id="create-experience-hint">${t("create.experience_hint")}</p>
      </div>
      ${this.#experience === "experienced" &&
      html`<div class="field" data-key="past-work">
        <label for="create-past-work">${t("create.past_work")}</label>
        <input class="input" id="create-past-work" name="past_work" maxlength="60" autocomplete="off" aria-describedby="create-past-work-hint" data-testid="create-past-work" />
        <p class="soft tiny" id="create-past-work-hint">${t("create.past_work_hint")}</p>
      </div>`}
      <details data-key="expect">
        <summary data-testid="create-expect">${t("create.expect")}</summary>
        <div class="stack hr-expect">
          <div class="field">
            <label for="create-terms">${t("create.terms")}</label>
            <input class="input" id="create-terms" name="terms" maxlength="1000" autocomplete="off" data-testid="create-terms" />
          </div>
          <div class="field">
            <label for="create-background">${t("create.background")}</label>
            <textarea class="input" id="create-background" name="background" rows="4" maxlength="16000" autocomplete="off" aria-describedby="create-background-hint" data-testid="create-background"></textarea>
            <p class="soft tiny" id="create-background-hint">${t("create.background_hint")}</p>
          </div>
        </div>
      </details>
      <p class="field-error" role="alert">${this.#error}</p>
      <div class="row">
        <button class="button button-primary" data-testid="create-submit" ${(this.#busy || !flow) && html`disabled`}>${t("create.submit")}</button>
        <button type="button" class="button" data-click="close">${t("dialog.cancel")}</button>
      </div>
    </form>`;
  }

  /** @param {Created} created */
  #link(created) {
    return html`<div class="stack" data-key="link">
      <h2 id="create-title" tabindex="-1">${t("create.done")}</h2>
      <p class="small">${t("create.done_text")}</p>
      ${inviteLink(created, this.#copied)}
      <div class="row">
        <a class="button button-small" href="/hr/interviews/${encodeURIComponent(created.interview)}">${t("create.watch")}</a>
        <button type="button" class="button button-small" data-click="another">${t("create.another")}</button>
        <button type="button" class="button button-small" data-click="close" data-testid="create-close">${t("dialog.close")}</button>
      </div>
    </div>`;
  }

  /** @param {string} id */
  #chooseFlow(id) {
    this.#flow = id;
    this.update();
  }

  /** @param {string} experience */
  #chooseExperience(experience) {
    this.#experience = experience;
    this.update();
  }

  /** @param {HTMLFormElement} form */
  async #create(form) {
    const fields = Object.fromEntries(new FormData(form));
    const terms = String(fields.terms ?? "").split(/[,，、;；\n]/).map((term) => term.trim()).filter((term) => term !== "");
    const body = { ...fields, terms, experience: fields.experience || null };
    this.#busy = true;
    this.#error = "";
    this.update();
    try {
      this.#created = await request("POST", "/v1/interviews", body);
      this.#experience = "";
      this.dispatchEvent(new CustomEvent("created"));
    } catch (error) {
      this.#error = explain(error);
    }
    this.#busy = false;
    this.update();
    if (this.#created) /** @type {HTMLElement | null} */ (this.querySelector("#create-title"))?.focus();
  }

  async #copy() {
    this.#copied = await copyInvite(this);
    this.update();
  }
}

customElements.define("hr-create", HrCreate);
export { HrCreate };
