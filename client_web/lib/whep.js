/**
 * Watching: receives a candidate's media over WHEP and comes back by itself with a new peer after a failure.
 *
 *   const viewer = new WhepViewer({ url: `/v1/interviews/${id}/whep`, iceServers, onState: show });
 *   viewer.attach(videoElement);      // muted until the person wants sound: browsers require it
 *   viewer.start();  ...  viewer.stop();
 */

import { offer, OfferError, withdraw } from "./offer.js";

/** `waiting`: the candidate sends nothing yet; asked again every few seconds. @typedef {"connecting" | "live" | "waiting" | "reconnecting" | "stopped"} ViewState */

/**
 * @typedef {object} WhepOptions
 * @property {string} url
 * @property {string | null} [token]             Bearer; left out: the login cookie
 * @property {RTCIceServer[]} [iceServers]
 * @property {(state: ViewState) => void} [onState]
 */

const DISCONNECTED_LIMIT_MS = 3000;
const RETRY_MS = [500, 1000, 2000, 4000, 5000];
const NOT_READY = [404, 409, 425, 503];

export class WhepViewer {
  #options;
  /** @type {RTCPeerConnection | null} */
  #peer = null;
  #stream = new MediaStream();
  /** @type {string | null} */
  #resource = null;
  #attempt = 0;
  #timer = 0;
  #running = false;
  /** @type {ViewState} */
  #state = "stopped";

  /** @param {WhepOptions} options */
  constructor(options) {
    this.#options = options;
  }

  get state() {
    return this.#state;
  }

  /** @param {HTMLMediaElement} element */
  attach(element) {
    element.srcObject = this.#stream;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    addEventListener("pagehide", this.#leave);
    void this.#connect("connecting");
  }

  /** To be called when the server came back: quicker than finding out that the old path is dead. */
  renew() {
    this.#attempt = 0;
    if (this.#running) void this.#connect("reconnecting");
  }

  stop() {
    this.#running = false;
    removeEventListener("pagehide", this.#leave);
    this.#leave();
    this.#become("stopped");
  }

  /** @param {ViewState} state */
  async #connect(state) {
    this.#leave();
    this.#become(state);
    const peer = new RTCPeerConnection({ iceServers: this.#options.iceServers ?? [] });
    this.#peer = peer;
    peer.addTransceiver("video", { direction: "recvonly" });
    peer.addTransceiver("audio", { direction: "recvonly" });
    peer.ontrack = (event) => this.#show(event.track);
    peer.onconnectionstatechange = () => this.#follow(peer);
    try {
      const resource = await offer(peer, this.#options.url, this.#options.token ?? null);
      if (this.#peer === peer) this.#resource = resource;
      else void withdraw(resource, this.#options.token ?? null);
    } catch (error) {
      if (this.#peer !== peer) return;
      if (error instanceof OfferError && [401, 403].includes(error.status)) return this.stop();
      this.#retry(error instanceof OfferError && NOT_READY.includes(error.status) ? "waiting" : "reconnecting");
    }
  }

  /** @param {RTCPeerConnection} peer */
  #follow(peer) {
    if (this.#peer !== peer) return;
    clearTimeout(this.#timer);
    if (peer.connectionState === "connected") {
      this.#attempt = 0;
      this.#become("live");
    } else if (peer.connectionState === "disconnected") {
      this.#timer = setTimeout(() => this.#retry("reconnecting"), DISCONNECTED_LIMIT_MS);
    } else if (["failed", "closed"].includes(peer.connectionState)) this.#retry("reconnecting");
  }

  /** @param {ViewState} state */
  #retry(state) {
    this.#leave();
    if (!this.#running) return;
    this.#become(state);
    const delay = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)] ?? 5000;
    this.#attempt += 1;
    this.#timer = setTimeout(() => void this.#connect(state), delay * (0.75 + Math.random() * 0.5));
  }

  /** One stream for the whole life of the view, so that attached elements never change their source. @param {MediaStreamTrack} track */
  #show(track) {
    for (const old of this.#stream.getTracks()) if (old.kind === track.kind) this.#stream.removeTrack(old);
    this.#stream.addTrack(track);
  }

  #leave = () => {
    clearTimeout(this.#timer);
    this.#peer?.close();
    this.#peer = null;
    if (this.#resource !== null) void withdraw(this.#resource, this.#options.token ?? null);
    this.#resource = null;
  };

  /** @param {ViewState} state */
  #become(state) {
    this.#state = state;
    this.#options.onState?.(state);
  }
}
