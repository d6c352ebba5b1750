/**
 * What competencies and indicators are called. The server tells it, own rubrics of the organisation among them; nothing of it is built
 * into the page. Until it is loaded, and for what a later version of the rules does not know any more, a code shows itself.
 */

import { pickText } from "../lib/i18n.js";
import { request } from "./api.js";

/** @typedef {Partial<Record<string, string>>} Texts */
/** @typedef {{id: string, sign: number, label: Texts}} Indicator */
/** @typedef {{id: string, name: Texts, indicators: Indicator[]}} RubricNamed */

/** @type {Map<string, Texts>} */
let competencies = new Map();
/** By competency and indicator; those that every competency has stand under an empty one. @type {Map<string, Texts>} */
let indicators = new Map();

export async function loadRubricNames() {
  setRubricNames(await request("GET", "/v1/rubrics"));
}

/** @param {{rubrics: RubricNamed[], structure: Indicator[]}} named */
export function setRubricNames(named) {
  competencies = new Map(named.rubrics.map((one) => [one.id, one.name]));
  const own = named.rubrics.flatMap((one) => one.indicators.map((each) => /** @type {const} */ ([keyOf(one.id, each.id), each.label])));
  indicators = new Map([...named.structure.map((each) => /** @type {const} */ ([keyOf("", each.id), each.label])), ...own]);
}

/** @param {string} id @param {string} [known] what the log calls it, in the language of the interview */
export function nameCompetency(id, known = "") {
  return pickText(competencies.get(id)) || known || bare(id);
}

/** @param {string} competency @param {string} indicator */
export function nameIndicator(competency, indicator) {
  return pickText(indicators.get(keyOf("", indicator)) ?? indicators.get(keyOf(competency, indicator))) || bare(indicator);
}

/** @param {string} competency @param {string} indicator */
function keyOf(competency, indicator) {
  return `${competency}/${indicator}`;
}

/** @param {string} code */
function bare(code) {
  return code.replaceAll("_", " ");
}
