/** What is a guest's at all, as the permission table sees it: all else is refused before it is looked at. */
import type { Scene } from "./scene.ts";
import { type Asked, isMethod, type Outcomes, type Row } from "./table.ts";
import type { Person } from "../support/world.ts";

const message = "/v1/conversations/{id}/messages/{seq}";

/** Routes that guests may ask; what they are answered there is in the rows. */
const theirs: ReadonlySet<string> = new Set([
  "GET /v1/ws",
  "POST /v1/auth/logout",
  "GET /v1/auth/sessions",
  "DELETE /v1/auth/sessions/{id}",
  "GET /v1/users/me",
  "PATCH /v1/users/me",
  "GET /v1/users",
  "GET /v1/users/{id}",
  "GET /v1/conversations",
  "GET /v1/conversations/{id}",
  "GET /v1/conversations/{id}/changes",
  "GET /v1/conversations/{id}/export",
  "PATCH /v1/conversations/{id}/settings",
  "PUT /v1/conversations/{id}/read",
  "GET /v1/conversations/{id}/messages",
  "POST /v1/conversations/{id}/messages",
  `PATCH ${message}`,
  `DELETE ${message}`,
  `POST ${message}/recall`,
  `GET ${message}/readers`,
  `GET ${message}/edits`,
  `PUT ${message}/pin`,
  `DELETE ${message}/pin`,
  `PUT ${message}/reactions/{emoji}`,
  `DELETE ${message}/reactions/{emoji}`,
  "GET /v1/messages/search",
  "OPTIONS /v1/uploads",
  "POST /v1/uploads",
  "GET /v1/uploads/{id}",
  "PATCH /v1/uploads/{id}",
  "DELETE /v1/uploads/{id}",
  "GET /v1/attachments/{id}",
  "GET /v1/attachments/{id}/info",
  "GET /v1/attachments/{id}/link",
  "GET /v1/attachments/{id}/thumbnail",
  "DELETE /v1/attachments/{id}",
  "PATCH /v1/widget/visitor",
]);

function refused(outcomes: Outcomes): Outcomes {
  const others = Object.entries(outcomes).map(([outcome, names = ""]) =>
    [outcome, names.split(" ").filter((name) => name !== "guest").join(" ")] as const
  ).filter(([, names]) => names !== "");
  const rest: Record<string, string> = Object.fromEntries(others);
  return { ...rest, notAllowed: `${rest["notAllowed"] ?? ""} guest`.trim() };
}

function mapped<T>(record: Readonly<Record<string, T>>, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** A row as it is with guests at the gate: what they would need is made as if they were users. */
export function gated(row: Row): Row {
  if (isMethod(row.verb) || row.isPublic || theirs.has(row.verb)) return row;
  const asks = (scene: Scene, me: Person): Asked | Promise<Asked> =>
    scene.asUser(me, (user) => row.asks?.(scene, user) ?? {});
  return {
    ...row,
    asks,
    who: refused(row.who),
    ...(row.under === undefined ? {} : { under: mapped(row.under, refused) }),
  };
}
