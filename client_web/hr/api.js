/** Requests to the server with the login cookie. A refusal becomes a `Problem` with the server's stable code. */

/** @typedef {{id: string, email: string, name: string, role: string}} User */
/** @typedef {{user: User, organisation: {id: string, name: string, scores_hidden?: boolean}, ice_servers?: RTCIceServer[]}} Me */
/** @typedef {{id: string, version: number, title: Record<string, string>, languages: ("en" | "zh-CN")[], questions: number, stages: Record<string, string>[], saved: boolean}} FlowSummary */
/** @typedef {{id: string, candidate_name: string, job_title: string, flow: string, language: string, phase: import("../lib/protocol").Phase, review_requested: boolean, created_at: string}} InterviewSummary */
/** @typedef {{invite_url: string, expires_at: string}} Invite */

export class Problem extends Error {
  /**
   * @param {number} status 0 when the server could not be reached
   * @param {string} code
   * @param {string} detail
   * @param {{place: string, code: string, quote: string}[]} [errors] where several things are wrong
   */
  constructor(status, code, detail, errors = []) {
    super(detail || code);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/**
 * @param {"GET" | "POST" | "DELETE"} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>} the answer's JSON, or null when it has none
 */
export async function request(method, path, body) {
  const response = await reach(path, {
    method,
    headers: {
      // The server takes cookie-authenticated changes only with this header, which no foreign form can send.
      "X-Viva-Request": "1",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

/** @param {string} id */
export function interviewPath(id) {
  return `/v1/interviews/${encodeURIComponent(id)}`;
}

/** @param {string} path @param {RequestInit} options */
async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Problem(0, "unreachable", "");
  }
}

/** @param {Response} response */
async function problemOf(response) {
  // A proxy in between answers errors in HTML.
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  const body = isJson ? await response.json() : {};
  return new Problem(response.status, body.code ?? `http_${response.status}`, body.detail ?? "", body.errors ?? []);
}
