/** What the device check does: asks for the devices, records and plays back one's own voice, plays a tone. */

import { chime, NOTE_S } from "./chime.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */
/** @typedef {import("./state.js").DeviceCheckState} DeviceCheckState */
/** @typedef {import("./devices.js").Devices} Devices */

const VOICE_MS = 3000;
const PLAYBACK_LIMIT_MS = 6000;
const TONE_NOTES_HZ = [523.25, 659.25, 783.99];

export class DeviceCheck {
  #store;
  #devices;

  /** @param {import("../lib/store.js").Store<CandidateState>} store @param {Devices} devices */
  constructor(store, devices) {
    this.#store = store;
    this.#devices = devices;
  }

  /** @param {Partial<DeviceCheckState>} changes */
  #patch(changes) {
    this.#store.patch({ check: { ...this.#store.state.check, ...changes } });
  }

  /** Opens what the person wishes for. While one request is open a second one is not made. @param {Partial<import("./devices.js").Wish>} [wish] */
  async open(wish = {}) {
    if (this.#store.state.check.permission === "asking") return;
    this.#devices.remember(wish);
    this.#patch({ permission: "asking" });
    await this.#devices.open();
    this.#patch({ ...this.#seen(), permission: "answered", voice: "idle" });
    // Firefox gives the names only to a window that has the focus; nothing else may wait for that.
    this.#patch(await this.#devices.list());
  }

  /** A device went away or came back, or was given up. */
  refresh() {
    this.#patch(this.#seen());
  }

  /** Writing instead of speaking: no device is used. */
  giveUp() {
    this.#devices.remember({ microphone: false, camera: false });
    const { microphone, camera } = this.#devices;
    this.#devices.close();
    this.#devices.camera = camera === "ok" ? "skipped" : camera;
    this.#devices.microphone = microphone === "ok" ? "skipped" : microphone;
    this.#patch({ ...this.#seen(), permission: "answered" });
  }

  async recordVoice() {
    const track = this.#devices.stream?.getAudioTracks()[0];
    if (track === undefined || typeof MediaRecorder === "undefined") return this.#patch({ voice: "failed" });
    this.#patch({ voice: "recording" });
    try {
      const recording = await record(new MediaStream([track]));
      this.#patch({ voice: "playing" });
      await play(recording);
      this.#patch({ voice: "played" });
    } catch {
      this.#patch({ voice: "failed" });
    }
  }

  async playTone() {
    this.#patch({ tone: "playing" });
    const context = new AudioContext();
    TONE_NOTES_HZ.forEach((pitch, index) => chime(context, pitch, context.currentTime + index * NOTE_S));
    await new Promise((resolve) => setTimeout(resolve, (TONE_NOTES_HZ.length + 1) * NOTE_S * 1000));
    await context.close();
    this.#patch({ tone: "played" });
  }

  /** @param {boolean} heard */
  tellTone(heard) {
    this.#patch({ speaker: heard ? "ok" : "failed" });
  }

  /** @returns {import("../lib/protocol.js").DeviceReport} */
  report() {
    const { camera, microphone, speaker } = this.#store.state.check;
    return {
      camera: camera === "unknown" ? "skipped" : camera,
      microphone: microphone === "unknown" ? "skipped" : microphone,
      speaker: speaker === "unknown" ? "skipped" : speaker,
      network_rtt_ms: this.#store.state.rtt,
    };
  }

  #seen() {
    return { camera: this.#devices.camera, microphone: this.#devices.microphone };
  }
}

/** @param {MediaStream} stream @returns {Promise<Blob>} */
function record(stream) {
  return new Promise((resolve, reject) => {
    const recorder = new MediaRecorder(stream);
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => resolve(new Blob(parts, { type: recorder.mimeType }));
    recorder.onerror = () => reject(new Error("recorder"));
    recorder.start();
    setTimeout(() => recorder.stop(), VOICE_MS);
  });
}

/** @param {Blob} recording @returns {Promise<void>} */
async function play(recording) {
  const address = URL.createObjectURL(recording);
  const player = new Audio(address);
  try {
    await player.play();
    await new Promise((resolve) => {
      player.onended = resolve;
      setTimeout(resolve, PLAYBACK_LIMIT_MS);
    });
  } finally {
    player.pause();
    URL.revokeObjectURL(address);
  }
}
