/** Friends, requests between people, and blocks: read when they are wanted, kept true by what is told. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type Block,
  type Client,
  type Friend,
  type FriendRequest,
  PatterError,
} from "../../../client/mod.ts";
import { readAll } from "./pages.ts";
import type { Users } from "./users.ts";

/** Things by the id of whom they are about. */
export type ById<T> = ReadonlyMap<string, T>;

/** What I am to somebody, and they to me; unknown until it is read. */
export type Relation = "me" | "friend" | "blocked" | "asked" | "asking" | "stranger" | "unknown";

const spreadMs = 4_000;

function without<T>(map: ById<T>, id: string): ById<T> {
  return new Map([...map].filter(([key]) => key !== id));
}

/** The people of one account. */
export class People {
  /** By user id; null until they are known. */
  readonly friends: Signal<ById<Friend> | null> = signal(null);
  /** Pending ones to me and by me, by user id; null until they are known. */
  readonly incoming: Signal<ById<FriendRequest> | null> = signal(null);
  readonly outgoing: Signal<ById<FriendRequest> | null> = signal(null);
  /** By user id; null until they are known. */
  readonly blocks: Signal<ById<Block> | null> = signal(null);
  /** The names that I gave to friends. */
  readonly remarks: ReadonlySignal<ReadonlyMap<string, string>>;
  #isWanted = false;

  constructor(readonly client: Client, readonly users: Users) {
    this.remarks = computed(() => {
      const named = [...this.friends.value?.values() ?? []];
      return new Map(named.flatMap(({ user, remark }) => remark ? [[user.id, remark]] : []));
    });
    users.remarkOf = (id) => this.remarks.value.get(id);
    client.on("synced", () => this.#readSoon());
    client.on("friend.added", (friend) => this.#befriend(friend));
    client.on("friend.changed", (friend) => this.#befriend(friend));
    client.on("friend.removed", ({ userId }) => this.#forget(this.friends, userId));
    client.on("friend.requested", (request) => this.#requested(request));
    client.on("friend.handled", (request) => this.#requested(request));
    client.on("user.changed", (user) => {
      const friend = this.friends.value?.get(user.id);
      if (friend) this.#befriend({ ...friend, user });
    });
    client.on("block.added", (block) => this.#blocked(block));
    // What they had asked before the block is there again.
    client.on("block.removed", ({ userId }) => {
      this.#forget(this.blocks, userId);
      void this.#read();
    });
  }

  /** Everything is wanted, now and as long as this lives: a screen for people is shown. */
  want(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    void this.#read();
  }

  // When a server is back all its users come back, and not all of this has to be asked at once.
  #readSoon(): void {
    const isFirst = this.friends.peek() === null;
    setTimeout(() => void this.#read(), isFirst ? 0 : Math.random() * spreadMs);
  }

  // Offline it is read when there is a connection again: that ends with `synced`.
  async #read(): Promise<void> {
    try {
      await Promise.all([
        this.#readFriends(),
        ...this.#isWanted ? [this.#readRequests(), this.#readBlocks()] : [],
      ]);
    } catch (error) {
      // Offline, or signed out meanwhile, which is told by itself.
      if (!(error instanceof PatterError)) throw error;
    }
  }

  async #readFriends(): Promise<void> {
    const friends = await readAll<Friend>(this.client, "/v1/friends");
    for (const { user } of friends) this.users.learn(user);
    this.friends.value = new Map(friends.map((friend) => [friend.user.id, friend]));
  }

  async #readRequests(): Promise<void> {
    const path = "/v1/friend-requests?status=pending&box=";
    const [incoming, outgoing] = await Promise.all([
      readAll<FriendRequest>(this.client, `${path}incoming`),
      readAll<FriendRequest>(this.client, `${path}outgoing`),
    ]);
    this.incoming.value = new Map(incoming.map((request) => [request.requester.id, request]));
    this.outgoing.value = new Map(outgoing.map((request) => [request.addressee.id, request]));
  }

  async #readBlocks(): Promise<void> {
    const blocks = await readAll<Block>(this.client, "/v1/blocks");
    this.blocks.value = new Map(blocks.map((block) => [block.user.id, block]));
  }

  #put<T>(into: Signal<ById<T> | null>, id: string, item: T): void {
    // What is not read yet comes with the reading.
    if (into.value !== null) into.value = new Map([...into.value, [id, item]]);
  }

  #forget<T>(from: Signal<ById<T> | null>, id: string): void {
    if (from.value?.has(id)) from.value = without(from.value, id);
  }

  #befriend(friend: Friend): void {
    this.users.learn(friend.user);
    this.#put(this.friends, friend.user.id, friend);
  }

  #requested(request: FriendRequest): void {
    const { requester, addressee, status } = request;
    const isMine = requester.id === this.client.userId;
    const box = isMine ? this.outgoing : this.incoming;
    const other = isMine ? addressee : requester;
    if (status === "pending") this.#put(box, other.id, request);
    else this.#forget(box, other.id);
  }

  // A block takes my own request back and hides theirs.
  #blocked(block: Block): void {
    const { id } = block.user;
    this.#put(this.blocks, id, block);
    for (const box of [this.friends, this.incoming, this.outgoing]) {
      this.#forget<unknown>(box, id);
    }
  }

  get #isRead(): boolean {
    return [this.friends, this.blocks, this.outgoing, this.incoming].every(({ value }) => value);
  }

  /** What somebody is to me. */
  relationTo(userId: string): Relation {
    if (userId === this.client.userId) return "me";
    if (this.blocks.value?.has(userId)) return "blocked";
    if (this.friends.value?.has(userId)) return "friend";
    if (this.outgoing.value?.has(userId)) return "asked";
    if (this.incoming.value?.has(userId)) return "asking";
    return this.#isRead ? "stranger" : "unknown";
  }

  /** Asks somebody to be friends; both may be at once. */
  async ask(userId: string, message: string): Promise<void> {
    const input = { userId, ...(message === "" ? {} : { message }) };
    this.#requested(await this.client.ask("POST", "/v1/friend-requests", input));
  }

  /** Answers a request made to me; `remark` is what the new friend is called here. */
  async answer(request: FriendRequest, how: "accept" | "refuse", remark = ""): Promise<void> {
    const input = how === "accept" && remark !== "" ? { remark } : {};
    this.#requested(
      await this.client.ask("POST", `/v1/friend-requests/${request.id}/${how}`, input),
    );
  }

  /** Takes a request of mine back. */
  async cancel(request: FriendRequest): Promise<void> {
    await this.client.ask("DELETE", `/v1/friend-requests/${request.id}`);
    this.#forget(this.outgoing, request.addressee.id);
  }

  /** Names a friend as I like; an empty name takes it away. */
  async remark(userId: string, remark: string): Promise<void> {
    const input = { remark: remark === "" ? null : remark };
    this.#befriend(await this.client.ask<Friend>("PATCH", `/v1/friends/${userId}`, input));
  }

  /** Ends a friendship. */
  async remove(userId: string): Promise<void> {
    await this.client.ask("DELETE", `/v1/friends/${userId}`);
    this.#forget(this.friends, userId);
  }

  /** Wants to hear nothing more from somebody. */
  async block(userId: string): Promise<void> {
    this.#blocked(await this.client.ask<Block>("PUT", `/v1/blocks/${userId}`));
  }

  /** Ends that. */
  async unblock(userId: string): Promise<void> {
    await this.client.ask("DELETE", `/v1/blocks/${userId}`);
    this.#forget(this.blocks, userId);
  }
}
