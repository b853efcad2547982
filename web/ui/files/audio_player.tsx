/** A player for recordings: one plays at a time, loaded when it is first played. */
import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../icon.tsx";
import { lengthOf } from "./sizes.ts";
import { words } from "./words.ts";

const shapes = {
  play: "M8 5.500v13l11-6.500z",
  pause: "M8 5v14M16 5v14",
};
const rates = [1, 1.5, 2];

let playing: HTMLAudioElement | null = null;

/** `source` gives its address, asked for when it is played. */
export interface AudioPlayerProps {
  readonly source: () => Promise<string>;
  readonly durationMs?: number | undefined;
}

function useSound({ source, durationMs = 0 }: AudioPlayerProps) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [state, setState] = useState({ isPlaying: false, atMs: 0, lengthMs: durationMs });
  const [hasFailed, setFailed] = useState(false);
  const change = (to: Partial<typeof state>) => setState((before) => ({ ...before, ...to }));
  useEffect(() => () => audio.current?.pause(), []);

  const prepared = async () => {
    if (audio.current !== null) return audio.current;
    const made = new Audio(await source());
    made.addEventListener("timeupdate", () => change({ atMs: made.currentTime * 1_000 }));
    made.addEventListener("play", () => change({ isPlaying: true }));
    made.addEventListener("pause", () => change({ isPlaying: false }));
    made.addEventListener("ended", () => change({ isPlaying: false, atMs: 0 }));
    made.addEventListener("loadedmetadata", () => {
      // Recordings made in browsers do not say how long they are.
      if (Number.isFinite(made.duration)) change({ lengthMs: made.duration * 1_000 });
    });
    audio.current = made;
    return made;
  };
  const toggle = async () => {
    setFailed(false);
    try {
      const sound = await prepared();
      if (!sound.paused) return sound.pause();
      if (playing !== sound) playing?.pause();
      playing = sound;
      await sound.play();
    } catch {
      // Whatever it was: the address may have ended, and the next try asks for another.
      audio.current = null;
      setFailed(true);
    }
  };
  return { ...state, hasFailed, toggle, audio };
}

/** A player. */
export function AudioPlayer(props: AudioPlayerProps) {
  const { isPlaying, atMs, lengthMs, hasFailed, toggle, audio } = useSound(props);
  const [rate, setRate] = useState(1);
  const t = words();
  const next = rates[(rates.indexOf(rate) + 1) % rates.length]!;
  return (
    <span class="audio-player">
      <IconButton
        shape={isPlaying ? shapes.pause : shapes.play}
        label={isPlaying ? t.pause : t.play}
        onClick={() => void toggle()}
      />
      <input
        type="range"
        min={0}
        max={Math.max(1, lengthMs)}
        value={Math.min(atMs, lengthMs)}
        aria-label={t.position}
        aria-valuetext={lengthOf(atMs)}
        onInput={({ currentTarget }) => {
          if (audio.current) audio.current.currentTime = Number(currentTarget.value) / 1_000;
        }}
      />
      <span class="audio-time">
        {hasFailed ? t.failed : lengthOf(isPlaying || atMs > 0 ? atMs : lengthMs)}
      </span>
      {(isPlaying || rate !== 1) && (
        <button
          type="button"
          class="rate"
          aria-label={t.speed(next)}
          onClick={() => {
            setRate(next);
            if (audio.current) audio.current.playbackRate = next;
          }}
        >
          {rate}×
        </button>
      )}
    </span>
  );
}
