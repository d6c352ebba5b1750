import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { BARS, percent, word } from "../words.js";

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
          <span class="${needsAPerson ? "hr-attention" : "strong"} nowrap">${icon(BARS[state.connection ?? "unknown"] ?? "bars_0", 16)}<span data-testid="connection-word">${word("connection", state.connection ?? "unknown")}</span></span>
        </div>
        ${state.reason && html`<p data-testid="connection-reason">${word("connection_reason", state.reason)}</p>`}
        ${state.media?.transport === "websocket" ? html`<p class="soft" data-testid="sound-only">${t("quality.sound_only")}</p>` : state.profile && asked(state.profile, now?.camera ?? null)} ${now ? numbers(now) : html`<p class="soft">${t("quality.none")}</p>`} ${state.quality.length > 1 && course(state.quality)}
      </div>`,
    );
  }
}

/** What the candidate's page is asked to send, and why. @param {import("../../lib/protocol").QualityProfileChanged} profile @param {import("../../lib/protocol").CameraState | null} camera */
function asked(profile, camera) {
  const values = { width: profile.width, height: profile.height, rate: profile.max_kbps, why: word("profile_reason", profile.reason) };
  const words = camera === "off" ? t("quality.camera_hidden") : camera === "none" ? t("quality.no_camera") : t(profile.video ? "quality.asked" : "quality.paused", values);
  return html`<p class="soft" data-testid="profile" data-profile="${profile.profile}">${words}</p>`;
}

/** @param {QualitySample} now */
function numbers(now) {
  const rows = [
    ["loss", percent(now.loss)],
    ["recovered", percent(now.recovered)],
    ["concealed", percent(now.concealed)],
    ["video_loss", percent(now.videoLoss)],
    ["jitter", `${Math.round(now.jitterMs)} ms`],
    ["rtt", now.rttMs === null ? "–" : `${now.rttMs} ms`],
    ["audio", `${Math.round(now.audioKbps)} kbit/s`],
    ["video", `${Math.round(now.videoKbps)} kbit/s`],
    ["available", now.availableKbps === null ? "–" : `${Math.round(now.availableKbps)} kbit/s`],
    ["size", now.width ? `${now.width} × ${now.height}` : "–"],
    ["fps", now.width ? String(Math.round(now.fps)) : "–"],
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
