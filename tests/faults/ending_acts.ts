/** What takes effect on live connections: signing out, locks by the admin, blocks between two. */
import { oneOf } from "../support/random.ts";
import type { Act, Scene } from "./acts.ts";
import { askRest, type Outcome, outcomeOf } from "./asking.ts";
import type { Pair } from "./people.ts";

const lockMs = { least: 200, more: 1_000 };
const blockMs = { least: 200, more: 1_500 };

function someMs({ person }: Scene, { least, more }: typeof lockMs): number {
  return least + more * person.random();
}

async function logOut({ device }: Scene): Promise<Outcome<unknown>> {
  const { wire } = device;
  const session = await outcomeOf(device.signIn.session());
  if (session.is !== "answered") return session;
  const { accessToken: token, sessionId } = session.value;
  const at = device.anywhere();
  const asked = { method: "POST", path: "/v1/auth/logout", token };
  const outcome = await outcomeOf(askRest(at.url, asked));
  device.signIn.forget(sessionId);
  // Whoever has no answer leaves, as who signs out does in any case.
  if (outcome.is !== "answered") device.move();
  else if (wire?.sessionId === sessionId) device.sessionEnded(at.name, wire);
  return outcome;
}

async function blockFor(scene: Scene, pair: Pair): Promise<Outcome<unknown>> {
  const { person, device, ledger } = scene;
  const [blocked] = pair.people.filter((one) => one !== person);
  const path = `/v1/blocks/${blocked!.id}`;
  const ask = (method: string) => outcomeOf(device.ask<unknown>(method, path));
  const outcome = await ask("PUT");
  const from = Date.now();
  if (outcome.is === "answered") {
    await new Promise((resolve) => setTimeout(resolve, someMs(scene, blockMs)));
    ledger.blocks.push({ conversationId: pair.id, userId: blocked!.id, from, to: Date.now() });
  }
  const ended = await ask("DELETE");
  // What has no answer may be carried out at any later time: when what took effect, nobody could say.
  pair.isUnsure = outcome.is === "doubtful" || ended.is === "doubtful";
  return outcome;
}

/** Every such act by its name. */
export const endingActs = {
  logOut,
  lock(scene) {
    const { cast, person } = scene;
    const other = oneOf(person.random, cast.people.filter((one) => one !== person));
    return cast.porter.lock(other, someMs(scene, lockMs));
  },
  async block(scene) {
    const pair = scene.cast.pairs.find(({ people }) => people.includes(scene.person));
    if (pair === undefined || pair.isUnsure || pair.isBusy) return null;
    pair.isBusy = true;
    try {
      return await blockFor(scene, pair);
    } finally {
      pair.isBusy = false;
    }
  },
} as const satisfies Record<string, Act>;
