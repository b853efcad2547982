/** Users as others see them (`User`), as they see themselves (`Me`), and what may be asked and changed. */
import { z } from "zod";
import { HttpsUrl, Id, LimitGiven, name, text, Time } from "./fields.ts";

/** 3 to 30 of `a-z A-Z 0-9 _`; unique without regard to case. */
export const Username = z.string().regex(
  /^[A-Za-z0-9_]{3,30}$/,
  "Expected 3 to 30 of a-z A-Z 0-9 _",
);

/** A telephone number in E.164 (ITU-T E.164: at most 15 digits). */
export const Phone = z.string().regex(
  /^\+[1-9]\d{6,14}$/,
  "Expected a number such as +4915112345678",
);

/** As the person states it. */
export const Sex = z.enum(["unknown", "male", "female"]);
/** What an account may do at large. */
export const Role = z.enum(["user", "admin", "bot", "guest"]);

/** What anyone signed in may see of a user. */
export const User = z.object({
  id: Id,
  username: z.string().nullable(),
  nickname: z.string(),
  avatarUrl: z.string().nullable(),
  sex: Sex,
  bio: z.string().nullable(),
  role: Role,
}).meta({ id: "User" });
/** What anyone signed in may see of a user. */
export type User = z.infer<typeof User>;

/** What only the owner sees: the phone number above all. */
export const Me = User.extend({
  phone: z.string().nullable(),
  locale: z.string().nullable(),
  findableByPhone: z.boolean(),
  createdAt: Time,
}).meta({ id: "Me" });
/** What only the owner sees: the phone number above all. */
export type Me = z.infer<typeof Me>;

/** A nickname: 1 to 64 characters, not only spaces. */
export const Nickname = name(64);

/** A BCP 47 tag of a language. */
export const Locale = z.string().max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "Expected a BCP 47 tag");

/** What I may change of myself; `null` clears. */
export const UserPatch = z.strictObject({
  nickname: Nickname.optional(),
  avatarUrl: HttpsUrl.nullable().optional(),
  sex: Sex.optional(),
  bio: text(0, 500).nullable().optional(),
  locale: Locale.nullable().optional(),
  findableByPhone: z.boolean().optional(),
});
/** What I may change of myself; `null` clears. */
export type UserPatch = z.infer<typeof UserPatch>;

/** Exactly one of `query`, `phone`, `ids`. */
export const UserQuery = z.strictObject({
  query: text(1, 64).optional(),
  // A plus that was not escaped arrives as a space.
  phone: z.string().transform((number) => number.replace(/^ /, "+")).pipe(Phone).optional(),
  ids: z.string().transform((list) => list.split(",")).pipe(z.array(Id).min(1).max(100)).optional(),
  limit: LimitGiven.optional(),
  cursor: z.string().max(512).optional(),
}).refine(
  ({ query, phone, ids }) => [query, phone, ids].filter((one) => one !== undefined).length === 1,
  "Expected exactly one of query, phone, ids",
);
/** Exactly one of `query`, `phone`, `ids`. */
export type UserQuery = z.infer<typeof UserQuery>;
