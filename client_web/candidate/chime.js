/** Soft notes: for trying the loudspeaker, and for somebody who comes in. */

export const NOTE_S = 0.32;
/** A door that opens: two notes up. */
const WELCOME_HZ = [523.25, 659.25];
const WELCOME_VOLUME = 0.12;

/** Swells and fades, so that nothing clicks. @param {AudioContext} context @param {number} pitch @param {number} at @param {number} [volume] */
export function chime(context, pitch, at, volume = 0.22) {
  const note = new OscillatorNode(context, { frequency: pitch, type: "sine" });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.04);
  gain.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S * 1.8);
  note.connect(gain).connect(context.destination);
  note.start(at);
  note.stop(at + NOTE_S * 1.9);
}

/** Somebody has come in. Silent where the browser lets no sound out yet. */
export async function chimeWelcome() {
  const context = new AudioContext();
  WELCOME_HZ.forEach((pitch, index) => chime(context, pitch, context.currentTime + index * NOTE_S, WELCOME_VOLUME));
  await new Promise((resolve) => setTimeout(resolve, (WELCOME_HZ.length + 1) * NOTE_S * 1000));
  await context.close();
}
