import { html } from "../../lib/html.js";

/** Shapes on a 16 px grid, drawn in the colour of the text. Always beside a word, hence hidden from screen readers. */
const SHAPES = {
  brand: html`<path d="M2 3.5 8 13.5 14 3.5" /><circle cx="8" cy="3.6" r="1.6" fill="currentColor" stroke="none" />`,
  mic: html`<rect x="6" y="1.8" width="4" height="7.4" rx="2" /><path d="M3.5 7.5a4.5 4.5 0 0 0 9 0M8 12v2.2" />`,
  eye: html`<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z" /><circle cx="8" cy="8" r="2" />`,
  clock: html`<circle cx="8" cy="8" r="6" /><path d="M8 4.5V8l2.5 1.5" />`,
  warn: html`<path d="M8 2 15 14H1Z" stroke-linejoin="round" /><path d="M8 6.5v3.5M8 12v.2" />`,
  link: html`<path d="M6.5 9.5a3 3 0 0 0 4.2 0l2.3-2.3a3 3 0 0 0-4.2-4.2l-.8.8M9.5 6.5a3 3 0 0 0-4.2 0L3 8.8A3 3 0 0 0 7.2 13l.8-.8" />`,
  plus: html`<path d="M8 3v10M3 8h10" />`,
  copy: html`<rect x="5.5" y="5.5" width="8" height="8.5" rx="1.5" /><path d="M10.5 5.5v-2A1.5 1.5 0 0 0 9 2H4a1.5 1.5 0 0 0-1.5 1.5v6A1.5 1.5 0 0 0 4 11h1.5" />`,
  sound: html`<path d="M2.5 6v4h2.5L8.5 13V3L5 6Z" stroke-linejoin="round" /><path d="M11 5.5a3.5 3.5 0 0 1 0 5M13 3.5a6.3 6.3 0 0 1 0 9" />`,
  muted: html`<path d="M2.5 6v4h2.5L8.5 13V3L5 6Z" stroke-linejoin="round" /><path d="m11 6 4 4m0-4-4 4" />`,
  back: html`<path d="M9.5 3 4.5 8l5 5" />`,
  quote: html`<path d="M3 11c2 0 3-1.2 3-3.5V4.5H3v3h2M9.5 11c2 0 3-1.2 3-3.5V4.5h-3v3h2" />`,
  follow: html`<path d="M4 2.5V8a2 2 0 0 0 2 2h6.5M9.5 7l3 3-3 3" />`,
};

/** @param {keyof typeof SHAPES} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" aria-hidden="true">${SHAPES[name]}</svg>`;
}
