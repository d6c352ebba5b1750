/**
 * The HTTP half of WHIP (RFC 9725) and WHEP: an offer goes up with its candidates in it, an answer comes back with the address to end by.
 */

/** Host candidates come at once; a STUN server that does not answer must not hold the call up. */
const GATHERING_LIMIT_MS = 2000;

/** The server's "no" to an offer, or `network` when it could not be asked. */
export class OfferError extends Error {
  /** @param {string} code @param {number} status */
  constructor(code, status) {
    super(code);
    this.name = "OfferError";
    this.code = code;
    this.status = status;
  }
}

/**
 * @param {RTCPeerConnection} peer      its transceivers are set up
 * @param {string} url
 * @param {string | null} token         Bearer; null: the login cookie
 * @param {(sdp: string) => string} [adjust]   for both descriptions
 * @returns {Promise<string>} the resource to DELETE at the end
 */
export async function offer(peer, url, token, adjust = (sdp) => sdp) {
  const description = await peer.createOffer();
  await peer.setLocalDescription({ type: "offer", sdp: adjust(description.sdp ?? "") });
  await gather(peer);
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/sdp", ...authority(token) },
    body: peer.localDescription?.sdp ?? "",
  }).catch(() => {
    throw new OfferError("network", 0);
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new OfferError(String(problem.code ?? `http_${response.status}`), response.status);
  }
  const resource = new URL(response.headers.get("Location") ?? url, new URL(url, location.href)).href;
  await peer.setRemoteDescription({ type: "answer", sdp: adjust(await response.text()) });
  return resource;
}

/** Tells the server at once instead of leaving it to notice; works while the page closes. @param {string} resource @param {string | null} token */
export async function withdraw(resource, token) {
  await fetch(resource, { method: "DELETE", headers: authority(token), keepalive: true }).catch(() => undefined);
}

/** Opus repairs single lost packets from the next one, and never stops sending in silence. For the offer and the answer. @param {string} sdp */
export function withForwardErrorCorrection(sdp) {
  const opus = /a=rtpmap:(\d+) opus\/48000.*\r?\n/i.exec(sdp);
  if (opus === null) return sdp;
  const [line, payload] = opus;
  const parameters = new RegExp(`a=fmtp:${payload} (.*)\\r?\\n`).exec(sdp);
  const kept = (parameters?.[1] ?? "minptime=10").split(";").filter((part) => !/^\s*(useinbandfec|usedtx)=/.test(part));
  const wanted = `a=fmtp:${payload} ${[...kept, "useinbandfec=1", "usedtx=0"].join(";")}\r\n`;
  return parameters === null ? sdp.replace(line, line + wanted) : sdp.replace(parameters[0], wanted);
}

/** @param {string | null} token @returns {Record<string, string>} */
function authority(token) {
  return token === null ? { "X-Viva-Request": "1" } : { Authorization: `Bearer ${token}` };
}

/** @param {RTCPeerConnection} peer @returns {Promise<void>} */
function gather(peer) {
  return new Promise((resolve) => {
    if (peer.iceGatheringState === "complete") return resolve();
    const limit = setTimeout(resolve, GATHERING_LIMIT_MS);
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState !== "complete") return;
      clearTimeout(limit);
      resolve();
    });
  });
}
