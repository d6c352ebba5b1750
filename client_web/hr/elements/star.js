import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";

/** @typedef {import("../../lib/protocol").Star} Star */

const PARTS = /** @type {const} */ (["situation", "task", "action", "result"]);
const WIDTH = 22;
const HEIGHT = 6;
const STEP = 26;
const TOP = 13;

/** How far Situation, Task, Action and Result were told: four bars with their letters. @param {Star} star */
export function starDrawing(star) {
  const told = PARTS.map((part) => t("star.part", { part: t(`star.${part}`), percent: Math.round(star[part] * 100) })).join(", ");
  return html`<svg class="hr-star" viewBox="0 0 ${STEP * PARTS.length} ${TOP + HEIGHT + 1}" width="${STEP * PARTS.length}" height="${TOP + HEIGHT + 1}" role="img" aria-label="${t("star.title")}: ${told}" data-testid="star">
    <title>${told}</title>
    ${PARTS.map((part, index) => {
      const x = index * STEP;
      return html`<text x="${x + WIDTH / 2}" y="10" text-anchor="middle">${t(`star.letter.${part}`)}</text>
        <rect class="hr-star-ground" x="${x}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" rx="1.5" />
        <rect class="hr-star-told" x="${x}" y="${TOP}" width="${WIDTH * Math.min(1, star[part])}" height="${HEIGHT}" rx="1.5" />`;
    })}
  </svg>`;
}
