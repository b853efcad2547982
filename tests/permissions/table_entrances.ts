/** Rows of the permission table: requests to join, and links into groups. */
import type { Person } from "../support/world.ts";
import { openScene, type Scene } from "./scene.ts";
import { away, each, leaders, outsiders, plain, type Row } from "./table.ts";

const requests = "/v1/groups/{id}/requests";
const links = "/v1/groups/{id}/invites";
const following = "POST /v1/invites/{code}/accept";

const leadersOnly = { 200: leaders, notAllowed: plain, ...away } as const;
const members = `${leaders} member muted blocked`;
const dismiss = ({ id, cast }: Scene) => cast.people.owner.do("DELETE", `/v1/groups/${id}`);
const dismissed = { conversationDismissed: `${leaders} ${plain}`, ...away } as const;

const refuse = async (scene: Scene): Promise<string> => {
  const requestId = await scene.requestId();
  const path = `/v1/groups/${scene.id}/requests/${requestId}/refuse`;
  await scene.cast.people.owner.do("POST", path);
  return requestId;
};

/** What was known of a scene before its group was dismissed, or its request refused. */
const known = new WeakMap<Scene, string>();

const answeringRows: Row[] = ["accept", "refuse"].flatMap((word): Row[] => {
  const verb = `POST ${requests}/{requestId}/${word}`;
  return [
    {
      verb,
      about: "of the one who waits",
      asks: async (scene) => ({ params: { requestId: await scene.requestId() } }),
      who: leadersOnly,
    },
    {
      verb,
      about: "that was refused",
      given: async (scene) => known.set(scene, await refuse(scene)),
      asks: (scene) => ({ params: { requestId: known.get(scene)! } }),
      who: { alreadyHandled: leaders, notAllowed: plain, ...away },
    },
    {
      verb,
      about: "made to another group",
      given: async (scene) => {
        const other = await openScene(scene.cast, "approval");
        known.set(scene, await other.requestId());
      },
      asks: (scene) => ({ params: { requestId: known.get(scene)! } }),
      who: { notFound: `${leaders} ${outsiders}`, notAllowed: plain, notMember: "former" },
    },
    {
      verb,
      about: "in a dismissed group",
      given: async (scene) => {
        known.set(scene, await scene.requestId());
        await dismiss(scene);
      },
      asks: (scene) => ({ params: { requestId: known.get(scene)! } }),
      who: dismissed,
    },
  ];
});

const ownersLink = async (scene: Scene) => ({
  params: { code: await scene.linkOf(scene.cast.people.owner) },
});

/** One's own; of the owner for those who have never been able to make one. */
async function ownLink(scene: Scene, me: Person) {
  const { owner, former, requester, stranger, admin } = scene.cast.people;
  const isMember = ![former, requester, stranger, admin].includes(me);
  return { params: { code: await scene.linkOf(isMember ? me : owner) } };
}

const makingRows: Row[] = [
  {
    verb: `POST ${links}`,
    asks: () => ({ body: {} }),
    who: { 201: members, notAllowed: "guest", ...away },
    under: {
      approval: { 201: leaders, notAllowed: plain, ...away },
      invite: { 201: leaders, notAllowed: plain, ...away },
    },
  },
  {
    verb: `POST ${links}`,
    about: "of a dismissed group",
    given: dismiss,
    asks: () => ({ body: {} }),
    who: { conversationDismissed: members, notAllowed: "guest", ...away },
  },
  { verb: `GET ${links}`, who: { 200: `${leaders} ${plain}`, ...away } },
];

const revokingRows: Row[] = [
  {
    verb: `DELETE ${links}/{code}`,
    about: "of the owner",
    asks: ownersLink,
    who: { 204: leaders, notAllowed: plain, ...away },
  },
  {
    verb: `DELETE ${links}/{code}`,
    about: "of one's own",
    asks: ownLink,
    who: { 204: `${leaders} ${plain}`, ...away },
  },
  {
    verb: `DELETE ${links}/{code}`,
    about: "that does not exist",
    asks: () => ({ params: { code: "none" } }),
    who: { notFound: `${leaders} ${outsiders}`, notAllowed: plain, notMember: "former" },
  },
];

const readingRows: Row[] = [
  { verb: "GET /v1/invites/{code}", asks: ownersLink, who: each(200) },
  {
    verb: "GET /v1/invites/{code}",
    about: "that was taken back",
    asks: async (scene) => ({ params: { code: await deadLink(scene) } }),
    who: each("gone"),
  },
  {
    verb: "GET /v1/invites/{code}",
    about: "that does not exist",
    asks: () => ({ params: { code: "none" } }),
    who: each("notFound"),
  },
];

async function deadLink(scene: Scene): Promise<string> {
  const { owner } = scene.cast.people;
  const code = await scene.linkOf(owner);
  await owner.do("DELETE", `/v1/groups/${scene.id}/invites/${code}`);
  return code;
}

const statusOf: NonNullable<Row["told"]> = ({ status }) => status;
const membersStay = { "200 joined": members, notAllowed: "guest" } as const;

const followingRows: Row[] = [
  {
    verb: following,
    about: "of the owner",
    asks: ownersLink,
    who: each("200 joined", { notAllowed: "guest" }),
    told: statusOf,
  },
  {
    verb: following,
    about: "of a plain member",
    asks: async (scene) => ({ params: { code: await scene.linkOf(scene.cast.target) } }),
    who: each("200 joined", { notAllowed: "guest" }),
    under: {
      approval: { ...membersStay, "200 pending": `former ${outsiders}` },
      invite: { ...membersStay, gone: `former ${outsiders}` },
    },
    told: statusOf,
  },
  {
    verb: following,
    about: "that was taken back",
    asks: async (scene) => ({ params: { code: await deadLink(scene) } }),
    who: { ...membersStay, gone: `former ${outsiders}` },
    told: statusOf,
  },
  {
    verb: following,
    about: "into a dismissed group",
    given: async (scene) => {
      known.set(scene, await scene.linkOf(scene.cast.people.owner));
      await dismiss(scene);
    },
    asks: (scene) => ({ params: { code: known.get(scene)! } }),
    who: each("conversationDismissed", { notAllowed: "guest" }),
  },
  {
    verb: following,
    about: "that does not exist",
    asks: () => ({ params: { code: "none" } }),
    who: each("notFound", { notAllowed: "guest" }),
  },
];

/** Rows about ways into a group. */
export const entranceRows: Row[] = [
  { verb: `GET ${requests}`, who: leadersOnly },
  ...answeringRows,
  ...makingRows,
  ...revokingRows,
  ...readingRows,
  ...followingRows,
];
