/**
 * Brings what is being written to the server while it is written, so that it counts even when it is never sent as an answer: the time is
 * over, the person goes on speaking, or the device is lost. One draft is under way at a time; the next one carries all that came since.
 */

import { CommandError } from "../lib/socket.js";

const PAUSE_MS = 2000;

export class DraftCourier {
  #store;
  #socket;
  #turnId = "";
  #text = "";
  /** What the server has or is being sent; null: not known. @type {string | null} */
  #sent = "";
  #timer = 0;
  /** @type {Promise<void> | null} */
  #underway = null;

  /** @param {import("../lib/store.js").Store<import("./state.js").CandidateState>} store @param {import("../lib/socket.js").VivaSocket} socket */
  constructor(store, socket) {
    this.#store = store;
    this.#socket = socket;
    addEventListener("pagehide", this.#hurry);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#hurry();
    });
  }

  /** The text has changed: it goes to the server when the person pauses. @param {string} turnId @param {string} text */
  note(turnId, text) {
    if (turnId !== this.#turnId) {
      this.#turnId = turnId;
      this.#sent = this.#store.state.drafted[turnId]?.text ?? "";
    }
    this.#text = text.replaceAll("\0", "");
    clearTimeout(this.#timer);
    if (this.#text !== this.#sent) this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** The text was sent as the answer: a draft of it would come too late. */
  rest() {
    clearTimeout(this.#timer);
    this.#sent = this.#text;
  }

  /** To be awaited before anything that may end the answer. Does not fail: a refusal means that the turn is over. */
  async flush() {
    clearTimeout(this.#timer);
    await this.#underway;
    if (this.#text !== this.#sent) await this.#send();
  }

  /** The page may be gone in a moment, with nobody left to wait for an answer. */
  #hurry = () => {
    if (this.#text !== this.#sent && this.#socket.state === "online") void this.#send();
  };

  #send() {
    clearTimeout(this.#timer);
    const [turnId, text] = [this.#turnId, this.#text];
    this.#sent = text;
    const underway = this.#socket.send("answer.draft", { turn_id: turnId, text }).then(
      () => undefined,
      (error) => this.#refused(error, turnId),
    );
    this.#underway = underway;
    return underway;
  }

  /** @param {unknown} error @param {string} turnId */
  #refused(error, turnId) {
    if (!(error instanceof CommandError)) throw error;
    if (!error.retryable || turnId !== this.#turnId) return;
    this.#sent = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }
}
