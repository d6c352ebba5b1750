import { formatTimeOfDay } from "../../lib/format.js";
import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { interviewPath } from "../api.js";
import { duration } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */

/** The whole log is one click away; a table of all of it would be drawn anew with every event. */
const SHOWN = 200;

/** Event log for engineers, closed until asked for. */
class HrEventLog extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  connectedCallback() {
    // `toggle` does not bubble, hence the capture.
    this.addEventListener("toggle", () => this.update(), { capture: true });
  }

  update() {
    const state = this.state;
    if (!state) return;
    const open = this.querySelector("details")?.open ?? false;
    render(
      this,
      html`<details data-testid="event-log">
        <summary>${t("log.title", { count: state.log.length })}</summary>
        ${open && table(state)}
      </details>`,
    );
  }
}

/** @param {InterviewState} state */
function table(state) {
  return html`<p class="small"><a href="${interviewPath(state.id)}/events?after=0">${t("log.all")}</a></p>
    <div class="hr-scroll hr-log" tabindex="0" role="region" aria-label="${t("log.title", { count: state.log.length })}">
      <table class="hr-table">
        <thead>
          <tr><th scope="col">${t("log.seq")}</th><th scope="col">${t("log.type")}</th><th scope="col">${t("log.at")}</th><th scope="col">${t("log.t_ms")}</th></tr>
        </thead>
        <tbody>
          ${state.log
            .slice(-SHOWN)
            .reverse()
            .map(
              (row) =>
                html`<tr data-key="${row.seq}"><td>${row.seq}</td><td>${row.type}</td><td>${formatTimeOfDay(row.at)}</td><td>${row.tMs === null ? "–" : duration(row.tMs)}</td></tr>`,
            )}
        </tbody>
      </table>
    </div>`;
}

customElements.define("hr-event-log", HrEventLog);
export { HrEventLog };
