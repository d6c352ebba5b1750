import { html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { interviewPath } from "../api.js";
import { placeOf } from "../recording-place.js";
import { duration } from "../words.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */

/** A little before, so that the first word is heard whole. */
const LEAD_MS = 500;

/** Plays the recording from a moment on. Nothing is loaded, and no look is noted in the audit trail, before somebody asks. */
class HrPlayback extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  #playing = "";
  /** A text's key, and the moment it is about. @type {{key: string, ms: number} | null} */
  #word = null;

  update() {
    const state = this.state;
    if (!state) return;
    this.hidden = this.#playing === "" && this.#word === null;
    render(
      this,
      html`<h2 class="hr-panel-head">${t("playback.title")}</h2>
        <video data-keep controls playsinline class="hr-playback" data-testid="playback"></video>
        <p role="status" class="${this.#word ? "hr-attention" : ""}" data-testid="playback-word">${this.#word && t(this.#word.key, { time: duration(this.#word.ms) })}</p>`,
    );
    this.#video.setAttribute("aria-label", t("playback.title"));
  }

  /** @param {number} ms on the interview clock */
  playFrom(ms) {
    const state = this.state;
    if (!state) return;
    const place = placeOf(state.recordings, Math.max(0, ms - LEAD_MS)) ?? placeOf(state.recordings, ms);
    this.#word = place ? null : { key: "playback.not_recorded", ms };
    if (!place) return this.#show();
    const seek = () => {
      this.#video.currentTime = place.seconds;
      // Refused where a person has forbidden sound without a click on the video itself: it stands at the place all the same.
      void this.#video.play().catch(() => undefined);
    };
    if (this.#playing === place.name) {
      this.#show();
      return seek();
    }
    this.#playing = place.name;
    this.#show();
    const video = this.#video;
    video.onerror = () => {
      this.#playing = "";
      this.#word = { key: "playback.failed", ms };
      this.update();
    };
    video.addEventListener("loadedmetadata", seek, { once: true });
    video.src = `${interviewPath(state.id)}/recordings/${encodeURIComponent(place.name)}`;
  }

  #show() {
    this.update();
    this.scrollIntoView({ block: "nearest" });
  }

  get #video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }
}

customElements.define("hr-playback", HrPlayback);
export { HrPlayback };
