import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */

/** What limits the trust in everything else on the page: the recogniser that wrote it down. */
class HrNotices extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  update() {
    const recogniser = this.state?.recogniser;
    render(
      this,
      html`${recogniser?.demonstration && html`<p class="note note-plain hr-banner" data-testid="demonstration-recogniser">${icon("info", 18)}<span>${t("notices.demonstration")}</span></p>`}`,
    );
  }
}

customElements.define("hr-notices", HrNotices);
export { HrNotices };
