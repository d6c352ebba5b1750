/** What was found in one's answers, fetched when the interview is over and the person asks for it. */

/** @typedef {import("../lib/quotes.js").Quote} Quote */
/** @typedef {{competency: string, name: string, level: number | null, shown: Quote[], against: Quote[], sentences: string[]}} Explained */
/** @typedef {{question_id: string, number: number, text: string, competencies: Explained[]}} Question */
/** @typedef {{language: string, interview_language: string, scoring: "agreed" | "refused" | "open", demonstration: boolean, rules_changed: boolean, questions: Question[]}} Explanation */

/** `failed`: to be tried again; `withheld`: the organisation tells it in its own way. @typedef {{state: "hidden" | "loading" | "shown" | "failed" | "withheld", explained: Explanation | null}} Reasons */

/** @type {Reasons} */
export const NO_REASONS = { state: "hidden", explained: null };

/**
 * @param {string} token
 * @param {string} language
 * @returns {Promise<Reasons>}
 */
export async function fetchReasons(token, language) {
  const address = `/v1/session/explanation?${new URLSearchParams({ language })}`;
  const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit", cache: "no-store" }).catch(() => null);
  if (response?.status === 403) return { state: "withheld", explained: null };
  if (!response?.ok) return { state: "failed", explained: null };
  return { state: "shown", explained: await response.json() };
}
