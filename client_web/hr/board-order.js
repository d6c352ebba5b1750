/** Which cards the board shows and in what order: chosen by the person, remembered on this device. */

import { recall, remember } from "../lib/memory.js";
import { isRunning } from "./card-facts.js";

/** @typedef {import("../lib/protocol").BoardCard} BoardCard */
/** @typedef {import("../lib/protocol").Phase} Phase */
/** @typedef {"alert" | "time" | "name"} Order */
/** @typedef {{text: string, phase: string, connection: string, alert: boolean, own: boolean, order: Order}} Choice */

/** Running first, then those who wait; what is over stands in the table below the board, unless somebody waits for an answer there. @type {Phase[]} */
export const PHASES = ["live", "closing", "lobby", "invited"];
/** @type {Order[]} */
export const ORDERS = ["alert", "time", "name"];
const STORED = "viva.hr.board";

/** @returns {Choice} */
export function recallChoice() {
  /** @type {Partial<Choice>} */
  let stored = {};
  try {
    stored = Object(JSON.parse(recall(STORED) ?? "{}"));
  } catch {
    // Written by something else: as if there were nothing.
  }
  return {
    // A search is of the moment; a board that hides most cards for a word of yesterday would be a riddle.
    text: "",
    phase: PHASES.find((one) => one === stored.phase) ?? "",
    connection: ["poor", "away"].find((one) => one === stored.connection) ?? "",
    alert: stored.alert === true,
    own: stored.own === true,
    order: ORDERS.find((one) => one === stored.order) ?? "alert",
  };
}

/** @param {Choice} choice */
export function rememberChoice(choice) {
  remember(STORED, JSON.stringify({ ...choice, text: undefined }));
}

/** @param {BoardCard} card @param {Choice} choice @param {{id: string, name: string} | null} me the person */
export function matches(card, choice, me) {
  if (choice.phase !== "" && card.phase !== choice.phase) return false;
  if (choice.connection === "poor" && card.connection !== "poor" && card.connection !== "lost") return false;
  if (choice.connection === "away" && (card.candidate_connected || !isRunning(card))) return false;
  if (choice.alert && card.alerts.length === 0) return false;
  if (choice.own && !(me !== null && isOwn(card, me))) return false;
  return choice.text === "" || `${card.candidate_name}\n${card.job_title}\n${card.flow_title}`.toLowerCase().includes(choice.text);
}

/** @param {BoardCard} a @param {BoardCard} b @param {Order} by */
export function compare(a, b, by) {
  if (by === "name") return collate(a.candidate_name, b.candidate_name) || order(a.interview, b.interview);
  const alerts = by === "alert" ? open(b) - open(a) : 0;
  const running = Number(isRunning(b)) - Number(isRunning(a));
  const time = by === "time" && isRunning(a) ? order(a.stage_entered_at ?? "~", b.stage_entered_at ?? "~") : 0;
  const phase = rank(a.phase) - rank(b.phase);
  return alerts || running || time || phase || order(a.created_at, b.created_at) || order(a.interview, b.interview);
}

/** Alerts that nobody looks after come first, those that somebody does after them. @param {BoardCard} card */
function open(card) {
  if (card.alerts.length === 0) return 0;
  return card.alerts.some((alert) => alert.acknowledged_by === "") ? 2 : 1;
}

/** @param {Phase} phase */
function rank(phase) {
  const at = PHASES.indexOf(phase);
  return at < 0 ? PHASES.length : at;
}

/** Created by this person, or they take part in it. @param {BoardCard} card @param {{id: string, name: string}} me */
function isOwn(card, { id, name }) {
  return card.owner_id === id || card.watchers.includes(name) || card.floor_holder === name || card.alerts.some((alert) => alert.acknowledged_by === name);
}

const collate = new Intl.Collator().compare;

/** Cheaper than a comparison by language, which times and ids do not need. @param {string} a @param {string} b */
function order(a, b) {
  return Number(a > b) - Number(a < b);
}
