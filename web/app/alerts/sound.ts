/** A short sound for a message: two soft notes, made on the spot. */

const notes = [{ hertz: 660, atS: 0 }, { hertz: 880, atS: 0.09 }];
const lastsS = 0.22;
const loudness = 0.12;
// Of many messages at once one is heard.
const restMs = 1_500;

let context: AudioContext | undefined;
let playedAt = -restMs;

function play(audio: AudioContext): void {
  for (const { hertz, atS } of notes) {
    const tone = new OscillatorNode(audio, { frequency: hertz, type: "sine" });
    const volume = new GainNode(audio, { gain: 0 });
    const begin = audio.currentTime + atS;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(loudness, begin + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + lastsS);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + lastsS);
  }
}

/** Plays it, if the browser lets pages be heard: before the first click on them it does not. */
export async function playSound(now = performance.now()): Promise<void> {
  if (!navigator.userActivation?.hasBeenActive || now < playedAt + restMs) return;
  playedAt = now;
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume();
  play(context);
}
