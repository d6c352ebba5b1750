/**
 * Typed answers kept on this device until the server has them. A draft keeps the id of its submission too, so that an answer sent
 * just before a reload is the same command when it is sent again.
 */

import { forget, recall, remember } from "./memory.js";
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
      const draft = JSON.parse(recall(this.#prefix + turnId) ?? "null");
      return typeof draft?.text === "string" ? draft : null;
    } catch {
      return null;
    }
  }

  /** A changed text is another answer, hence another command. @param {string} turnId @param {string} text @returns {Draft} */
  save(turnId, text) {
    const before = this.read(turnId);
    const draft = { text, command: before?.text === text ? before.command : newId(), savedAt: Date.now() };
    remember(this.#prefix + turnId, JSON.stringify(draft));
    return draft;
  }

  /** @param {string} turnId */
  forget(turnId) {
    forget(this.#prefix + turnId);
  }

  forgetAll() {
    forget(this.#prefix);
  }
}
