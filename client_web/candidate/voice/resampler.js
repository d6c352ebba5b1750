/** Another sample rate, block after block: a windowed sinc, one kernel for each phase that the two rates can stand in. */

const CROSSINGS = 12;
/** Of the lower of the two bandwidths: what lies above would be folded down into the voice. */
const PASSED = 0.94;

export class Resampler {
  #up;
  #down;
  #half;
  /** @type {Float32Array[]} */
  #kernels;
  /** Input that the next output still needs, and where in it the next output begins. */
  #past;
  #start = 0;
  #phase = 0;

  /** @param {number} fromHz @param {number} toHz */
  constructor(fromHz, toHz) {
    const divisor = greatestCommonDivisor(fromHz, toHz);
    this.#up = toHz / divisor;
    this.#down = fromHz / divisor;
    const stretch = Math.max(1, fromHz / toHz);
    this.#half = Math.ceil(CROSSINGS * stretch);
    this.#kernels = Array.from({ length: this.#up }, (_, phase) => kernel(this.#half, phase / this.#up, PASSED / stretch));
    this.#past = new Float32Array(2 * this.#half - 1);
  }

  /** @param {Float32Array} block @returns {Float32Array} */
  process(block) {
    if (this.#up === this.#down) return block;
    const joined = new Float32Array(this.#past.length + block.length);
    joined.set(this.#past);
    joined.set(block, this.#past.length);
    const out = new Float32Array(Math.ceil((block.length * this.#up) / this.#down) + 1);
    let made = 0;
    let at = this.#start;
    for (; at + 2 * this.#half <= joined.length; made += 1) {
      const taps = /** @type {Float32Array} */ (this.#kernels[this.#phase]);
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap += 1) sum += /** @type {number} */ (taps[tap]) * /** @type {number} */ (joined[at + tap]);
      out[made] = sum;
      this.#phase += this.#down;
      at += Math.floor(this.#phase / this.#up);
      this.#phase %= this.#up;
    }
    const kept = Math.min(at, joined.length);
    this.#past = joined.slice(kept);
    this.#start = at - kept;
    return out.subarray(0, made);
  }
}

/** @param {number} half  taps on each side @param {number} offset  0..1 of an input sample @param {number} cutoff  of the input's bandwidth */
function kernel(half, offset, cutoff) {
  const taps = new Float32Array(2 * half);
  let sum = 0;
  for (let tap = 0; tap < taps.length; tap += 1) {
    const distance = tap - half + 1 - offset;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (half + 1));
    const value = distance === 0 ? cutoff : (Math.sin(Math.PI * cutoff * distance) / (Math.PI * distance)) * window;
    taps[tap] = value;
    sum += value;
  }
  return taps.map((value) => value / sum);
}

/** @param {number} a @param {number} b @returns {number} */
function greatestCommonDivisor(a, b) {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
