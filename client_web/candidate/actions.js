/** What the buttons do: `data-click="name"` calls `clicks.name`. */

import { language, loadLanguage, pickLanguage } from "../lib/i18n.js";
import { CommandError } from "../lib/socket.js";
import { answerTimeLeft } from "./absence.js";
import { fetchReasons } from "./reasons.js";
import { isTyped } from "./standing.js";

/** @typedef {import("./state.js").CandidateState} CandidateState */
/** @typedef {import("../lib/protocol.js").CommandData} CommandData */

/** Not worth a word to the person: the answer ended by itself in the same moment. */
const SILENT_REFUSALS = ["turn_over", "closed", "already_started"];

const SEND_BEFORE_LIMIT_MS = 3000;

/**
 * @param {import("./live.js").Parts & { courier: import("./draft_courier.js").DraftCourier, live: import("./live.js").Live, rememberLanguage: () => void, root: Element }} parts
 */
export function bindActions({ store, socket, token, check, devices, speaker, drafts, courier, live, rememberLanguage, root }) {
  /**
   * @template {keyof CommandData} Name
   * @param {string} sending  disables its button until the answer
   * @param {Name} type
   * @param {CommandData[Name]} data
   * @param {string} [id]
   * @returns {Promise<boolean>} whether it was accepted
   */
  const command = async (sending, type, data, id) => {
    store.patch({ sending, refusal: "" });
    try {
      await socket.send(type, data, id === undefined ? {} : { id });
      return true;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (!SILENT_REFUSALS.includes(error.code)) store.patch({ refusal: error.code });
      return false;
    } finally {
      if (store.state.sending === sending) store.patch({ sending: "" });
    }
  };
  /**
   * As `command`, for what may end the answer: what is written goes to the server before it.
   * @template {keyof CommandData} Name
   * @param {string} sending
   * @param {Name} type
   * @param {CommandData[Name]} data
   */
  const commandAfterDraft = async (sending, type, data) => {
    store.patch({ sending, refusal: "" });
    await courier.flush();
    return command(sending, type, data);
  };
  const turnId = () => store.state.question?.turn_id ?? "";
  const reportDevices = async () => {
    if (await command("devices", "device.report", check.report())) store.patch({ visiting: null });
  };
  const dialog = (/** @type {string} */ id) => /** @type {HTMLDialogElement | null} */ (root.querySelector(`#${id}`));

  const answerBox = () => /** @type {HTMLTextAreaElement | null} */ (root.querySelector("#answer"));

  /** The question the person was asked about; another one may have come while the dialog stood open. */
  let skippedTurn = "";
  /** Who picks a language and goes on at once goes on in that one. */
  let picking = Promise.resolve();

  const clicks = {
    help: () => dialog("help")?.showModal(),
    reload: () => location.reload(),
    go_back: (/** @type {Event} */ _event, /** @type {HTMLElement} */ button) => {
      const step = button.dataset.step;
      if (step === "language" || step === "consent" || step === "devices") store.patch({ visiting: step, refusal: "" });
    },
    pick_language: async (/** @type {Event} */ _event, /** @type {HTMLElement} */ button) => {
      picking = loadLanguage(pickLanguage(button.dataset.language));
      await picking;
      store.patch({ now: Date.now() });
    },
    confirm_language: async () => {
      await picking;
      rememberLanguage();
      // Choosing it anew would void the consent given in it.
      if (store.state.language === language()) return store.patch({ languageConfirmed: true, visiting: null });
      if (await command("language", "language.choose", { language: language() })) store.patch({ languageConfirmed: true, visiting: null });
    },
    give_consent: async () => {
      const boxes = [...root.querySelectorAll("input[data-hash]")].filter((box) => box instanceof HTMLInputElement);
      const required = store.state.session?.consents.filter((consent) => consent.required).map((consent) => String(consent.kind)) ?? [];
      const missing = boxes.find((box) => required.includes(box.name) && !box.checked);
      if (missing !== undefined) {
        store.patch({ consentMissing: true });
        missing.focus({ preventScroll: true });
        return missing.scrollIntoView({ block: "center" });
      }
      for (const box of boxes) {
        const kind = /** @type {import("../lib/protocol.js").ConsentKind} */ (box.name);
        if (!(await command("consent", "consent.give", { kind, granted: box.checked, text_hash: box.dataset.hash ?? "" }))) return;
      }
      store.patch({ visiting: null, consentMissing: false });
    },
    allow_devices: () => check.open({ camera: true, microphone: true }),
    reopen_devices: () => check.open({ microphone: true }),
    without_camera: async () => {
      await check.open({ camera: false, microphone: true });
      if (store.state.check.microphone === "ok") await reportDevices();
    },
    answer_in_text: async () => {
      check.giveUp();
      await reportDevices();
    },
    skip_devices: async () => {
      await check.open({ camera: true, microphone: true });
      await reportDevices();
    },
    confirm_devices: reportDevices,
    record_voice: () => check.recordVoice(),
    play_tone: () => check.playTone(),
    tone_heard: () => check.tellTone(true),
    tone_missed: () => check.tellTone(false),
    start: () => {
      speaker.unlock();
      return command("start", "interview.start", { text_only: store.state.check.microphone !== "ok" });
    },
    answer_now: () => live.cutShort(),
    done: () => commandAfterDraft("done", "answer.finish", { turn_id: turnId() }),
    moment: () => command("moment", "moment.request", { turn_id: turnId() }),
    more_time: () => command("more_time", "time.extend", { turn_id: turnId() }),
    repeat: () => command("repeat", "question.repeat", { turn_id: turnId() }),
    type_instead: async () => {
      if (await command("form", "form.switch", { turn_id: turnId(), form: "text" })) queueMicrotask(() => answerBox()?.focus());
    },
    speak_instead: () => commandAfterDraft("form", "form.switch", { turn_id: turnId(), form: "voice" }),
    skip: () => {
      skippedTurn = turnId();
      dialog("skip")?.showModal();
    },
    skip_confirmed: () => commandAfterDraft("done", "answer.finish", { turn_id: skippedTurn }),
    submit_answer: () => void submit(),
    toggle_spoken: () => {
      speaker.enabled = !store.state.spoken;
      store.patch({ spoken: speaker.enabled });
    },
    toggle_camera: () => {
      const cameraOff = !store.state.cameraOff;
      devices.showCamera(!cameraOff);
      store.patch({ cameraOff });
    },
    show_reasons: async () => {
      store.patch({ reasons: { ...store.state.reasons, state: "loading" } });
      const reasons = await fetchReasons(token, language());
      store.patch({ reasons });
      if (reasons.state === "shown") queueMicrotask(() => /** @type {HTMLElement | null} */ (root.querySelector("#reasons-title"))?.focus());
    },
    end: () => dialog("end")?.showModal(),
    end_confirmed: () => commandAfterDraft("end", "interview.end", {}),
  };

  const submit = async () => {
    const turn = turnId();
    const text = (answerBox()?.value ?? "").trim();
    if (text === "") return;
    const draft = drafts.save(turn, text);
    if (await command("answer", "answer.submit", { turn_id: turn, text }, draft.command)) {
      drafts.forget(turn);
      if (turnId() === turn) courier.rest();
    }
  };

  const askReview = async () => {
    const box = /** @type {HTMLTextAreaElement | null} */ (root.querySelector("#review"));
    if (await command("review", "review.request", { text: box?.value ?? "" })) box?.form?.reset();
  };

  const inputs = {
    draft: (/** @type {Event} */ _event, /** @type {HTMLElement} */ box) => {
      if (!(box instanceof HTMLTextAreaElement)) return;
      courier.note(turnId(), box.value);
      store.patch({ draftSavedAt: drafts.save(turnId(), box.value).savedAt, characters: box.value.trim().length });
    },
  };

  const changes = {
    tick: () => store.patch({ consentMissing: false }),
    pick_camera: (/** @type {Event} */ _event, /** @type {HTMLElement} */ list) => check.open({ cameraId: /** @type {HTMLSelectElement} */ (list).value }),
    pick_microphone: (/** @type {Event} */ _event, /** @type {HTMLElement} */ list) => check.open({ microphoneId: /** @type {HTMLSelectElement} */ (list).value }),
  };

  // The limit ends a written answer with what was sent: so what was written is sent just before.
  store.subscribe((state) => {
    const left = answerTimeLeft(state);
    if (left !== null && left < SEND_BEFORE_LIMIT_MS && isTyped(state) && state.characters > 0 && state.sending === "") void submit();
  });

  return { clicks, inputs, changes, submits: { submit_answer: () => void submit(), ask_review: () => void askReview() } };
}
