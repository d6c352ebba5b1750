/** What HR's page knows of people who step in. Filled by `console-fold.js`, drawn by the elements of the console. */

/** @typedef {import("../lib/protocol").AlertKind} AlertKind */
/** @typedef {import("../lib/protocol").FloorMode} FloorMode */
/** @typedef {"candidate" | "backroom"} Channel */

/** `state`: what became of it. @typedef {{id: string, userId: string, name: string, kind: import("../lib/protocol").DirectiveKind, text: string, minutes: number, verbatim: boolean, override: string, state: "waiting" | "applied" | "withdrawn"}} Directive */

/** @typedef {{number: number, own: boolean, side: "candidate" | "hr", name: string, text: string, at: string}} Message */

/** What somebody of HR said to the candidate, while `turnId` was open; `turnId` empty: before the first question. @typedef {{segmentId: string, turnId: string, userId: string, name: string, startMs: number, text: string, revision: number, final: boolean}} Said */

/** Something that happened, in words: `key` of the texts. `number` counts them. @typedef {{number: number, key: string, values: Record<string, string | number>}} News */

/**
 * @typedef {object} Console
 * @property {string} me the user of this page
 * @property {Map<string, string>} names user -> name, of those who were seen to watch
 * @property {{userId: string, name: string, mode: FloorMode} | null} holder
 * @property {boolean} paused
 * @property {Directive[]} directives oldest first
 * @property {{[channel in Channel]: Message[]}} chats
 * @property {{[channel in Channel]: number}} seen up to which number this user has read
 * @property {number} candidateSeen up to which number the candidate has read theirs
 * @property {{text: string} | null} help the candidate would like to talk to a person
 * @property {Map<AlertKind, {since: number, by: string}>} alerts `since` on the interview clock; `by`: who looks after it
 * @property {number | null} skipUntilMs of a skip whose next question has not been asked yet
 * @property {{turnId: string, untilMs: number} | null} skipped the question asked instead, and until when that can be undone
 * @property {number | null} closingAtMs
 * @property {number} redos
 * @property {"away" | "websocket" | "unable" | null} obstacle why the candidate does not hear who has the floor
 * @property {boolean} voiceHeard who has the floor is speaking
 * @property {Said[]} said in order of speech
 * @property {News | null} news the last that happened
 */

/** @returns {Console} */
export function emptyConsole() {
  return {
    me: "",
    names: new Map(),
    holder: null,
    paused: false,
    directives: [],
    chats: { candidate: [], backroom: [] },
    seen: { candidate: 0, backroom: 0 },
    candidateSeen: 0,
    help: null,
    alerts: new Map(),
    skipUntilMs: null,
    skipped: null,
    closingAtMs: null,
    redos: 0,
    obstacle: null,
    voiceHeard: false,
    said: [],
    news: null,
  };
}

/** @param {Console} console @param {Channel} channel messages that this user has not seen */
export function unreadIn(console, channel) {
  return console.chats[channel].filter((message) => !message.own && message.number > console.seen[channel]).length;
}

/** @param {Console} console */
export function holdsFloor(console) {
  return console.holder !== null && console.holder.userId === console.me;
}
