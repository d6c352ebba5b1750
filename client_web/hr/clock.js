/** The server's time on a computer whose clock may be wrong: "time in stage" is counted on the server's clock. */

let offsetMs = 0;

/** @param {{seq: number | null, at: string}} envelope a signal was made just now; an event may be old */
export function noteServerTime(envelope) {
  if (envelope.seq !== null) return;
  const at = Date.parse(envelope.at);
  // Half a second is the network, not the clock.
  if (Math.abs(at - Date.now() - offsetMs) > 500) offsetMs = at - Date.now();
}

/** Epoch ms on the server's clock. */
export function serverNow() {
  return Date.now() + offsetMs;
}
