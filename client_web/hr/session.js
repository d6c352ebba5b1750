/** What all of HR's pages begin with: the language, who is logged in, the header. */

import { loadLanguage, pickLanguage } from "../lib/i18n.js";
import { recall, remember } from "../lib/memory.js";
import { Problem, request } from "./api.js";

/** @typedef {import("./api.js").Me} Me */

const STORED_LANGUAGE = "viva.hr.language";

/** @param {string} [wanted] by the switch; else what was chosen before, else the browser's @param {string[]} [files] prefixes of the page's texts */
export async function useLanguage(wanted, files = ["hr."]) {
  if (wanted !== undefined) remember(STORED_LANGUAGE, wanted);
  await loadLanguage(pickLanguage(wanted ?? recall(STORED_LANGUAGE)), files);
}

/** @returns {Promise<Me | null>} null: nobody is logged in */
export async function whoAmI() {
  try {
    return await request("GET", "/v1/me");
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export async function logOut() {
  await request("POST", "/v1/logout");
  location.assign("/hr/");
}
