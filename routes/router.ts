/** How routes are described: a router whose refusals are ours, and the pieces of a description. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { fail, type FailureCode, failures, fieldErrors } from "../errors.ts";
import type { Env } from "../middleware/context.ts";
import { Id, Problem } from "../schemas/fields.ts";
import { Emoji } from "../schemas/messages.ts";

/** A router that refuses what does not fit a route's schemas with `invalidInput`. */
export function router(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw fail("invalidInput", { errors: fieldErrors(result.error.issues) });
    },
  });
}

/** A JSON body of this shape. */
export function body<T extends z.ZodType>(schema: T) {
  return { content: { "application/json": { schema } }, required: true };
}

/** An answer of this shape. */
export function gives<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** An answer without a body. */
export function done(description: string) {
  return { description };
}

const anywhere: FailureCode[] = ["internal", "unavailable"];
const withBody: FailureCode[] = ["invalidInput", "tooLarge", "unsupportedMedia"];
const signedIn: FailureCode[] = [
  // To guests, whatever is not theirs.
  "notAllowed",
  "tokenMissing",
  "tokenInvalid",
  "tokenExpired",
  "sessionRevoked",
  "accountLocked",
];

/** The refusals of a route, as OpenAPI wants them: by status, each with its codes. */
export function problems(...codes: FailureCode[]) {
  const byStatus: Record<string, FailureCode[]> = {};
  for (const code of new Set([...codes, ...anywhere, ...withBody])) {
    (byStatus[failures[code][0]] ??= []).push(code);
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [status, {
      description: codes.join(", "),
      "x-codes": codes,
      content: { "application/problem+json": { schema: Problem } },
    }]),
  );
}

/** The refusals of a route that needs an access token. */
export function signedInProblems(...codes: FailureCode[]) {
  return problems(...codes, ...signedIn);
}

/** The refusals that any act in a group may meet. */
export const inGroup = ["notFound", "notMember", "notAllowed", "conversationDismissed"] as const;

/** What a route that needs an access token says of it. */
export const bearer = [{ bearer: [] as string[] }];

/** `/{id}` */
export const IdParam = z.object({ id: Id });
/** `/{id}/…/{userId}` */
export const MemberParam = z.object({ id: Id, userId: Id });
/** `/{id}/requests/{requestId}/…` */
export const RequestParam = z.object({ id: Id, requestId: Id });
/** `/{userId}` */
export const UserParam = z.object({ userId: Id });
/** `/{id}/messages/{seq}` */
export const MessageParam = z.object({ id: Id, seq: z.coerce.number().pipe(z.int().min(1)) });
/** `/{id}/messages/{seq}/reactions/{emoji}` */
export const ReactionParam = MessageParam.extend({ emoji: Emoji });
