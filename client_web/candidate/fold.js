/** How each envelope of the interview changes what the candidate's page knows. */

import { absentMs, foldPresence, noteAbsence } from "./absence.js";
import { foldChat } from "./fold_chat.js";
import { foldPeople } from "./fold_people.js";
import { noteCaption, noteNoText, noteText } from "./heard.js";
import { NOBODY } from "./state.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */
/** @typedef {import("./state.js").Envelope} Envelope */
/** @typedef {import("./state.js").Question} Question */
/** @typedef {import("../lib/protocol.js").QuestionAsked} QuestionAsked */

/** Level of `asr.degraded` at which captions show less than is said. */
const CAPTIONS_LATE_FROM = 3;

/** @param {CandidateState} state @param {Envelope} envelope @returns {CandidateState} */
export function fold(state, envelope) {
  if (envelope.seq === null) return step(foldPeople(state, envelope, state.now), envelope);
  const at = Date.parse(envelope.at) + state.clockOffset;
  const folded = noteAbsence(state, step(foldChat(foldPeople(foldPresence(state, envelope), envelope, at), envelope, at), envelope), at);
  return folded.phase === "lobby" ? folded : { ...folded, savedAt: at };
}

/** @param {CandidateState} state @param {Envelope} envelope @returns {CandidateState} */
function step(state, envelope) {
  const at = Date.parse(envelope.at) + state.clockOffset;
  const { type, data } = envelope;
  const otherTurn = "turn_id" in data && data.turn_id !== state.question?.turn_id;
  switch (type) {
    case "session.welcomed":
      return { ...state, clockOffset: Date.now() - Date.parse(envelope.at) };
    case "session.caught_up":
      return { ...state, caughtUp: true };
    case "language.chosen":
      // What was agreed to was read in the other language.
      return { ...state, language: data.language, consents: { recording: null, ai_scoring: null } };
    case "consent.given":
      return { ...state, consents: { ...state.consents, [data.kind]: data.granted } };
    case "device.checked":
      return { ...state, devicesChecked: true, microphoneLost: state.phase === "live" && data.microphone !== "ok" };
    case "interview.started":
      return { ...state, phase: "live", startedAt: at - (envelope.t_ms ?? 0), textOnly: data.text_only };
    case "recogniser.selected":
      return { ...state, demonstration: data.demonstration };
    case "stage.entered":
      return { ...state, stageId: data.stage_id };
    case "question.asked":
      return ask(state, data, envelope.seq ?? 0, at);
    case "question.presented":
      return otherTurn ? state : { ...state, floor: "listening", listeningSince: state.listeningSince ?? at };
    case "nudge.given":
      return otherTurn ? state : { ...state, nudge: data.text };
    case "question.withdrawn":
      return reopen(state, data.reopened_turn_id, at);
    case "time.warned":
      return otherTurn ? state : { ...state, timeWarned: true, timeExtendable: data.extendable };
    case "time.extended":
      return otherTurn || state.question === null ? state : { ...state, question: { ...state.question, limit_ms: data.limit_ms }, timeWarned: false, timeExtendable: false, timeExtendedAt: at };
    case "moment.granted":
      return otherTurn ? state : { ...state, momentUntil: state.startedAt + data.until_ms, nudge: "" };
    case "form.changed":
      return otherTurn ? state : { ...state, form: data.form };
    case "segment.transcribed":
      return otherTurn ? state : { ...noteText(state, data), nudge: "", momentUntil: null };
    case "segment.failed":
    case "segment.deferred":
      return otherTurn ? state : noteNoText(state, data, type === "segment.deferred");
    case "caption.updated": {
      const noted = otherTurn ? state : noteCaption(state, data);
      return noted === state ? state : { ...noted, nudge: "", momentUntil: null };
    }
    case "asr.degraded":
      return { ...state, captionsLate: data.level >= CAPTIONS_LATE_FROM };
    case "language.doubted":
      return { ...state, languageDoubted: true };
    case "answer.drafted":
      return { ...state, drafted: { ...state.drafted, [data.turn_id]: { text: data.text, at } } };
    case "answer.closing":
      return otherTurn ? state : { ...state, floor: "thinking", momentUntil: null, nudge: "", hint: "", timeWarned: false, closingAt: at };
    case "answer.completed":
      return { ...state, answered: { ...state.answered, [data.turn_id]: data.text }, floor: "thinking", hint: data.hint, nudge: "", momentUntil: null };
    case "answer.revised":
      return { ...state, answered: { ...state.answered, [data.turn_id]: data.text } };
    case "interview.closing":
      return { ...state, ...NOBODY, phase: "closing", question: null, closing: { text: data.text, hours: data.result_within_hours } };
    case "interview.completed":
      return { ...state, phase: "archived", question: null, ended: { reason: "completed", answered: data.answered, total: data.total } };
    case "interview.aborted":
      return { ...state, ...NOBODY, phase: "aborted", question: null, ended: { reason: data.reason, answered: data.answered, total: data.total } };
    case "review.requested":
      return { ...state, reviews: state.reviews + 1 };
    case "observer.joined":
      return { ...state, observers: [...state.observers, { connection: data.connection_id, watcher: data.watcher || data.connection_id }], hrJoinedAt: state.caughtUp ? Date.now() : 0 };
    case "observer.left":
      return { ...state, observers: state.observers.filter(({ connection }) => connection !== data.connection_id) };
    case "server.restarted":
      return { ...state, observers: [], captionsLate: false };
    case "audio.opened":
      return { ...state, audioOpened: data };
    case "connection.changed":
    case "quality.measured":
      return state.word === data.word && state.reason === data.reason ? state : { ...state, word: data.word, reason: data.reason };
    case "quality.profile_changed": {
      const back = state.caughtUp && state.profile?.video === false && data.video;
      return { ...state, profile: data, pictureBackAt: back ? Date.now() : state.pictureBackAt };
    }
    default:
      return state;
  }
}

/** @param {CandidateState} state @param {QuestionAsked} data @param {number} seq @param {number} at @returns {CandidateState} */
function ask(state, data, seq, at) {
  const again = data.asked_as === "repeat" && state.question?.turn_id === data.turn_id;
  const question = { ...data, seq, askedAt: at, fresh: state.caughtUp, awayBefore: again ? absentMs({ ...state, now: at }) : 0 };
  // Its time has begun with the first time it was put.
  if (again) return { ...state, question, floor: "asking" };
  const previous = state.question === null ? null : { question: state.question, listeningSince: state.listeningSince, awayMs: state.awayMs, segments: state.segments, closingAt: state.closingAt, form: state.form };
  return {
    ...state,
    question,
    floor: "asking",
    previous,
    timeWarned: false,
    timeExtendable: false,
    timeExtendedAt: 0,
    resumedAt: 0,
    form: data.form,
    listeningSince: null,
    momentUntil: null,
    nudge: "",
    segments: [],
    caption: null,
    languageDoubted: false,
    draftSavedAt: 0,
    characters: 0,
    refusal: "",
  };
}

/** It was no end: the former question stands again, with all that was said. The time since does not count. @param {CandidateState} state @param {string} turnId @param {number} at @returns {CandidateState} */
function reopen(state, turnId, at) {
  const { previous } = state;
  if (previous === null || previous.question.turn_id !== turnId) return state;
  const { [turnId]: _, ...answered } = state.answered;
  const since = previous.listeningSince === null ? at : previous.listeningSince + previous.awayMs + Math.max(0, at - previous.closingAt);
  return {
    ...state,
    question: previous.question,
    floor: "listening",
    form: previous.form,
    listeningSince: since,
    momentUntil: null,
    nudge: "",
    hint: "",
    segments: [...previous.segments, ...state.segments].sort((a, b) => a.startMs - b.startMs),
    answered,
    previous: null,
    timeWarned: false,
    timeExtendable: false,
    timeExtendedAt: 0,
    resumedAt: state.caughtUp ? at : 0,
  };
}
