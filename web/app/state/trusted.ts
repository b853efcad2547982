/** The one policy of Trusted Types: it lets the address of the service worker through, and nothing else. */

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): ScriptUrlPolicy;
}

const allowed = "/sw.js";

function checked(url: string): string {
  if (url !== allowed) throw new TypeError(`Not a script of ours: "${url}"`);
  return url;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const policy = trustedTypes?.createPolicy("patter", { createScriptURL: checked });

/** The address of a script as the browser takes it. */
export function scriptUrl(url: string): string {
  // The types of the platform do not know trusted addresses yet.
  return (policy?.createScriptURL(url) ?? checked(url)) as string;
}
