/** The blurred likeness of a picture that is still on its way. */
import { decode, isBlurhashValid } from "blurhash";
import { useEffect, useRef } from "preact/hooks";

const side = 32;

/** A canvas that fills what it is in. */
export function Blur({ hash }: { hash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !isBlurhashValid(hash).result) return;
    const pixels = new Uint8ClampedArray(decode(hash, side, side));
    context.putImageData(new ImageData(pixels, side, side), 0, 0);
  }, [hash]);
  return <canvas class="blur" ref={canvas} width={side} height={side} aria-hidden="true" />;
}
