/** Whom an identity token names: for telling visitors apart; the server checks who signed it. */
import { PatterError } from "../../client/problems.ts";

function claimsIn(token: string): unknown {
  const [, claims = ""] = token.split(".");
  const binary = atob(claims.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** The token's `sub`. Fails with `tokenInvalid` for what is no token. */
export function subjectIn(token: string): string {
  let claims: unknown;
  try {
    claims = claimsIn(token);
  } catch {
    // No base64, or no JSON: told below.
  }
  const { sub } = (claims ?? {}) as { sub?: unknown };
  if (typeof sub === "string" && sub !== "") return sub;
  throw new PatterError("tokenInvalid");
}
