/** Commands about the interview of this page. */

import { CommandError } from "../lib/socket.js";

/** @typedef {import("../lib/protocol").CommandData} CommandData */

export class Commands {
  #socket;
  #interview;

  /** @param {import("../lib/socket.js").VivaSocket} socket @param {string} interview */
  constructor(socket, interview) {
    this.#socket = socket;
    this.#interview = interview;
  }

  /**
   * @template {keyof CommandData} Name
   * @param {Name} type
   * @param {CommandData[Name]} data
   * @returns {Promise<CommandError | null>} the refusal, or null: what came of it follows as events
   */
  async send(type, data) {
    try {
      await this.#socket.send(type, data, { interview: this.#interview });
      return null;
    } catch (error) {
      if (error instanceof CommandError) return error;
      throw error;
    }
  }
}
