/** Pictures, as large as the page: from one to the next, nearer and farther, and onto the device. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLoaded } from "../../../ui/files/loaded.ts";
import { Unavailable } from "../../../ui/files/unavailable.tsx";
import { IconButton, shapes } from "../../../ui/icon.tsx";
import { wordsOf } from "../../../ui/language.ts";
import { useOpen } from "../open_thread.ts";

const words = wordsOf({
  en: {
    picture: "Photo",
    of: (at: number, all: number) => `${at} of ${all}`,
    next: "Next",
    previous: "Previous",
    nearer: "Zoom in",
    farther: "Zoom out",
    download: "Download",
    close: "Close",
  },
  zh: {
    picture: "图片",
    of: (at: number, all: number) => `第 ${at} 张，共 ${all} 张`,
    next: "下一张",
    previous: "上一张",
    nearer: "放大",
    farther: "缩小",
    download: "下载",
    close: "关闭",
  },
});

const outlines = {
  next: "M9 5l7 7-7 7",
  nearer:
    "M10.500 17a6.500 6.500 0 100-13 6.500 6.500 0 000 13zM15.500 15.500L20 20M10.500 7.500v6M7.500 10.500h6",
  farther:
    "M10.500 17a6.500 6.500 0 100-13 6.500 6.500 0 000 13zM15.500 15.500L20 20M7.500 10.500h6",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
};
const [zoomMin, zoomMax] = [1, 6];
const still = { zoom: 1, x: 0, y: 0 };

// Dragging moves a picture that is larger than the page.
function useView(id: string) {
  const [view, setView] = useState({ id, ...still });
  const shown = view.id === id ? view : { id, ...still };
  const by = (factor: number) => {
    const zoom = Math.min(zoomMax, Math.max(zoomMin, shown.zoom * factor));
    setView(zoom === 1 ? { id, ...still } : { ...shown, zoom });
  };
  const drag = (event: PointerEvent) => {
    if (event.buttons !== 1 || shown.zoom === 1) return;
    setView({ ...shown, x: shown.x + event.movementX, y: shown.y + event.movementY });
  };
  return { shown, by, drag, reset: () => setView({ id, ...still }) };
}

function Picture({ id, view }: { id: string; view: ReturnType<typeof useView> }) {
  const { files } = useOpen().desk;
  const link = useLoaded(id, () => files.link(id));
  const { zoom, x, y } = view.shown;
  if (link.error !== null) return <Unavailable error={link.error} onRetry={link.retry} />;
  const source = files.localUrl(id) ?? link.value?.url;
  return (
    <div
      class={zoom > 1 ? "viewer-stage near" : "viewer-stage"}
      onWheel={(event) => view.by(event.deltaY < 0 ? 1.2 : 1 / 1.2)}
      onPointerMove={view.drag}
      onDblClick={() => zoom > 1 ? view.reset() : view.by(2.500)}
    >
      {source !== undefined && (
        <img
          src={source}
          alt={words().picture}
          draggable={false}
          style={{ transform: `translate(${x}px, ${y}px) scale(${zoom})` }}
        />
      )}
    </div>
  );
}

function Bar({ id, place, view, onClose }: {
  id: string;
  place: string;
  view: ReturnType<typeof useView>;
  onClose: () => void;
}) {
  const { files } = useOpen().desk;
  const t = words();
  const save = async () => {
    const info = await files.info(id).catch(() => null);
    await files.download(id, info?.name ?? "photo").catch(() => {});
  };
  return (
    <div class="viewer-bar">
      <span role="status">{place}</span>
      <IconButton shape={outlines.farther} label={t.farther} onClick={() => view.by(0.8)} />
      <IconButton shape={outlines.nearer} label={t.nearer} onClick={() => view.by(1.25)} />
      <IconButton shape={outlines.download} label={t.download} onClick={() => void save()} />
      <IconButton shape={shapes.close} label={t.close} onClick={onClose} />
    </div>
  );
}

/** The picture `id` among `ids`. */
export function ImageViewer({ ids, id: first, onClose }: {
  ids: readonly string[];
  id: string;
  onClose: () => void;
}) {
  const [id, setId] = useState(first);
  const view = useView(id);
  const dialog = useRef<HTMLDialogElement>(null);
  const t = words();
  const at = ids.indexOf(id);
  const go = (step: number) => {
    const next = ids[at + step];
    if (next !== undefined) setId(next);
  };
  useEffect(() => {
    const before = document.activeElement;
    dialog.current!.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus({ preventScroll: true });
      }
    };
  }, []);
  const keys: Record<string, () => void> = {
    ArrowRight: () => go(1),
    ArrowLeft: () => go(-1),
    "+": () => view.by(1.25),
    "=": () => view.by(1.25),
    "-": () => view.by(0.8),
    "0": view.reset,
  };
  const place = ids.length > 1 && at >= 0 ? t.of(at + 1, ids.length) : "";
  return (
    <dialog
      class="viewer"
      ref={dialog}
      aria-label={t.picture}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={({ key }) => keys[key]?.()}
    >
      <Bar id={id} place={place} view={view} onClose={onClose} />
      <Picture key={id} id={id} view={view} />
      {at > 0 && (
        <span class="viewer-side before">
          <IconButton shape={shapes.back} label={t.previous} onClick={() => go(-1)} />
        </span>
      )}
      {at >= 0 && at < ids.length - 1 && (
        <span class="viewer-side after">
          <IconButton shape={outlines.next} label={t.next} onClick={() => go(1)} />
        </span>
      )}
    </dialog>
  );
}
