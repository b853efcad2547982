/** The widget's frame: where a visitor of another site writes. */
import { render } from "preact";
import type { ToFrame } from "../loader/messages.ts";
import { openDoor } from "./door.ts";
import { Stage } from "./stage.ts";
import { Scene } from "./scene.tsx";
import "./frame.css";

const early: ToFrame[] = [];
let stage: Stage | null = null;

const door = await openDoor((message) =>
  stage === null ? early.push(message) : stage.hear(message)
);
stage = new Stage(new URLSearchParams(location.search).get("key") ?? "", (message) => {
  door.post(message);
});
for (const message of early) stage.hear(message);
render(<Scene stage={stage} />, document.getElementById("frame")!);
door.post({ kind: "ready" });
