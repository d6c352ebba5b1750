/** Codes of the protocol in words. A code this page does not know yet shows itself instead of nothing. */

import { formatClock, formatNumber } from "../lib/format.js";
import { has, t } from "../lib/i18n.js";
import { CommandError } from "../lib/socket.js";
import { Problem } from "./api.js";

/** How many bars a connection's word has. @type {Record<string, import("../lib/icons.js").IconName>} */
export const BARS = { excellent: "bars_3", good: "bars_2", poor: "bars_1", lost: "bars_0", unknown: "bars_0" };

/** @param {string} family @param {string} code */
export function word(family, code) {
  const key = `${family}.${code}`;
  return has(key) ? t(key) : code.replaceAll("_", " ");
}

/** @param {unknown} error */
export function explain(error) {
  if (!(error instanceof Problem || error instanceof CommandError)) throw error;
  if (has(`problem.${error.code}`)) return t(`problem.${error.code}`);
  return t("problem.other", { detail: error.message });
}

/** Of a code that no error carries. @param {string} code */
export function explainCode(code) {
  return has(`problem.${code}`) ? t(`problem.${code}`) : t("problem.other", { detail: code.replaceAll("_", " ") });
}

/** "1:05", from an hour on "1:02:03" @param {number} ms */
export function duration(ms) {
  const hours = Math.floor(ms / 3_600_000);
  if (hours < 1) return formatClock(ms);
  return `${hours}:${formatClock(ms % 3_600_000).padStart(5, "0")}`;
}

/** Share 0..1 in percent @param {number} share */
export function percent(share) {
  return `${formatNumber(Math.round(share * 1000) / 10)} %`;
}
