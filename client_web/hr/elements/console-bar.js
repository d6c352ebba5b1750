import { delegate, html, render } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../lib/icons.js";
import { holdsFloor } from "../console-state.js";
import { may } from "../permissions.js";
import { explain, explainCode } from "../words.js";
import { keyHint, keyNames } from "./shortcut.js";

/** @typedef {import("../../lib/protocol").FloorMode} FloorMode */
/** @typedef {import("../interview-state.js").InterviewState} InterviewState */
/** @typedef {import("../shortcuts.js").Action} Action */

/**
 * The five modes, who has the floor, and this person's microphone and camera. Emits `whisper-asked`. The microphone is connected before
 * the floor is taken: the candidate hears the first word.
 */
class HrConsoleBar extends HTMLElement {
  /** @type {InterviewState | null} */
  state = null;
  /** @type {import("../api.js").User | null} */
  user = null;
  /** @type {import("../commands.js").Commands | null} */
  commands = null;
  /** @type {import("../floor-voice.js").FloorVoice | null} */
  voice = null;
  #whispering = false;
  #busy = false;
  #held = false;
  #error = "";
  /** Taken without a microphone if the person wants it so. @type {FloorMode | null} */
  #silently = null;

  connectedCallback() {
    delegate(this, "click", {
      observe: () => void this.observe(),
      whisper: () => this.whisper(),
      barge: () => void this.take("barge"),
      takeover: () => void this.take("takeover"),
      hand_back: () => void this.handBack(),
      silently: () => void this.#takeSilently(),
      microphone: () => void this.microphone(),
      camera: () => void this.#camera(),
    });
  }

  set whispering(/** @type {boolean} */ whispering) {
    if (whispering === this.#whispering) return;
    this.#whispering = whispering;
    this.update();
  }

  update() {
    const { state, user } = this;
    if (!state || !user) return;
    const live = state.phase === "live";
    const mine = holdsFloor(state.console);
    this.#noteFloor(mine);
    this.toggleAttribute("data-mine", mine);
    const speaks = may(user, "interview.speak");
    const other = state.console.holder !== null && !mine;
    const shown = live && (speaks || may(user, "interview.whisper"));
    this.setAttribute("aria-busy", String(this.#busy));
    render(
      this,
      html`<div class="hr-bar-row">
          ${shown &&
          html`<div class="hr-modes" role="group" aria-label="${t("bar.modes")}" data-key="modes">
            ${mode("observe", "eye", this.#mode(state) === "observe", false)}
            ${may(user, "interview.whisper") && mode("whisper", "speaking", this.#mode(state) === "whisper", false)}
            ${speaks && mode("barge", "microphone", this.#mode(state) === "barge", other || this.#busy)}
            ${speaks && mode("takeover", "user", this.#mode(state) === "takeover", other || this.#busy)}
            ${speaks && mode("hand_back", "back", null, !mine)}
          </div>`}
          ${mine && html`<label class="hr-answered small" data-key="answered"><input type="checkbox" data-testid="answered" /> ${t("bar.answered")}</label>`}
          ${shown && speaks && this.#devices(mine)}
        </div>
        <p class="hr-floor" data-key="floor" data-testid="floor">${icon(state.console.holder ? "microphone" : "eye", 16)}<span>${this.#floor(state, mine)}</span> ${state.console.voiceHeard && html`<span class="hr-speaking nowrap">${icon("listening", 14)}${t("card.speaking")}</span>`}</p>
        <div role="alert" data-key="error" class="hr-bar-error">
          ${this.#error !== "" && html`<p class="field-error" data-testid="bar-error">${this.#error} ${this.#silently && html`<button type="button" class="hr-link-button" data-click="silently" data-testid="take-silently">${t("bar.silently")}</button>`}</p>`}
        </div>`,
    );
  }

  /** Nobody hears this person any more; the interviewer goes on. */
  async observe() {
    if (this.state && holdsFloor(this.state.console)) await this.handBack();
    this.whispering = false;
  }

  whisper() {
    if (may(this.user, "interview.whisper")) this.dispatchEvent(new CustomEvent("whisper-asked"));
  }

  /** @param {FloorMode} mode */
  async take(mode) {
    const state = this.state;
    if (!state || !this.voice || this.#busy || !may(this.user, "interview.speak") || state.phase !== "live") return;
    if (holdsFloor(state.console)) return this.#refuse(await this.commands?.send("floor.mode", { mode }));
    if (state.console.holder) return;
    // Known before anybody is asked for a microphone, or interrupts for words that nobody hears.
    if (voiceless(state)) return this.#show(explainCode("voice_unavailable"), mode);
    this.#show("", null, true);
    const hindrance = await this.voice.connect();
    if (hindrance !== "") return this.#show(explainCode(hindrance), mode);
    const refused = await this.commands?.send("floor.take", { mode });
    if (refused && !this.voice.kept) this.voice.stop();
    this.#refuse(refused);
  }

  async handBack() {
    if (!this.state || !holdsFloor(this.state.console)) return;
    const tick = /** @type {HTMLInputElement | null} */ (this.querySelector("[data-testid=answered]"));
    const refused = await this.commands?.send("floor.hand_back", { answered: tick?.checked ?? false });
    if (!refused && tick) tick.checked = false;
    this.#refuse(refused);
  }

  /** Connects it ahead of time, or lets go of it; who has the floor mutes and unmutes. */
  async microphone() {
    const { voice, state } = this;
    if (!voice || !state || !may(this.user, "interview.speak")) return;
    if (voice.state === "live" && holdsFloor(state.console)) return voice.toggleMute();
    if (voice.state !== "stopped" && voice.state !== "refused") {
      voice.kept = false;
      return voice.stop();
    }
    this.#show("", null, true);
    const hindrance = await voice.connect();
    voice.kept = hindrance === "";
    this.#show(hindrance === "" ? "" : explainCode(hindrance), null);
  }

  async #camera() {
    if (this.voice && !(await this.voice.toggleCamera())) this.#show(explainCode("camera_missing"), null);
  }

  async #takeSilently() {
    const mode = this.#silently;
    if (mode) this.#refuse(await this.commands?.send("floor.take", { mode }));
  }

  /** @param {InterviewState} state @returns {Action} */
  #mode(state) {
    if (state.console.holder && holdsFloor(state.console)) return state.console.holder.mode;
    return this.#whispering ? "whisper" : "observe";
  }

  /** The floor may be lost, too: then nobody must go on speaking into a microphone that nobody hears. @param {boolean} mine */
  #noteFloor(mine) {
    if (this.#held && !mine && this.voice && !this.voice.kept) queueMicrotask(() => this.voice?.stop());
    this.#held = mine;
  }

  /** @param {boolean} mine */
  #devices(mine) {
    const voice = this.voice;
    const live = voice?.state === "live";
    const on = voice !== null && voice.state !== "stopped" && voice.state !== "refused";
    const word = mine && live ? (voice?.muted ? "bar.unmute" : "bar.mute") : on ? "bar.microphone_off" : "bar.microphone_on";
    return html`<div class="hr-devices" data-key="devices">
      <button type="button" class="button button-small" data-click="microphone" data-testid="microphone" aria-pressed="${String(on && !voice?.muted)}" aria-keyshortcuts="${keyNames("mute")}" ${this.#busy && html`disabled`}>${icon(on && !voice?.muted ? "microphone" : "microphone_off", 16)}${t(word)}${keyHint("mute")}</button>
      ${live && html`<button type="button" class="button button-small" data-key="camera" data-click="camera" data-testid="camera" aria-pressed="${String(voice?.shows)}">${icon(voice?.shows ? "camera" : "camera_off", 16)}${t(voice?.shows ? "bar.camera_off" : "bar.camera_on")}</button>`}
      ${on && html`<span class="small soft" data-key="voice" data-testid="voice-state">${voice?.muted ? t("voice.muted") : t(`voice.${voice?.state ?? "stopped"}`)}</span>`}
    </div>`;
  }

  /** @param {InterviewState} state @param {boolean} mine */
  #floor(state, mine) {
    const { holder, obstacle, paused } = state.console;
    if (this.#busy) return t("bar.connecting");
    if (!holder) {
      const leads = state.phase !== "live" ? t("bar.not_live") : paused ? t("bar.paused") : t("bar.interviewer");
      return voiceless(state) && may(this.user, "interview.speak") ? `${leads} ${t("obstacle.websocket")}` : leads;
    }
    const who = mine ? t(`bar.mine_${holder.mode}`) : t(`bar.held_${holder.mode}`, { name: holder.name });
    if (obstacle) return `${who} ${t(`obstacle.${obstacle}`)}`;
    return mine && this.voice?.state === "stopped" ? `${who} ${t("bar.mine_silent")}` : who;
  }

  /** @param {import("../../lib/socket.js").CommandError | null | undefined} refused */
  #refuse(refused) {
    this.#show(refused ? explain(refused) : "", null);
  }

  /** @param {string} error @param {FloorMode | null} silently @param {boolean} [busy] */
  #show(error, silently, busy = false) {
    this.#error = error;
    this.#silently = silently;
    this.#busy = busy;
    this.update();
  }
}

/** The candidate's sound comes over the page's socket, by which no voice goes back to them. @param {InterviewState} state */
function voiceless(state) {
  return state.phase === "live" && state.media?.transport === "websocket" && state.media.up;
}

/** @param {"observe" | "whisper" | "barge" | "takeover" | "hand_back"} name @param {import("../../lib/icons.js").IconName} sign @param {boolean | null} pressed null: no mode but a step @param {boolean} disabled */
function mode(name, sign, pressed, disabled) {
  return html`<button type="button" class="button button-small" data-key="${name}" data-click="${name}" data-testid="mode-${name}" title="${t(`mode.${name}_hint`)}" aria-keyshortcuts="${keyNames(name)}" ${pressed !== null && html`aria-pressed="${String(pressed)}"`} ${disabled && html`disabled`}>${icon(sign, 16)}${t(`mode.${name}`)}${keyHint(name)}</button>`;
}

customElements.define("hr-console-bar", HrConsoleBar);
export { HrConsoleBar };
