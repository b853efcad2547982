/** Messages that hold attachments: what they may say, whose they may be, and how long bytes are kept for them. */
import { strict as assert } from "node:assert";
import { sweepAttachments } from "../../domain/attachment_sweep.ts";
import { sweepMessages } from "../../domain/retention.ts";
import type { Changes } from "../../schemas/conversations.ts";
import type { Message } from "../../schemas/messages.ts";
import { historyOf } from "../support/chat.ts";
import { gif, mp3, pdf, shares, statusOf } from "../support/media.ts";
import { acts } from "../support/rich.ts";
import { begun, upload } from "../support/uploads.ts";
import { assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const { ana, bo, id: talk } = await server.pair();
const dayMs = 86_400_000;

test("each kind is sent over REST and the socket, and read as it was sent", async () => {
  const [image, sound, paper] = [
    await upload(ana, gif(4, 3)),
    await upload(ana, mp3),
    await upload(ana, pdf),
  ];
  const bodies = [
    ["image", { attachmentId: image, width: 4, height: 3, caption: "Look" }],
    ["audio", { attachmentId: sound, durationMs: 1_200 }],
    ["file", { attachmentId: paper, name: "Paper.pdf" }],
    ["file", { attachmentId: image }],
  ] as const;
  const live = await bo.connect();
  const sender = await ana.connect();
  for (const [kind, body] of bodies) {
    await ana.do("POST", `/v1/conversations/${talk}/messages`, {
      clientId: crypto.randomUUID(),
      kind,
      body,
    });
    const params = { conversationId: talk, clientId: crypto.randomUUID(), kind, body };
    await sender.call("message.send", params);
    for (const _ of ["rest", "socket"]) {
      const { messages } = await live.next("changes") as Changes;
      assert.deepEqual([messages[0]!.kind, messages[0]!.body], [kind, body]);
    }
    const { items } = await historyOf(bo, talk, "?limit=1");
    assert.deepEqual(items[0]!.body, body);
    assert.equal(await statusOf(bo, body.attachmentId), 200);
  }
});

test("the kind must fit what the bytes are", async () => {
  const [image, sound, paper] = [
    await upload(ana, gif(4, 3)),
    await upload(ana, mp3),
    await upload(ana, pdf),
  ];
  const fitting = { image: [image], video: [], audio: [sound], file: [image, sound, paper] };
  for (const kind of ["image", "video", "audio", "file"] as const) {
    for (const id of [image, sound, paper]) {
      const answer = await shares(ana, talk, id, { kind });
      if ((fitting[kind] as string[]).includes(id)) assert.equal(answer.status, 201);
      else assertRefused(answer, 400, "invalidInput");
    }
  }
});

test("bodies are strict", async () => {
  const id = await upload(ana, gif(4, 3));
  const wrong = [
    { kind: "image", body: { durationMs: 5 } },
    { kind: "image", body: { width: 0 } },
    { kind: "image", body: { width: 1.5 } },
    { kind: "image", body: { caption: "x".repeat(1_001) } },
    { kind: "image", body: { attachmentId: "../x" } },
    { kind: "file", body: { url: "https://example.org" } },
    { kind: "file", body: { name: "" } },
    { kind: "audio", body: { durationMs: -1 } },
  ] as const;
  for (const more of wrong) {
    assertRefused(await shares(ana, talk, id, more), 400, "invalidInput");
  }
});

test("a caption is edited; the attachment, and the kind, stay", async () => {
  const attachmentId = await upload(ana, gif(4, 3));
  const { body: { seq } } = await shares(ana, talk, attachmentId, {
    kind: "image",
    body: { attachmentId, caption: "Befor" },
  });
  const path = `/v1/conversations/${talk}/messages/${seq}`;
  const edited = { attachmentId, caption: "Before" };
  const { body } = await ana.ask<Message>("PATCH", path, { body: edited });
  assert.deepEqual([body.kind, body.body], ["image", edited]);
  const other = { attachmentId: await upload(ana, gif(5, 3)), caption: "Before" };
  for (const wrong of [other, { text: "no caption" }, { ...edited, durationMs: 1 }, {}]) {
    assertRefused(await ana.ask("PATCH", path, { body: wrong }), 400, "invalidInput");
  }
});

test("only what is one's own, whole and not deleted can be sent", async () => {
  assertRefused(await shares(ana, talk, await upload(bo, "his")), 404, "notFound");
  assertRefused(await shares(ana, talk, await begun(ana, 5)), 404, "notFound");
  assertRefused(await shares(ana, talk, crypto.randomUUID()), 404, "notFound");
  const id = await upload(ana, "mine");
  const first = await shares(ana, talk, id, { clientId: "once" });
  await ana.do("DELETE", `/v1/attachments/${id}`);
  assertRefused(await shares(ana, talk, id), 410, "gone");
  const again = await shares(ana, talk, id, { clientId: "once" });
  assert.deepEqual([again.status, again.body.seq], [200, first.body.seq]);
});

test("what only messages held that were too old is theirs no more, and swept", async () => {
  const forgetful = await world.instance({ MESSAGE_RETENTION_DAYS: "1" });
  const { app } = forgetful.patter;
  const cy = await ana.again();
  const group = await server.group(cy, [bo]);
  const id = await upload(cy, "old");
  await shares(cy, group, id);
  world.clock.advanceMs(2 * dayMs);
  await sweepMessages(app);
  const [late, reader] = [await cy.again(), await bo.again()];
  assert.deepEqual([await statusOf(late, id), await statusOf(reader, id)], [200, 404]);
  await sweepAttachments(app);
  assert.equal(await app.blobs.size(id), 0);
});

test("what is sent at the moment when it would be swept stays, or is refused", async () => {
  const { app } = server.patter;
  const me = await ana.again();
  const ids = await Promise.all(Array.from({ length: 20 }, (_, at) => upload(me, `late ${at}`)));
  world.clock.advanceMs(dayMs + 60_000);
  const late = await ana.again();
  const sweep = sweepAttachments(app);
  const answers = await Promise.all(ids.map((id) => shares(late, talk, id)));
  await sweep;
  await sweepAttachments(app);
  for (const [at, id] of ids.entries()) {
    const isThere = await app.blobs.size(id) > 0;
    assert.equal(answers[at]!.status, isThere ? 201 : 410, `number ${at}`);
  }
});

test("what no message holds is swept after a day; what one holds stays until a day after it is gone", async () => {
  const { app } = server.patter;
  const me = await ana.again();
  const [unused, used] = [await upload(me, "unused"), await upload(me, "used")];
  await shares(me, talk, used);
  await sweepAttachments(app);
  assert.deepEqual([await app.blobs.size(unused), await app.blobs.size(used)], [6, 4]);
  world.clock.advanceMs(dayMs + 60_000);
  for (const _ of ["first", "second"]) await sweepAttachments(app);
  const later = await ana.again();
  assert.deepEqual([await app.blobs.size(unused), await app.blobs.size(used)], [0, 4]);
  assert.deepEqual([await statusOf(later, unused), await statusOf(later, used)], [410, 200]);
  const group = await server.group(later, [bo]);
  await shares(later, group, used);
  const recalled = await upload(later, "recalled");
  const held = await shares(later, group, recalled);
  await acts(later, group).recall(held.body.seq);
  world.clock.advanceMs(dayMs + 60_000);
  await sweepAttachments(app);
  assert.deepEqual([await app.blobs.size(recalled), await app.blobs.size(used)], [0, 4]);
});
