/**
 * Speaking to a candidate: HR's microphone, and camera where it is switched on, connected ahead of time. The candidate hears it while its
 * user has the floor, which is not decided here; taking it negotiates nothing and is heard at once.
 *
 *   const voice = new VoiceSender({ url: `/v1/interviews/${id}/voice`, iceServers, onState: show });
 *   voice.start(await openMicrophone());  await voice.show(await openCamera());  await voice.show(null);  ...  voice.stop();
 */

import { offer, OfferError, withdraw, withForwardErrorCorrection } from "./offer.js";
import { encodingOf } from "./sending.js";

/**
 * `unavailable`: the candidate cannot be sent to as they are connected now; asked again every few seconds. `refused`: this user may not
 * speak, or there is no interview to speak in.
 * @typedef {"connecting" | "live" | "reconnecting" | "unavailable" | "refused" | "stopped"} VoiceState
 */

/**
 * @typedef {object} VoiceOptions
 * @property {string} url
 * @property {string | null} [token]             Bearer; left out: the login cookie
 * @property {RTCIceServer[]} [iceServers]
 * @property {(state: VoiceState, code?: string) => void} [onState]   `code`: of the refusal
 */

const DISCONNECTED_LIMIT_MS = 3000;
const CONNECTING_LIMIT_MS = 12_000;
const RETRY_MS = [0, 500, 1000, 2000, 4000];
const UNAVAILABLE_RETRY_MS = 5000;
/** Small: it has to fit beside what the candidate's network carries already. @type {import("./sending.js").Profile} */
const PROFILE = { video: true, max_kbps: 250, width: 320, fps: 15, audio_kbps: 32 };

/** Raises what getUserMedia does. @returns {Promise<MediaStream>} */
export function openMicrophone() {
  return navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } });
}

/** Raises what getUserMedia does. @returns {Promise<MediaStreamTrack | null>} */
export async function openCamera() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: PROFILE.width, height: 240, frameRate: PROFILE.fps } });
  return stream.getVideoTracks()[0] ?? null;
}

export class VoiceSender {
  #options;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {MediaStreamTrack | null} */
  #camera = null;
  /** @type {RTCPeerConnection | null} */
  #peer = null;
  /** @type {RTCRtpSender | null} */
  #picture = null;
  /** @type {string | null} */
  #resource = null;
  #attempt = 0;
  #timer = 0;
  /** @type {VoiceState} */
  #state = "stopped";

  /** @param {VoiceOptions} options */
  constructor(options) {
    this.#options = options;
  }

  get state() {
    return this.#state;
  }

  /** Starts, or goes on with another microphone. Its tracks are the caller's to stop. @param {MediaStream} stream */
  start(stream) {
    const first = this.#stream === null;
    this.#stream = stream;
    if (first) addEventListener("pagehide", this.#leave);
    void this.#connect(first ? "connecting" : "reconnecting");
  }

  /** Switches the camera on, or off with null, without a new negotiation. @param {MediaStreamTrack | null} camera */
  async show(camera) {
    this.#camera = camera;
    await this.#picture?.replaceTrack(camera);
  }

  /** To be called when the server came back: quicker than finding out that the old path is dead. */
  renew() {
    this.#attempt = 0;
    if (this.#stream !== null && this.#state !== "refused") void this.#connect("reconnecting");
  }

  stop() {
    this.#stream = null;
    this.#camera = null;
    removeEventListener("pagehide", this.#leave);
    this.#leave();
    this.#become("stopped");
  }

  /** @param {VoiceState} state */
  async #connect(state) {
    const track = this.#stream?.getAudioTracks()[0];
    if (this.#stream === null || track === undefined) return;
    // The server lets go of the old connection when the new offer comes; the floor stays with the user.
    this.#resource = null;
    this.#leave();
    this.#become(state);
    const peer = new RTCPeerConnection({ iceServers: this.#options.iceServers ?? [], bundlePolicy: "max-bundle" });
    this.#peer = peer;
    peer.addTransceiver(track, { direction: "sendonly", streams: [this.#stream], sendEncodings: [encodingOf(track, PROFILE)] });
    this.#picture = peer.addTransceiver("video", { direction: "sendonly", sendEncodings: [{ maxBitrate: PROFILE.max_kbps * 1000, maxFramerate: PROFILE.fps }] }).sender;
    if (this.#camera !== null) await this.#picture.replaceTrack(this.#camera);
    peer.onconnectionstatechange = () => this.#follow(peer);
    this.#timer = setTimeout(() => this.#retry("reconnecting"), CONNECTING_LIMIT_MS);
    try {
      const resource = await offer(peer, this.#options.url, this.#options.token ?? null, withForwardErrorCorrection);
      if (this.#peer === peer) this.#resource = resource;
      else void withdraw(resource, this.#options.token ?? null);
    } catch (error) {
      if (this.#peer === peer) this.#fail(error);
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof OfferError)) return this.#retry("reconnecting");
    if (error.code === "voice_unavailable") return this.#retry("unavailable", error.code);
    if (![400, 401, 403, 404, 409].includes(error.status)) return this.#retry("reconnecting", error.code);
    this.#leave();
    this.#become("refused", error.code);
  }

  /** @param {RTCPeerConnection} peer */
  #follow(peer) {
    if (this.#peer !== peer) return;
    if (peer.connectionState === "connected") {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#become("live");
    } else if (peer.connectionState === "disconnected") {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#retry("reconnecting"), DISCONNECTED_LIMIT_MS);
    } else if (["failed", "closed"].includes(peer.connectionState)) this.#retry("reconnecting");
  }

  /** @param {"reconnecting" | "unavailable"} state @param {string} [code] */
  #retry(state, code) {
    this.#resource = null;
    this.#leave();
    if (this.#stream === null) return;
    this.#become(state, code);
    const delay = state === "unavailable" ? UNAVAILABLE_RETRY_MS : (RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)] ?? 4000);
    this.#attempt += 1;
    this.#timer = setTimeout(() => void this.#connect(state), delay * (0.75 + Math.random() * 0.5));
  }

  #leave = () => {
    clearTimeout(this.#timer);
    this.#peer?.close();
    this.#peer = null;
    this.#picture = null;
    if (this.#resource !== null) void withdraw(this.#resource, this.#options.token ?? null);
    this.#resource = null;
  };

  /** @param {VoiceState} state @param {string} [code] */
  #become(state, code) {
    this.#state = state;
    this.#options.onState?.(state, code);
  }
}
