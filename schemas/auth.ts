/** Accounts and sessions on the wire. */
import { z } from "zod";
import { HttpsUrl, Id, text, Time } from "./fields.ts";
import { Me, Nickname, Phone, Sex, Username } from "./users.ts";

/** The kinds of device a session may be on. */
export const Platform = z.enum(["web", "ios", "android", "desktop", "bot", "other"]);
/** What a device runs on. */
export type Platform = z.infer<typeof Platform>;

/** What a client says of its device. */
export const Device = z.strictObject({
  name: text(1, 100).optional(),
  platform: Platform.optional(),
});
/** What a client says of its device. */
export type Device = z.infer<typeof Device>;

/** A new password: 8 to 128 characters with a letter and a digit. */
export const NewPassword = text(8, 128)
  .refine((value) => /\p{L}/u.test(value) && /\p{Nd}/u.test(value), "Needs a letter and a digit");

// Any text may be tried as a password; only a ceiling is needed, for scrypt's sake.
const triedPassword = z.string().min(1).max(512).normalize("NFC");

/** `POST /v1/auth/register` */
export const Registration = z.strictObject({
  username: Username.optional(),
  phone: Phone.optional(),
  password: NewPassword,
  nickname: Nickname,
  avatarUrl: HttpsUrl.nullable().optional(),
  sex: Sex.optional(),
  device: Device.optional(),
}).refine((value) => value.username !== undefined || value.phone !== undefined, {
  message: "A username or a phone number is needed",
  path: ["username"],
});
/** `POST /v1/auth/register` */
export type Registration = z.infer<typeof Registration>;

/** `POST /v1/auth/login`: exactly one of `username` and `phone`. */
export const Credentials = z.strictObject({
  username: text(1, 64).optional(),
  phone: text(1, 64).optional(),
  password: triedPassword,
  device: Device.optional(),
}).refine((value) => (value.username === undefined) !== (value.phone === undefined), {
  message: "Expected either a username or a phone number",
  path: ["username"],
});
/** `POST /v1/auth/login`: exactly one of `username` and `phone`. */
export type Credentials = z.infer<typeof Credentials>;

/** `POST /v1/auth/refresh` */
export const Refresh = z.strictObject({ refreshToken: z.string().min(1).max(512) });
/** `POST /v1/auth/refresh` */
export type Refresh = z.infer<typeof Refresh>;

/** `POST /v1/auth/password` */
export const PasswordChange = z.strictObject({
  oldPassword: triedPassword,
  newPassword: NewPassword,
});
/** `POST /v1/auth/password` */
export type PasswordChange = z.infer<typeof PasswordChange>;

/** What signing in gives. */
export const Session = z.object({
  user: Me,
  sessionId: Id,
  accessToken: z.string(),
  accessTokenExpiresAt: Time,
  refreshToken: z.string(),
  refreshTokenExpiresAt: Time,
}).meta({ id: "Session" });
/** What signing in gives. */
export type Session = z.infer<typeof Session>;

/** A line in the list of my sessions. */
export const SessionSummary = z.object({
  id: Id,
  device: z.object({ name: z.string().optional(), platform: Platform }),
  address: z.string().nullable(),
  createdAt: Time,
  lastUsedAt: Time,
  current: z.boolean(),
}).meta({ id: "SessionSummary" });
/** A line in the list of my sessions. */
export type SessionSummary = z.infer<typeof SessionSummary>;
