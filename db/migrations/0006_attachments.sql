CREATE TABLE "attachment_uses" (
	"conversation_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"attachment_id" uuid NOT NULL,
	CONSTRAINT "attachment_uses_conversation_id_seq_attachment_id_pk" PRIMARY KEY("conversation_id","seq","attachment_id")
);
--> statement-breakpoint
CREATE TABLE "attachments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"blob_id" uuid,
	"status" text NOT NULL,
	"name" text NOT NULL,
	"declared_type" text,
	"declared_sha256" text,
	"size" bigint NOT NULL,
	"mime" text,
	"sha256" text,
	"width" integer,
	"height" integer,
	"lease_token" uuid,
	"leased_until" timestamp (3) with time zone,
	"unchecked_from" bigint,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ready_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachment_uses_attachment" ON "attachment_uses" USING btree ("attachment_id");--> statement-breakpoint
CREATE INDEX "attachments_owner" ON "attachments" USING btree ("owner_id","sha256");--> statement-breakpoint
CREATE INDEX "attachments_blob" ON "attachments" USING btree ("blob_id");--> statement-breakpoint
CREATE INDEX "attachments_expiry" ON "attachments" USING btree ("expires_at") WHERE status <> 'deleted';--> statement-breakpoint
CREATE INDEX "attachments_remains" ON "attachments" USING btree ("id") WHERE status = 'deleted' and blob_id is not null;