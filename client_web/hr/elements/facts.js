import { formatTimeOfDay } from "../../lib/format.js";
import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { interviewPath } from "../api.js";
import { duration, word } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */

const CONSENTS = ["recording", "ai_scoring"];
const DEVICES = /** @type {const} */ (["camera", "microphone", "speaker"]);

/** Consents, device check, recordings and faults of media: what is looked up rather than watched. */
class HrFacts extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  update() {
    const state = this.state;
    if (!state) return;
    render(
      this,
      html`<section data-key="consents">
          <h2 class="hr-panel-head">${t("facts.consents")}</h2>
          <dl class="hr-pairs" data-testid="consents">${CONSENTS.map((kind) => consent(state, kind))}</dl>
        </section>
        <section data-key="device">
          <h2 class="hr-panel-head">${t("facts.device")}</h2>
          ${state.device ? device(state.device) : html`<p class="soft">${t("facts.device_none")}</p>`}
        </section>
        <section data-key="recordings">
          <h2 class="hr-panel-head">${t("facts.recordings")}</h2>
          ${state.recordings.length === 0 ? html`<p class="soft">${t("facts.recordings_none")}</p>` : html`<ul class="hr-list" data-testid="recordings">${state.recordings.map((one) => recording(state, one))}</ul>`}
        </section>
        ${state.created && state.created.terms.length > 0 &&
        html`<section data-key="terms">
          <h2 class="hr-panel-head">${t("facts.terms")}</h2>
          <p data-testid="terms">${state.created.terms.join(t("list.comma"))}</p>
        </section>`}
        ${state.faults.length > 0 &&
        html`<section data-key="faults">
          <h2 class="hr-panel-head">${t("facts.faults")}</h2>
          <ul class="hr-list">${state.faults.map((one) => html`<li><span class="hr-attention">${word("code", one.code)}</span> <span class="soft">${one.tMs !== null && duration(one.tMs)} ${one.detail}</span></li>`)}</ul>
        </section>`}`,
    );
  }
}

/** @param {InterviewState} state @param {string} kind */
function consent(state, kind) {
  const given = state.consents[kind];
  return html`<div>
    <dt>${word("consent", kind)}</dt>
    <dd>${!given ? html`<span class="soft">${t("consent.open")}</span>` : html`<span class="strong">${given.granted ? t("consent.given") : t("consent.refused")}</span> <time class="soft numeric">${formatTimeOfDay(given.at)}</time>`}</dd>
  </div>`;
}

/** @param {NonNullable<InterviewState["device"]>} check */
function device(check) {
  return html`<dl class="hr-pairs" data-testid="device">
    ${DEVICES.map(
      (name) =>
        html`<div>
          <dt>${t(`device.${name}`)}</dt>
          <dd class="${check[name] === "ok" || check[name] === "skipped" ? "" : "hr-attention"}">${word("device_state", check[name])}</dd>
        </div>`,
    )}
    <div>
      <dt>${t("device.network")}</dt>
      <dd class="numeric">${check.network_rtt_ms === null ? "–" : `${check.network_rtt_ms} ms`}</dd>
    </div>
  </dl>`;
}

/** A file is offered once the interview is over: before, its end is still being written. @param {InterviewState} state @param {InterviewState["recordings"][number]} one */
function recording(state, one) {
  const isOver = state.phase === "archived" || state.phase === "aborted";
  const length = one.durationMs === null ? t("facts.recording_open") : duration(one.durationMs);
  const name = isOver
    ? html`<a href="${interviewPath(state.id)}/recordings/${encodeURIComponent(one.name)}">${one.name}</a>`
    : html`<span>${one.name}</span>`;
  return html`<li>${name} <span class="soft numeric">${t("facts.recording_from", { start: duration(one.startMs), length })}</span></li>`;
}

customElements.define("hr-facts", HrFacts);
export { HrFacts };
