/**
 * What the candidate's page knows: a fold over the interview's envelopes, beside what only this page can know (`local` half).
 */

import { foldPresence, noteAbsence } from "./absence.js";
import { noteCaption, noteNoText, noteText } from "./heard.js";

/** @typedef {import("../lib/socket.js").Envelope} Envelope */
/** @typedef {import("../lib/socket.js").SocketState} SocketState */
/** @typedef {import("../lib/whip.js").PublishState} PublishState */
/** @typedef {import("../lib/protocol.js").QuestionAsked} QuestionAsked */
/** @typedef {import("../lib/protocol.js").ConnectionWord} ConnectionWord */
/** @typedef {import("../lib/protocol.js").ConnectionReason} ConnectionReason */
/** @typedef {import("../lib/protocol.js").QualityProfileChanged} QualityProfileChanged */
/** @typedef {import("../lib/protocol.js").DeviceState} DeviceState */
/** @typedef {import("../lib/protocol.js").AnswerForm} AnswerForm */
/** @typedef {import("./session.js").SessionInfo} SessionInfo */

/** `fresh`: asked while this page was watching; after a reload the greeting in front of it is not said again. */
/** @typedef {QuestionAsked & { seq: number, askedAt: number, fresh: boolean }} Question */

/** Who has the floor. @typedef {"asking" | "listening" | "thinking"} Floor */

/** @typedef {"unknown" | DeviceState} Checked */

/**
 * @typedef {object} DeviceCheckState
 * @property {"idle" | "asking" | "answered"} permission
 * @property {Checked} camera
 * @property {Checked} microphone
 * @property {Checked} speaker
 * @property {"idle" | "recording" | "playing" | "played" | "failed"} voice
 * @property {"idle" | "playing" | "played"} tone
 * @property {{ id: string, label: string }[]} cameras
 * @property {{ id: string, label: string }[]} microphones
 */

/**
 * All times are of this device's clock, in ms (`Date.now()`).
 * @typedef {object} CandidateState
 * @property {boolean} caughtUp             the past has been read once; what comes now is live
 * @property {import("../lib/protocol.js").Phase} phase
 * @property {import("../lib/protocol.js").Language | null} language   chosen; null: not yet
 * @property {{ recording: boolean | null, ai_scoring: boolean | null }} consents
 * @property {boolean} devicesChecked
 * @property {boolean} microphoneLost        as the server was told: until it is back, the answer's time does not run
 * @property {number} clockOffset           this device's clock minus the server's
 * @property {number} startedAt             zero of the interview clock
 * @property {boolean} textOnly
 * @property {boolean} demonstration
 * @property {string} stageId
 * @property {Question | null} question
 * @property {Floor} floor
 * @property {AnswerForm} form
 * @property {number | null} listeningSince
 * @property {number | null} momentUntil
 * @property {string[]} connections         one's own, as the server sees them
 * @property {boolean} mediaUp
 * @property {number} epoch                 of the media
 * @property {boolean} soundOnly            the voice came over the websocket last: the network lets no video call through
 * @property {number} soundOnlyAt           since when; 0: not while this page watched
 * @property {import("../lib/protocol.js").AudioOpened | null} audioOpened   the last answer to `audio.open`
 * @property {number} restarts              of the server
 * @property {number | null} awaySince      since when the question cannot be answered
 * @property {number} awayMs                how long in all, on this question
 * @property {string} nudge
 * @property {import("./heard.js").Segment[]} segments   of the open answer
 * @property {import("./heard.js").Caption | null} caption
 * @property {boolean} captionsLate         so many people speak that captions cannot keep up
 * @property {boolean} languageDoubted      another language than the interview's seems to be spoken
 * @property {Record<string, { text: string, at: number }>} drafted   written, as the server has it, by turn
 * @property {Record<string, string>} answered   whole answers, by turn
 * @property {string} hint
 * @property {{ text: string, hours: number } | null} closing
 * @property {{ reason: "completed" | import("../lib/protocol.js").EndReason, answered: number, total: number } | null} ended
 * @property {string[]} observers           connection ids
 * @property {number} hrJoinedAt
 * @property {number | null} savedAt        of the last event known to be durable
 * @property {ConnectionWord | null} word
 * @property {ConnectionReason | null} reason   why it is no better
 * @property {QualityProfileChanged | null} profile   what this page is asked to send
 * @property {number} pictureBackAt         when the server last let the picture come back; 0: never
 * @property {SessionInfo | null} session
 * @property {string | null} trouble        code of a page that cannot go on
 * @property {SocketState} socket
 * @property {number | null} retryAt
 * @property {number | null} rtt
 * @property {PublishState | null} publishing
 * @property {"language" | "consent" | "devices" | null} visiting   a step gone back to
 * @property {boolean} languageConfirmed
 * @property {boolean} consentMissing       tried to go on without the required tick
 * @property {string} sending               name of the action whose answer is awaited
 * @property {string} refusal               code of the last refused command
 * @property {DeviceCheckState} check
 * @property {boolean} cameraOff            switched off by the person
 * @property {boolean} spoken               questions are read aloud
 * @property {number} draftSavedAt
 * @property {number} characters            in the text box
 * @property {number} now                   a slow clock, for what changes by itself
 */

/** Level of `asr.degraded` at which captions show less than is said. */
const CAPTIONS_LATE_FROM = 3;

/** @returns {CandidateState} */
export function beginState() {
  return {
    caughtUp: false,
    phase: "lobby",
    language: null,
    consents: { recording: null, ai_scoring: null },
    devicesChecked: false,
    microphoneLost: false,
    clockOffset: 0,
    startedAt: 0,
    textOnly: false,
    demonstration: false,
    stageId: "",
    question: null,
    floor: "asking",
    form: "voice",
    listeningSince: null,
    momentUntil: null,
    connections: [],
    mediaUp: false,
    epoch: 0,
    soundOnly: false,
    soundOnlyAt: 0,
    audioOpened: null,
    restarts: 0,
    awaySince: null,
    awayMs: 0,
    nudge: "",
    segments: [],
    caption: null,
    captionsLate: false,
    languageDoubted: false,
    drafted: {},
    answered: {},
    hint: "",
    closing: null,
    ended: null,
    observers: [],
    hrJoinedAt: 0,
    savedAt: null,
    word: null,
    reason: null,
    profile: null,
    pictureBackAt: 0,
    session: null,
    trouble: null,
    socket: "connecting",
    retryAt: null,
    rtt: null,
    publishing: null,
    visiting: null,
    languageConfirmed: false,
    consentMissing: false,
    sending: "",
    refusal: "",
    check: {
      permission: "idle",
      camera: "unknown",
      microphone: "unknown",
      speaker: "unknown",
      voice: "idle",
      tone: "idle",
      cameras: [],
      microphones: [],
    },
    cameraOff: false,
    spoken: true,
    draftSavedAt: 0,
    characters: 0,
    now: Date.now(),
  };
}

/** @param {CandidateState} state @param {Envelope} envelope @returns {CandidateState} */
export function fold(state, envelope) {
  if (envelope.seq === null) return step(state, envelope);
  const at = Date.parse(envelope.at) + state.clockOffset;
  const folded = noteAbsence(state, step(foldPresence(state, envelope), envelope), at);
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
      return otherTurn ? state : { ...state, floor: "listening", listeningSince: at };
    case "nudge.given":
      return otherTurn ? state : { ...state, nudge: data.text };
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
      return otherTurn ? state : { ...state, floor: "thinking", momentUntil: null, nudge: "", hint: "" };
    case "answer.completed":
      return { ...state, answered: { ...state.answered, [data.turn_id]: data.text }, floor: "thinking", hint: data.hint, nudge: "", momentUntil: null };
    case "answer.revised":
      return { ...state, answered: { ...state.answered, [data.turn_id]: data.text } };
    case "interview.closing":
      return { ...state, phase: "closing", question: null, closing: { text: data.text, hours: data.result_within_hours } };
    case "interview.completed":
      return { ...state, phase: "archived", question: null, ended: { reason: "completed", answered: data.answered, total: data.total } };
    case "interview.aborted":
      return { ...state, phase: "aborted", question: null, ended: { reason: data.reason, answered: data.answered, total: data.total } };
    case "observer.joined":
      return { ...state, observers: [...state.observers, data.connection_id], hrJoinedAt: state.caughtUp ? Date.now() : 0 };
    case "observer.left":
      return { ...state, observers: state.observers.filter((known) => known !== data.connection_id) };
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
  const question = { ...data, seq, askedAt: at, fresh: state.caughtUp };
  if (again) return { ...state, question, floor: "asking", listeningSince: null };
  return {
    ...state,
    question,
    floor: "asking",
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
  const left = state.question.remaining_ms - Math.max(0, state.now - state.question.askedAt);
  return Math.max(1, Math.ceil(left / 60_000));
}
