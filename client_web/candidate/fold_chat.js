/** What candidate and HR write to each other, and whether a person was asked for. */

/** @typedef {import("./state.js").CandidateState} CandidateState */
/** @typedef {import("./state.js").Envelope} Envelope */

/** @param {CandidateState} state @param {Envelope} envelope @param {number} at @returns {CandidateState} */
export function foldChat(state, { type, data }, at) {
  const { chat } = state;
  switch (type) {
    case "chat.sent": {
      const { number, sender, name, text } = data;
      const messages = [...chat.messages, { number, sender, name, text, at }];
      // Who writes has seen what stands above.
      return { ...state, chat: { ...chat, messages, ...(sender === "candidate" ? { read: number } : { seen: number }) } };
    }
    case "chat.seen":
      if (data.reader === "hr") return { ...state, chat: { ...chat, seen: Math.max(chat.seen, data.up_to) } };
      return { ...state, chat: { ...chat, read: Math.max(chat.read, data.up_to) } };
    case "help.requested":
      return { ...state, help: { state: "asked", name: "", at } };
    case "help.acknowledged":
      return { ...state, help: { state: "seen", name: data.name, at } };
    default:
      return state;
  }
}
