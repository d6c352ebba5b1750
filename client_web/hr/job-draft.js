/** What is being made from a job, step by step; nothing is stored on the server before it is saved as a flow. */

/** @typedef {{en: string, "zh-CN": string}} Texts */
/** @typedef {{title: string, text: string, responsibilities?: string[], requirements?: string[], traits: string[], seniority: string | null, language: string | null}} Job */
/** @typedef {{quote: string, part: string, char_start: number, char_end: number}} Quote */
/** @typedef {{id: string, name: Texts, chosen: boolean, weight: number, why: Quote[]}} Competency */
/** @typedef {{fewest: number, most: number, heaviest: number, questions: number}} Limits */
/** @typedef {{job: {title: string, seniority: string | null, language: string}, competencies: Competency[], problems: (Quote & {topic: string})[], limits: Limits}} Model */
/** @typedef {{id: string, kind: string, text: Texts, competencies: string[], shows: {competency: string, indicator: string}[], suggested_s: number, limit_s: number, follow_ups: number, match: number, because: string[]}} Question */
/** @typedef {Model & {questions: Question[], spare: Question[], match: number}} Proposal */

/**
 * The list with one entry moved by `step` places; unchanged where it cannot move.
 * @template T
 * @param {T[]} list @param {number} index @param {number} step
 * @returns {T[]}
 */
export function move(list, index, step) {
  const target = index + step;
  if (target < 0 || target >= list.length) return list;
  const moved = [...list];
  const [entry] = moved.splice(index, 1);
  moved.splice(target, 0, /** @type {T} */ (entry));
  return moved;
}

/** Mean match, as the server counts it. @param {Question[]} questions */
export function shareOf(questions) {
  if (questions.length === 0) return 0;
  return questions.reduce((sum, question) => sum + question.match, 0) / questions.length;
}

/** What the server wants to know of a competency. @param {Competency[]} competencies */
export function choiceOf(competencies) {
  return competencies.map(({ id, chosen, weight }) => ({ id, chosen, weight }));
}
