import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { request } from "../api.js";
import { explain } from "../words.js";

/** E-mail and password. Emits `logged-in`. */
class HrLogin extends HTMLElement {
  #error = "";
  #busy = false;

  connectedCallback() {
    delegate(this, "submit", { login: (_event, form) => void this.#login(/** @type {HTMLFormElement} */ (form)) });
  }

  update() {
    render(
      this,
      html`<form class="hr-login card stack" data-submit="login" aria-labelledby="login-title">
        <h1 id="login-title" tabindex="-1">${t("login.title")}</h1>
        <p class="soft small">${t("login.lead")}</p>
        <div class="field">
          <label for="login-email">${t("login.email")}</label>
          <input class="input" id="login-email" name="email" type="email" autocomplete="username" required data-testid="login-email" />
        </div>
        <div class="field">
          <label for="login-password">${t("login.password")}</label>
          <input class="input" id="login-password" name="password" type="password" autocomplete="current-password" required data-testid="login-password" />
        </div>
        <p class="field-error" role="alert" data-testid="login-error">${this.#error}</p>
        <button class="button button-primary" data-testid="login-submit" ${this.#busy && html`disabled`}>${t("login.submit")}</button>
        <p class="soft tiny">${t("login.help")}</p>
      </form>`,
    );
  }

  /** @param {HTMLFormElement} form */
  async #login(form) {
    const fields = new FormData(form);
    this.#become("", true);
    try {
      await request("POST", "/v1/login", { email: fields.get("email"), password: fields.get("password") });
      form.reset();
      this.#become("", false);
      this.dispatchEvent(new CustomEvent("logged-in"));
    } catch (error) {
      this.#become(explain(error), false);
      /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=password]"))?.select();
    }
  }

  /** @param {string} error @param {boolean} busy */
  #become(error, busy) {
    this.#error = error;
    this.#busy = busy;
    this.update();
  }
}

customElements.define("hr-login", HrLogin);
