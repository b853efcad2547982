/** The ways to something that is not text: files, the camera, where one is. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, IconButton, shapes } from "../../../ui/icon.tsx";
import { useOpen } from "../open_thread.ts";
import { words } from "./words.ts";

const outlines = {
  files:
    "M4 6.500A2.500 2.500 0 016.500 4h11A2.500 2.500 0 0120 6.500v11a2.500 2.500 0 01-2.500 2.500h-11A2.500 2.500 0 014 17.500zM4 16l5-5 4 4 2-2 5 5M15 9h.01",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 16.500a3.500 3.500 0 100-7 3.500 3.500 0 000 7z",
  location:
    "M12 21c4.500-4.800 7-8.300 7-11.500A7 7 0 005 9.500C5 12.700 7.500 16.200 12 21zM12 12a2.500 2.500 0 100-5 2.500 2.500 0 000 5z",
};

/** Where the pointer is coarse a camera is at hand. */
const hasCamera = matchMedia("(pointer: coarse)").matches;

function useLocation() {
  const open = useOpen();
  return () =>
    navigator.geolocation.getCurrentPosition(({ coords: { latitude, longitude } }) => {
      open.chat.client.send(open.id, { kind: "location", body: { latitude, longitude } });
      open.showNewest();
    }, () => open.say(words().noLocation));
}

interface Way {
  readonly label: string;
  readonly shape: string;
  readonly run: () => void;
}

function WaysMenu({ ways, onClose }: { ways: readonly Way[]; onClose: () => void }) {
  return (
    <div class="menu attach-menu">
      {ways.map(({ label, shape, run }) => (
        <button
          type="button"
          key={label}
          onClick={() => {
            onClose();
            run();
          }}
        >
          <Icon shape={shape} size={20} />
          {label}
        </button>
      ))}
    </div>
  );
}

// Open: the focus goes in, and a press elsewhere closes it.
function useMenu() {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    box.current!.querySelector<HTMLElement>(".menu button")?.focus();
    const close = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", close, true);
    return () => removeEventListener("pointerdown", close, true);
  }, [isOpen]);
  return { isOpen, setOpen, box };
}

/** A button with a menu. */
export function Attach({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const { isOpen, setOpen, box } = useMenu();
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const sendLocation = useLocation();
  const t = words();
  const take = (input: HTMLInputElement) => {
    onFiles([...input.files ?? []]);
    input.value = "";
  };
  const ways = [
    { label: t.files, shape: outlines.files, run: () => files.current!.click() },
    ...(hasCamera
      ? [{ label: t.camera, shape: outlines.camera, run: () => camera.current!.click() }]
      : []),
    { label: t.location, shape: outlines.location, run: sendLocation },
  ];
  return (
    <span
      class="attach"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        setOpen(false);
        box.current!.querySelector("button")!.focus();
      }}
    >
      <IconButton
        shape={shapes.clip}
        label={t.attach}
        expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && <WaysMenu ways={ways} onClose={() => setOpen(false)} />}
      <input
        ref={files}
        type="file"
        hidden
        multiple
        aria-label={t.files}
        onChange={({ currentTarget }) => take(currentTarget)}
      />
      <input
        ref={camera}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        aria-label={t.camera}
        onChange={({ currentTarget }) => take(currentTarget)}
      />
    </span>
  );
}
