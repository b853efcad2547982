/** One connection for all tabs: the leader has it, the others ask and hear through the leader. */
import { Calls } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { Emitter } from "./events.ts";
import type { Link, LinkEvents, Status } from "./link.ts";
import { PatterError } from "./problems.ts";
import type { Tabs } from "./tabs.ts";
import type { Method, Notification, Notifications, Params, Problem, Results } from "./wire.ts";

type Ready = Notifications["session.ready"];
interface Standing {
  readonly status: Status;
  readonly ready: Ready | null;
}
interface Asked {
  readonly id: number;
  readonly method: Method;
  readonly params: Params[Method];
}
interface Answered {
  readonly id: number;
  readonly result?: unknown;
  /** A failure: what the server said, or the code of what went wrong on the way. */
  readonly problem?: Problem | undefined;
  readonly code?: PatterError["code"];
}

function standingOf({ status, ready }: Standing): Standing {
  return { status, ready };
}

// A leader answers within milliseconds, unless the system has frozen it. That is asked again and again,
// never taken from the time since the last answer: after a sleep of all of them it would be long.
const lookMs = 4_000;
const missesMax = 2;

/** The link of a tab. */
export class SharedLink implements Link {
  readonly events = new Emitter<LinkEvents>();
  status: Status = { state: "idle" };
  ready: Ready | null = null;
  readonly #calls: Calls;
  #misses = 0;
  #cancelTimer = () => {};

  constructor(readonly tabs: Tabs, readonly connection: Connection) {
    // The leader has a limit of its own; this one is for leaders that are gone.
    this.#calls = new Calls(connection.parts.platform.clock, connection.parts.limits.answerMs);
    tabs.events.on("leading", () => this.#lead());
    tabs.events.on("deposed", () => {
      this.stop();
      this.start();
    });
    tabs.events.on("message", (message) => this.#hear(message));
    connection.events.on("status", () => this.#follow(standingOf(this.connection)));
    connection.events.on("notification", (notification) => {
      tabs.post({ kind: "notification", content: notification });
      this.events.emit("notification", notification);
    });
  }

  /** Joins the other tabs. */
  start(): void {
    if (this.status.state === "closed" && this.tabs.isLeader) return this.connection.start();
    if (this.status.state !== "idle") return;
    this.tabs.start();
    if (this.tabs.isLeader) return;
    this.#become({ status: { state: "connecting" }, ready: null });
    this.#look();
  }

  // Whether there is a leader, and how it stands.
  #look(): void {
    if (this.tabs.isLeader) return;
    if (this.#misses++ > missesMax) this.tabs.seize();
    else this.tabs.post({ kind: "hello" });
    this.#cancelTimer = this.#calls.clock.after(lookMs, () => this.#look());
  }

  /** Leaves them. */
  stop(): void {
    // First: the others are not to hear of this connection's end as if it were theirs.
    this.tabs.stop();
    this.#cancelTimer();
    this.connection.stop();
    this.#calls.failAll();
  }

  /** Tries now, or makes sure of an answer. */
  wake(): void {
    if (this.tabs.isLeader) this.connection.wake();
    else this.tabs.post({ kind: "wake" });
  }

  /** Asks over the connection that all share. */
  async request<M extends Method>(method: M, params: Params[M]): Promise<Results[M]> {
    if (this.tabs.isLeader) return await this.connection.request(method, params);
    if (this.status.state !== "open") throw new PatterError("connectionLost");
    return await this.#calls.make<Results[M]>((id) =>
      this.tabs.post({ kind: "request", content: { id, method, params } satisfies Asked })
    );
  }

  // What was asked of the leader before is lost with it.
  #lead(): void {
    this.#calls.failAll();
    this.#misses = 0;
    this.connection.start();
  }

  #follow(standing: Standing): void {
    if (this.tabs.isLeader) this.tabs.post({ kind: "standing", content: standing });
    this.#become(standing);
  }

  #become(standing: Standing): void {
    const { ready } = this;
    // A leader is asked again and again, and mostly says what it said before.
    if (JSON.stringify(standing) === JSON.stringify(standingOf(this))) return;
    if (standing.status.state !== "open") this.#calls.failAll();
    this.status = standing.status;
    this.ready = standing.ready;
    this.events.emit("status", this.status);
    if (this.ready !== null && this.ready.connectionId !== ready?.connectionId) {
      this.events.emit("ready", this.ready);
    }
  }

  #hear({ kind, from, content }: { kind: string; from: string; content?: unknown }): void {
    if (this.tabs.isLeader) {
      const standing = { kind: "standing", to: from, content: standingOf(this.connection) };
      if (kind === "hello") this.tabs.post(standing);
      if (kind === "wake") this.connection.wake();
      if (kind === "request") void this.#askFor(from, content as Asked);
    } else {
      if (kind === "standing") {
        this.#misses = 0;
        this.#become(content as Standing);
      }
      if (kind === "notification") this.events.emit(kind, content as Notification);
      if (kind === "answer") this.#take(content as Answered);
    }
  }

  async #askFor(tab: string, { id, method, params }: Asked): Promise<void> {
    const content: Answered = await this.connection.request(method, params).then(
      (result) => ({ id, result }),
      ({ code, problem }: PatterError) => ({ id, code, problem }),
    );
    this.tabs.post({ kind: "answer", to: tab, content });
  }

  #take({ id, result, code, problem }: Answered): void {
    if (code === undefined) this.#calls.answer({ id, result });
    else this.#calls.fail(id, new PatterError(code, problem));
  }
}
