import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";

/** @typedef {import("../../lib/socket.js").SocketState} SocketState */

/** A line on top that says when what is seen is not the state of now. */
class HrBanner extends HTMLElement {
  /** @type {SocketState} */
  #state = "connecting";
  #text = "";
  /** @type {"warn" | "bad"} */
  #tone = "warn";

  /** @param {SocketState} state */
  follow(state) {
    this.#state = state;
    this.#text = "";
    this.update();
  }

  /** @param {string} text @param {"warn" | "bad"} tone */
  show(text, tone) {
    this.#text = text;
    this.#tone = tone;
    this.update();
  }

  update() {
    const text = this.#text || (SPOKEN.includes(this.#state) ? t(`socket.${this.#state}`) : "");
    const tone = this.#text ? this.#tone : "warn";
    this.setAttribute("role", "status");
    render(this, html`${text && html`<p class="note note-${tone} hr-banner" data-testid="banner">${icon("alert", 18)}<span>${text}</span></p>`}`);
  }
}

/** The other states are the ordinary course of things. @type {SocketState[]} */
const SPOKEN = ["reconnecting", "catching_up", "superseded", "unauthenticated"];

customElements.define("hr-banner", HrBanner);
export { HrBanner };
