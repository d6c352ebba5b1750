import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { percent, word } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../interview-state.js").QualitySample} QualitySample */

const WIDTH = 300;
const HEIGHT = 32;
/** One report comes every two seconds. */
const SECONDS_PER_SAMPLE = 2;
/** Full height of the loss line: at a fifth of all packets, speech is gone. */
const FULL_LOSS = 0.2;

/** The candidate's connection: its word, its numbers now, and its course over the last minutes. */
class HrQuality extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  update() {
    const state = this.state;
    if (!state) return;
    const now = state.quality.at(-1) ?? null;
    const needsAPerson = state.connection === "poor" || state.connection === "lost";
    render(
      this,
      html`<div data-testid="connection">
        <div class="row row-apart hr-panel-head">
          <h2>${t("quality.title")}</h2>
          <span class="${needsAPerson ? "hr-attention" : "strong"}" data-testid="connection-word">${word("connection", state.connection ?? "unknown")}</span>
        </div>
        ${now ? numbers(now) : html`<p class="soft">${t("quality.none")}</p>`} ${state.quality.length > 1 && course(state.quality)}
      </div>`,
    );
  }
}

/** @param {QualitySample} now */
function numbers(now) {
  const rows = [
    ["loss", percent(now.loss)],
    ["jitter", `${Math.round(now.jitterMs)} ms`],
    ["rtt", now.rttMs === null ? "–" : `${now.rttMs} ms`],
    ["audio", `${Math.round(now.audioKbps)} kbit/s`],
    ["video", `${Math.round(now.videoKbps)} kbit/s`],
    ["size", now.width ? `${now.width} × ${now.height}` : "–"],
  ];
  return html`<dl class="hr-numbers">${rows.map(([name, value]) => html`<div><dt>${t(`quality.${name}`)}</dt><dd class="numeric">${value}</dd></div>`)}</dl>`;
}

/** @param {QualitySample[]} samples */
function course(samples) {
  const rates = samples.map((one) => one.audioKbps + one.videoKbps);
  const fullRate = Math.max(...rates, 1);
  const worst = Math.max(...samples.map((one) => one.loss));
  const minutes = Math.max(1, Math.round((samples.length * SECONDS_PER_SAMPLE) / 60));
  return html`<figure class="hr-course">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${t("quality.course", { count: minutes, rate: Math.round(Math.min(...rates)), top: Math.round(fullRate), loss: percent(worst) })}">
      <polyline class="hr-line-rate" points="${points(rates.map((rate) => rate / fullRate))}" />
      <polyline class="hr-line-loss" points="${points(samples.map((one) => Math.min(1, one.loss / FULL_LOSS)))}" />
    </svg>
    <figcaption class="soft">
      <span class="hr-key-rate">${t("quality.key_rate", { top: Math.round(fullRate) })}</span>
      <span class="hr-key-loss">${t("quality.key_loss", { loss: percent(worst) })}</span>
      <span>${t("quality.span", { count: minutes })}</span>
    </figcaption>
  </figure>`;
}

/** @param {number[]} shares 0..1, evenly in time */
function points(shares) {
  const step = WIDTH / Math.max(1, shares.length - 1);
  return shares.map((share, index) => `${(index * step).toFixed(1)},${((1 - share) * (HEIGHT - 4) + 2).toFixed(1)}`).join(" ");
}

customElements.define("hr-quality", HrQuality);
export { HrQuality };
