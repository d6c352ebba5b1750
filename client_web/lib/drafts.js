/**
 * Typed answers kept on this device until the server has them as answers or drafts. A draft keeps the id of its submission too, so that an answer sent
 * just before a reload is the same command when it is sent again.
 */

import { forget, recall, recallKeys, remember } from "./memory.js";
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

  /** Lets go of every draft that the server has; what it never got stays. @param {(turnId: string, text: string) => boolean} serverHas */
  forgetKept(serverHas) {
    for (const key of recallKeys(this.#prefix)) {
      const turnId = key.slice(this.#prefix.length);
      const draft = this.read(turnId);
      if (draft === null || serverHas(turnId, draft.text)) this.forget(turnId);
    }
  }
}
