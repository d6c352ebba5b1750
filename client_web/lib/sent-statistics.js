/** What this page knows of its own sending, for the server: every browser tells a part of it, in getStats. */

/** @typedef {import("./protocol.js").QualityReportCommand} Quality */
/** @typedef {{ at: number, bytes: number }} Sent   so far, at `at` ms */

export class SentStatistics {
  /** @type {Sent | null} */
  #before = null;

  /** @param {RTCStatsReport} report @param {Quality["camera"]} camera @param {boolean} pictureWanted whether the server wants a picture at the moment @returns {Quality} */
  read(report, camera, pictureWanted) {
    /** @type {Quality} */
    const quality = { rtt_ms: null, available_kbps: null, limitation: null, sent_kbps: null, loss: null, fps: null, width: null, height: null, candidate_type: null, camera };
    /** @type {Sent} */
    const sent = { at: 0, bytes: 0 };
    for (const entry of report.values()) {
      if (entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded") readPair(quality, entry, report);
      if (entry.type === "remote-inbound-rtp" && entry.kind === "audio") readEcho(quality, entry);
      if (entry.type === "outbound-rtp") {
        sent.at = entry.timestamp;
        sent.bytes += entry.bytesSent ?? 0;
        if (entry.kind === "video") readPicture(quality, entry);
      }
    }
    quality.sent_kbps = this.#rate(sent);
    // With the picture off, what the browser last thought of its limits is old news.
    return pictureWanted ? quality : { ...quality, available_kbps: null, limitation: "none", fps: 0 };
  }

  /** @param {Sent} sent @returns {number | null} */
  #rate(sent) {
    const before = this.#before;
    this.#before = sent;
    if (before === null || sent.at <= before.at || sent.bytes < before.bytes) return null;
    return ((sent.bytes - before.bytes) * 8) / (sent.at - before.at);
  }
}

/** @param {Quality} quality @param {any} pair @param {RTCStatsReport} report */
function readPair(quality, pair, report) {
  // The voice's own round trip, where there is one, has waited in the same queues as the voice.
  if (quality.rtt_ms === null && typeof pair.currentRoundTripTime === "number") quality.rtt_ms = Math.round(pair.currentRoundTripTime * 1000);
  if (typeof pair.availableOutgoingBitrate === "number") quality.available_kbps = pair.availableOutgoingBitrate / 1000;
  quality.candidate_type = report.get(pair.localCandidateId)?.candidateType ?? null;
}

/** @param {Quality} quality @param {any} echo */
function readEcho(quality, echo) {
  if (typeof echo.fractionLost === "number") quality.loss = Math.min(1, Math.max(0, echo.fractionLost));
  if (typeof echo.roundTripTime === "number") quality.rtt_ms = Math.round(echo.roundTripTime * 1000);
}

/** @param {Quality} quality @param {any} picture */
function readPicture(quality, picture) {
  if (typeof picture.qualityLimitationReason === "string") quality.limitation = /** @type {Quality["limitation"]} */ (picture.qualityLimitationReason);
  quality.fps = picture.framesPerSecond ?? null;
  quality.width = picture.frameWidth ?? null;
  quality.height = picture.frameHeight ?? null;
}
