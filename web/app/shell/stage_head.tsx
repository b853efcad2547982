/** The bar above a screen: where one is, and on a narrow screen the way back. */
import { IconButton, shapes } from "../../ui/icon.tsx";
import { words } from "../forms/words.ts";
import { go, type Route } from "../state/route.ts";

/** The bar. */
export function StageHead({ title, back }: { title: string; back: Route }) {
  return (
    <header class="stage-head">
      <span class="only-narrow">
        <IconButton shape={shapes.back} label={words().back} onClick={() => go(back)} />
      </span>
      <h1>{title}</h1>
    </header>
  );
}
