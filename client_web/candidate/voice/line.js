/**
 * The voice over the page's websocket, for networks that let no WebRTC through: opens an epoch, sends frames in order, and never lets more
 * than a little wait. Frame layout: `server/protocol/audio_frame.py`.
 */

import { FRAME_MS, VoiceCapture } from "./capture.js";

/** @typedef {import("../../lib/protocol.js").AudioOpened} AudioOpened */
/** @typedef {{ number: number, data: Uint8Array }} Frame */

const HEADER_BYTES = 16;
const CODEC_NUMBERS = { opus: 1, pcm16: 2 };
const TICKS_PER_MS = 48;
const ANSWER_LIMIT_MS = 5000;
/** A quarter of a minute: as far back as the line may begin. */
const HISTORY = 750;
/** When the uplink is slower than the voice, who listens would hear the past: the oldest is left out. */
const BEHIND_LIMIT = 2500 / FRAME_MS;
/** What was said before is sent five times as fast as it was said, so that the rest of the page's messages get through as well. */
const BURST = 5;
/** What the browser may hold unsent, about a second: commands have to get past it. */
const UNSENT_BYTES = { opus: 5_000, pcm16: 34_000 };
/** The server leaves out what it has heard; a little more than is missing makes sure that nothing is. */
const OVERLAP_MS = 100;

export class VoiceLine {
  #socket;
  #capture;
  #wanted = false;
  #epoch = 0;
  #askedAt = 0;
  #timer = 0;
  /** @type {Frame[]} the latest, without gaps as a rule */
  #history = [];
  /** @type {typeof VoiceCapture.prototype.codec} */
  #codec = "opus";
  /** Number of the next frame to send; null: not open. @type {number | null} */
  #next = null;
  #zeroTicks = 0;
  #caughtUp = false;
  /** Frames that were left out because the uplink was too slow. */
  dropped = 0;

  /** @param {import("../../lib/socket.js").VivaSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    this.#capture = new VoiceCapture((number, data) => this.#take({ number, data }));
  }

  /** Carries the voice, or is about to. */
  get wanted() {
    return this.#wanted;
  }

  get open() {
    return this.#next !== null;
  }

  /** Listens, so that nothing is lost when the line is wanted. @param {MediaStream} stream */
  listen(stream) {
    // Without an audio context there is no other way than WebRTC, or writing.
    this.#capture.start(stream).catch((error) => console.warn("voice", error));
  }

  /** To be called again when the socket is back. */
  begin() {
    this.#wanted = true;
    this.#capture.flow(true);
    this.#ask();
  }

  /** The connection is gone, and the epoch with it. */
  breakOff() {
    clearTimeout(this.#timer);
    this.#next = null;
  }

  /** All that was said up to now has been sent when the server hears of it. */
  end() {
    if (!this.#wanted) return;
    this.#wanted = false;
    if (this.#next !== null) {
      this.#send(Infinity);
      this.#socket.post("audio.close", { epoch: this.#epoch });
    }
    this.breakOff();
    this.#capture.flow(false);
    this.#history = [];
  }

  async stop() {
    this.end();
    await this.#capture.stop();
  }

  /** @param {AudioOpened} opened @param {boolean} heardBefore  by this server or an earlier one, by any way */
  noteOpened({ epoch, silent_ms }, heardBefore) {
    clearTimeout(this.#timer);
    if (!this.#wanted || this.#capture.origin === null) return;
    const since = silent_ms === null ? (heardBefore ? this.#askedAt : 0) : this.#askedAt - silent_ms - OVERLAP_MS;
    this.#epoch = epoch;
    this.#zeroTicks = Math.round((this.#askedAt - this.#capture.origin) * TICKS_PER_MS);
    this.#next = Math.max(0, Math.floor((since - this.#capture.origin) / FRAME_MS));
    this.#caughtUp = false;
    this.#send(BURST);
  }

  #ask() {
    clearTimeout(this.#timer);
    this.#next = null;
    if (this.#socket.state !== "online") return;
    if (this.#capture.origin === null) {
      this.#timer = setTimeout(() => this.#ask(), FRAME_MS);
      return;
    }
    this.#codec = this.#capture.codec;
    this.#askedAt = performance.now();
    this.#socket.post("audio.open", { codec: this.#codec });
    this.#timer = setTimeout(() => this.#ask(), ANSWER_LIMIT_MS);
  }

  /** @param {Frame} frame */
  #take(frame) {
    if (this.#capture.codec !== this.#codec) {
      this.#history = [];
      if (this.#wanted) this.#ask();
    }
    this.#history.push(frame);
    if (this.#history.length > HISTORY) this.#history.shift();
    if (this.#next !== null) this.#send(BURST);
  }

  /** @param {number} most */
  #send(most) {
    this.#leaveOut();
    for (const frame of this.#history.filter(({ number }) => number >= (this.#next ?? Infinity)).slice(0, most)) {
      if (this.#socket.waitingBytes > UNSENT_BYTES[this.#codec]) return;
      this.#socket.postBinary(this.#pack(frame));
      this.#next = frame.number + 1;
    }
    this.#caughtUp ||= this.#behind() < BURST;
  }

  #leaveOut() {
    const excess = this.#caughtUp ? this.#behind() - BEHIND_LIMIT : 0;
    if (excess <= 0 || this.#next === null) return;
    this.dropped += excess;
    this.#next += excess;
  }

  #behind() {
    const last = this.#history.at(-1);
    return last === undefined || this.#next === null ? 0 : last.number + 1 - this.#next;
  }

  /** @param {Frame} frame */
  #pack({ number, data }) {
    const message = new Uint8Array(HEADER_BYTES + data.length);
    const header = new DataView(message.buffer);
    header.setUint16(0, 0x5641);
    header.setUint8(2, 1);
    header.setUint8(3, CODEC_NUMBERS[this.#codec]);
    header.setUint32(4, this.#epoch);
    header.setUint32(8, number >>> 0);
    header.setUint32(12, (number * FRAME_MS * TICKS_PER_MS - this.#zeroTicks) >>> 0);
    message.set(data, HEADER_BYTES);
    return message;
  }
}
