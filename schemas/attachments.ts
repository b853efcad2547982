/** Attachments on the wire: what is known of one, and a link to it. */
import { z } from "zod";
import { Id, Time } from "./fields.ts";

/** A file that is whole. Its type is what its bytes say. */
export const Attachment = z.object({
  id: Id,
  name: z.string(),
  mime: z.string(),
  size: z.int(),
  sha256: z.string(),
  /** Of an image or a film, as it is shown. */
  width: z.int().optional(),
  height: z.int().optional(),
  /** Of what plays. */
  durationMs: z.int().optional(),
  /** Stands for an image until its thumbnail is there (blurha.sh). */
  blurHash: z.string().optional(),
  /** There is one, of this size. */
  thumbnail: z.object({ width: z.int(), height: z.int() }).optional(),
}).meta({ id: "Attachment" });
/** A file that is whole. Its type is what its bytes say. */
export type Attachment = z.infer<typeof Attachment>;

/** An address that opens an attachment without a token, for a while; one for its thumbnail, if it has one. */
export const AttachmentLink = z.object({
  url: z.string(),
  thumbnailUrl: z.string().optional(),
  expiresAt: Time,
}).meta({ id: "AttachmentLink" });
/** An address that opens an attachment without a token, for a while. */
export type AttachmentLink = z.infer<typeof AttachmentLink>;
