/** Line icons, drawn on a 24 px grid. Decoration only: the word always stands beside them. */

import { html, Markup } from "./html.js";

const SHAPES = {
  alert: '<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4.5M12 17.4v.1"/>',
  arrow: '<path d="M5 12h14M13 6l6 6-6 6"/>',
  back: '<path d="M19 12H5M11 6l-6 6 6 6"/>',
  bars_0: '<path stroke-width="3" opacity="0.3" d="M5 18.5v-3M12 18.5v-7M19 18.5v-12"/>',
  bars_1: '<path stroke-width="3" d="M5 18.5v-3"/><path stroke-width="3" opacity="0.3" d="M12 18.5v-7M19 18.5v-12"/>',
  bars_2: '<path stroke-width="3" d="M5 18.5v-3M12 18.5v-7"/><path stroke-width="3" opacity="0.3" d="M19 18.5v-12"/>',
  bars_3: '<path stroke-width="3" d="M5 18.5v-3M12 18.5v-7M19 18.5v-12"/>',
  camera: '<rect x="3" y="6.5" width="12.5" height="11" rx="2.5"/><path d="m15.5 11 5.5-3.2v8.4L15.5 13"/>',
  camera_off: '<path d="M9 6.5h4a2.5 2.5 0 0 1 2.5 2.5v2l5.5-3.2v8.4l-2.5-1.5M13 17.5H5.5A2.5 2.5 0 0 1 3 15V9a2.5 2.5 0 0 1 1.5-2.3M3 3l18 18"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
  cross: '<path d="m6 6 12 12M18 6 6 18"/>',
  eye: '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="2.8"/>',
  globe: '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17-5-5-5-12 0-17Z"/>',
  info: '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.2M12 7.7v.1"/>',
  keyboard: '<rect x="2.5" y="6.5" width="19" height="11" rx="2.5"/><path d="M6.5 10.2h.1M10.2 10.2h.1M13.9 10.2h.1M17.5 10.2h.1M8 14h8"/>',
  link: '<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1"/>',
  listening: '<path d="M5 10v4M9 6.5v11M13 9v6M17 5v14M21 10.5v3"/>',
  lock: '<rect x="5" y="10.5" width="14" height="10" rx="2.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
  microphone: '<rect x="9" y="3" width="6" height="11.5" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>',
  microphone_off: '<path d="M15 9.5V6a3 3 0 0 0-5.8-1M9 9v2.5a3 3 0 0 0 4.5 2.6M5.5 11.5a6.5 6.5 0 0 0 10.7 5M18.5 11.5c0 .7-.1 1.4-.3 2M12 18v3M3 3l18 18"/>',
  network: '<path d="M2.5 9.5a14 14 0 0 1 19 0M6 13.2a9 9 0 0 1 12 0M9.3 16.7a4.3 4.3 0 0 1 5.4 0M12 20v.1"/>',
  pause: '<path d="M9 6v12M15 6v12"/>',
  people: '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5a6.5 6.5 0 0 1 13 0M16 5.3a3.5 3.5 0 0 1 0 6.4M18.5 14.3a6.5 6.5 0 0 1 3 5.2"/>',
  play: '<path d="M8 5.5v13l10.5-6.5z"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  repeat: '<path d="M4 11a8 8 0 0 1 14-4.5L20.5 9M20.5 4v5h-5M20 13a8 8 0 0 1-14 4.5L3.5 15M3.5 20v-5h5"/>',
  search: '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
  shield: '<path d="M12 3.5 5 6v5.5c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6z"/><path d="m9 12 2.2 2.2L15.2 10"/>',
  sound: '<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>',
  sound_off: '<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5"/>',
  spark: '<path d="M12 3.5c.6 4.7 3.3 7.6 8 8.5-4.7.9-7.4 3.8-8 8.5-.6-4.7-3.3-7.6-8-8.5 4.7-.9 7.4-3.8 8-8.5Z"/>',
  speaking: '<path d="M4 5.5h16v10.5h-8.5L7 20v-4H4z"/><path d="M8 10.7h8"/>',
  stop: '<path d="M6 12h12"/><circle cx="12" cy="12" r="9"/>',
  thinking: '<circle cx="12" cy="12" r="8.5"/><path d="M8 12h.1M12 12h.1M16 12h.1"/>',
  user: '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>',
};

/** @typedef {keyof typeof SHAPES} IconName */

/** @param {IconName} name @param {number} [size] in px @returns {Markup} */
export function icon(name, size = 20) {
  const shape = new Markup(SHAPES[name]);
  return html`<svg class="icon" width="${size}" height="${size}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${shape}</svg>`;
}

/** The product's mark: one voice, heard. @param {number} [size] */
export function mark(size = 26) {
  return html`<svg width="${size}" height="${size}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" aria-hidden="true" focusable="false"><path d="M4 10.5v3M8 7.5v9M12 4v16M16 7.5v9M20 10.5v3"/></svg>`;
}
