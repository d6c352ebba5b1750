/** This person's microphone and camera on their way to the candidate. Connected before the floor is taken, so that its first word is heard. */

import { openCamera, openMicrophone, VoiceSender } from "../lib/speak.js";

/** What stands in the way of connecting, beside the server's codes. @typedef {"microphone_denied" | "microphone_missing" | "voice_slow" | "voice_stopped"} Hindrance */

const CONNECT_LIMIT_MS = 15_000;

export class FloorVoice {
  #sender;
  #onChange;
  /** @type {MediaStream | null} */
  #microphone = null;
  /** @type {MediaStreamTrack | null} */
  #camera = null;
  /** Ends the wait of `connect`. @type {((hindrance: string) => void) | null} */
  #settle = null;
  #attempt = 0;
  /** The person wants it connected also while they only watch. */
  kept = false;
  muted = false;
  /** Why it is not live. */
  code = "";

  /** @param {{url: string, iceServers: RTCIceServer[], onChange: () => void}} options */
  constructor({ url, iceServers, onChange }) {
    this.#onChange = onChange;
    this.#sender = new VoiceSender({ url, iceServers, onState: (state, code) => this.#follow(state, code) });
  }

  get state() {
    return this.#sender.state;
  }

  get shows() {
    return this.#camera !== null;
  }

  /** @returns {Promise<string>} empty once it is live; else a code of why not, and nothing is left open */
  async connect() {
    if (this.state === "live") return "";
    const attempt = ++this.#attempt;
    const microphone = this.#microphone ?? (await openMicrophone().catch(whyNot));
    if (attempt !== this.#attempt) {
      if (typeof microphone !== "string" && microphone !== this.#microphone) stopTracks(microphone);
      return "voice_stopped";
    }
    if (typeof microphone === "string") return microphone;
    this.#microphone = microphone;
    this.#mute(false);
    const hindrance = await new Promise((/** @type {(hindrance: string) => void} */ resolve) => {
      this.#settle?.("voice_stopped");
      this.#settle = resolve;
      setTimeout(() => resolve("voice_slow"), CONNECT_LIMIT_MS);
      this.#sender.start(microphone);
    });
    if (attempt === this.#attempt) this.#settle = null;
    if (hindrance !== "" && attempt === this.#attempt) this.stop();
    return hindrance;
  }

  stop() {
    this.#attempt += 1;
    this.#settle?.("voice_stopped");
    this.#settle = null;
    this.#sender.stop();
    if (this.#microphone) stopTracks(this.#microphone);
    this.#camera?.stop();
    this.#microphone = this.#camera = null;
    this.#onChange();
  }

  /** The server came back. */
  renew() {
    if (this.#microphone) this.#sender.renew();
  }

  toggleMute() {
    this.#mute(!this.muted);
    this.#onChange();
  }

  /** @returns {Promise<boolean>} false: there is no camera, or it may not be used */
  async toggleCamera() {
    const wanted = this.#camera === null ? await openCamera().catch(() => null) : null;
    const worked = wanted !== null || this.#camera !== null;
    this.#camera?.stop();
    this.#camera = this.#microphone === null ? null : wanted;
    if (this.#camera === null) wanted?.stop();
    await this.#sender.show(this.#camera);
    this.#onChange();
    return worked;
  }

  /** @param {boolean} muted */
  #mute(muted) {
    this.muted = muted;
    for (const track of this.#microphone?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  /** @param {import("../lib/speak.js").VoiceState} state @param {string} [code] */
  #follow(state, code = "") {
    this.code = code;
    if (state === "live") this.#settle?.("");
    else if (state === "refused" || state === "unavailable") this.#settle?.(code || "voice_unavailable");
    this.#onChange();
  }
}

/** @param {unknown} error @returns {Hindrance} */
function whyNot(error) {
  return error instanceof DOMException && error.name === "NotAllowedError" ? "microphone_denied" : "microphone_missing";
}

/** @param {MediaStream} stream */
function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
