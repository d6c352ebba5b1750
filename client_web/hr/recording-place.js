/** Where a moment of the interview lies in its recordings. */

/** @typedef {{name: string, startMs: number, durationMs: number | null}} Recording */

/**
 * @param {Recording[]} recordings
 * @param {number} ms on the interview clock
 * @returns {{name: string, seconds: number} | null} null: it was not recorded
 */
export function placeOf(recordings, ms) {
  // One that a crash ended has no length: it holds everything up to the next one.
  const held = recordings.filter((one) => one.startMs <= ms && (one.durationMs === null || ms < one.startMs + one.durationMs));
  const latest = held.reduce((/** @type {Recording | null} */ best, one) => (best === null || one.startMs >= best.startMs ? one : best), null);
  return latest && { name: latest.name, seconds: (ms - latest.startMs) / 1000 };
}
