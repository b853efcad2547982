/** The one gate for guests: what of the routes is theirs at all. A route that is not named here is not. */
import { fail } from "../errors.ts";

const id = "[0-9a-f-]{36}";
const conversation = `/v1/conversations/${id}`;
const message = `${conversation}/messages/\\d+`;

// What they may do there is decided like everybody's: by the conversations that they are members of.
const theirs: Readonly<Record<string, readonly string[]>> = {
  "/v1/auth/logout": ["POST"],
  "/v1/auth/sessions": ["GET"],
  [`/v1/auth/sessions/${id}`]: ["DELETE"],
  "/v1/users/me": ["GET", "PATCH"],
  "/v1/users": ["GET"],
  [`/v1/users/${id}`]: ["GET"],
  "/v1/conversations": ["GET"],
  [conversation]: ["GET"],
  [`${conversation}/(changes|export)`]: ["GET"],
  [`${conversation}/settings`]: ["PATCH"],
  [`${conversation}/read`]: ["PUT"],
  [`${conversation}/messages`]: ["GET", "POST"],
  [message]: ["PATCH", "DELETE"],
  [`${message}/recall`]: ["POST"],
  [`${message}/(readers|edits)`]: ["GET"],
  [`${message}/pin`]: ["PUT", "DELETE"],
  [`${message}/reactions/[^/]+`]: ["PUT", "DELETE"],
  "/v1/messages/search": ["GET"],
  "/v1/uploads(/.*)?": ["OPTIONS", "GET", "POST", "PATCH", "DELETE"],
  "/v1/attachments/.*": ["GET", "DELETE"],
  "/v1/widget/visitor": ["PATCH"],
};

const rules = Object.entries(theirs).map(([pattern, methods]) => ({
  path: new RegExp(`^${pattern}/?$`),
  methods: new Set(methods),
}));

/**
 * Refuses guests whatever is not theirs.
 * @throws `notAllowed`.
 */
export function requireGuestsMay(method: string, path: string): void {
  const asked = method === "HEAD" ? "GET" : method;
  if (rules.some((rule) => rule.methods.has(asked) && rule.path.test(path))) return;
  throw fail("notAllowed");
}
