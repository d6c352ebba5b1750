/** What the candidate does in the chat. It goes over the socket alone: it works when microphone and media do not. */

import { CommandError } from "../lib/socket.js";
import { countUnread } from "./standing.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */

/** @param {Pick<import("./live.js").Parts, "store" | "socket"> & { root: Element }} parts */
export function bindConversation({ store, socket, root }) {
  let written = 0;
  /** The last message that the server was told to be read. */
  let told = 0;
  const box = () => /** @type {HTMLTextAreaElement | null} */ (root.querySelector("#chat-text"));
  const patch = (/** @type {Partial<CandidateState["chat"]>} */ changes) => store.patch({ chat: { ...store.state.chat, ...changes } });
  const codeOf = (/** @type {unknown} */ error) => {
    if (!(error instanceof CommandError)) throw error;
    return error.code;
  };

  const toggle = () => {
    const open = !store.state.chat.open;
    patch({ open, refusal: "" });
    queueMicrotask(() => (open ? box() : /** @type {HTMLElement | null} */ (root.querySelector("#chat-button")))?.focus({ preventScroll: true }));
  };

  const send = async () => {
    const field = box();
    const text = field?.value.trim() ?? "";
    if (field === null || text === "") return;
    field.value = "";
    field.focus();
    const id = (written += 1);
    patch({ outbox: [...store.state.chat.outbox, { id, text }], refusal: "" });
    const refusal = await socket.send("chat.send", { channel: "candidate", text }).then(() => "", codeOf);
    patch({ outbox: store.state.chat.outbox.filter((one) => one.id !== id), refusal });
    // Not taken: it is not lost either.
    const now = box();
    if (refusal !== "" && now !== null) now.value = now.value === "" ? text : `${text}\n${now.value}`;
  };

  const askPerson = async () => {
    if (store.state.help.state === "asked") return;
    store.patch({ sending: "person" });
    const refusal = await socket.send("help.request", { text: "" }).then(() => "", codeOf);
    store.patch({ sending: store.state.sending === "person" ? "" : store.state.sending });
    patch({ refusal });
    queueMicrotask(() => box()?.focus({ preventScroll: true }));
  };

  const keys = (/** @type {Event} */ event) => {
    if (!(event instanceof KeyboardEvent)) return;
    if (event.key === "Escape") return toggle();
    // While characters are being composed, Enter chooses one of them.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || event.target !== box()) return;
    event.preventDefault();
    void send();
  };

  // What stands open before one's eyes has been read.
  store.subscribe((state) => {
    const last = state.chat.messages.at(-1)?.number ?? 0;
    if (!state.chat.open || document.visibilityState !== "visible" || state.socket !== "online" || countUnread(state) === 0 || last <= told) return;
    told = last;
    socket.send("chat.read", { channel: "candidate", up_to: last }).catch(codeOf);
  });

  return { clicks: { toggle_chat: toggle, ask_person: () => void askPerson() }, submits: { send_chat: () => void send() }, keys: { chat: keys } };
}
