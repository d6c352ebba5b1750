/**
 * How the candidate's media reach the server: by WebRTC, and the voice alone over the websocket for as long as that cannot be had. Neither
 * change loses a word: the websocket begins with what was not heard any more, and ends only when WebRTC is heard.
 */

import { forget, recall, remember } from "../lib/memory.js";
import { WhipPublisher } from "../lib/whip.js";
import { VoiceLine } from "./voice/line.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */
/** @typedef {import("../lib/whip.js").PublishState} PublishState */

const FIRST_LIMIT_MS = 10_000;
/** For a connection that was there: a new one stands within a second where one can. */
const LOST_LIMIT_MS = 3000;
/** Both are sent for so long: WebRTC's first packets take their time to be made. */
const OVERLAP_MS = 1000;
const REPORT_EVERY_MS = 2000;

export class Transport {
  #store;
  #socket;
  #publisher;
  #voice;
  #key;
  /** @type {PublishState | null} */
  #webrtc = null;
  #waiting = 0;
  #handingOver = 0;
  #reporting = 0;
  #camera;
  #online = false;
  /** @type {CandidateState["audioOpened"]} */
  #opened = null;

  /** @param {Pick<import("./live.js").Parts, "store" | "socket" | "token"> & { interview: string, iceServers: RTCIceServer[], camera: import("../lib/whip.js").WhipOptions["camera"] }} options */
  constructor({ store, socket, token, interview, iceServers, camera }) {
    this.#store = store;
    this.#socket = socket;
    this.#key = `viva.sound_only.${interview}`;
    this.#camera = camera;
    this.#voice = new VoiceLine(socket);
    this.#publisher = new WhipPublisher({
      url: "/v1/whip",
      token,
      iceServers,
      onState: (state) => this.#follow(state),
      onStats: (quality) => socket.post("quality.report", quality),
      camera,
    });
  }

  /** What a person of HR says to the candidate, while somebody does. It comes by WebRTC only: not while the voice goes over the websocket. */
  get incoming() {
    return this.#publisher.incoming;
  }

  /** Starts, or goes on with another stream. What this network was found to block before a reload is not waited for again. @param {MediaStream} stream */
  start(stream) {
    this.#voice.listen(stream);
    if (this.#webrtc === null && recall(this.#key) !== null) this.#speakOverSocket();
    this.#publisher.start(stream);
  }

  /** @param {import("../lib/sending.js").Profile} profile */
  adapt(profile) {
    this.#publisher.follow(profile);
  }

  /** Nothing is heard, though it should be. */
  renew() {
    if (this.#voice.wanted) this.#voice.begin();
    else this.#publisher.renew();
  }

  async stop() {
    clearTimeout(this.#waiting);
    clearTimeout(this.#handingOver);
    clearInterval(this.#reporting);
    await Promise.all([this.#publisher.stop(), this.#voice.stop()]);
  }

  /** To be called after every change. @param {CandidateState} state */
  watch({ socket, audioOpened, epoch }) {
    const online = socket === "online";
    if (online !== this.#online) {
      this.#online = online;
      if (!online) this.#voice.breakOff();
      else if (this.#voice.wanted) this.#voice.begin();
    }
    if (audioOpened !== null && audioOpened !== this.#opened) this.#voice.noteOpened(audioOpened, epoch > 0);
    this.#opened = audioOpened;
  }

  /** @param {PublishState} state */
  #follow(state) {
    this.#webrtc = state;
    clearTimeout(this.#handingOver);
    if (state === "connecting" || state === "reconnecting") {
      const limit = state === "connecting" ? FIRST_LIMIT_MS : LOST_LIMIT_MS;
      if (!this.#voice.wanted) this.#waiting ||= setTimeout(() => this.#giveUp(), limit);
    } else {
      clearTimeout(this.#waiting);
      this.#waiting = 0;
    }
    if (state === "live" && this.#voice.wanted) this.#handingOver = setTimeout(() => this.#handOver(), OVERLAP_MS);
    if (state === "refused") this.#voice.end();
    this.#show();
  }

  #giveUp() {
    this.#waiting = 0;
    remember(this.#key, "yes");
    this.#speakOverSocket();
  }

  #speakOverSocket() {
    this.#voice.begin();
    this.#publisher.rest();
    clearInterval(this.#reporting);
    this.#reporting = setInterval(() => this.#report(), REPORT_EVERY_MS);
    this.#show();
  }

  /** As WebRTC's own statistics would; of a socket, the page knows the round trip. */
  #report() {
    this.#socket.post("quality.report", { rtt_ms: this.#store.state.rtt, camera: this.#camera() });
  }

  #handOver() {
    forget(this.#key);
    this.#voice.end();
    clearInterval(this.#reporting);
    this.#show();
  }

  #show() {
    const publishing = this.#voice.wanted ? "live" : this.#webrtc;
    if (publishing !== this.#store.state.publishing) this.#store.patch({ publishing });
  }
}
