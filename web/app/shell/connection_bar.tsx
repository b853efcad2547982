/** A quiet line while there is no connection: why, and when it will be tried again. */
import { useEffect, useState } from "preact/hooks";
import type { Status } from "../../../client/mod.ts";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

// Most connections are made before anybody has read that they are being made.
const patienceMs = 1_000;

function useAfter(ms: number, since: unknown): boolean {
  const [past, setPast] = useState<unknown>(null);
  useEffect(() => {
    const timer = setTimeout(() => setPast(since), ms);
    return () => clearTimeout(timer);
  }, [since]);
  return past === since;
}

/** What is said of a state; nothing when all is well. */
function textOf({ state, reason }: Status): string {
  const t = words();
  if (state === "connecting") return t.connecting;
  if (state === "closed") return t.refused;
  if (state !== "waiting") return "";
  switch (reason) {
    case "offline":
      return t.offline;
    case "overloaded":
    case "rateLimited":
      return t.busy;
    case "restarting":
    case "draining":
      return t.restarting;
    default:
      return t.away;
  }
}

// Seconds until the next attempt. They are not read aloud: each of them would be.
function Countdown({ status }: { status: Status }) {
  const { retryInMs } = status;
  const [leftMs, setLeft] = useState(retryInMs ?? 0);
  useEffect(() => {
    const until = Date.now() + (retryInMs ?? 0);
    const look = () => setLeft(until - Date.now());
    look();
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [status]);
  const seconds = Math.ceil(leftMs / 1_000);
  if (retryInMs === undefined || seconds < 1) return null;
  return <span aria-hidden="true">{words().again(seconds)}</span>;
}

/** Nothing while all is well. */
export function ConnectionBar() {
  const status = useChat().status.value;
  const isLong = useAfter(patienceMs, status.state);
  // Between two attempts the reason of the last one stays, else the line would blink.
  const [lastReason, setLastReason] = useState<Status | null>(null);
  useEffect(() => {
    if (status.state === "waiting") setLastReason(status);
    if (status.state === "open") setLastReason(null);
  }, [status]);
  const isTrying = status.state === "connecting";
  const shown = isTrying && !isLong ? lastReason : status;
  const text = shown === null ? "" : textOf(shown);
  return (
    <div class={text === "" ? "visually-hidden" : "connection-bar"} role="status">
      {text}
      {text !== "" && status.state === "waiting" && <Countdown status={status} />}
      {status.state === "closed" && (
        <button
          type="button"
          class="link"
          onClick={() => location.reload()}
        >
          {words().reload}
        </button>
      )}
    </div>
  );
}
