/** What a site embeds: a button, and the frame that it opens. */

const script = document.currentScript as HTMLScriptElement | null;
if (script !== null) void script.dataset["inbox"];
