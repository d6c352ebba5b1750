/** People of HR who step in: who has the floor and what they say, pauses, and what is done for the candidate. */

import { noteCaption, noteText } from "./heard.js";
import { NOBODY } from "./state.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */
/** @typedef {import("./state.js").Envelope} Envelope */

/** @param {CandidateState} state @param {Envelope} envelope @param {number} at @returns {CandidateState} */
export function foldPeople(state, { type, data }, at) {
  switch (type) {
    case "floor.taken":
      return { ...state, holder: { name: data.name, mode: data.mode, text: data.text }, personHeard: NOBODY.personHeard, personSpeaks: false, told: null };
    case "floor.changed":
      return state.holder === null ? state : { ...state, holder: { ...state.holder, name: data.name, mode: data.mode } };
    case "floor.handed_back":
      return { ...state, holder: null, personSpeaks: false, told: { about: "handed_back", text: data.text, at: state.caughtUp ? at : 0 } };
    case "voice.heard":
      return data.speaking === state.personSpeaks ? state : { ...state, personSpeaks: data.speaking };
    case "voice.captioned":
    case "voice.transcribed": {
      // Somebody who speaks on while the floor goes back is still written down; the page has gone on by then.
      if (state.holder === null) return state;
      const personHeard = type === "voice.captioned" ? noteCaption(state.personHeard, data) : noteText(state.personHeard, data);
      return personHeard === state.personHeard ? state : { ...state, personHeard };
    }
    case "speech.changed":
      return data.speaking === state.selfSpeaks ? state : { ...state, selfSpeaks: data.speaking };
    case "interview.paused":
      return { ...state, pausedText: data.text, told: null };
    case "interview.resumed":
      return { ...state, pausedText: "", told: { about: "handed_back", text: data.text, at: state.caughtUp ? at : 0 } };
    case "time.granted":
      return state.question?.turn_id !== data.turn_id
        ? state
        : { ...state, question: { ...state.question, limit_ms: data.limit_ms }, timeWarned: false, told: { about: "granted", text: data.text, at: state.caughtUp ? at : 0 } };
    case "question.skipped":
      return { ...state, told: { about: "skipped", text: "", at: state.caughtUp ? at : 0 } };
    case "question.withdrawn":
      return state.told?.about === "skipped" ? { ...state, told: null } : state;
    case "interview.reopened":
      return { ...state, ...NOBODY, phase: "lobby", redo: data.redo, question: null, previous: null, listeningSince: null, floor: "asking", closing: null, ended: null, microphoneLost: false };
    default:
      return state;
  }
}
