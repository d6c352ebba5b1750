import { html, render } from "../../lib/html.js";
import { LANGUAGES, LANGUAGE_NAMES, language, t } from "../../lib/i18n.js";
import { mark } from "../../lib/icons.js";

/**
 * Top of HR's pages. Emits `language-chosen` (detail: the language) and `logout-asked`.
 * `me` is null before the login.
 */
class HrHeader extends HTMLElement {
  /** @type {import("../api.js").Me | null} */
  #me = null;

  connectedCallback() {
    this.addEventListener("change", (event) => {
      const select = /** @type {HTMLSelectElement} */ (event.target);
      this.dispatchEvent(new CustomEvent("language-chosen", { detail: select.value }));
    });
    this.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (target.closest("[data-logout]")) this.dispatchEvent(new CustomEvent("logout-asked"));
    });
  }

  set me(/** @type {import("../api.js").Me | null} */ me) {
    this.#me = me;
    this.update();
  }

  update() {
    const me = this.#me;
    render(
      this,
      html`<header class="hr-header row row-apart">
        <div class="row">
          <a class="brand" href="/hr/">${mark(22)}Viva</a>
          ${me && html`<span class="soft small">${me.organisation.name}</span>`}
        </div>
        <div class="row">
          <label class="hr-language">
            <span class="visually-hidden">${t("header.language")}</span>
            <select class="input hr-select" data-testid="language">
              ${LANGUAGES.map(
                (code) =>
                  html`<option value="${code}" lang="${code}" ${code === language() && html`selected`}>${LANGUAGE_NAMES[code]}</option>`,
              )}
            </select>
          </label>
          ${me &&
          html`<span class="soft small hr-user">${me.user.name}</span>
            <button type="button" class="button button-small" data-logout data-testid="logout">${t("header.logout")}</button>`}
        </div>
      </header>`,
    );
  }
}

customElements.define("hr-header", HrHeader);
