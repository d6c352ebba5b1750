import { formatNumber } from "../../lib/format.js";
import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */

/** The left end of the scale: a quiet room. */
const FLOOR_DBFS = -60;
/** Distortion is a matter of single frames; a person has to have time to read of it. */
const CLIPPED_SHOWN_MS = 3000;
const CLEAR_DB = 20;
const NOISY_DB = 10;

/** How loud the candidate is, whether the sound is distorted, and how far the voice stands above the room's noise. */
class HrLevel extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;

  update() {
    const level = this.state?.level ?? null;
    this.hidden = level === null;
    if (level === null) return;
    this.style.setProperty("--level", share(level.rmsDbfs));
    this.style.setProperty("--peak", share(level.peakDbfs));
    const rms = Math.round(level.rmsDbfs);
    const clipped = Date.now() - level.clippedAt < CLIPPED_SHOWN_MS;
    render(
      this,
      html`<div class="hr-level" data-testid="level-meter">
        <h2 class="visually-hidden">${t("level.title")}</h2>
        <div class="hr-level-track" role="meter" aria-label="${t("level.title")}" aria-valuemin="${FLOOR_DBFS}" aria-valuemax="0" aria-valuenow="${Math.max(FLOOR_DBFS, rms)}" aria-valuetext="${formatNumber(rms)} dBFS">
          <span class="hr-level-fill"></span>
          <span class="hr-level-peak"></span>
        </div>
        <p class="hr-level-words">
          <span>${t("level.title")} <span class="numeric">${formatNumber(rms)} dBFS</span></span>
          <span data-testid="snr">${t("level.snr")} ${level.snrDb === null ? "–" : html`<span class="numeric">${formatNumber(Math.round(level.snrDb))} dB</span>${t("level.comma")}<span class="${level.snrDb < NOISY_DB && "hr-attention"}">${t(`level.${clarity(level.snrDb)}`)}</span>`}</span>
          ${clipped && html`<span class="hr-attention" data-testid="clipped">${icon("alert", 14)}${t("level.clipped")}</span>`}
        </p>
      </div>`,
    );
  }
}

/** @param {number} dbfs @returns {string} percent of the scale */
function share(dbfs) {
  return `${Math.round(100 * Math.min(1, Math.max(0, 1 - dbfs / FLOOR_DBFS)))}%`;
}

/** @param {number} snrDb */
function clarity(snrDb) {
  if (snrDb >= CLEAR_DB) return "clear";
  return snrDb >= NOISY_DB ? "audible" : "noisy";
}

customElements.define("hr-level", HrLevel);
export { HrLevel };
