/**
 * Safe templating without a library. The only place of these pages that writes `innerHTML`.
 *
 *   render(element, html`<p data-key="${turn}">${text}</p>`)
 *
 * Every interpolated value is escaped; only what `html` itself made passes as markup. `render` compares with what is there and changes
 * the difference, so focus, selection, typed text and running videos survive.
 *
 * Rules of comparison: a child with `data-key` (or `id`) is matched by it, others by position and tag. The inside of a custom element
 * (a tag with a dash) belongs to that element and is left alone; so is anything marked `data-keep`. What a person typed or ticked stays.
 *
 * The pages' content policy forbids inline styles and handlers: use classes, `element.style.setProperty` and `delegate`.
 */

const ESCAPES = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" });

/** Markup that is safe to put into a page; `html` is its only maker. */
export class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/**
 * @typedef {Markup | string | number | boolean | null | undefined} Piece
 */

/**
 * `null`, `undefined` and booleans give nothing, so `${condition && html`...`}` works, also inside a tag for a boolean attribute.
 * @param {TemplateStringsArray} strings
 * @param {...(Piece | Piece[])} values
 * @returns {Markup}
 */
export function html(strings, ...values) {
  let text = strings[0] ?? "";
  values.forEach((value, index) => {
    text += toMarkupText(value) + (strings[index + 1] ?? "");
  });
  return new Markup(text);
}

/** @param {string} text */
export function escapeText(text) {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * Makes the children of `target` equal to `markup`, keeping every node that can stay.
 * @param {Element} target
 * @param {Markup} markup
 */
export function render(target, markup) {
  const template = document.createElement("template");
  template.innerHTML = markup.text;
  matchChildren(target, template.content);
}

/**
 * One listener per event type for a whole subtree: `<button data-click="done">` calls `table.done(event, button)`.
 * @param {Element} root
 * @param {"click" | "input" | "change" | "submit" | "keydown"} type
 * @param {Record<string, (event: Event, element: HTMLElement) => void>} table
 */
export function delegate(root, type, table) {
  root.addEventListener(type, (event) => {
    const origin = event.target;
    if (!(origin instanceof Element)) return;
    const element = origin.closest(`[data-${type}]`);
    if (!(element instanceof HTMLElement) || !root.contains(element)) return;
    const handler = table[element.getAttribute(`data-${type}`) ?? ""];
    if (handler === undefined) return;
    if (type === "submit") event.preventDefault();
    handler(event, element);
  });
}

/** @param {Piece | Piece[]} value @returns {string} */
function toMarkupText(value) {
  if (value === null || value === undefined || typeof value === "boolean") return "";
  if (Array.isArray(value)) return value.map(toMarkupText).join("");
  return value instanceof Markup ? value.text : escapeText(String(value));
}

/** @param {Node} parent @param {Node} wanted */
function matchChildren(parent, wanted) {
  const keyed = new Map();
  for (const child of parent.childNodes) {
    const key = keyOf(child);
    if (key !== null) keyed.set(key, child);
  }
  /** @type {ChildNode | null} */
  let cursor = parent.firstChild;
  for (const next of [...wanted.childNodes]) {
    const key = keyOf(next);
    /** @type {ChildNode | null} */
    const kept = key !== null ? (keyed.get(key) ?? null) : cursor !== null && keyOf(cursor) === null ? cursor : null;
    if (kept === null || kept.nodeName !== next.nodeName) {
      parent.insertBefore(document.importNode(next, true), cursor);
      continue;
    }
    if (kept === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(kept, cursor);
    matchNode(kept, next);
  }
  while (cursor !== null) {
    const following = cursor.nextSibling;
    cursor.remove();
    cursor = following;
  }
}

/** @param {Node} node @param {Node} wanted */
function matchNode(node, wanted) {
  if (!(node instanceof Element) || !(wanted instanceof Element)) {
    if (node.nodeValue !== wanted.nodeValue) node.nodeValue = wanted.nodeValue;
    return;
  }
  if (node.hasAttribute("data-keep")) return;
  for (const { name, value } of [...wanted.attributes]) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  for (const { name } of [...node.attributes]) {
    // `open` of a dialog or a details element is the person's; `style` is a script's own, since templates may not have it.
    if (!wanted.hasAttribute(name) && name !== "open" && name !== "style") node.removeAttribute(name);
  }
  if (!node.localName.includes("-")) matchChildren(node, wanted);
}

/** @param {Node} node */
function keyOf(node) {
  if (!(node instanceof Element)) return null;
  return node.getAttribute("data-key") ?? (node.id === "" ? null : `#${node.id}`);
}
