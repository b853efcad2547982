/** Runs before the first paint, alone: the theme that was chosen, so that the page does not flash in another. */

// As preferences.ts keeps it; that comes with the rest, which is too late.
const theme = localStorage.getItem("patter.theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
