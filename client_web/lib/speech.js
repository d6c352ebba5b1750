/**
 * Reads texts aloud with the browser's own voices, and never hangs: engines forget `end`, have no voice, or wait for a touch.
 *
 *   const spoken = await speaker.speak(text, "zh-CN");   // true: read to the end
 */

import { recall, remember } from "./memory.js";

const REMEMBERED = "viva.spoken_questions";
const VOICES_LIMIT_MS = 1000;
const START_LIMIT_MS = 3000;
const CHARACTERS_PER_S = /** @type {Record<string, number>} */ ({ en: 13, "zh-CN": 4 });
/** When nothing can be heard, the person gets this long to read before the microphone counts. */
const READING_LIMIT_MS = 4000;

export class Speaker {
  /** @type {Set<() => void>} ends of what is being said */
  #stops = new Set();
  #enabled = recall(REMEMBERED) !== "off";

  get available() {
    return "speechSynthesis" in window;
  }

  get enabled() {
    return this.#enabled && this.available;
  }

  set enabled(on) {
    this.#enabled = on;
    remember(REMEMBERED, on ? "on" : "off");
    if (!on) this.cancel();
  }

  /** To be called in a click: phones let a page speak only after it spoke once in one. */
  unlock() {
    if (!this.enabled) return;
    const silence = new SpeechSynthesisUtterance(" ");
    silence.volume = 0;
    speechSynthesis.speak(silence);
  }

  /**
   * @param {string} text
   * @param {string} language
   * @returns {Promise<boolean>} whether it was read to the end; false after `cancel`, without a voice, or with an engine that is stuck
   */
  async speak(text, language) {
    this.cancel();
    if (!this.enabled) return false;
    let cancelled = false;
    const stop = () => (cancelled = true);
    this.#stops.add(stop);
    try {
      const voice = await findVoice(language);
      if (cancelled) return false;
      if (voice === null) return await this.#wait(Math.min(READING_LIMIT_MS, estimate(text, language) / 2));
      // One sentence at a time: some engines go silent in the middle of a long text.
      for (const sentence of splitSentences(text)) {
        const said = await this.#say(sentence, language, voice);
        if (cancelled) return false;
        if (!said) return await this.#wait(Math.min(READING_LIMIT_MS, estimate(text, language) / 2));
      }
      return true;
    } finally {
      this.#stops.delete(stop);
    }
  }

  cancel() {
    if (this.available) speechSynthesis.cancel();
    for (const stop of [...this.#stops]) stop();
  }

  /** @param {string} sentence @param {string} language @param {SpeechSynthesisVoice} voice @returns {Promise<boolean>} */
  #say(sentence, language, voice) {
    return new Promise((resolve) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      utterance.lang = language;
      utterance.voice = voice;
      utterance.rate = 0.97;
      const finish = (/** @type {boolean} */ said) => {
        clearTimeout(watchdog);
        this.#stops.delete(stop);
        utterance.onstart = utterance.onend = utterance.onerror = null;
        resolve(said);
      };
      const stop = () => finish(false);
      this.#stops.add(stop);
      let watchdog = setTimeout(stop, START_LIMIT_MS);
      utterance.onstart = () => {
        clearTimeout(watchdog);
        // An engine that lost its `end` has said it by now.
        watchdog = setTimeout(() => finish(true), estimate(sentence, language) * 2 + 3000);
      };
      utterance.onend = () => finish(true);
      utterance.onerror = stop;
      speechSynthesis.speak(utterance);
    });
  }

  /** @param {number} ms @returns {Promise<false>} */
  #wait(ms) {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#stops.delete(finish);
        resolve(false);
      };
      const timer = setTimeout(finish, ms);
      this.#stops.add(finish);
    });
  }
}

/** How long saying it takes, in ms. @param {string} text @param {string} language */
function estimate(text, language) {
  return (text.length / (CHARACTERS_PER_S[language] ?? 13)) * 1000 + 500;
}

/** @param {string} text */
function splitSentences(text) {
  return (text.match(/[^.!?。！？]+[.!?。！？]*["”’）)]*\s*/g) ?? [text]).map((part) => part.trim()).filter((part) => part !== "");
}

/** A voice of this device. One that lives on a server would carry the question off this machine: then it is better read than heard. @param {string} wanted @returns {Promise<SpeechSynthesisVoice | null>} */
async function findVoice(wanted) {
  const voices = await listVoices();
  const code = wanted.toLowerCase();
  const matches = voices.filter((voice) => {
    if (!voice.localService) return false;
    const spoken = voice.lang.toLowerCase().replace("_", "-");
    return code.startsWith("zh") ? /^(zh-cn|zh-hans|cmn|zh$)/.test(spoken) : spoken.startsWith(code);
  });
  return matches.find((voice) => voice.default) ?? matches[0] ?? null;
}

/** The list arrives late in some browsers. @returns {Promise<SpeechSynthesisVoice[]>} */
function listVoices() {
  const voices = speechSynthesis.getVoices();
  if (voices.length > 0) return Promise.resolve(voices);
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      speechSynthesis.removeEventListener("voiceschanged", finish);
      resolve(speechSynthesis.getVoices());
    };
    const timer = setTimeout(finish, VOICES_LIMIT_MS);
    speechSynthesis.addEventListener("voiceschanged", finish);
  });
}
