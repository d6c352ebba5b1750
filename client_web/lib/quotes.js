/** Words that show several things are quoted once, with all that they show. */

/** @typedef {{turn_id: string, quote: string, char_start: number, char_end: number, t_start_ms: number | null, label: string, remark: string}} Quote */
/** @typedef {Quote & {labels: string[]}} MergedQuote */

/** @param {Quote[]} quotes @returns {MergedQuote[]} in order of first mention */
export function mergeQuotes(quotes) {
  /** @type {Map<string, MergedQuote>} */
  const merged = new Map();
  for (const quote of quotes) {
    const place = `${quote.turn_id} ${quote.char_start} ${quote.char_end}`;
    const known = merged.get(place);
    const label = quote.remark === "" ? quote.label : `${quote.label} (${quote.remark})`;
    if (!known) merged.set(place, { ...quote, labels: [label] });
    else if (!known.labels.includes(label)) known.labels.push(label);
  }
  return [...merged.values()];
}
