/**
 * The microphone's sound as encoded frames of 20 ms. It listens from `start` on but encodes only while it flows; then it begins with the
 * quarter of a minute before, so that what was said while another way was being lost can still be sent.
 */

import { chooseCodec, openEncoder, rateOf } from "./encoder.js";

/** @typedef {import("./encoder.js").Codec} Codec */

export const FRAME_MS = 20;
const GESTURES = ["pointerdown", "keydown"];

export class VoiceCapture {
  /** @type {Codec} */
  codec = "opus";
  /** Of this device's steady clock (`performance.now()`), when frame 0 began; null: not known yet. @type {number | null} */
  origin = null;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AudioWorkletNode | null} */
  #node = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  /** @type {ReturnType<typeof openEncoder> | null} */
  #encoder = null;
  /** @type {Promise<void> | null} */
  #opening = null;
  /** @type {MediaStream | null} */
  #stream = null;
  #flowing = false;
  #stoodStillAt = 0;
  #onFrame;

  /** @param {(number: number, data: Uint8Array) => void} onFrame */
  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  /** Starts, or goes on with another stream (a device was changed). @param {MediaStream} stream */
  async start(stream) {
    this.#stream = stream;
    this.#opening ??= chooseCodec().then((codec) => this.#open(codec));
    await this.#opening;
    this.#connect();
  }

  /** @param {boolean} flowing  frames are encoded and handed out */
  flow(flowing) {
    if (flowing === this.#flowing) return;
    this.#flowing = flowing;
    this.#begin();
  }

  async stop() {
    this.flow(false);
    for (const gesture of GESTURES) removeEventListener(gesture, this.#resume);
    this.#stream = null;
    await this.#opening;
    const context = this.#context;
    this.#context = this.#node = this.#source = null;
    await context?.close();
  }

  /** @param {Codec} codec */
  async #open(codec) {
    const context = new AudioContext({ latencyHint: "interactive" });
    await context.audioWorklet.addModule(new URL("./worklet.js", import.meta.url));
    const node = new AudioWorkletNode(context, "voice-frames", { channelCount: 1, channelCountMode: "explicit", processorOptions: { rateHz: rateOf(codec) } });
    node.port.onmessage = ({ data }) => this.#receive(data);
    // Silence goes out of it; without a way to the loudspeaker some browsers would not run it.
    node.connect(context.destination);
    context.onstatechange = () => this.#follow(context);
    for (const gesture of GESTURES) addEventListener(gesture, this.#resume);
    this.codec = codec;
    this.#context = context;
    this.#node = node;
    this.#begin();
  }

  #connect() {
    const track = this.#stream?.getAudioTracks()[0];
    this.#source?.disconnect();
    this.#source = null;
    if (track === undefined || this.#context === null || this.#node === null) return;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#node);
  }

  #begin() {
    this.#encoder?.close();
    this.#encoder = null;
    this.#node?.port.postMessage({ flow: this.#flowing });
    if (this.#flowing && this.#node !== null) this.#encoder = openEncoder(this.codec, this.#onFrame, () => void this.#doWithoutOpus());
  }

  /** @param {{ now?: number, number?: number, samples?: Float32Array<ArrayBuffer> }} message */
  #receive({ now, number, samples }) {
    if (now !== undefined) this.origin = performance.now() - now * FRAME_MS;
    if (number !== undefined && samples !== undefined) this.#encoder?.encode(number, samples);
  }

  /** After a reload a browser may hold sound back until the first touch; a telephone call may stop it later. */
  #resume = () => {
    if (this.#context?.state !== "running") void this.#context?.resume();
  };

  /** @param {AudioContext} context */
  #follow(context) {
    if (context.state !== "running") {
      this.#stoodStillAt ||= performance.now();
    } else if (this.#stoodStillAt > 0) {
      this.#node?.port.postMessage({ skip: Math.round((performance.now() - this.#stoodStillAt) / FRAME_MS) });
      this.#stoodStillAt = 0;
    }
  }

  /** An encoder that fails is not tried again: the samples themselves need none. */
  async #doWithoutOpus() {
    if (this.codec === "pcm16") return;
    this.codec = "pcm16";
    const context = this.#context;
    this.#context = this.#node = this.#source = null;
    await context?.close();
    if (this.#stream === null) return;
    this.#opening = this.#open("pcm16");
    await this.#opening;
    this.#connect();
  }
}
