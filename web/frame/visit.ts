/** Who the visitor is: nobody yet, this browser's, or the one that the site has signed. */
import { signal } from "@preact/signals";
import { PatterError, type Session, type WidgetSession } from "../../client/mod.ts";
import { platformWith } from "../../client/platform.ts";
import { askServer, type RestRequest } from "../../client/rest.ts";
import { language } from "../ui/language.ts";
import { type ChatHearers, VisitorChat } from "./chat.ts";
import { dismiss, type Keeping, type Visitor } from "./keeping.ts";
import { subjectIn } from "./subject.ts";

const ports = { url: location.origin, platform: platformWith() };

/** Asks the server without a token. */
export function ask<T>(request: RestRequest): Promise<T> {
  return askServer<T>(ports, request);
}

/** What the visit needs. */
export interface VisitParts {
  readonly inbox: string;
  readonly keeping: Keeping;
  readonly message: ChatHearers["message"];
}

/** The visitor of one inbox in one page. What changes who it is goes one after the other. */
export class Visit {
  /** Null until the visitor has written, here or before. */
  readonly chat = signal<VisitorChat | null>(null);
  /** As the site names the visitor, once it has. */
  readonly subject = signal<string | null>(null);
  /** The last conversation has ended: the visitor was signed out elsewhere, or locked. */
  readonly hasEnded = signal(false);
  #visitor: Visitor | null = null;
  #token: string | null = null;
  #page: string | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly parts: VisitParts) {
    const { keeping } = parts;
    addEventListener("storage", (event) => {
      const { key } = event as StorageEvent;
      if (key === keeping.key("visitor") || key === null) this.#followOtherTab();
    });
    // A page that is left for another may come back as it is; its socket would keep it from that.
    addEventListener("pagehide", () => this.chat.value?.client.stop());
    addEventListener("pageshow", (event) => {
      if ((event as PageTransitionEvent).persisted) this.#comeBack();
    });
    this.#resume();
  }

  // One that the site has signed waits until the site signs it again: somebody else may sit here now.
  #resume(): boolean {
    const visitor = this.parts.keeping.visitor;
    if (visitor === null || visitor.subject !== this.subject.value) return false;
    this.#become(visitor);
    return true;
  }

  #become(visitor: Visitor): void {
    this.#visitor = visitor;
    this.hasEnded.value = false;
    const isMine = () => this.#visitor?.session.sessionId === visitor.session.sessionId;
    this.chat.value = new VisitorChat(visitor, {
      session: (session) => isMine() && this.#keep({ session }),
      ended: () => isMine() && this.#end(),
      message: (message) => isMine() && this.parts.message(message),
    });
    this.#tellPage();
  }

  #keep(change: { readonly session?: Session; readonly page?: string | null }): void {
    const { keeping } = this.parts;
    const mine = this.#visitor!;
    // Another tab may have kept newer tokens: the old ones in their place would end the session.
    const kept = keeping.visitor;
    const isSame = kept?.session.sessionId === mine.session.sessionId;
    this.#visitor = { ...(isSame ? kept! : mine), ...change };
    keeping.visitor = this.#visitor;
  }

  // Other tabs may have gone on meanwhile: with newer tokens, or with another visitor.
  #comeBack(): void {
    this.#release();
    this.#resume();
  }

  /** Lets go of the running chat, and of nothing that is kept. */
  #release(): void {
    this.#visitor = null;
    this.chat.value?.stop();
    this.chat.value = null;
  }

  #end(): void {
    const { keeping } = this.parts;
    const ended = this.#visitor?.session.sessionId;
    this.#release();
    // Another tab may have begun anew already.
    if (keeping.visitor?.session.sessionId === ended) keeping.visitor = null;
    this.hasEnded.value = true;
    if (this.#token !== null) this.begin().catch(() => {});
  }

  #followOtherTab(): void {
    const now = this.parts.keeping.visitor;
    if (now?.session.sessionId === this.#visitor?.session.sessionId) return;
    this.#comeBack();
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** The chat; begun now where there is none yet. Fails by code. */
  begin(name?: string): Promise<VisitorChat> {
    return this.#inTurn(async () => this.chat.value ?? await this.#start(name));
  }

  async #start(name?: string): Promise<VisitorChat> {
    const { inbox: key } = this.parts;
    const page = this.#page;
    const subject = this.subject.value;
    const token = this.#token;
    const { conversation, ...session } = await ask<WidgetSession>({
      method: "POST",
      path: "/v1/widget/sessions",
      body: {
        key,
        visitor: { locale: language.value, ...(name && { name }), ...(page && { page }) },
        ...(token && { identityToken: token }),
      },
    });
    // Whoever was kept here and is not shown any more.
    this.#forget(subject);
    const visitor = { session, conversationId: conversation.id, subject, page };
    this.parts.keeping.visitor = visitor;
    this.#become(visitor);
    return this.chat.value!;
  }

  // Whoever has written on another device may have answers. All others begin when they write: of each
  // conversation all agents are members, for good.
  async #isKnown(identityToken: string): Promise<boolean> {
    const body = { key: this.parts.inbox, identityToken };
    return (await ask<{ known: boolean }>({ method: "POST", path: "/v1/widget/identity", body }))
      .known;
  }

  /** The site says who the visitor is. Of whoever it was before nothing stays. Fails by code. */
  async identify(token: string): Promise<void> {
    const subject = subjectIn(token);
    // At once: nothing of the former visitor is to be seen while the server is asked.
    if (this.#visitor !== null && this.#visitor.subject !== subject) this.#release();
    await this.#inTurn(async () => {
      this.#token = token;
      this.subject.value = subject;
      if (this.#visitor?.subject === subject || this.#resume()) return;
      try {
        const isKnown = await this.#isKnown(token);
        this.#forget(subject);
        if (isKnown) await this.#start();
      } catch (error) {
        if (error instanceof PatterError && /^token/.test(error.code)) {
          // It says nothing of who sits there.
          this.#token = this.subject.value = null;
          this.#resume();
        }
        throw error;
      }
    });
  }

  #forget(subject?: string | null): Promise<void> {
    const { keeping } = this.parts;
    const former = keeping.visitor;
    this.#release();
    this.hasEnded.value = false;
    keeping.wipe(subject);
    return former === null ? Promise.resolve() : dismiss(former);
  }

  /** Forgets the visitor, and ends its session. */
  shutdown(): Promise<void> {
    this.#release();
    return this.#inTurn(async () => {
      this.#token = this.subject.value = null;
      await this.#forget();
    });
  }

  /** The visitor is on this page now. */
  moveTo(url: string): void {
    if (!/^https?:/.test(url)) return;
    this.#page = url.slice(0, 2_048);
    this.#tellPage();
  }

  #tellPage(): void {
    const page = this.#page;
    const { chat: { value: chat } } = this;
    if (chat === null || page === null || this.#visitor!.page === page) return;
    this.#keep({ page });
    // The next page tells again.
    chat.client.ask("PATCH", "/v1/widget/visitor", { page }).catch(() => {});
  }
}
