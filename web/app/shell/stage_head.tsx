/** The bar above a screen: where one is, and on a narrow screen the way back. */
import { useEffect, useRef } from "preact/hooks";
import { IconButton, shapes } from "../../ui/icon.tsx";
import { words } from "../forms/words.ts";
import { go, type Route } from "../state/route.ts";

/** The bar. */
export function StageHead({ title, back }: { title: string; back: Route }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // What was pressed to come here is hidden now, and the focus with it.
    if (matchMedia("(max-width: 719px)").matches) heading.current!.focus();
  }, []);
  return (
    <header class="stage-head">
      <span class="only-narrow">
        <IconButton shape={shapes.back} label={words().back} onClick={() => go(back)} />
      </span>
      <h1 ref={heading} tabIndex={-1}>{title}</h1>
    </header>
  );
}
