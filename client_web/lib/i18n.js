/**
 * Texts of the pages. `await loadLanguage("zh-CN")`, then `t("candidate.progress", { number: 3 })`.
 *
 * A text is a string with `{name}` places, or `{"one": ..., "other": ...}` chosen by the number `count`.
 * Further files of a page ride along by prefix: `loadLanguage("en", ["", "hr."])` reads en.json and hr.en.json.
 */

/** @typedef {"en" | "zh-CN"} Language */
/** @typedef {string | { one?: string, other: string }} Message */

export const LANGUAGES = /** @type {const} */ (["en", "zh-CN"]);

/** Each language called by its own name. */
export const LANGUAGE_NAMES = { en: "English", "zh-CN": "简体中文" };

/** @type {Language} */
let current = "en";
/** @type {Record<string, Message>} */
let messages = {};
let plural = new Intl.PluralRules("en");

/** @returns {Language} */
export function language() {
  return current;
}

/**
 * Sets the page's language: texts and the `lang` attribute.
 * @param {Language} wanted
 * @param {string[]} prefixes  one file per prefix
 */
export async function loadLanguage(wanted, prefixes = [""]) {
  const files = await Promise.all(prefixes.map((prefix) => fetchFile(`/assets/locales/${prefix}${wanted}.json`)));
  current = wanted;
  messages = Object.assign({}, ...files);
  plural = new Intl.PluralRules(wanted);
  document.documentElement.lang = wanted;
}

/**
 * A missing key shows itself: better a strange word than an empty button.
 * @param {string} key
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function t(key, values = {}) {
  const message = messages[key];
  if (message === undefined) return key;
  let text = typeof message === "string" ? message : message.other;
  if (typeof message !== "string" && typeof values.count === "number" && plural.select(values.count) === "one") {
    text = message.one ?? message.other;
  }
  return text.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/** Whether there is a text: for codes that a newer server may send. @param {string} key */
export function has(key) {
  return key in messages;
}

/**
 * The language to begin with: the one asked for if it is spoken here, else the browser's, else English.
 * @param {string | null} [asked]
 * @returns {Language}
 */
export function pickLanguage(asked) {
  for (const wish of [asked ?? "", ...navigator.languages]) {
    const found = LANGUAGES.find((known) => known.split("-")[0] === wish.split("-")[0]);
    if (found !== undefined) return found;
  }
  return "en";
}

/** A text that comes in several languages, as flows and consents do. @param {Partial<Record<string, string>> | undefined} texts */
export function pickText(texts) {
  if (texts === undefined) return "";
  return texts[current] ?? Object.values(texts)[0] ?? "";
}

/** @param {string} address @returns {Promise<Record<string, Message>>} */
async function fetchFile(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}
