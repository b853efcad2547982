/** All routes under one roof, with what goes around them, and their OpenAPI description. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { except } from "hono/combine";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import type { App } from "../domain/app.ts";
import type { Readiness } from "../domain/health.ts";
import { fail } from "../errors.ts";
import type { Env } from "../middleware/context.ts";
import { limitBody, requireJson } from "../middleware/limits.ts";
import { observe } from "../middleware/observe.ts";
import { answerError } from "../middleware/problems.ts";
import { announceTus, tusHeaders } from "../middleware/tus.ts";
import { adminRoutes } from "./admin.ts";
import { attachmentRoutes } from "./attachments.ts";
import { authRoutes } from "./auth.ts";
import { blockRoutes } from "./blocks.ts";
import { conversationRoutes } from "./conversations.ts";
import { describe } from "./descriptions.ts";
import { conversationExportRoutes, myExportRoutes } from "./exports.ts";
import { friendRequestRoutes, friendRoutes } from "./friends.ts";
import { groupRequestRoutes } from "./group_requests.ts";
import { groupRoutes } from "./groups.ts";
import { inboxRoutes } from "./inboxes.ts";
import { groupInviteRoutes, inviteRoutes } from "./invites.ts";
import { memberRoutes } from "./members.ts";
import { messageChangeRoutes } from "./message_changes.ts";
import { messageSearchRoutes } from "./message_search.ts";
import { messageRoutes } from "./messages.ts";
import { metricsRoutes, type MetricsSource } from "./metrics.ts";
import { router } from "./router.ts";
import { systemRoutes } from "./system.ts";
import { supportRoutes } from "./support.ts";
import { uploadRoutes } from "./uploads.ts";
import { userRoutes } from "./users.ts";
import { framePath, type WebPages, webRoutes } from "./web.ts";
import { widgetRoutes } from "./widget.ts";
import { widgetPageRoutes } from "./widget_page.ts";

function around(api: OpenAPIHono<Env>, app: App): void {
  const { allowedOrigins, attachmentBytesMax, bodyBytesMax } = app.config;
  api.use(async (c, next) => {
    c.set("app", app);
    await next();
  });
  api.use(observe());
  const common = {
    overwrite: false,
    contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] },
  };
  api.use(except(framePath, secureHeaders(common)));
  // Its policy says which sites may frame it; the header before that would say none.
  const framed = { crossOriginResourcePolicy: "cross-origin", xFrameOptions: false };
  api.use(framePath, secureHeaders({ ...common, ...framed }));
  api.use("/v1/uploads/*", announceTus(attachmentBytesMax));
  if (allowedOrigins.length > 0) {
    api.use(cors({
      origin: (origin) =>
        allowedOrigins.includes("*") || allowedOrigins.includes(origin) ? origin : null,
      allowHeaders: ["authorization", "content-type", "idempotency-key", ...tusHeaders.sent],
      exposeHeaders: [
        "x-request-id",
        "retry-after",
        "etag",
        "content-range",
        "content-disposition",
        ...tusHeaders.answered,
      ],
      maxAge: 600,
    }));
  }
  // Uploads bring bytes, and limits of their own.
  api.use(except("/v1/uploads/*", limitBody(bodyBytesMax), requireJson()));
}

// Hono answers 404 where only the method is wrong; every path gets a last handler that knows better.
function refuseOtherMethods(api: OpenAPIHono<Env>): void {
  const allowed = new Map<string, Set<string>>();
  for (const { path, method } of api.routes) {
    if (method === "ALL") continue;
    allowed.set(path, (allowed.get(path) ?? new Set()).add(method));
  }
  for (const [path, methods] of allowed) {
    const list = [...methods].join(", ");
    api.all(path, (c) => {
      const answer = answerError(fail("methodNotAllowed", { detail: `Allowed: ${list}` }), c);
      // RFC 9110, 15.5.6.
      answer.headers.set("allow", list);
      return answer;
    });
  }
}

/** Answers `/v1/ws` when no upgrade is asked for: with why there would be none, or `upgradeRequired`. */
export type PlainSocket = (request: Request, address: string) => Promise<Response>;

/** What routes need beside the domain. */
export interface ApiParts {
  readonly readiness: Readiness;
  readonly metrics: MetricsSource;
  readonly plainSocket: PlainSocket;
  readonly pages: WebPages;
}

/** The REST routes, their errors, and their descriptions. */
export function createApi(app: App, parts: ApiParts): OpenAPIHono<Env> {
  const api = router();
  around(api, app);
  api.onError(answerError);
  api.notFound(() => {
    throw fail("notFound");
  });
  api.route("/", systemRoutes(parts.readiness));
  api.route("/", metricsRoutes(parts.metrics));
  api.route("/", webRoutes(parts.pages));
  api.route("/", widgetPageRoutes(parts.pages));
  api.route("/v1/auth", authRoutes());
  api.route("/v1/users", myExportRoutes());
  api.route("/v1/users", userRoutes());
  api.route("/v1/friend-requests", friendRequestRoutes());
  api.route("/v1/friends", friendRoutes());
  api.route("/v1/blocks", blockRoutes());
  api.route("/v1/groups", groupRoutes());
  api.route("/v1/groups", memberRoutes());
  api.route("/v1/groups", groupRequestRoutes());
  api.route("/v1/groups", groupInviteRoutes());
  api.route("/v1/invites", inviteRoutes());
  api.route("/v1/conversations", conversationRoutes());
  api.route("/v1/conversations", messageRoutes());
  api.route("/v1/conversations", messageChangeRoutes());
  api.route("/v1/conversations", conversationExportRoutes());
  api.route("/v1/uploads", uploadRoutes());
  api.route("/v1/attachments", attachmentRoutes());
  api.route("/v1/messages", messageSearchRoutes());
  api.route("/v1/inboxes", inboxRoutes());
  api.route("/v1/support", supportRoutes());
  api.route("/v1/widget", widgetRoutes());
  api.route("/v1/admin", adminRoutes());
  // Like any other route, CORS and all: a page on another site may learn why its socket failed.
  api.all("/v1/ws", (c) => parts.plainSocket(c.req.raw, c.env.address));
  describe(api);
  refuseOtherMethods(api);
  return api;
}
