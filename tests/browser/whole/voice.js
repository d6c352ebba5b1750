/**
 * A voice before the microphone: what is said is added to what the recording device gives, and reaches the page as one track.
 * Put into a page before its own scripts.
 */
(() => {
  const devices = navigator.mediaDevices;
  const ask = devices.getUserMedia.bind(devices);
  /** @type {{ context: AudioContext, air: MediaStreamAudioDestinationNode } | undefined} */
  let room;

  const open = () => {
    if (!room) {
      const context = new AudioContext({ sampleRate: 48000 });
      room = { context, air: context.createMediaStreamDestination() };
    }
    return room;
  };

  devices.getUserMedia = async (wish) => {
    const stream = await ask(wish);
    const [device] = stream.getAudioTracks();
    if (!device) return stream;
    const { context, air } = open();
    context.createMediaStreamSource(new MediaStream([device])).connect(air);
    return new MediaStream([...stream.getVideoTracks(), ...air.stream.clone().getAudioTracks()]);
  };

  /** @param {string} recording base64 of a sound file. @returns {Promise<void>} when its first sample is said */
  window.sayBeforeMicrophone = async (recording) => {
    const { context, air } = open();
    const bytes = Uint8Array.from(atob(recording), (letter) => letter.charCodeAt(0));
    const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes.buffer) });
    source.connect(air);
    source.start();
  };
})();
