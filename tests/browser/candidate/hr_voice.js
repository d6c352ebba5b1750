async (voice) => {
  await import("/assets/components/hr-voice/hr-voice.js");
  const { WhipPublisher } = await import("/assets/lib/whip.js");
  const { VoiceSender, openCamera } = await import("/assets/lib/speak.js");
  const context = new AudioContext({ sampleRate: 48000 });
  await context.resume();
  const bytes = Uint8Array.from(atob(voice), (character) => character.charCodeAt(0));
  const samples = Float32Array.from(new Int16Array(bytes.buffer), (sample) => sample / 32768);
  const buffer = context.createBuffer(1, samples.length, 48000);
  buffer.copyToChannel(samples, 0);
  const spoken = new AudioBufferSourceNode(context, { buffer, loop: true });
  const microphone = context.createMediaStreamDestination();
  spoken.connect(microphone);
  const states = [], refusals = [];
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const publisher = new WhipPublisher({ url: "/whip", token: "", iceServers: [], onState: (state) => states.push(state), onStats: () => {}, camera: () => "on" });
  const sender = new VoiceSender({ url: "/voice", iceServers: [], onState: (state, code) => refusals.push([state, code ?? null]) });
  const element = document.querySelector("hr-voice");
  element.dataset.label = "HR";
  element.stream = publisher.incoming;
  publisher.start(sound);
  const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = async (holds) => { while (!holds()) await rest(20); };
  const record = async (ms) => {
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    spoken.connect(merger, 0, 0);
    context.createMediaStreamSource(publisher.incoming).connect(merger, 0, 1);
    const recorder = context.createScriptProcessor(4096, 2, 1);
    const parts = [[], []];
    recorder.onaudioprocess = ({ inputBuffer }) => {
      for (const channel of [0, 1]) parts[channel].push(inputBuffer.getChannelData(channel).slice());
    };
    merger.connect(recorder).connect(context.destination);
    await rest(ms);
    recorder.disconnect();
    const pack = async (list) => {
      const address = await new Promise((resolve) => { const reader = new FileReader(); reader.onload = () => resolve(reader.result); reader.readAsDataURL(new Blob(list)); });
      return address.slice(address.indexOf(",") + 1);
    };
    return [await pack(parts[0]), await pack(parts[1])];
  };
  const speak = async () => {
    sender.start(microphone.stream);
    await until(() => sender.state === "live");
  };
  await until(() => states.at(-1) === "live");
  Object.assign(window, { spoken, microphone, publisher, sender, element, states, refusals, rest, until, record, speak, openCamera });
}
