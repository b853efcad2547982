/** Serves the page of `examples/browser` with the built client, on another origin than the server's. */
const files: Record<string, [path: string, type: string]> = {
  "/": ["browser/index.html", "text/html; charset=utf-8"],
  "/page.js": ["browser/page.js", "text/javascript"],
  "/mod.js": ["../dist/client/mod.js", "text/javascript"],
};

Deno.serve({ port: Number(Deno.env.get("PORT") ?? 8090) }, async (request) => {
  const file = files[new URL(request.url).pathname];
  if (file === undefined) return new Response("Not found", { status: 404 });
  const [path, type] = file;
  const body = await Deno.readFile(new URL(path, import.meta.url));
  return new Response(body, { headers: { "content-type": type } });
});
