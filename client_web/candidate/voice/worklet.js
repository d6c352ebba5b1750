/**
 * In the audio thread: cuts the microphone's sound into frames of 20 ms at the wanted rate, and remembers the last of them. When told to flow
 * it hands out what it remembers, and then each frame as it is made.
 */

import { Resampler } from "./resampler.js";

const FRAMES_PER_S = 50;
const REMEMBERED = 15 * FRAMES_PER_S;

class VoiceFrames extends AudioWorkletProcessor {
  #resampler;
  #size;
  /** Frame number n lies at n modulo REMEMBERED. */
  #memory;
  #number = 0;
  #oldest = 0;
  #filled = 0;
  #flowing = false;

  /** @param {{ processorOptions: { rateHz: number } }} options */
  constructor({ processorOptions: { rateHz } }) {
    super();
    this.#resampler = new Resampler(sampleRate, rateHz);
    this.#size = rateHz / FRAMES_PER_S;
    this.#memory = new Float32Array(this.#size * REMEMBERED);
    this.port.onmessage = ({ data }) => this.#obey(data);
  }

  /** Time goes on without an input too: a microphone that is being changed is silent. @param {Float32Array[][]} inputs */
  process(inputs) {
    const samples = this.#resampler.process(inputs[0]?.[0] ?? new Float32Array(128));
    for (let at = 0; at < samples.length; ) {
      const part = samples.subarray(at, at + this.#size - this.#filled);
      this.#memory.set(part, this.#place(this.#number) + this.#filled);
      at += part.length;
      this.#filled += part.length;
      if (this.#filled === this.#size) this.#finish();
    }
    return true;
  }

  #finish() {
    this.#filled = 0;
    if (this.#flowing) this.#hand(this.#number);
    this.#number += 1;
    this.#oldest = Math.max(this.#oldest, this.#number - REMEMBERED + 1);
  }

  /** @param {{ flow?: boolean, skip?: number }} wish   `skip`: so many frames of time passed while the sound stood still */
  #obey({ flow, skip }) {
    if (skip !== undefined) {
      this.#number += skip;
      this.#oldest = this.#number;
      this.#filled = 0;
    }
    if (flow === undefined || flow === this.#flowing) return;
    this.#flowing = flow;
    if (!flow) return;
    this.port.postMessage({ now: this.#number });
    for (let number = this.#oldest; number < this.#number; number += 1) this.#hand(number);
  }

  /** @param {number} number */
  #hand(number) {
    const samples = this.#memory.slice(this.#place(number), this.#place(number) + this.#size);
    this.port.postMessage({ number, samples }, [samples.buffer]);
  }

  /** @param {number} number */
  #place(number) {
    return (number % REMEMBERED) * this.#size;
  }
}

registerProcessor("voice-frames", VoiceFrames);
