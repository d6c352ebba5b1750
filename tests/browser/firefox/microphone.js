/**
 * Runs before the page's own scripts. Firefox's pretended microphone gives a tone; this puts a quiet room in its place, in which the
 * test lets somebody speak: `await say("introduction-0")`. RECORDINGS (name to base64 of an Opus file) is filled in by the test.
 */
(() => {
  const ROOM_NOISE = 2e-4;
  /** @type {Record<string, string>} */
  const recordings = RECORDINGS;
  const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (open === undefined) return;
  /** @type {GainNode | null} */
  let room = null;

  /** One for all microphones of the page: what is said in it is heard in each. */
  function enterRoom() {
    if (room !== null) return room;
    const context = new AudioContext({ sampleRate: 48_000 });
    room = new GainNode(context);
    const noise = context.createBuffer(1, 2 * context.sampleRate, context.sampleRate);
    const samples = noise.getChannelData(0);
    for (let at = 0; at < samples.length; at += 1) samples[at] = (Math.random() * 2 - 1) * ROOM_NOISE;
    const source = new AudioBufferSourceNode(context, { buffer: noise, loop: true });
    source.connect(room);
    source.start();
    return room;
  }

  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await open(wish);
    for (const tone of stream.getAudioTracks()) {
      tone.stop();
      stream.removeTrack(tone);
      const { context } = enterRoom();
      const microphone = /** @type {AudioContext} */ (context).createMediaStreamDestination();
      enterRoom().connect(microphone);
      for (const track of microphone.stream.getAudioTracks()) stream.addTrack(track);
    }
    return stream;
  };

  Object.assign(window, {
    /** Resolves when all is said. @param {string} name */
    say: async (name) => {
      const bytes = Uint8Array.from(atob(recordings[name] ?? ""), (character) => character.charCodeAt(0));
      const { context } = enterRoom();
      const buffer = await context.decodeAudioData(bytes.buffer);
      const voice = new AudioBufferSourceNode(context, { buffer });
      voice.connect(enterRoom());
      const ended = new Promise((resolve) => (voice.onended = resolve));
      voice.start();
      await ended;
    },
  });
})();
