CREATE TABLE "message_index" (
	"conversation_id" uuid PRIMARY KEY NOT NULL,
	"rev" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_terms" (
	"conversation_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"terms" "tsvector" NOT NULL,
	CONSTRAINT "message_terms_conversation_id_at_seq_pk" PRIMARY KEY("conversation_id","at","seq")
);
--> statement-breakpoint
CREATE INDEX "message_terms_terms" ON "message_terms" USING gin ("terms") WITH (fastupdate=false);