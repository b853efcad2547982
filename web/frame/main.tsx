/** The widget's frame: where a visitor of another site writes. */
import { render } from "preact";
import type { ToFrame } from "../loader/messages.ts";
import { openDoor } from "./door.ts";
import { Scene } from "./scene.tsx";
import { Stage } from "./stage.ts";
import "./frame.css";

const early: ToFrame[] = [];
let stage: Stage | null = null;

openDoor((message) => {
  if (stage === null) early.push(message);
  else stage.hear(message);
}).then((door) => {
  const key = new URLSearchParams(location.search).get("key") ?? "";
  stage = new Stage(key, (message) => door.post(message));
  for (const message of early) stage.hear(message);
  render(<Scene stage={stage} />, document.getElementById("frame")!);
  door.post({ kind: "ready" });
});
