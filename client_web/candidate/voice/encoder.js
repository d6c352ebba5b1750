/** Frames of 20 ms to bytes: Opus by the browser's own encoder where it has one, else the samples themselves. */

/** @typedef {import("../../lib/protocol.js").AudioOpen["codec"]} Codec */
/** @typedef {(number: number, data: Uint8Array) => void} OnBytes  in order; a frame keeps the number it was given in with */

const OPUS_RATE_HZ = 48_000;
const PCM_RATE_HZ = 16_000;
const FRAME_US = 20_000;

/** @type {AudioEncoderConfig} */
const OPUS = {
  codec: "opus",
  sampleRate: OPUS_RATE_HZ,
  numberOfChannels: 1,
  bitrate: 24_000,
  // A websocket loses nothing, so there is nothing to repair; and the server wants to hear the silence too.
  opus: /** @type {OpusEncoderConfig} */ ({ application: "voip", frameDuration: FRAME_US, useinbandfec: false, usedtx: false }),
};

/** @returns {Promise<Codec>} */
export async function chooseCodec() {
  if (typeof AudioEncoder === "undefined") return "pcm16";
  const answer = await AudioEncoder.isConfigSupported(OPUS).catch(() => null);
  return answer?.supported === true ? "opus" : "pcm16";
}

/** @param {Codec} codec */
export function rateOf(codec) {
  return codec === "opus" ? OPUS_RATE_HZ : PCM_RATE_HZ;
}

/** @param {Codec} codec @param {OnBytes} onBytes @param {() => void} onError */
export function openEncoder(codec, onBytes, onError) {
  return codec === "opus" ? new OpusEncoder(onBytes, onError) : new PcmEncoder(onBytes);
}

class OpusEncoder {
  /** @type {number[]} frames that are being encoded */
  #underway = [];
  #encoder;

  /** @param {OnBytes} onBytes @param {() => void} onError */
  constructor(onBytes, onError) {
    this.#encoder = new AudioEncoder({
      output: (chunk) => {
        const number = this.#underway.shift();
        if (number === undefined) return;
        const data = new Uint8Array(chunk.byteLength);
        chunk.copyTo(data);
        onBytes(number, data);
      },
      error: onError,
    });
    this.#encoder.configure(OPUS);
  }

  /** @param {number} number @param {Float32Array<ArrayBuffer>} samples */
  encode(number, samples) {
    if (this.#encoder.state !== "configured") return;
    this.#underway.push(number);
    const sound = new AudioData({ format: "f32", sampleRate: OPUS_RATE_HZ, numberOfChannels: 1, numberOfFrames: samples.length, timestamp: number * FRAME_US, data: samples });
    this.#encoder.encode(sound);
    sound.close();
  }

  close() {
    if (this.#encoder.state !== "closed") this.#encoder.close();
  }
}

class PcmEncoder {
  #onBytes;

  /** @param {OnBytes} onBytes */
  constructor(onBytes) {
    this.#onBytes = onBytes;
  }

  /** @param {number} number @param {Float32Array<ArrayBuffer>} samples */
  encode(number, samples) {
    const bytes = new DataView(new ArrayBuffer(2 * samples.length));
    samples.forEach((sample, at) => bytes.setInt16(2 * at, Math.round(32_767 * Math.min(1, Math.max(-1, sample))), true));
    this.#onBytes(number, new Uint8Array(bytes.buffer));
  }

  close() {}
}
