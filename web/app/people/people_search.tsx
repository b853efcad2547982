/** Finding people who are no friends yet. */
import { useEffect, useState } from "preact/hooks";
import type { User } from "../../../client/mod.ts";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { useChat } from "../state/chat.ts";
import { PersonRow } from "./person_row.tsx";
import { queryOf } from "./search_query.ts";
import { words } from "./words.ts";

const restMs = 250;

/** Those who fit what was written, as the server knows them. */
export function PeopleSearch({ written }: { written: string }) {
  const { client, users, people } = useChat();
  const t = words();
  const [found, setFound] = useState<User[] | null>(null);
  const { faults, act } = useActing();
  useEffect(() => {
    let isWanted = true;
    setFound(null);
    // Not at every key: only once the fingers rest.
    const timer = setTimeout(() =>
      void act(async () => {
        const path = `/v1/users?limit=30&${queryOf(written)}`;
        const { items } = await client.ask<{ items: User[] }>("GET", path);
        for (const user of items) users.learn(user);
        if (isWanted) setFound(items);
      }), restMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [written]);
  const friends = people.friends.value;
  const others = found?.filter(({ id }) => !friends?.has(id)) ?? [];
  const said = found === null ? t.searching : others.length > 0 ? t.found(others.length) : "";
  return (
    <section aria-labelledby="others-heading">
      <h2 id="others-heading" class="list-heading">{t.others}</h2>
      <p class="visually-hidden" role="status">{faults[""] ? "" : said}</p>
      <Fault faults={faults} />
      {found !== null && others.length === 0 && <p class="empty">{t.nobody}</p>}
      <ul class="rows-in">
        {others.map((user) => <PersonRow key={user.id} user={user} />)}
      </ul>
    </section>
  );
}
