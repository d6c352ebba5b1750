import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { WhepViewer } from "../../lib/whep.js";
import { interviewPath } from "../api.js";

/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {"connecting" | "live" | "no_camera" | "camera_hidden" | "picture_paused" | "sound_only" | "disconnected" | "interrupted" | "reconnecting" | "not_started" | "text_only" | "over"} Word */

/** The candidate, live. Muted until the person asks for sound, since browsers forbid sound before a click. */
class HrVideo extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  /** @type {WhepViewer | null} */
  #viewer = null;
  #muted = true;

  connectedCallback() {
    delegate(this, "click", { sound: () => this.#toggleSound() });
  }

  disconnectedCallback() {
    this.#viewer?.stop();
  }

  /** @param {InterviewState} state @param {RTCIceServer[]} iceServers */
  start(state, iceServers) {
    this.state = state;
    this.update();
    const url = `${interviewPath(state.id)}/whep`;
    this.#viewer = new WhepViewer({ url, iceServers, onState: () => this.update() });
    this.#viewer.attach(this.#video);
    this.update();
  }

  /** The server came back and knows nothing of who was watching. */
  renew() {
    this.#viewer?.renew();
  }

  update() {
    const state = this.state;
    if (!state) return;
    this.#watchOnlyWhileRunning(state);
    const word = this.#word(state);
    render(
      this,
      html`<div class="hr-screen" data-word="${word}">
          <video data-keep data-testid="video" playsinline autoplay muted></video>
          ${word !== "live" && html`<p class="hr-screen-word" data-key="word">${icon(ICONS[word], 28)}<span>${t(`video.${word}`)}</span></p>`}
        </div>
        <div class="row row-apart hr-screen-row">
          <div class="row">
            <p class="small ${word !== "live" && "visually-hidden"}" role="status" data-testid="video-state">${t(`video.${word}`)}</p>
            ${state.speaking && html`<span class="small hr-speaking nowrap" data-key="speaking" data-testid="speaking">${icon("listening", 14)}${t("card.speaking")}</span>`}
          </div>
          <button type="button" class="button button-small nowrap" data-click="sound" data-key="sound" data-testid="sound" aria-pressed="${String(!this.#muted)}" ${state.phase !== "live" && html`disabled`}>
            ${icon(this.#muted ? "sound_off" : "sound", 16)}${this.#muted ? t("video.sound_on") : t("video.sound_off")}
          </button>
        </div>`,
    );
    this.#video.setAttribute("aria-label", t("video.label"));
  }

  /** What shows the candidate now; null: nothing moves. */
  get flowing() {
    return this.state && this.#word(this.state) === "live" ? this.#video : null;
  }

  get #video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  /** Asking for media of an interview that has none yet, or no more, would only be refused. @param {InterviewState} state */
  #watchOnlyWhileRunning(state) {
    const running = state.caughtUp ? state.phase === "live" || state.phase === "closing" : null;
    if (running === true) this.#viewer?.start();
    else if (running === false && this.#viewer && this.#viewer.state !== "stopped") this.#viewer.stop();
  }

  /** @param {InterviewState} state @returns {Word} */
  #word(state) {
    if (state.phase === "archived" || state.phase === "aborted") return "over";
    if (state.phase === "invited" || state.phase === "lobby") return "not_started";
    const flowing = this.#viewer?.state === "live" && state.media?.up !== false;
    if (flowing) return this.#wordOfPicture(state);
    if (state.connections.size === 0) return "disconnected";
    if (state.media?.up === false) return "interrupted";
    if (state.textOnly) return "text_only";
    return this.#viewer?.state === "reconnecting" ? "reconnecting" : "connecting";
  }

  /** Sound is there; of a picture that has stopped, the last frame would only look like somebody who sits very still. @param {InterviewState} state @returns {Word} */
  #wordOfPicture(state) {
    if (state.media?.transport === "websocket") return "sound_only";
    // The picture itself is the better witness of a camera than the log.
    if (!state.media?.video && this.#video.videoWidth === 0) return "no_camera";
    if (state.quality.at(-1)?.camera === "off") return "camera_hidden";
    return state.profile?.video === false ? "picture_paused" : "live";
  }

  #toggleSound() {
    this.#muted = !this.#muted;
    this.#video.muted = this.#muted;
    void this.#video.play().catch(() => undefined);
    this.update();
  }
}

/** @type {Record<Word, import("../../lib/icons.js").IconName>} */
const ICONS = {
  connecting: "network",
  live: "camera",
  no_camera: "camera_off",
  camera_hidden: "camera_off",
  picture_paused: "camera_off",
  sound_only: "sound",
  disconnected: "alert",
  interrupted: "alert",
  reconnecting: "repeat",
  not_started: "clock",
  text_only: "keyboard",
  over: "check",
};

customElements.define("hr-video", HrVideo);
export { HrVideo };
