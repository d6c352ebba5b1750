import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { may } from "../permissions.js";
import { duration, explain, word } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../../lib/protocol").AlertKind} AlertKind */

/** What somebody should look at, and who does; the last that happened, in words for those who do not see it. */
class HrAlerts extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  /** @type {import("../api.js").User | null} */
  user = null;
  /** @type {import("../commands.js").Commands | null} */
  commands = null;
  #error = "";
  /** News up to here are the past. */
  #known = -1;

  connectedCallback() {
    delegate(this, "click", {
      acknowledge: (_event, button) => void this.#acknowledge(/** @type {AlertKind} */ (button.dataset.kind)),
    });
  }

  update() {
    const state = this.state;
    if (!state) return;
    const { alerts, help, news } = state.console;
    if (this.#known < 0 && state.caughtUp) this.#known = news?.number ?? 0;
    const isNew = news !== null && this.#known >= 0 && news.number > this.#known;
    const kinds = [...alerts.keys()];
    render(
      this,
      html`<ul class="hr-alerts" data-key="alerts" aria-label="${t("alerts.title")}" ${kinds.length === 0 && html`hidden`}>
          ${kinds.map((kind) => this.#alert(state, kind, help?.text ?? ""))}
        </ul>
        <p class="field-error" role="alert" data-key="error">${this.#error}</p>
        <p class="soft small hr-news" role="status" data-key="news" data-testid="news">${isNew && t(news.key, news.values)}</p>`,
    );
  }

  /** @param {InterviewState} state @param {AlertKind} kind @param {string} helpText */
  #alert(state, kind, helpText) {
    const alert = state.console.alerts.get(kind);
    if (!alert) return "";
    return html`<li class="note ${alert.by === "" ? "note-bad" : "note-plain"} hr-alert" data-key="${kind}" data-testid="alert-${kind}">
      ${icon("alert", 18)}
      <span><span class="strong">${word("alert", kind)}</span> ${kind === "help" && helpText !== "" && html`<span class="hr-review-text">${t("quote.marks", { quote: helpText })}</span>`}
        <time class="soft numeric">${t("alerts.since", { time: duration(alert.since) })}</time>
        ${alert.by !== "" && html`<span class="soft">· ${t("alerts.by", { name: alert.by })}</span>`}
        ${alert.by === "" && may(this.user, "alert.acknowledge") && html`<button type="button" class="button button-small" data-click="acknowledge" data-kind="${kind}" data-testid="acknowledge">${t("alerts.acknowledge")}</button>`}</span>
    </li>`;
  }

  /** @param {AlertKind} kind */
  async #acknowledge(kind) {
    const refused = await (kind === "help" ? this.commands?.send("help.acknowledge", {}) : this.commands?.send("alert.acknowledge", { kind }));
    this.#error = refused ? explain(refused) : "";
    this.update();
  }
}

customElements.define("hr-alerts", HrAlerts);
export { HrAlerts };
