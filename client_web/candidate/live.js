/**
 * What the page does by itself because the state says so: reads a question aloud and presents it, keeps the media up, keeps the screen
 * awake, and lets go of everything at the end. `follow` is called after every change and does each thing once.
 */

import { CommandError } from "../lib/socket.js";
import { isQuiet } from "./absence.js";
import { cameraOf, screenOf, serverHas } from "./standing.js";
import { Transport } from "./transport.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */

const UNHEARD_LIMIT_MS = 2500;
const RENEW_PAUSE_MS = 3000;

/**
 * @typedef {object} Parts
 * @property {import("../lib/store.js").Store<CandidateState>} store
 * @property {import("../lib/socket.js").VivaSocket} socket
 * @property {import("./devices.js").Devices} devices
 * @property {import("./device_check.js").DeviceCheck} check
 * @property {import("../lib/speech.js").Speaker} speaker
 * @property {import("../lib/drafts.js").Drafts} drafts
 * @property {import("../components/hr-voice/hr-voice.js").HrVoice} voice
 * @property {string} token
 */

export class Live {
  #parts;
  #renewedAt = 0;
  #mediaDownAt = 0;
  #online = false;
  #restarts = 0;
  #entered = false;
  #presented = 0;
  /** Whoever had the floor when this was last looked at. @type {import("./state.js").Floor} */
  #floor = "asking";
  /** Whether the server was told that the microphone is gone; null: by an earlier page, if at all. @type {boolean | null} */
  #told = null;
  #closed = false;
  /** @type {Transport | null} */
  #transport = null;
  /** @type {MediaStream | null} */
  #published = null;
  /** What was last told to be sent. @type {import("../lib/protocol.js").QualityProfileChanged | null} */
  #profile = null;
  /** @type {WakeLockSentinel | null} */
  #wakeLock = null;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    document.addEventListener("visibilitychange", () => {
      // The system takes the lock away with the tab; it does not give it back.
      if (document.visibilityState === "visible" && screenOf(parts.store.state) === "room") void this.#stayAwake();
    });
  }

  /** @param {CandidateState} state */
  follow(state) {
    const screen = screenOf(state);
    const needsDevices = (screen === "waiting" || screen === "room") && !state.textOnly;
    if (needsDevices && state.check.permission === "idle") void this.#parts.check.open();
    if (screen === "room") this.#interview(state);
    if (screen === "closing" || screen === "trouble") this.#end(state);
  }

  /** The person takes the floor before the question was read to the end. */
  cutShort() {
    this.#parts.speaker.cancel();
  }

  /** @param {CandidateState} state */
  #interview(state) {
    if (!this.#entered) void this.#stayAwake();
    this.#entered = true;
    const stream = this.#parts.devices.stream;
    if (!state.textOnly && state.check.permission === "answered" && stream !== null && stream !== this.#published) this.#publish(state, stream);
    this.#transport?.watch(state);
    this.#adapt(state);
    this.#reviveMedia(state);
    this.#tellOfMicrophone(state);
    if (state.floor === "asking" && !isQuiet(state) && state.question !== null && state.question.seq !== this.#presented) void this.#present(state.question, state.spoken);
    // The candidate has begun to speak, or goes on with the answer before: nobody talks over them.
    if (state.floor !== this.#floor && state.floor !== "asking") this.#parts.speaker.cancel();
    this.#floor = state.floor;
  }

  /** @param {CandidateState} state */
  #adapt({ profile }) {
    if (this.#transport === null || profile === null || profile === this.#profile) return;
    this.#profile = profile;
    this.#transport.adapt(profile);
  }

  /** A browser takes many seconds to notice that nobody is at the other end; the server and the socket know it sooner. @param {CandidateState} state */
  #reviveMedia(state) {
    const returned = !this.#online && state.socket === "online" && state.publishing === "reconnecting";
    this.#online = state.socket === "online";
    if (!this.#online || this.#transport === null) return;
    if (state.mediaUp || state.publishing !== "live") this.#mediaDownAt = 0;
    else this.#mediaDownAt ||= Date.now();
    const unheard = this.#mediaDownAt > 0 && Date.now() - this.#mediaDownAt > UNHEARD_LIMIT_MS;
    if (!unheard && !returned && state.restarts === this.#restarts) return;
    this.#restarts = state.restarts;
    if (Date.now() - this.#renewedAt < RENEW_PAUSE_MS) return;
    this.#renewedAt = Date.now();
    this.#mediaDownAt = 0;
    this.#transport.renew();
  }

  /** Silence of a microphone that is gone must not end an answer: so the server has to know. @param {CandidateState} state */
  #tellOfMicrophone({ textOnly, check, microphoneLost }) {
    if (textOnly || check.permission !== "answered" || check.microphone === "unknown") return;
    const lost = check.microphone !== "ok";
    if (lost === (this.#told ?? microphoneLost)) return;
    this.#told = lost;
    this.#parts.socket.send("device.report", this.#parts.check.report()).catch((error) => {
      if (!(error instanceof CommandError)) throw error;
    });
  }

  /** @param {import("./state.js").Question} question @param {boolean} aloud */
  async #present(question, aloud) {
    this.#presented = question.seq;
    const text = question.fresh ? question.spoken_text : question.text;
    const spoken = aloud && (await this.#parts.speaker.speak(text, document.documentElement.lang));
    const now = this.#parts.store.state;
    if (now.question?.seq !== question.seq || now.floor !== "asking") return;
    // A refusal means that the turn is over: the next question tells it better than a message.
    await this.#parts.socket.send("question.present", { turn_id: question.turn_id, spoken }).catch(() => undefined);
  }

  /** @param {CandidateState} state @param {MediaStream} stream */
  #publish(state, stream) {
    this.#published = stream;
    this.#restarts = state.restarts;
    const { store, socket, voice, token } = this.#parts;
    const { interview = "", ice_servers: iceServers = [] } = state.session ?? {};
    this.#transport ??= new Transport({ store, socket, token, interview, iceServers, camera: () => cameraOf(store.state) });
    this.#transport.watch(state);
    this.#adapt(state);
    this.#transport.start(stream);
    voice.stream = this.#transport.incoming;
  }

  /** @param {CandidateState} state */
  #end(state) {
    if (this.#closed) return;
    this.#closed = true;
    const { speaker, devices, drafts, voice } = this.#parts;
    speaker.cancel();
    voice.stream = null;
    const words = state.phase === "closing" ? state.closing?.text : undefined;
    if (words !== undefined && state.spoken) void speaker.speak(words, document.documentElement.lang);
    if (state.trouble === null) drafts.forgetKept((turnId, text) => serverHas(state, turnId, text));
    void this.#transport?.stop();
    this.#transport = null;
    devices.close();
    void this.#wakeLock?.release();
  }

  async #stayAwake() {
    // Refused on low battery: the interview goes on all the same.
    if ("wakeLock" in navigator) this.#wakeLock = await navigator.wakeLock.request("screen").catch(() => null);
  }
}
