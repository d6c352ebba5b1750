/** What an audio worklet's module finds around it; TypeScript's own library knows only windows and workers. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: new (options: { processorOptions: any }) => AudioWorkletProcessor): void;
