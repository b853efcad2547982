/** What a client is made of: the options, and the parts that follow from them. */
import { Connection } from "./connection.ts";
import { indexedDbOutbox } from "./outbox_indexeddb.ts";
import { memoryOutbox, type OutboxStore } from "./outbox_item.ts";
import { type Platform, platformWith } from "./platform.ts";
import { Rest } from "./rest.ts";
import { SharedLink } from "./shared_link.ts";
import { Tabs } from "./tabs.ts";
import { AskedTokens, SessionTokens, type Tokens } from "./tokens.ts";
import type { Session } from "./wire.ts";

interface CommonOptions {
  /** Of the server: `https://chat.example`. */
  readonly url: string;
  /** Where the outbox is kept; IndexedDB in browsers, else memory. */
  readonly outboxStore?: OutboxStore;
  /** How long a request may take; 15 s. */
  readonly timeoutMs?: number;
  /** What to use in place of the runtime's own. */
  readonly platform?: Partial<Platform>;
}

interface WithSession {
  /** What signing in gave, or what the event `session` told last. */
  readonly session: Session;
  readonly getToken?: undefined;
  readonly account?: undefined;
}

interface WithTokens {
  readonly session?: undefined;
  /** Gives an access token. Called again with one that is not good any more, for another. */
  readonly getToken: (refused?: string) => string | Promise<string>;
  /**
   * Names the account, so that its tabs share a connection and its outbox survives a reload. A session
   * has a name.
   */
  readonly account?: string;
}

/** How to reach the server, as whom. */
export type ClientOptions = CommonOptions & (WithSession | WithTokens);

/** The parts that have nothing to do with chat. */
export interface Foundation {
  readonly platform: Platform;
  readonly tokens: Tokens;
  /** Null when the application gives tokens. */
  readonly sessionTokens: SessionTokens | null;
  readonly rest: Rest;
  readonly tabs: Tabs;
  readonly link: SharedLink;
  readonly store: OutboxStore;
}

function storeFor(name: string | undefined): OutboxStore {
  const factory = globalThis.indexedDB as IDBFactory | undefined;
  return name === undefined || !factory
    ? memoryOutbox()
    : indexedDbOutbox(factory, `patter outbox ${name}`);
}

/** Joins the parts. */
export function foundationOf(options: ClientOptions): Foundation {
  const { session, getToken, timeoutMs = 15_000 } = options;
  const url = new URL(options.url).href.replace(/\/$/, "");
  const platform = platformWith(options.platform);
  const ports = { url, platform };
  const sessionTokens = session === undefined ? null : new SessionTokens(ports, session);
  const tokens = sessionTokens ?? new AskedTokens(getToken!);
  const account = session?.user.id ?? options.account;
  // Tabs that are signed in one by one do not share: either session may end without the other.
  const place = account === undefined ? null : `${url} ${session?.sessionId ?? account}`;
  const tabs = new Tabs(place === null ? null : `patter ${place}`, platform);
  const limits = { openMs: timeoutMs, answerMs: timeoutMs };
  const connection = new Connection({ ...ports, tokens, limits });
  return {
    platform,
    tokens,
    sessionTokens,
    rest: new Rest(ports, tokens),
    tabs,
    link: new SharedLink(tabs, connection),
    store: options.outboxStore ?? storeFor(account && `${url} ${account}`),
  };
}
