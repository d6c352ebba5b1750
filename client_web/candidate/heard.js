/** What was heard of the open answer, or of a person who speaks to the candidate: texts of its stretches of speech, and the caption of the one being spoken. */

/** @typedef {Pick<import("../lib/protocol.js").SegmentTranscribed, "segment_id" | "text" | "t_start_ms" | "revision">} SegmentTranscribed */
/** @typedef {Pick<import("../lib/protocol.js").CaptionUpdated, "segment_id" | "committed" | "unstable" | "revision">} CaptionUpdated */

/** `text` empty: it has none yet. @typedef {{ id: string, text: string, startMs: number, revision: number, deferred: boolean }} Segment */
/** @typedef {{ id: string, committed: string, unstable: string }} Caption */
/** `segments` in order of speech. @typedef {{ segments: Segment[], caption: Caption | null }} Heard */

/** A later text of a stretch takes the former's place. @template {Heard} T @param {T} heard @param {SegmentTranscribed} data @returns {T} */
export function noteText(heard, data) {
  return place(heard, { id: data.segment_id, text: data.text, startMs: data.t_start_ms, revision: data.revision, deferred: false });
}

/** There is no text, or not yet. @template {Heard} T @param {T} heard @param {{ segment_id: string, t_start_ms: number }} data @param {boolean} deferred @returns {T} */
export function noteNoText(heard, data, deferred) {
  const known = heard.segments.find((segment) => segment.id === data.segment_id);
  return place(heard, { ...(known ?? { id: data.segment_id, text: "", startMs: data.t_start_ms, revision: -1 }), deferred });
}

/** @template {Heard} T @param {T} heard @param {CaptionUpdated} data @returns {T} */
export function noteCaption(heard, data) {
  // A caption that was on its way while its text became final would show the same words twice.
  const told = heard.segments.find((segment) => segment.id === data.segment_id);
  if (told && data.revision <= told.revision) return heard;
  const shown = data.committed + data.unstable !== "";
  return { ...heard, caption: shown ? { id: data.segment_id, committed: data.committed, unstable: data.unstable } : null };
}

/** Texts that stay; what is being spoken has its caption instead. @param {Heard} heard */
export function finalTexts({ segments, caption }) {
  return segments.filter((segment) => segment.id !== caption?.id && segment.text !== "").map((segment) => segment.text);
}

/** Something was said to this question. @param {Heard} heard */
export function hasSpoken({ segments, caption }) {
  return caption !== null || segments.some((segment) => segment.text !== "" || segment.deferred);
}

/** Some words have no text yet; it follows by itself. @param {Heard} heard */
export function awaitsText({ segments }) {
  return segments.some((segment) => segment.deferred);
}

/** @template {Heard} T @param {T} heard @param {Segment} segment @returns {T} */
function place(heard, segment) {
  const others = heard.segments.filter((known) => known.id !== segment.id);
  const segments = [...others, segment].sort((a, b) => a.startMs - b.startMs);
  return { ...heard, segments, caption: heard.caption?.id === segment.id ? null : heard.caption };
}
