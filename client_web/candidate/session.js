/**
 * From the invite link to a session: redeemed once, remembered on this device, so that a reload comes back to the same interview.
 */

import { recall, remember } from "../lib/memory.js";

/** @typedef {import("../lib/protocol.js").ConsentKind} ConsentKind */
/** @typedef {import("../lib/protocol.js").Phase} Phase */
/** @typedef {import("../lib/protocol.js").Language} Language */
/** @typedef {Partial<Record<string, string>>} Texts */

/**
 * What the page must know before the socket opens (GET /v1/session).
 * @typedef {object} SessionInfo
 * @property {string} interview
 * @property {Phase} phase
 * @property {string} organisation
 * @property {string} candidate_name
 * @property {string} job_title
 * @property {Language} language
 * @property {Language[]} languages
 * @property {Texts} flow_title
 * @property {{ id: string, title: Texts, form: string, questions: number }[]} stages
 * @property {number} questions_total
 * @property {number} minutes
 * @property {number} result_within_hours
 * @property {boolean} explains   whether the page tells, after the end, what was found
 * @property {{ kind: ConsentKind, required: boolean, version: string, texts: Partial<Record<string, { title: string, text: string, hash: string }>> }[]} consents
 * @property {Texts} disclosure
 * @property {RTCIceServer[]} ice_servers
 * @property {{ name: string, demonstration: boolean }} recogniser
 */

/** `code` as the server names it (`invite_used` ...), or `network`, `link_incomplete`. */
export class SessionError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.name = "SessionError";
    this.code = code;
  }
}

/** The invite token in /join/{token}. */
export function readInvite() {
  const invite = /^\/join\/([^/]+)\/?$/.exec(location.pathname)?.[1];
  if (invite === undefined) throw new SessionError("link_incomplete");
  return decodeURIComponent(invite);
}

/**
 * @param {string} invite
 * @returns {Promise<{ token: string, info: SessionInfo }>}  rejects with SessionError
 */
export async function openSession(invite) {
  const place = `viva.session.${invite}`;
  const known = recall(place);
  if (known !== null) {
    const response = await ask("/v1/session", { headers: { Authorization: `Bearer ${known}` } });
    if (response.ok) return { token: known, info: await response.json() };
    if (response.status !== 401) throw await problem(response);
  }
  const key = ownKey(invite); // kept before we ask: should the answer get lost, the same key gets it again
  const redeemed = await ask("/v1/invites/redeem", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(known === null ? {} : { Authorization: `Bearer ${known}` }) },
    body: JSON.stringify({ token: invite, key }),
  });
  if (!redeemed.ok) throw await problem(redeemed);
  const token = String((await redeemed.json()).session);
  remember(place, token);
  const response = await ask("/v1/session", { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw await problem(response);
  return { token, info: await response.json() };
}

/** What shows the server that it is still this browser that opens the link. @param {string} invite */
function ownKey(invite) {
  const place = `viva.key.${invite}`;
  const known = recall(place);
  if (known !== null) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  remember(place, made);
  return made;
}

/** @param {string} address @param {RequestInit} request */
async function ask(address, request) {
  return fetch(address, { ...request, credentials: "omit", cache: "no-store" }).catch(() => {
    throw new SessionError("network");
  });
}

/** @param {Response} response */
async function problem(response) {
  const body = await response.json().catch(() => ({}));
  return new SessionError(String(body.code ?? `http_${response.status}`));
}
