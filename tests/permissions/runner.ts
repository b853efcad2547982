/** Runs rows of the permission table: one actor after the other, each in a scene as it was made. */
import { strict as assert } from "node:assert";
import { sql } from "drizzle-orm";
import { type Database, rowsOf } from "../../db/client.ts";
import { outcomeOf } from "./asking.ts";
import { mayChange } from "./rows.ts";
import { type Cast, openScene, type Policy, type Scene } from "./scene.ts";
import { type Actor, actors, type Row } from "./table.ts";

/** What decides who may do what in a group, and how often anything of it has changed. */
interface Places {
  readonly places: string;
  readonly lastRev: number;
}

/** Runs rows for the ten; keeps a scene for each policy that nothing has changed yet. */
export class Runner {
  readonly #scenes = new Map<Policy, Scene>();

  constructor(readonly cast: Cast, readonly database: Database) {}

  /** A scene as it was made. */
  async sceneFor(policy: Policy): Promise<Scene> {
    const scene = this.#scenes.get(policy) ?? await openScene(this.cast, policy);
    this.#scenes.set(policy, scene);
    return scene;
  }

  /**
   * What a row comes to for each. Who comes after somebody who changed what decides finds another
   * scene; who was refused must have changed nothing at all.
   */
  async outcomesOf(row: Row, policy: Policy): Promise<Partial<Record<Actor, string>>> {
    const outcomes: Partial<Record<Actor, string>> = {};
    let own: Scene | undefined;
    for (const actor of actors) {
      if (row.given !== undefined && own === undefined) {
        own = await openScene(this.cast, policy);
        await row.given(own);
      }
      const scene = own ?? await this.sceneFor(policy);
      const { outcome, isAsItWas } = await this.#act(row, scene, actor);
      outcomes[actor] = outcome;
      if (isAsItWas) continue;
      own = undefined;
      this.#scenes.delete(policy);
    }
    return outcomes;
  }

  async #act(row: Row, scene: Scene, actor: Actor) {
    const me = this.cast.people[actor];
    if (!mayChange(row)) return { outcome: await outcomeOf(row, { scene, me }), isAsItWas: true };
    let before: Places | undefined;
    const ready = async () => before = await this.#placesIn(scene);
    const outcome = await outcomeOf(row, { scene, me, ready });
    const after = await this.#placesIn(scene);
    if (!outcome.startsWith("2")) assert.deepEqual(after, before, `${actor} was refused`);
    return { outcome, isAsItWas: after.places === before?.places };
  }

  async #placesIn({ id }: Scene): Promise<Places> {
    const [row] = await rowsOf<{ places: unknown; rev: string }>(
      this.database.orm,
      sql`select last_rev as rev, jsonb_build_array(
        owner_id, join_policy, muted_all, dismissed_at,
        (select jsonb_agg(jsonb_build_array(user_id, role, left_at, muted_until) order by user_id)
          from members where conversation_id = ${id}),
        (select jsonb_agg(jsonb_build_array(id, status) order by id)
          from group_requests where group_id = ${id})
      ) as places from conversations where id = ${id}`,
    );
    return { places: JSON.stringify(row!.places), lastRev: Number(row!.rev) };
  }
}
