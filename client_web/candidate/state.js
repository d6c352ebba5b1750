/** What the candidate's page knows: what the interview's envelopes told (`fold.js`), beside what only this page can know. */

import { NO_REASONS } from "./reasons.js";

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
/** `awayBefore`: how long it could not be answered before it was put (again). */
/** @typedef {QuestionAsked & { seq: number, askedAt: number, fresh: boolean, awayBefore: number }} Question */

/** @typedef {{ question: Question, listeningSince: number | null, awayMs: number, segments: import("./heard.js").Segment[], closingAt: number, form: AnswerForm }} Previous */

/** Who has the floor. @typedef {"asking" | "listening" | "thinking"} Floor */

/** A person of HR who has the floor. @typedef {{ name: string, mode: import("../lib/protocol.js").FloorTaken["mode"], text: string }} Holder */

/** What the interviewer, or the page, has to tell beside a question; `text` empty: the page's own words. @typedef {{ about: "handed_back" | "granted" | "skipped", text: string, at: number }} Told */

/** @typedef {{ number: number, sender: import("../lib/protocol.js").ChatSent["sender"], name: string, text: string, at: number }} Message */

/**
 * @typedef {object} Chat
 * @property {Message[]} messages
 * @property {number} read                  up to which the candidate has seen them
 * @property {number} seen                  up to which somebody of HR has
 * @property {boolean} open
 * @property {{ id: number, text: string }[]} outbox   written, and not answered for by the server
 * @property {string} refusal               code of the last message that was not taken
 */

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
 * @property {Previous | null} previous    the answer before, which may be given back
 * @property {number} closingAt             when the last answer was taken for ended
 * @property {number} resumedAt             when the open answer was given back; 0: never
 * @property {boolean} timeWarned           the end of the answer's time was announced
 * @property {boolean} timeExtendable       and can be put off
 * @property {number} timeExtendedAt        when it was; 0: never
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
 * @property {import("./reasons.js").Reasons} reasons   what was found in the answers
 * @property {number} reviews               how often a person was asked for
 * @property {{connection: string, watcher: string}[]} observers  pages that are open, and whose
 * @property {number} hrJoinedAt
 * @property {Holder | null} holder          a person speaks instead of the interviewer
 * @property {boolean} personSpeaks         at this moment
 * @property {import("./heard.js").Heard} personHeard   what they have said
 * @property {boolean} selfSpeaks           the candidate does
 * @property {string} pausedText            why nothing happens; empty: the interview runs
 * @property {Told | null} told
 * @property {Chat} chat
 * @property {{ state: "none" | "asked" | "seen", name: string, at: number }} help   a person was asked for
 * @property {number} redo                  how often the interview was taken up again
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

/** Nobody has stepped in. @type {Pick<CandidateState, "holder" | "personSpeaks" | "personHeard" | "selfSpeaks" | "pausedText" | "told">} */
export const NOBODY = { holder: null, personSpeaks: false, personHeard: { segments: [], caption: null }, selfSpeaks: false, pausedText: "", told: null };

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
    previous: null,
    closingAt: 0,
    resumedAt: 0,
    timeWarned: false,
    timeExtendable: false,
    timeExtendedAt: 0,
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
    reasons: NO_REASONS,
    reviews: 0,
    observers: [],
    hrJoinedAt: 0,
    ...NOBODY,
    chat: { messages: [], read: 0, seen: 0, open: false, outbox: [], refusal: "" },
    help: { state: "none", name: "", at: 0 },
    redo: 0,
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
