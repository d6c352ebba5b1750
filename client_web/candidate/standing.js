/** How things stand with the candidate: what follows from what the page knows. */

import { absentMs } from "./absence.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */

/** @typedef {"loading" | "trouble" | "language" | "consent" | "devices" | "waiting" | "room" | "closing"} Screen */

/** The step the page stands at: told by the log, so that a reload comes back to it. @param {CandidateState} state @returns {Screen} */
export function screenOf(state) {
  if (state.trouble !== null) return "trouble";
  if (state.session === null || !state.caughtUp) return "loading";
  if (state.phase === "live") return "room";
  if (["closing", "archived", "aborted"].includes(state.phase)) return "closing";
  if (state.visiting !== null) return state.visiting;
  const { recording, ai_scoring } = state.consents;
  if (!state.languageConfirmed && recording === null && state.language === null) return "language";
  if (recording !== true || ai_scoring === null) return "consent";
  return state.devicesChecked ? "waiting" : "devices";
}

/** There is somebody to write to, from the first page on and after the last. @param {CandidateState} state */
export function canChat(state) {
  return state.session !== null && state.caughtUp && state.trouble === null;
}

/** Messages of HR that the candidate has not seen. @param {CandidateState} state */
export function countUnread({ chat }) {
  return chat.messages.filter((message) => message.sender === "hr" && message.number > chat.read).length;
}

/** Answered in writing: by the question's form, or because there is no microphone. @param {CandidateState} state */
export function isTyped(state) {
  return state.textOnly || state.form === "text";
}

/** Nothing that is said now reaches the interviewer, and it does not come back by itself. @param {CandidateState} state */
export function isUnheard(state) {
  const silent = state.publishing === "refused" || (state.check.permission === "answered" && state.check.microphone !== "ok");
  return silent && !isTyped(state);
}

/** @param {CandidateState} state @returns {import("../lib/protocol.js").CameraState} */
export function cameraOf(state) {
  if (state.check.camera !== "ok") return "none";
  return state.cameraOff ? "off" : "on";
}

/** The server has asked for the voice alone, of somebody who would show their picture. @param {CandidateState} state */
export function isPicturePaused(state) {
  return state.profile?.video === false && cameraOf(state) === "on";
}

/** The network lets no video call through: the voice goes another way, and no picture. @param {CandidateState} state */
export function isSoundOnly(state) {
  return state.soundOnly && !state.textOnly;
}

/** Whether a text written for a turn is safe with the server, as a draft or within the answer. @param {CandidateState} state @param {string} turnId @param {string} text */
export function serverHas(state, turnId, text) {
  const plain = (/** @type {string | undefined} */ words) => (words ?? "").replace(/\s+/g, " ").trim();
  return plain(state.drafted[turnId]?.text) === plain(text) || plain(state.answered[turnId]).includes(plain(text));
}

/** Time left of the interview as a whole, from the last question's estimate. @param {CandidateState} state */
export function remainingMinutes(state) {
  if (state.question === null) return 0;
  const standing = absentMs(state) - state.question.awayBefore;
  const left = state.question.remaining_ms - Math.max(0, state.now - state.question.askedAt - standing);
  return Math.max(1, Math.ceil(left / 60_000));
}
