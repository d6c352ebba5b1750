/**
 * Keyboard shortcuts of the console: single keys, which can be changed, taken away, or switched off altogether (WCAG 2.1.4). They do
 * nothing while a person types. What the candidate would notice at once needs Shift.
 */

import { recall, remember } from "../lib/memory.js";

/** @typedef {"observe" | "whisper" | "barge" | "takeover" | "hand_back" | "mute" | "pause" | "repeat" | "skip" | "chat"} Action */

/** @type {Record<Action, string>} */
const DEFAULTS = {
  observe: "O",
  whisper: "W",
  barge: "Shift+B",
  takeover: "Shift+T",
  hand_back: "H",
  mute: "M",
  pause: "Shift+P",
  repeat: "Shift+R",
  skip: "Shift+S",
  chat: "C",
};
const STORED = "viva.hr.shortcuts";

/** @type {{on: boolean, keys: Record<Action, string>}} */
const settings = read();

export const ACTIONS = /** @type {Action[]} */ (Object.keys(DEFAULTS));

export function shortcutsOn() {
  return settings.on;
}

/** @param {boolean} on */
export function switchShortcuts(on) {
  settings.on = on;
  write();
}

/** @param {Action} action @returns {string} empty: it has none */
export function shortcutOf(action) {
  return settings.keys[action];
}

/** A key that another action had is taken from it. @param {Action} action @param {string} key empty: none */
export function setShortcut(action, key) {
  for (const other of ACTIONS) if (key !== "" && settings.keys[other] === key) settings.keys[other] = "";
  settings.keys[action] = key;
  write();
}

export function resetShortcuts() {
  Object.assign(settings.keys, DEFAULTS);
  write();
}

/** @param {KeyboardEvent} event @returns {string} "B", "Shift+B", "Alt+3"; empty: not a key for this */
export function keyOf(event) {
  const plain = /^(?:Key|Digit)([A-Z0-9])$/.exec(event.code)?.[1];
  if (plain === undefined || event.ctrlKey || event.metaKey) return "";
  return `${event.altKey ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}${plain}`;
}

/** @param {Partial<Record<Action, () => void>>} table */
export function listenForShortcuts(table) {
  document.addEventListener("keydown", (event) => {
    if (!settings.on || event.repeat || event.isComposing || event.defaultPrevented || isTyping(event.target)) return;
    const key = keyOf(event);
    const action = key === "" ? undefined : ACTIONS.find((one) => settings.keys[one] === key);
    const act = action && table[action];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, dialog[open]") !== null);
}

function read() {
  const keys = { ...DEFAULTS };
  /** @type {unknown} */
  let stored = null;
  try {
    stored = JSON.parse(recall(STORED) ?? "null");
  } catch {
    // Written by something else: as if there were nothing.
  }
  if (stored === null || typeof stored !== "object") return { on: true, keys };
  const { on, keys: changed } = /** @type {{on?: unknown, keys?: Record<string, unknown>}} */ (stored);
  for (const action of /** @type {Action[]} */ (Object.keys(DEFAULTS))) {
    const key = changed?.[action];
    if (typeof key === "string") keys[action] = key;
  }
  return { on: on !== false, keys };
}

function write() {
  remember(STORED, JSON.stringify(settings));
}
