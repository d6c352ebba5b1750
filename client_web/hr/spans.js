/**
 * Character spans. The server counts Unicode code points, JavaScript counts UTF-16 units; they differ from the first
 * emoji or rare Han character on, so every span is converted here and nowhere else.
 */

/** @param {string} text @param {number} codePoint @returns {number} index in UTF-16 units */
export function unitIndex(text, codePoint) {
  let units = 0;
  let left = codePoint;
  for (const character of text) {
    if (left <= 0) break;
    units += character.length;
    left -= 1;
  }
  return units;
}

/** @typedef {{text: string, marked: boolean, startMs: number | null}} Piece `startMs` is set where a new caption begins */

/**
 * Cut an answer where its captions begin and where the marked span lies.
 *
 * @param {string} text the completed answer
 * @param {{startMs: number, text: string}[]} segments in order; a segment not found in the text is left out
 * @param {{start: number, end: number} | null} span in code points
 * @returns {Piece[]} whose texts, joined, are `text`
 */
export function cutAnswer(text, segments, span) {
  const starts = segmentStarts(text, segments);
  const markStart = span ? unitIndex(text, span.start) : 0;
  const markEnd = span ? unitIndex(text, span.end) : 0;
  const cuts = [...new Set([0, ...starts.keys(), markStart, markEnd, text.length])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, index) => ({
    text: text.slice(from, cuts[index + 1]),
    marked: from >= markStart && from < markEnd,
    startMs: starts.get(from) ?? null,
  }));
}

/** @param {string} text @param {{startMs: number, text: string}[]} segments @returns {Map<number, number>} unit index -> ms */
function segmentStarts(text, segments) {
  const starts = new Map();
  let cursor = 0;
  for (const segment of segments) {
    const wanted = segment.text.trim();
    const at = wanted ? text.indexOf(wanted, cursor) : -1;
    if (at < 0) continue;
    starts.set(at, segment.startMs);
    cursor = at + wanted.length;
  }
  return starts;
}
