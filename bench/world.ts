/** The people and conversations that scenarios need, made through the REST interface. */
import postgres from "postgres";
import { type Api, forEach, type Person } from "./api.ts";
import { patter } from "./dialects.ts";
import { messageText } from "./sender.ts";
import type { Address } from "./socket.ts";

const membersPerCallMax = 100;
let registered = 0;

/** What a sign-up answers; all of it is what the application keeps. */
interface Session {
  readonly user: { readonly id: string };
  readonly accessToken: string;
}

/** A new user, and their session as text. */
export interface SignedIn {
  readonly person: Person;
  readonly session: string;
}

/** Signs somebody up. */
export async function register(api: Api, username: string, nickname: string): Promise<SignedIn> {
  const form = { username, nickname, password: "correct horse 1" };
  const session = await api.call<Session>(null, "POST", "/auth/register", form);
  const person = { id: session.user.id, token: session.accessToken };
  return { person, session: JSON.stringify(session) };
}

/** So many new users, signed in. */
export function registerPeople(api: Api, count: number): Promise<Person[]> {
  return forEach(Array(count).fill(0), async () => {
    const number = ++registered;
    return (await register(api, `bench_${number}`, `Bench ${number}`)).person;
  });
}

/** A group of all these people, the first its owner; gives its id. */
export async function createGroup(
  api: Api,
  name: string,
  people: readonly Person[],
): Promise<string> {
  const [owner, ...others] = people;
  const ids = others.map((person) => person.id);
  const memberIds = ids.slice(0, membersPerCallMax);
  const group = await api.call<{ id: string }>(owner!, "POST", "/groups", { name, memberIds });
  for (let first = membersPerCallMax; first < ids.length; first += membersPerCallMax) {
    const userIds = ids.slice(first, first + membersPerCallMax);
    await api.call(owner!, "POST", `/groups/${group.id}/members`, { userIds });
  }
  return group.id;
}

/** The direct conversation of two people; gives its id. */
export async function openDirect(api: Api, one: Person, other: Person): Promise<string> {
  const body = { userId: other.id };
  const { id } = await api.call<{ id: string }>(one, "POST", "/conversations/direct", body);
  return id;
}

/** Writes messages straight into the table, two senders in turn, as the append would leave them. */
export async function fillConversation(
  url: string,
  { id, people, count }: { id: string; people: readonly Person[]; count: number },
): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const [one, other] = people.map((person) => person.id) as [string, string];
  await sql`
    insert into messages (conversation_id, seq, rev, sender_id, client_id, at, kind, body)
    select c.id, c.last_seq + n, c.last_rev + n,
      case when n % 2 = 0 then ${one}::uuid else ${other}::uuid end,
      'bulk-' || n, c.active_at, 'text', jsonb_build_object('text', ${messageText}::text)
    from conversations c, generate_series(1, ${count}::int) n
    where c.id = ${id}`;
  await sql`
    update conversations set last_seq = last_seq + ${count}, last_rev = last_rev + ${count}
    where id = ${id}`;
  await sql`vacuum analyze`;
  await sql.end();
}

/** Where a person's connection goes. */
export function addressOf(port: number, person: Person): Address {
  return {
    port,
    path: patter.path,
    headers: [`Authorization: Bearer ${person.token}`, "Sec-WebSocket-Protocol: patter.v1"],
  };
}
