/**
 * What happens in a page, by the machine's clock, which all browsers on it share: its socket's messages, what is read aloud, which
 * question stands there, and the sound of tracks. Put into a page before its own scripts.
 */
(() => {
  const KEPT_CHUNKS = 6000;
  const diary = [];
  const taps = {};
  const note = (kind, more) => diary.push({ at: Date.now(), kind, ...more });

  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...address) {
      super(...address);
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") return;
        const message = JSON.parse(data);
        note("heard", { type: message.type, data: message.data });
      });
    }
    send(frame) {
      if (typeof frame === "string") {
        const message = JSON.parse(frame);
        if (message.type !== "session.hello") note("sent", { type: message.type, data: message.data });
      }
      super.send(frame);
    }
  };

  /** A voice that takes as long as one: no browser of a test machine has any. */
  let saying = null;
  const voice = Object.assign(new EventTarget(), {
    msPerCharacter: 4,
    getVoices: () => [
      { lang: "en-US", name: "test", localService: true, default: true },
      { lang: "zh-CN", name: "test", localService: true, default: false },
    ],
    speak(utterance) {
      if (utterance.text.trim() === "") return;
      note("speak", { text: utterance.text });
      utterance.onstart?.(new Event("start"));
      saying = setTimeout(() => {
        saying = null;
        note("said", { text: utterance.text });
        utterance.onend?.(new Event("end"));
      }, utterance.text.length * voice.msPerCharacter);
    },
    cancel() {
      if (saying === null) return;
      clearTimeout(saying);
      saying = null;
      note("silent");
    },
    resume() {},
    pause() {},
  });
  Object.defineProperty(window, "speechSynthesis", { value: voice });
  window.SpeechSynthesisUtterance = class {
    constructor(text) {
      this.text = text;
    }
  };

  let shown = "";
  new MutationObserver(() => {
    const text = document.querySelector("[data-testid=question-text]")?.textContent ?? "";
    if (text !== shown) note("shown", { text });
    shown = text;
  }).observe(document, { subtree: true, childList: true, characterData: true });

  /** Each chunk with the moment at which it was there. */
  const tap = async (name, track) => {
    const kept = (taps[name] = []);
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 500 }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      kept.push({ at: Date.now(), us: value.timestamp, rate: value.sampleRate, samples });
      if (kept.length > KEPT_CHUNKS) kept.shift();
      value.close();
    }
  };

  const devices = navigator.mediaDevices;
  const ask = devices?.getUserMedia.bind(devices);
  if (ask)
    devices.getUserMedia = async (wish) => {
      const stream = await ask(wish);
      const track = stream.getAudioTracks()[0];
      if (track) void tap("microphone", track);
      return stream;
    };

  const pack = async (samples) => {
    const address = await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(new Blob(samples));
    });
    return address.slice(address.indexOf(",") + 1);
  };

  window.witness = {
    diary,
    voice,
    /** The sound of an element, from now on. */
    listen: (selector, name) => {
      const track = document.querySelector(selector)?.srcObject?.getAudioTracks()[0];
      if (track) void tap(name, track);
      return track !== undefined;
    },
    /** What was there from `since` on. */
    read: async (name, since) => {
      const chunks = (taps[name] ?? []).filter(({ at }) => at >= since);
      return {
        rate: chunks[0]?.rate ?? 0,
        at: chunks.map(({ at }) => at),
        us: chunks.map(({ us }) => us),
        lengths: chunks.map(({ samples }) => samples.length),
        samples: await pack(chunks.map(({ samples }) => samples)),
      };
    },
  };
})();
