CREATE TABLE "message_edits" (
	"conversation_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"number" integer NOT NULL,
	"body" jsonb NOT NULL,
	"edited_at" timestamp (3) with time zone NOT NULL,
	"rev" bigint NOT NULL,
	CONSTRAINT "message_edits_conversation_id_seq_number_pk" PRIMARY KEY("conversation_id","seq","number")
);
--> statement-breakpoint
CREATE TABLE "reactions" (
	"conversation_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"emoji" text NOT NULL,
	"user_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"rev" bigint NOT NULL,
	CONSTRAINT "reactions_conversation_id_seq_emoji_user_id_pk" PRIMARY KEY("conversation_id","seq","emoji","user_id")
);
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "first_seq" bigint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "hidden_seq" bigint;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "marked_unread" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "edited_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "recalled_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "pinned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "reactions" jsonb;--> statement-breakpoint
CREATE INDEX "messages_pinned" ON "messages" USING btree ("conversation_id") WHERE pinned_at is not null;