import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { interviewPath, request } from "../api.js";
import { explain } from "../words.js";
import { copyInvite, inviteLink } from "./invite.js";

/** Dialog "new link" for an interview that exists: asks first, since older links stop working. */
class HrReissue extends HTMLElement {
  /** @type {{interview: string, name: string} | null} */
  #about = null;
  /** @type {import("../api.js").Invite | null} */
  #invite = null;
  #error = "";
  #copied = false;

  connectedCallback() {
    delegate(this, "click", {
      close: () => this.#dialog.close(),
      copy: () => void this.#copy(),
      reissue: () => void this.#reissue(),
    });
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  /** @param {{interview: string, name: string}} about */
  open(about) {
    this.#about = about;
    this.#invite = null;
    this.#error = "";
    this.#copied = false;
    this.update();
    this.#dialog.showModal();
  }

  update() {
    render(
      this,
      html`<dialog class="dialog" aria-labelledby="reissue-title" data-testid="reissue-dialog">
        <div class="stack">
          <h2 id="reissue-title">${t("reissue.title", { name: this.#about?.name ?? "" })}</h2>
          ${this.#invite
            ? inviteLink(this.#invite, this.#copied)
            : html`<p class="small">${t("reissue.text")}</p>
                <button type="button" class="button button-primary" data-key="reissue" data-click="reissue" data-testid="reissue-submit">${t("reissue.submit")}</button>`}
          <p class="field-error" role="alert">${this.#error}</p>
          <button type="button" class="button button-small" data-key="close" data-click="close">${t("dialog.close")}</button>
        </div>
      </dialog>`,
    );
  }

  async #reissue() {
    if (!this.#about) return;
    try {
      this.#invite = await request("POST", `${interviewPath(this.#about.interview)}/invites`);
      this.#error = "";
    } catch (error) {
      this.#error = explain(error);
    }
    this.update();
  }

  async #copy() {
    this.#copied = await copyInvite(this);
    this.update();
  }
}

customElements.define("hr-reissue", HrReissue);
export { HrReissue };
