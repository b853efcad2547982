/** A million users with the names that people have, written straight into the tables. */
import postgres from "postgres";

// The first of each list are the most common: so many bear them that no search may read them all.
const firstNames = words(`
  Anna Maria Daniel David Alexander Andrea Laura Ana John Michael Sara Thomas Martin Julia Lena
  Mohamed Fatima Omar Ivan Elena Olga Sofia Pablo Lucia Marco Giulia Pierre Camille Jan Eva Lukas
  Emma Noah Oliver Isabella Ethan Mia Hannah Felix Clara Hugo Alice Victor Nina Oscar Ines Zoë
  Björn Åsa Łukasz Şebnem Étienne Quentin Xavier Yolanda Wendelin`);
const lastNames = words(`
  Garcia Smith Martinez Müller Johnson Rodriguez Schmidt Fernandez Brown Rossi Ivanov Silva Santos
  Andersen Johansson Nowak Kowalski Dubois Martin Bernard Weber Wagner Fischer Hoffmann Bianchi
  Romano Costa Pereira Oliveira Novak Horvath Petrov Popescu Yildirim Kaya Demir Haddad Mansour Khan
  Patel Sharma Singh Nguyen Tran Kim Park Tanaka Suzuki Okafor Mensah Eriksson Lindqvist Virtanen
  Byrne Murphy Campbell MacDonald Whitfield Vandenberghe Zielinska`);
const surnames = [
  ..."王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕",
];
const givenCharacters = [
  ..."伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文建国志海红梅雪琳宇欣怡浩然子涵梓轩思远嘉懿晨曦",
];
const emoji = [..."😀🔥🌸⚽🎸🐼🚀✨"];

/** What is looked for, by what makes it easy or hard. */
export const queries: Readonly<Record<string, readonly string[]>> = {
  "two letters, common": ["an", "er", "ma", "el", "ar", "in", "AN", "na"],
  "three letters": ["ann", "mar", "son", "ale", "ova", "gar", "ter"],
  "a whole first name": ["anna", "Maria", "daniel", "Alexander", "étienne", "Björn"],
  "one Chinese character": ["王", "李", "伟", "敏", "懿"],
  "two Chinese characters": ["王伟", "李敏", "张静", "建国", "思远"],
  "an emoji": ["😀", "🚀"],
  "rare": ["wendelin z", "xavier v", "萧懿", "quentin_w", "ina zieli"],
  "none at all": ["qqqx", "zzzzzz", "龘", "annaq", "an an an"],
};

/** Fills an empty database with so many users, and what they are found by. */
export async function settle(url: string, count: number): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`set synchronous_commit = off`;
  await sql`set maintenance_work_mem = '1GB'`;
  await sql`select setseed(0.5)`;
  await sql.unsafe(usersStatement(count));
  // Many times faster than to keep the key in order all the while.
  await sql`alter table user_names drop constraint user_names_tail_user_id_pk`;
  await sql.unsafe(tailsStatement);
  await sql`alter table user_names
    add constraint user_names_tail_user_id_pk primary key (tail, user_id)`;
  await sql`vacuum analyze`;
  await sql.end();
}

/** What the table that users are found by takes, and its key. */
export async function sizesOf(url: string): Promise<{ rows: number; table: number; key: number }> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const [sizes] = await sql<{ rows: number; table: number; key: number }[]>`
    select reltuples::float8 as rows, pg_table_size('user_names')::float8 as table,
      pg_indexes_size('user_names')::float8 as key
    from pg_class where oid = 'user_names'::regclass`;
  await sql.end();
  return sizes!;
}

/** Ids of users, from all over the table. */
export async function someIds(url: string, count: number): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const rows = await sql<{ id: string }[]>`
    select id from users where nickname not like 'Bench %' order by random() limit ${count}`;
  await sql.end();
  return rows.map(({ id }) => id);
}

// Two thirds Latin, a quarter Chinese, the others with a handle or an emoji. Ids as UUIDv7 makes them.
function usersStatement(count: number): string {
  return `
    insert into users (id, username, nickname, created_at)
    select
      (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3)
        || 'a' || substr(md5(n::text), 4, 15))::uuid,
      case when kind < 0.1 then null
        when kind < 0.5 then lower(translate(first, 'ëöÅŁŞÉ', 'eoALSE')) || n
        when kind < 0.8 then lower(translate(first, 'ëöÅŁŞÉ', 'eoALSE')) || '_' || substr(md5(n::text), 1, 4) || n
        else substr(md5(n::text), 1, 3) || '_' || n end,
      case when script < 0.25 then surname || given || case when size < 0.7 then other else '' end
          || case when size < 0.05 then given else '' end
        when script < 0.30 then lower(first) || '_' || n % 1000
        when script < 0.35 then first || ' ' || face
        when script < 0.45 then first
        else first || ' ' || last end,
      now()
    from (
      select n, random() as kind, random() as script, random() as size,
        ${pick(firstNames)} as first, ${pick(lastNames)} as last, ${pick(surnames)} as surname,
        ${pick(givenCharacters)} as given, ${pick(givenCharacters)} as other, ${pick(emoji)} as face
      from generate_series(1, ${count}) n
    ) people`;
}

function pick(list: readonly string[]): string {
  const array = `array['${list.join("','")}']`;
  return `(${array})[1 + floor(${list.length} * power(random(), 2))::int]`;
}

// As registering would have written them: of these letters `lower` makes what folding makes.
const tailsStatement = `
  insert into user_names (tail, user_id)
  select tail, id from users, lateral (
    select distinct (case place when 1 then '0' else '1' end) || left(substr(name, place), 32) as tail
    from (values (lower(nickname)), (lower(username))) names (name),
      generate_series(1, char_length(name)) place
  ) tails`;

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
