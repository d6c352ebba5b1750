/**
 * Sending: publishes a stream over WHIP and keeps it up. There is no ICE restart: each return is a new peer, which the server counts as
 * the next epoch of the same interview. The way back, for a person who speaks to the candidate, is negotiated with it: nothing has to be
 * done when somebody begins to, and nothing comes before.
 *
 *   const publisher = new WhipPublisher({ url: "/v1/whip", token, iceServers, onState, onStats });
 *   publisher.start(stream);  ...  await publisher.stop();
 *   audio.srcObject = publisher.incoming;   // one stream, whatever connection it comes by
 */

import { offer, OfferError, withdraw, withForwardErrorCorrection } from "./offer.js";
import { encodingOf, FIRST_PROFILE, Sending } from "./sending.js";
import { SentStatistics } from "./sent-statistics.js";

/** `refused`: the server will not take media (session over); it does not come back by itself. @typedef {"connecting" | "live" | "reconnecting" | "refused" | "stopped"} PublishState */

/** @typedef {import("./protocol.js").QualityReportCommand} Quality */
/** @typedef {import("./sending.js").Profile} Profile */

/**
 * @typedef {object} WhipOptions
 * @property {string} url
 * @property {string} token
 * @property {RTCIceServer[]} iceServers
 * @property {(state: PublishState) => void} onState
 * @property {(quality: Quality) => void} onStats
 * @property {() => Quality["camera"]} camera   as the person has chosen
 */

const DISCONNECTED_LIMIT_MS = 3000;
const CONNECTING_LIMIT_MS = 12_000;
const STATS_EVERY_MS = 2000;
const RETRY_MS = [0, 500, 1000, 2000, 4000, 5000];
/** While the voice goes another way: a network that lets nothing through seldom changes its mind. */
const PATIENT_RETRY_MS = [15_000, 30_000, 60_000];

export class WhipPublisher {
  #options;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {RTCPeerConnection | null} */
  #peer = null;
  /** @type {string | null} */
  #resource = null;
  #attempt = 0;
  #timer = 0;
  #stats = 0;
  #network = networkType();
  #patient = false;
  #profile = FIRST_PROFILE;
  /** @type {Sending | null} */
  #sending = null;
  #sent = new SentStatistics();
  /** Of those who speak to the person who sends. */
  incoming = new MediaStream();

  /** @param {WhipOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** Starts, or goes on with another stream (a device was changed). While patient, a first attempt is not hurried. @param {MediaStream} stream */
  start(stream) {
    const first = this.#stream === null;
    this.#stream = stream;
    if (first) {
      addEventListener("online", this.renew);
      networkInformation()?.addEventListener("change", this.#compareNetwork);
      addEventListener("pagehide", this.#leave);
    }
    if (first && this.#patient) this.#retry();
    else void this.#connect(first ? "connecting" : "reconnecting");
  }

  /** The voice goes another way: this one is tried now and then, until it is live again. */
  rest() {
    this.#patient = true;
    this.#attempt = 0;
    if (this.#stream !== null) this.#retry();
  }

  /** How much is sent from now on, without a new negotiation. @param {Profile} profile */
  follow(profile) {
    this.#profile = profile;
    this.#sending?.follow(profile);
  }

  async stop() {
    removeEventListener("online", this.renew);
    networkInformation()?.removeEventListener("change", this.#compareNetwork);
    removeEventListener("pagehide", this.#leave);
    this.#stream = null;
    const resource = this.#resource;
    this.#resource = null;
    this.#leave();
    this.#options.onState("stopped");
    if (resource !== null) await withdraw(resource, this.#options.token);
  }

  /** @param {PublishState} state */
  async #connect(state) {
    const stream = this.#stream;
    if (stream === null) return;
    // The server retires the old peer when the new offer comes; a DELETE of the old one could overtake it.
    this.#resource = null;
    this.#leave();
    this.#options.onState(state);
    const peer = new RTCPeerConnection({ iceServers: this.#options.iceServers, bundlePolicy: "max-bundle" });
    this.#peer = peer;
    for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: "sendonly", streams: [stream], sendEncodings: [encodingOf(track, this.#profile)] });
    for (const kind of ["audio", "video"]) peer.addTransceiver(kind, { direction: "recvonly" });
    peer.ontrack = ({ track }) => this.#listen(peer, track);
    peer.onconnectionstatechange = () => this.#follow(peer);
    this.#timer = setTimeout(() => this.#retry(), CONNECTING_LIMIT_MS);
    try {
      const resource = await offer(peer, this.#options.url, this.#options.token, withForwardErrorCorrection);
      if (this.#peer !== peer) return void withdraw(resource, this.#options.token);
      this.#resource = resource;
      this.#sending = new Sending(peer);
      this.#sending.follow(this.#profile);
    } catch (error) {
      if (this.#peer !== peer) return;
      if (error instanceof OfferError && [401, 403, 404].includes(error.status)) {
        this.#leave();
        this.#options.onState("refused");
      } else this.#retry();
    }
  }

  /** @param {RTCPeerConnection} peer */
  #follow(peer) {
    if (this.#peer !== peer) return;
    if (peer.connectionState === "connected") {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#patient = false;
      clearInterval(this.#stats);
      this.#sent = new SentStatistics();
      this.#sending?.follow(this.#profile);
      this.#stats = setInterval(() => void this.#measure(peer), STATS_EVERY_MS);
      this.#options.onState("live");
    } else if (peer.connectionState === "disconnected") {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#retry(), DISCONNECTED_LIMIT_MS);
    } else if (["failed", "closed"].includes(peer.connectionState)) this.#retry();
  }

  /** @param {RTCPeerConnection} peer @param {MediaStreamTrack} track */
  #listen(peer, track) {
    if (this.#peer !== peer) return;
    for (const old of this.incoming.getTracks()) if (old.kind === track.kind) this.incoming.removeTrack(old);
    this.incoming.addTrack(track);
  }

  #retry() {
    this.#resource = null;
    this.#leave();
    if (this.#stream === null) return;
    this.#options.onState("reconnecting");
    const pauses = this.#patient ? PATIENT_RETRY_MS : RETRY_MS;
    const delay = pauses[Math.min(this.#attempt, pauses.length - 1)] ?? 5000;
    this.#attempt += 1;
    this.#timer = setTimeout(() => void this.#connect("reconnecting"), delay * (0.75 + Math.random() * 0.5));
  }

  /** The network came back or became another one, or the server did: a new peer is quicker than finding out that the old path is dead. */
  renew = () => {
    this.#attempt = 0;
    void this.#connect("reconnecting");
  };

  /** The event also tells of mere changes of speed. */
  #compareNetwork = () => {
    const before = this.#network;
    this.#network = networkType();
    if (this.#network !== before && navigator.onLine) this.renew();
  };

  #leave = () => {
    clearTimeout(this.#timer);
    clearInterval(this.#stats);
    const peer = this.#peer;
    this.#peer = null;
    this.#sending = null;
    peer?.close();
    if (this.#resource !== null) void withdraw(this.#resource, this.#options.token);
    this.#resource = null;
  };

  /** @param {RTCPeerConnection} peer */
  async #measure(peer) {
    const report = await peer.getStats();
    if (this.#peer !== peer) return;
    this.#options.onStats(this.#sent.read(report, this.#options.camera(), this.#profile.video));
  }
}

/** Wi-Fi or mobile, where the browser tells; not in the standard types. @returns {(EventTarget & { type?: string }) | undefined} */
function networkInformation() {
  return /** @type {any} */ (navigator).connection;
}

function networkType() {
  return networkInformation()?.type ?? "";
}
