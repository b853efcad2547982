/** What visitors say of themselves, and their sites of them: name, language, and the page they are on. */
import { and, eq } from "drizzle-orm";
import { supportConversations } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Me, UserPatch } from "../schemas/users.ts";
import type { VisitorPatch } from "../schemas/support.ts";
import type { Actor, App } from "./app.ts";
import { changeMe, changeProfile } from "./profiles.ts";
import { limitRate } from "./rate_limits.ts";
import { tellSupport } from "./support_rows.ts";
import { toMe, type UserRow } from "./users.ts";

// Each change is told to all agents of the inbox.
const changesMax = 60;
const windowMs = 60_000;

function profileOf({ name, locale }: VisitorPatch): UserPatch {
  return {
    ...(name === undefined ? {} : { nickname: name }),
    ...(locale === undefined ? {} : { locale }),
  };
}

async function keep(
  app: App,
  userId: string,
  facts: { page?: string | null | undefined; signedName?: string },
): Promise<void> {
  if (Object.values(facts).every((fact) => fact === undefined)) return;
  await app.database.orm.update(supportConversations).set(facts)
    .where(eq(supportConversations.visitorId, userId));
}

async function conversationOf(app: App, userId: string): Promise<string | null> {
  const [row] = await app.database.orm.select({ id: supportConversations.conversationId })
    .from(supportConversations).where(and(eq(supportConversations.visitorId, userId)));
  return row?.id ?? null;
}

/**
 * What a visitor that comes again says of itself. What the site has signed as its name goes before what
 * the visitor says.
 * @throws `rateLimited`.
 */
export async function applyVisitor(
  app: App,
  user: UserRow,
  { patch, signedName }: { patch: VisitorPatch; signedName: string | null },
): Promise<Me> {
  const { nickname, locale } = { ...user, ...profileOf(patch) };
  const [row] = await app.database.orm.select().from(supportConversations)
    .where(eq(supportConversations.visitorId, user.id));
  const known = signedName ?? row!.signedName;
  const wanted = { nickname: known ?? nickname, locale };
  await keep(app, user.id, { page: patch.page, ...(known === null ? {} : { signedName: known }) });
  const isSame = wanted.nickname === user.nickname && wanted.locale === user.locale;
  const me = isSame ? toMe(user) : await changeProfile(app, user.id, wanted);
  await tellSupport(app, row!.conversationId);
  return me;
}

/**
 * Changes what is given of a visitor, by itself; its agents are told, and nobody else of the page.
 * @throws `notAllowed` for all who are no visitors, and for a name that the site gave; `rateLimited`.
 */
export async function changeVisitor(app: App, actor: Actor, patch: VisitorPatch): Promise<void> {
  const { userId } = actor;
  const conversationId = await conversationOf(app, userId);
  if (conversationId === null) throw fail("notAllowed");
  if (Object.keys(patch).length === 0) return;
  await limitRate(app, `visitor/${userId}`, { max: changesMax, windowMs });
  await changeMe(app, actor, profileOf(patch));
  await keep(app, userId, { page: patch.page });
  await tellSupport(app, conversationId);
}
