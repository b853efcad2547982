/** Widget sessions: how visitors of a site come in, who they are, and the conversation they come to. */
import { and, eq, isNull, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Transaction } from "../db/client.ts";
import { conversations, inboxes, supportConversations, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type {
  InboxFace,
  VisitorPatch,
  WidgetIdentity,
  WidgetSession,
  WidgetStart,
} from "../schemas/support.ts";
import type { App } from "./app.ts";
import { ChangeSet } from "./change_set.ts";
import { readConversation } from "./conversations.ts";
import { limitGuests, newGuest } from "./guests.ts";
import { isOpenAt } from "./inbox_hours.ts";
import { agentsOf, inboxByKey, type InboxRow } from "./inbox_rows.ts";
import { startSession } from "./sessions.ts";
import { tellSupport } from "./support_rows.ts";
import { type Identity, verifyIdentity } from "./tokens.ts";
import { toMe, type UserRow } from "./users.ts";
import { applyVisitor } from "./visitors.ts";

/** Where a widget asks from. */
export interface WidgetPlace {
  readonly address: string | null;
  /** As the browser says; null from programs. */
  readonly origin: string | null;
  /** The host that was asked. */
  readonly host: string;
}

/**
 * What anyone may know of an inbox.
 * @throws `notFound`.
 */
export async function readInboxFace(app: App, key: string): Promise<InboxFace> {
  const inbox = await inboxByKey(app.database.orm, key);
  if (inbox === null) throw fail("notFound");
  const { name, greeting, hours, offlineMessage, identitySecret } = inbox;
  return {
    name,
    greeting,
    open: isOpenAt(hours, app.clock.now()),
    hours,
    offlineMessage,
    identityRequired: identitySecret !== null,
  };
}

/** Whose pages may frame the widget of an inbox; null where there is no such inbox. */
export async function widgetFrameOrigins(app: App, key: string): Promise<string[] | null> {
  return (await inboxByKey(app.database.orm, key))?.allowedOrigins ?? null;
}

// The frame comes from here; whoever builds a widget of their own has the site's origin.
function requireOrigin(app: App, inbox: InboxRow, { origin, host }: WidgetPlace): void {
  if (origin === null || inbox.allowedOrigins.includes(origin)) return;
  const { publicUrl } = app.config;
  const own = [host, ...publicUrl === null ? [] : [new URL(publicUrl).host]];
  if (URL.canParse(origin) && own.includes(new URL(origin).host)) return;
  throw fail("originNotAllowed");
}

function isOf({ id }: InboxRow, subject: string) {
  return and(eq(supportConversations.inboxId, id), eq(supportConversations.identity, subject));
}

async function identify(
  app: App,
  inbox: InboxRow,
  token: string | undefined,
): Promise<Identity | null> {
  if (token === undefined) return null;
  const { identitySecret } = inbox;
  if (identitySecret === null) {
    throw fail("tokenInvalid", { detail: "This inbox has no identity secret" });
  }
  return await verifyIdentity(token, identitySecret, app.clock.now());
}

/**
 * Whether whom a site has signed has a conversation here: those who have none need no session until
 * they write.
 * @throws `notFound` for the key, `originNotAllowed`, `tokenInvalid`, `tokenExpired`.
 */
export async function isKnownVisitor(
  app: App,
  { key, identityToken }: WidgetIdentity,
  place: WidgetPlace,
): Promise<boolean> {
  const inbox = await inboxByKey(app.database.orm, key);
  if (inbox === null) throw fail("notFound");
  requireOrigin(app, inbox, place);
  const { subject } = (await identify(app, inbox, identityToken))!;
  const rows = await app.database.orm.select({ id: supportConversations.conversationId })
    .from(supportConversations).where(isOf(inbox, subject));
  return rows.length > 0;
}

/** A visitor that has come in. `everyone`: all members, of a conversation that is new. */
interface Entered {
  readonly user: UserRow;
  readonly conversationId: string;
  readonly everyone: readonly string[] | null;
}

interface Entrance {
  readonly inbox: InboxRow;
  readonly identity: Identity | null;
  readonly visitor: VisitorPatch;
}

async function findKnown(tx: Transaction, { inbox, identity }: Entrance): Promise<Entered | null> {
  if (identity === null) return null;
  // Two devices of one visitor that come at once are one after the other.
  const name = `${inbox.id} ${identity.subject}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  const [found] = await tx
    .select({ user: users, conversationId: supportConversations.conversationId })
    .from(supportConversations)
    .innerJoin(users, eq(users.id, supportConversations.visitorId))
    .where(isOf(inbox, identity.subject))
    .for("no key update", { of: users });
  return found === undefined ? null : { ...found, everyone: null };
}

/** Makes a visitor and its conversation with the inbox's agents of now. */
async function admitVisitor(
  app: App,
  tx: Transaction,
  { inbox, identity, visitor }: Entrance,
): Promise<Entered> {
  const signedName = identity?.name ?? null;
  const named = { nickname: signedName ?? visitor.name, locale: visitor.locale };
  const [user] = await tx.insert(users).values(newGuest(app, named)).returning();
  const agents = await agentsOf(tx, inbox.id);
  const now = app.clock.now();
  const [row] = await tx.insert(conversations).values({
    id: uuidv7(),
    kind: "support",
    historyVisible: "all",
    directLow: user!.id,
    activeAt: now,
    updatedAt: now,
    createdAt: now,
  }).returning();
  const conversationId = row!.id;
  await tx.insert(supportConversations).values({
    conversationId,
    inboxId: inbox.id,
    visitorId: user!.id,
    identity: identity?.subject ?? null,
    signedName,
    page: visitor.page ?? null,
    agentsVersion: inbox.agentsVersion,
  });
  const everyone = [user!.id, ...agents];
  const set = new ChangeSet(tx, row!, now);
  await set.join(everyone, (id) => id === user!.id ? "member" : "manager");
  set.changeState({});
  await set.finish();
  return { user: user!, conversationId, everyone };
}

async function enter(app: App, tx: Transaction, entrance: Entrance): Promise<Entered> {
  // Its agents stay who they are until the conversation with them is committed.
  const [inbox] = await tx.select().from(inboxes)
    .where(and(eq(inboxes.id, entrance.inbox.id), isNull(inboxes.deletedAt))).for("share");
  if (inbox === undefined) throw fail("notFound");
  const known = await findKnown(tx, { ...entrance, inbox });
  if (known === null) return await admitVisitor(app, tx, { ...entrance, inbox });
  if (known.user.lockedAt !== null) throw fail("accountLocked");
  return known;
}

/**
 * Lets a visitor in: by what its site has signed the same one on every device, with the same
 * conversation; without that a new one.
 * @throws `notFound` for the key, `originNotAllowed`, `tokenInvalid`, `tokenExpired`, `accountLocked`,
 * `rateLimited`.
 */
export async function startWidgetSession(
  app: App,
  input: WidgetStart,
  place: WidgetPlace,
): Promise<WidgetSession> {
  const { key, visitor = {}, identityToken } = input;
  await limitGuests(app, place.address);
  const inbox = await inboxByKey(app.database.orm, key);
  if (inbox === null) throw fail("notFound");
  requireOrigin(app, inbox, place);
  const identity = await identify(app, inbox, identityToken);
  let entered: Entered | undefined;
  const from = { device: { platform: "web" as const }, address: place.address };
  const session = await startSession(app, from, async (tx) => {
    entered = await enter(app, tx, { inbox, identity, visitor });
    return entered.user;
  });
  const { user, conversationId, everyone } = entered!;
  if (everyone !== null) {
    await app.live.joined(conversationId, everyone);
    await tellSupport(app, conversationId);
  }
  const me = everyone === null
    ? await applyVisitor(app, user, { patch: visitor, signedName: identity?.name ?? null })
    : toMe(user);
  const actor = { userId: user.id, sessionId: session.sessionId, role: user.role };
  const conversation = await readConversation(app, actor, conversationId);
  return { ...session, user: me, conversation };
}
