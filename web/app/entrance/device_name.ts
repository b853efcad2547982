/** What a browser is called in the list of my devices. */

type Pattern = readonly [RegExp, string];

// Each later one claims to be those before it too, so the order matters.
const browsers: readonly Pattern[] = [
  [/Edg/, "Edge"],
  [/OPR/, "Opera"],
  [/Firefox|FxiOS/, "Firefox"],
  [/SamsungBrowser/, "Samsung Internet"],
  [/Chrome|CriOS/, "Chrome"],
  [/Safari/, "Safari"],
];
const systems: readonly Pattern[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS/, "Mac"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

function first(patterns: readonly Pattern[], text: string): string | undefined {
  return patterns.find(([pattern]) => pattern.test(text))?.[1];
}

/** Such as `Firefox, Windows`. */
export function deviceName(userAgent: string): string {
  const parts = [first(browsers, userAgent) ?? "Browser", first(systems, userAgent)];
  return parts.filter((part) => part !== undefined).join(", ");
}
