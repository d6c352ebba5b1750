/**
 * How much of a stream is sent: set on the senders of a peer connection, never negotiated anew.
 *
 *   peer.addTransceiver(track, { sendEncodings: [encodingOf(track, profile)] });
 *   const sending = new Sending(peer);  sending.follow(profile);
 */

/** @typedef {Pick<import("./protocol.js").QualityProfileChanged, "video" | "max_kbps" | "width" | "fps" | "audio_kbps">} Profile */

/** Until the server tells: what it asks of a candidate whom nobody watches yet. @type {Profile} */
export const FIRST_PROFILE = { video: true, max_kbps: 400, width: 480, fps: 24, audio_kbps: 32 };

export class Sending {
  #peer;
  /** @type {Profile | null} */
  #wanted = null;
  #busy = false;

  /** @param {RTCPeerConnection} peer */
  constructor(peer) {
    this.#peer = peer;
  }

  /** The last profile wins, however many come while one is being set. @param {Profile} profile */
  follow(profile) {
    this.#wanted = profile;
    if (!this.#busy) void this.#run();
  }

  async #run() {
    this.#busy = true;
    while (this.#wanted !== null) {
      const profile = this.#wanted;
      this.#wanted = null;
      for (const sender of this.#peer.getSenders()) await set(sender, profile);
    }
    this.#busy = false;
  }
}

/** @param {MediaStreamTrack} track @param {Profile} profile @returns {RTCRtpEncodingParameters} */
export function encodingOf(track, profile) {
  if (track.kind === "audio") return { maxBitrate: profile.audio_kbps * 1000, priority: "high", networkPriority: "high" };
  if (!profile.video) return { active: false, priority: "low", networkPriority: "low" };
  const { width = 0, height = 0 } = track.getSettings();
  return {
    active: true,
    maxBitrate: profile.max_kbps * 1000,
    maxFramerate: profile.fps,
    // A phone held upright sends a tall picture: the long side is what the profile calls its width.
    scaleResolutionDownBy: Math.max(1, Math.max(width, height) / profile.width),
    priority: "low",
    networkPriority: "low",
  };
}

/** @param {RTCRtpSender} sender @param {Profile} profile */
async function set(sender, profile) {
  if (sender.track === null) return;
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings ?? []) Object.assign(encoding, encodingOf(sender.track, profile));
  // A face that moves is read better than one that is sharp; not in the standard types.
  if (sender.track.kind === "video") /** @type {any} */ (parameters).degradationPreference = "maintain-framerate";
  // Some browsers refuse before the first packet; it is tried again when the connection stands.
  await sender.setParameters(parameters).catch(() => undefined);
}
