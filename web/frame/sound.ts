/** The sound of a message that nobody sees come: two short tones, made here. */

let context: AudioContext | undefined;
const tones = [[660, 0], [880, 0.09]] as const;
const loud = 0.08;
const lastsS = 0.22;
const tooLateMs = 3_000;

function play(context: AudioContext): void {
  for (const [frequency, afterS] of tones) {
    const at = context.currentTime + afterS;
    const tone = new OscillatorNode(context, { frequency });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(loud, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + lastsS);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + lastsS);
  }
}

/** Plays it. */
export async function chime(): Promise<void> {
  const askedAt = Date.now();
  context ??= new AudioContext();
  // A page that nobody has touched may make no sound: this waits until somebody does.
  await context.resume();
  if (Date.now() - askedAt < tooLateMs) play(context);
}
