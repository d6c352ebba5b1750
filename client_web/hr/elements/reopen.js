import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { interviewPath, Problem, request } from "../api.js";
import { explain } from "../words.js";
import { copyInvite, inviteLink } from "./invite.js";

/** Dialog "invite back": an interview that broke off goes on, over a new link, and why is kept. */
class HrReopen extends HTMLElement {
  #interview = "";
  /** @type {import("../api.js").Invite | null} */
  #invite = null;
  #error = "";
  #copied = false;
  /** No fault ended it: the person is asked once more. */
  #confirming = false;

  connectedCallback() {
    delegate(this, "click", { close: () => this.#dialog.close(), copy: () => void this.#copy() });
    delegate(this, "submit", { reopen: () => void this.#reopen() });
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  /** @param {string} interview */
  open(interview) {
    this.#interview = interview;
    this.#invite = null;
    this.#error = "";
    this.#copied = false;
    this.#confirming = false;
    this.update();
    this.#dialog.showModal();
  }

  update() {
    render(
      this,
      html`<dialog class="dialog" aria-labelledby="reopen-title" data-testid="reopen-dialog">
        <div class="stack">
          <h2 id="reopen-title">${t("reopen.title")}</h2>
          ${this.#invite
            ? html`<p class="small" data-key="done" role="status">${t("reopen.done")}</p>${inviteLink(this.#invite, this.#copied)}`
            : html`<p class="small">${t("reopen.text")}</p>
                <form class="stack" data-key="form" data-submit="reopen">
                  <div class="field">
                    <label for="reopen-reason">${t("reopen.reason")}</label>
                    <textarea class="input" id="reopen-reason" rows="2" maxlength="500" required data-testid="reopen-reason"></textarea>
                  </div>
                  ${this.#confirming && html`<p class="small strong" role="alert" data-key="confirm" data-testid="reopen-confirm">${t("reopen.confirm")}</p>`}
                  <button class="button button-primary" data-testid="reopen-submit">${t(this.#confirming ? "reopen.submit_confirmed" : "reopen.submit")}</button>
                </form>`}
          <p class="field-error" role="alert">${this.#error}</p>
          <button type="button" class="button button-small" data-key="close" data-click="close">${t("dialog.close")}</button>
        </div>
      </dialog>`,
    );
  }

  async #reopen() {
    const reason = /** @type {HTMLTextAreaElement} */ (this.querySelector("#reopen-reason")).value.trim();
    if (reason === "") return;
    try {
      this.#invite = await request("POST", `${interviewPath(this.#interview)}/reopen`, { reason, confirmed: this.#confirming });
      this.#error = "";
    } catch (error) {
      const asks = error instanceof Problem && error.code === "reopen_needs_confirmation" && !this.#confirming;
      this.#confirming ||= asks;
      this.#error = asks ? "" : explain(error);
    }
    this.update();
  }

  async #copy() {
    this.#copied = await copyInvite(this);
    this.update();
  }
}

customElements.define("hr-reopen", HrReopen);
export { HrReopen };
