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
  /** Of an image, as it is shown. */
  width: z.int().optional(),
  height: z.int().optional(),
}).meta({ id: "Attachment" });
/** A file that is whole. Its type is what its bytes say. */
export type Attachment = z.infer<typeof Attachment>;

/** An address that opens an attachment without a token, for a while. */
export const AttachmentLink = z.object({ url: z.string(), expiresAt: Time }).meta({
  id: "AttachmentLink",
});
/** An address that opens an attachment without a token, for a while. */
export type AttachmentLink = z.infer<typeof AttachmentLink>;
