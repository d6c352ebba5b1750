/**
 * Typed answers kept on this device until the server has them. A draft keeps the id of its submission too, so that an answer sent
 * just before a reload is the same command when it is sent again.
 */

import { newId } from "./socket.js";

/** @typedef {{ text: string, command: string, savedAt: number }} Draft */

export class Drafts {
  #prefix;

  /** @param {string} interview */
  constructor(interview) {
    this.#prefix = `viva.draft.${interview}.`;
  }

  /** @param {string} turnId @returns {Draft | null} */
  read(turnId) {
    try {
      const draft = JSON.parse(localStorage.getItem(this.#prefix + turnId) ?? "null");
      return typeof draft?.text === "string" ? draft : null;
    } catch {
      return null;
    }
  }

  /** A changed text is another answer, hence another command. @param {string} turnId @param {string} text @returns {Draft} */
  save(turnId, text) {
    const before = this.read(turnId);
    const draft = { text, command: before?.text === text ? before.command : newId(), savedAt: Date.now() };
    try {
      localStorage.setItem(this.#prefix + turnId, JSON.stringify(draft));
    } catch {
      // A full or forbidden storage: the text is still on the page.
    }
    return draft;
  }

  /** @param {string} turnId */
  forget(turnId) {
    localStorage.removeItem(this.#prefix + turnId);
  }

  forgetAll() {
    for (const key of Object.keys(localStorage)) if (key.startsWith(this.#prefix)) localStorage.removeItem(key);
  }
}
