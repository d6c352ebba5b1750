/** How loud a stream is, for meters. One analyser per stream, however many watch it; it stops with the last watcher. */

const FLOOR_DBFS = -55;
const CEILING_DBFS = -8;
/** Often enough for the eye, seldom enough for an old phone. */
const EVERY_MS = 50;
const FALL_PER_STEP = 0.74;

/** @type {WeakMap<MediaStream, LevelSource>} */
const sources = new WeakMap();

/**
 * @param {MediaStream} stream
 * @param {(level: number) => void} listener   0 (silence) to 1 (loud), twenty times a second
 * @returns {() => void} call to stop
 */
export function watchLevel(stream, listener) {
  let source = sources.get(stream);
  if (source === undefined) sources.set(stream, (source = new LevelSource(stream)));
  return source.watch(listener);
}

class LevelSource {
  /** @type {Set<(level: number) => void>} */
  #listeners = new Set();
  #stream;
  /** @type {AudioContext | null} */
  #context = null;
  #timer = 0;
  #level = 0;

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.#stream = stream;
  }

  /** @param {(level: number) => void} listener */
  watch(listener) {
    this.#listeners.add(listener);
    if (this.#context === null) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  }

  #begin() {
    const context = new AudioContext();
    this.#context = context;
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const measure = () => {
      // After a reload a browser may hold the context back until the first touch.
      if (context.state === "suspended" && navigator.userActivation?.isActive) void context.resume();
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const dbfs = 10 * Math.log10(power + 1e-10);
      const level = Math.min(1, Math.max(0, (dbfs - FLOOR_DBFS) / (CEILING_DBFS - FLOOR_DBFS)));
      // Up at once, down slowly: a meter that can be read.
      this.#level = Math.max(level, this.#level * FALL_PER_STEP);
      for (const listener of this.#listeners) listener(this.#level);
    };
    this.#timer = setInterval(measure, EVERY_MS);
  }

  #end() {
    clearInterval(this.#timer);
    void this.#context?.close();
    this.#context = null;
    this.#level = 0;
  }
}
