/**
 * Camera and microphone of this device: asked for together, taken one by one when one is refused, and remembered for the next reload.
 */

import { recall, remember } from "../lib/memory.js";

/** @typedef {import("../lib/protocol.js").DeviceState} DeviceState */
/** @typedef {{ camera: boolean, microphone: boolean, cameraId: string, microphoneId: string }} Wish */

const REMEMBERED = "viva.devices";
/** A shorter silence of the track is a change of device or of the audio route, over before anybody could act on it. */
const MUTE_LIMIT_MS = 1500;

/** A page that is not secure (http to another host) has no `mediaDevices` at all. */
export function devicesPossible() {
  return window.isSecureContext && navigator.mediaDevices !== undefined;
}

export class Devices {
  /** @type {MediaStream | null} */
  stream = null;
  /** @type {DeviceState} */
  camera = "skipped";
  /** @type {DeviceState} */
  microphone = "skipped";

  #muting = 0;

  /** Called when a device goes away by itself (unplugged, taken by the system, muted by it), or is back. */
  onChange = () => {};

  /** @returns {Wish} */
  get wish() {
    const plain = { camera: true, microphone: true, cameraId: "", microphoneId: "" };
    try {
      return { ...plain, ...JSON.parse(recall(REMEMBERED) ?? "{}") };
    } catch {
      return plain;
    }
  }

  /** @param {Partial<Wish>} changes */
  remember(changes) {
    remember(REMEMBERED, JSON.stringify({ ...this.wish, ...changes }));
  }

  /** Opens what is wished for; afterwards `camera`, `microphone` and `stream` (null: nothing) tell what came. */
  async open() {
    const { camera, microphone, cameraId, microphoneId } = this.wish;
    this.close();
    if (!devicesPossible()) {
      this.camera = this.microphone = "failed";
      return;
    }
    const video = camera && videoWish(cameraId);
    const audio = microphone && audioWish(microphoneId);
    /** @type {MediaStreamTrack[]} */
    let tracks = [];
    this.camera = this.microphone = "skipped";
    try {
      tracks = (await navigator.mediaDevices.getUserMedia({ video, audio })).getTracks();
      if (camera) this.camera = "ok";
      if (microphone) this.microphone = "ok";
    } catch {
      // Which of the two it was, the browser does not say.
      if (microphone) [this.microphone, tracks] = await openOne({ audio }, tracks);
      if (camera) [this.camera, tracks] = await openOne({ video }, tracks);
    }
    this.stream = tracks.length === 0 ? null : new MediaStream(tracks);
    for (const track of tracks) this.#watch(track);
  }

  close() {
    clearTimeout(this.#muting);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  /** @param {boolean} on */
  showCamera(on) {
    for (const track of this.stream?.getVideoTracks() ?? []) track.enabled = on;
  }

  /** Names are given only after permission. @returns {Promise<{ cameras: { id: string, label: string }[], microphones: { id: string, label: string }[] }>} */
  async list() {
    const all = devicesPossible() ? await navigator.mediaDevices.enumerateDevices() : [];
    /** @param {MediaDeviceKind} kind */
    const named = (kind) => all.filter((device) => device.kind === kind && device.deviceId !== "").map(({ deviceId, label }) => ({ id: deviceId, label }));
    return { cameras: named("videoinput"), microphones: named("audioinput") };
  }

  /** @param {MediaStreamTrack} track */
  #watch(track) {
    track.addEventListener("ended", () => this.#become(track, "failed"));
    if (track.kind !== "audio") return;
    const mute = () => {
      clearTimeout(this.#muting);
      this.#muting = setTimeout(() => this.#become(track, "failed"), MUTE_LIMIT_MS);
    };
    track.addEventListener("mute", mute);
    track.addEventListener("unmute", () => {
      if (track.readyState === "live") this.#become(track, "ok");
    });
    if (track.muted) mute();
  }

  /** @param {MediaStreamTrack} track @param {"ok" | "failed"} state */
  #become(track, state) {
    // A track of a stream that was given up says nothing about the one in use.
    if (!this.stream?.getTracks().includes(track)) return;
    const device = track.kind === "audio" ? "microphone" : "camera";
    if (device === "microphone") clearTimeout(this.#muting);
    if (this[device] === state) return;
    this[device] = state;
    this.onChange();
  }
}

/** @param {string} id @returns {MediaTrackConstraints} */
function videoWish(id) {
  return {
    width: { ideal: 640 },
    height: { ideal: 480 },
    frameRate: { ideal: 30, max: 30 },
    ...(id === "" ? { facingMode: "user" } : { deviceId: { ideal: id } }),
  };
}

/** Echo is taken out here, where the loudspeaker is; noise on the server, which keeps the original. @param {string} id @returns {MediaTrackConstraints} */
function audioWish(id) {
  return { echoCancellation: true, noiseSuppression: false, autoGainControl: true, ...(id === "" ? {} : { deviceId: { ideal: id } }) };
}

/** @param {MediaStreamConstraints} wish @param {MediaStreamTrack[]} tracks @returns {Promise<[DeviceState, MediaStreamTrack[]]>} */
async function openOne(wish, tracks) {
  try {
    return ["ok", [...tracks, ...(await navigator.mediaDevices.getUserMedia(wish)).getTracks()]];
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (["NotAllowedError", "SecurityError"].includes(name)) return ["denied", tracks];
    return [["NotFoundError", "OverconstrainedError"].includes(name) ? "missing" : "failed", tracks];
  }
}
