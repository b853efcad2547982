/** A card: a title, a few words, a picture, and where it leads. */
import { useState } from "preact/hooks";
import { safeHref } from "../text/links.ts";
import type { BodyOf } from "./kinds.ts";

/** A card. */
export function Card({ body }: { body: BodyOf<"card"> }) {
  const { title, text, url, imageUrl } = body;
  const [isBroken, setBroken] = useState(false);
  const href = url === undefined ? null : safeHref(url);
  const picture = imageUrl === undefined || isBroken ? null : safeHref(imageUrl);
  const inside = (
    <>
      {picture !== null && (
        <img
          src={picture}
          alt=""
          loading="lazy"
          referrerPolicy="no-referrer"
          onError={() => setBroken(true)}
        />
      )}
      <strong dir="auto">{title}</strong>
      {text !== undefined && <span class="card-text" dir="auto">{text}</span>}
      {href !== null && <span class="card-host">{new URL(href).host}</span>}
    </>
  );
  return href === null
    ? <span class="card">{inside}</span>
    : <a class="card" href={href} target="_blank" rel="noopener noreferrer">{inside}</a>;
}
