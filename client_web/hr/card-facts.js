/** What follows from a card of the board and the time. */

import { serverNow } from "./clock.js";

/** @typedef {import("../lib/protocol").BoardCard} BoardCard */

/** Whether a person should look at this interview: too long in one stage (S15). @param {BoardCard} card */
export function isLate(card) {
  return timeInStageMs(card) > card.alert_after_minutes * 60_000;
}

/** @param {BoardCard} card */
export function isRunning(card) {
  return card.phase === "live" || card.phase === "closing";
}

/** The candidate has asked for a person, or written to one: that does not end with the interview. @param {BoardCard} card */
export function waitsForPerson(card) {
  return card.unread > 0 || card.alerts.some((alert) => alert.kind === "help");
}

/** @param {BoardCard} card */
export function isOver(card) {
  return card.phase === "archived" || card.phase === "aborted";
}

/** @param {BoardCard} card 0 outside a stage */
export function timeInStageMs(card) {
  if (!isRunning(card) || card.stage_entered_at === null) return 0;
  return Math.max(0, serverNow() - Date.parse(card.stage_entered_at));
}
