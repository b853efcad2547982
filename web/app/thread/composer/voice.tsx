/** A voice note: recorded, listened to, and then sent or thrown away. */
import { useEffect, useRef, useState } from "preact/hooks";
import { AudioPlayer } from "../../../ui/files/audio_player.tsx";
import { lengthOf } from "../../../ui/files/sizes.ts";
import { IconButton, shapes } from "../../../ui/icon.tsx";
import { useOpen } from "../open_thread.ts";
import { words } from "./words.ts";

const outlines = {
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  stop: "M7 7h10v10H7z",
};
const types = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const lengthMaxMs = 600_000;

interface Recorded {
  readonly blob: Blob;
  readonly url: string;
  readonly lengthMs: number;
}

// The microphone is let go of whatever way this ends.
function useRecorder(onRefused: () => void) {
  const [startedAt, setStarted] = useState<number | null>(null);
  const [recorded, setRecorded] = useState<Recorded | null>(null);
  const recorder = useRef<MediaRecorder | null>(null);
  useEffect(() => {
    let isWanted = true;
    let url: string | null = null;
    let limit: number | undefined;
    const begin = async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const letGo = () => stream.getTracks().forEach((track) => track.stop());
      if (!isWanted) return letGo();
      const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type));
      const made = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType });
      const from = Date.now();
      const pieces: Blob[] = [];
      made.addEventListener("dataavailable", ({ data }) => pieces.push(data));
      made.addEventListener("stop", () => {
        letGo();
        if (!isWanted) return;
        const blob = new Blob(pieces, { type: made.mimeType.split(";")[0]! });
        url = URL.createObjectURL(blob);
        setRecorded({ blob, url, lengthMs: Math.min(lengthMaxMs, Date.now() - from) });
      });
      recorder.current = made;
      made.start(1_000);
      setStarted(from);
      limit = setTimeout(() => made.state === "recording" && made.stop(), lengthMaxMs);
    };
    begin().catch(onRefused);
    return () => {
      isWanted = false;
      clearTimeout(limit);
      if (recorder.current?.state === "recording") recorder.current.stop();
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, []);
  return { startedAt, recorded, stop: () => recorder.current?.stop() };
}

function Clock({ from }: { from: number }) {
  const [now, setNow] = useState(from);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return <span class="audio-time" role="timer">{lengthOf(now - from)}</span>;
}

/** In place of the text, until `onClose`. */
export function VoiceRecorder({ onClose }: { onClose: () => void }) {
  const open = useOpen();
  const t = words();
  const { startedAt, recorded, stop } = useRecorder(() => {
    open.say(t.noVoice);
    onClose();
  });
  const send = () => {
    if (recorded === null) return;
    const { blob, lengthMs } = recorded;
    const file = new File([blob], `voice.${blob.type.split("/")[1]}`, { type: blob.type });
    const replyTo = open.reply.peek()?.seq;
    open.desk.sendings.add(open.id, [{ file, voiceMs: Math.max(1, lengthMs), replyTo }]);
    open.reply.value = null;
    open.showNewest();
    onClose();
  };
  return (
    <div class="voice">
      <IconButton shape={outlines.bin} label={t.cancelVoice} onClick={onClose} />
      {recorded === null
        ? (
          <span class="recording">
            <span class="recording-dot" />
            <span role="status">{t.recording}</span>
            {startedAt !== null && <Clock from={startedAt} />}
          </span>
        )
        : (
          <AudioPlayer
            source={() => Promise.resolve(recorded.url)}
            durationMs={recorded.lengthMs}
          />
        )}
      {recorded === null
        ? <IconButton shape={outlines.stop} label={t.stopVoice} onClick={stop} />
        : (
          <span class="send">
            <IconButton shape={shapes.send} label={t.send} onClick={send} />
          </span>
        )}
    </div>
  );
}
