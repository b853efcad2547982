ALTER TABLE "attachments" ADD COLUMN "duration_ms" integer;--> statement-breakpoint
ALTER TABLE "attachments" ADD COLUMN "blur_hash" text;--> statement-breakpoint
ALTER TABLE "attachments" ADD COLUMN "thumbnail_blob_id" uuid;--> statement-breakpoint
ALTER TABLE "attachments" ADD COLUMN "thumbnail_width" integer;--> statement-breakpoint
ALTER TABLE "attachments" ADD COLUMN "thumbnail_height" integer;