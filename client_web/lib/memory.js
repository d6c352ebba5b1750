/**
 * What this device remembers between visits. Where the browser forbids storage (private windows, strict settings), it lasts as long as
 * the page: less comfortable, but everything works.
 */

/** @type {Map<string, string>} */
const fallback = new Map();

/** @param {string} key @returns {string | null} */
export function recall(key) {
  try {
    return localStorage.getItem(key) ?? fallback.get(key) ?? null;
  } catch {
    return fallback.get(key) ?? null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  fallback.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full or forbidden: the fallback has it.
  }
}

/** All keys that begin so. @param {string} prefix @returns {string[]} */
export function recallKeys(prefix) {
  const keys = new Set(fallback.keys());
  try {
    for (const key of Object.keys(localStorage)) keys.add(key);
  } catch {
    // Nothing was stored then.
  }
  return [...keys].filter((key) => key.startsWith(prefix));
}

/** Everything whose key begins so. @param {string} prefix */
export function forget(prefix) {
  for (const key of recallKeys(prefix)) {
    fallback.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was stored then.
    }
  }
}
