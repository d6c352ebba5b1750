/** Times and numbers as people read them, in the page's language. */

import { language } from "./i18n.js";

/** "4:05" @param {number} ms */
export function formatClock(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "14:03:22" @param {string | number | Date} at */
export function formatTimeOfDay(at) {
  return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** "23 Nov 2026, 14:03" @param {string | number | Date} at */
export function formatDateTime(at) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** @param {number} value */
export function formatNumber(value) {
  return new Intl.NumberFormat(language()).format(value);
}

/** What stands between two stretches of speech. */
export function speechSpace() {
  return language() === "zh-CN" ? "" : " ";
}

/** Texts one after the other. @param {string[]} parts */
export function joinSpeech(parts) {
  return parts.filter((part) => part !== "").join(speechSpace());
}
