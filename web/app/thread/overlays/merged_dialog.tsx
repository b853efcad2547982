/** Messages that were forwarded as one, all of them. */
import { useState } from "preact/hooks";
import type { MergedBody } from "../../../ui/body/kinds.ts";
import { MergedList } from "../../../ui/body/merged.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { useOpen } from "../open_thread.ts";
import { ImageViewer } from "./image_viewer.tsx";

/** What is forwarded in what is forwarded is shown in its place. */
export function MergedDialog({ body, onClose }: { body: MergedBody; onClose: () => void }) {
  const { files } = useOpen().desk;
  const [path, setPath] = useState<readonly MergedBody[]>([body]);
  const [imageId, setImage] = useState<string | null>(null);
  const shown = path.at(-1)!;
  const back = () => path.length > 1 ? setPath(path.slice(0, -1)) : onClose();
  return (
    <>
      <Dialog title={shown.title} onClose={back}>
        <MergedList
          key={path.length}
          body={shown}
          files={files}
          onOpenImage={setImage}
          onOpenMerged={(inner) => setPath([...path, inner])}
        />
      </Dialog>
      {imageId !== null && (
        <ImageViewer
          ids={[imageId]}
          id={imageId}
          onClose={() => setImage(null)}
        />
      )}
    </>
  );
}
