import { formatDateTime } from "../../lib/format.js";
import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { word } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */

/** What limits the trust in everything else on the page: the recogniser that writes it down. */
class HrNotices extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  update() {
    const state = this.state;
    if (!state) return;
    const { degraded, spokenLanguage, language } = state;
    render(
      this,
      html`${state.recogniser?.demonstration && html`<p class="note note-plain hr-banner" data-key="demonstration" data-testid="demonstration-recogniser">${icon("info", 18)}<span>${t("notices.demonstration")}</span></p>`}
        <div role="status" class="hr-notices" data-key="moment">
          ${state.reviews.map((one) => html`<p class="note note-warn hr-banner" data-testid="review-requested">${icon("people", 18)}<span>${t("notices.review")} ${one.text !== "" && html`<span class="hr-review-text">${t("quote.marks", { quote: one.text })}</span>`} <time class="soft numeric">${formatDateTime(one.at)}</time></span></p>`)}
          ${degraded && state.phase === "live" && html`<p class="note note-plain hr-banner" data-testid="asr-degraded">${icon("info", 18)}<span>${t("notices.degraded", { what: word("asr", degraded) })}</span></p>`}
          ${spokenLanguage && language && spokenLanguage !== language && html`<p class="note note-warn hr-banner" data-testid="language-doubted">${icon("alert", 18)}<span>${t("notices.language", { spoken: nameSpeech(spokenLanguage), language: nameSpeech(language) })}</span></p>`}
        </div>`,
    );
  }
}

/** @param {import("../../lib/protocol").Language} language */
function nameSpeech(language) {
  return t(language === "zh-CN" ? "spoken.zh" : "spoken.en");
}

customElements.define("hr-notices", HrNotices);
export { HrNotices };
