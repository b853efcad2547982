/** Colours that can be read on each other (WCAG 2.2, 1.4.3). */

/** Whether a text is a colour as all of this takes them: `#rrggbb`. */
export function isHex(text: string | undefined): text is string {
  return /^#[0-9a-f]{6}$/i.test(text ?? "");
}

function partsOf(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

// The plain power in place of sRGB's own curve is off by less than a tenth of the contrast.
function luminanceOf(hex: string): number {
  const [red, green, blue] = partsOf(hex).map((part) => (part / 255) ** 2.2);
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** From 1, the same, to 21, black on white. */
export function contrastOf(one: string, other: string): number {
  const [low, high] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

/** White or near black: what can be read on a colour. */
export function inkOn(hex: string): string {
  // Below that luminance white has a contrast of 4.5 and more, above it black has.
  return luminanceOf(hex) < 0.18 ? "#ffffff" : "#10131a";
}

/** The colour, or as much of black or white in it as it takes to be read on a ground. */
export function readableOn(ground: string, hex: string): string {
  const goal = luminanceOf(ground) > 0.2 ? 0 : 255;
  const parts = partsOf(hex);
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = "#" +
      parts.map((part) => Math.round(part + (goal - part) * share).toString(16).padStart(2, "0"))
        .join("");
    if (contrastOf(mixed, ground) >= 4.5) return mixed;
  }
  return goal === 0 ? "#000000" : "#ffffff";
}
