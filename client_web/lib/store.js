/**
 * State as a fold over envelopes: the page keeps nothing that the log cannot give back.
 */

/** @typedef {import("./socket.js").Envelope} Envelope */

/** @template State */
export class Store {
  /** @type {Set<(state: State) => void>} */
  #listeners = new Set();
  #fold;

  /**
   * @param {State} initial
   * @param {(state: State, envelope: Envelope) => State} fold  pure; answers the same object when nothing changed; ignores unknown types
   */
  constructor(initial, fold) {
    this.state = initial;
    /** `seq` of the last event folded in. */
    this.seq = 0;
    this.#fold = fold;
  }

  /**
   * Folds one envelope in. An event that was seen before (a resumed socket may repeat) is dropped; signals have no `seq` and always count.
   * @param {Envelope} envelope
   * @returns {boolean} whether the state changed
   */
  apply(envelope) {
    if (envelope.seq !== null) {
      if (envelope.seq <= this.seq) return false;
      this.seq = envelope.seq;
    }
    return this.#become(this.#fold(this.state, envelope));
  }

  /** For what no envelope tells. @param {Partial<State>} changes */
  patch(changes) {
    return this.#become({ ...this.state, ...changes });
  }

  /** @param {(state: State) => void} listener @returns {() => void} call to stop */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {State} next */
  #become(next) {
    if (next === this.state) return false;
    this.state = next;
    for (const listener of this.#listeners) listener(next);
    return true;
  }
}
