/** Commands as they come over HTTP: in the path, or as JSON arrays. */

/** A request that is not understood, or not allowed: the caller's fault. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  constructor(message: string, readonly status = 400) {
    super(message);
  }
}

/** A command and its arguments. */
export type Command = readonly string[];

const bodyMax = 10 * 1_048_576;
const commandsMax = 10_000;

// What would change the connection that all share, hold it up, or turn it into a stream.
const refused: ReadonlySet<string> = new Set(
  ("subscribe psubscribe ssubscribe unsubscribe punsubscribe sunsubscribe monitor sync psync " +
    "replconf multi exec discard watch unwatch select auth hello quit reset client wait waitaof " +
    "shutdown debug blpop brpop brpoplpush blmove blmpop bzpopmin bzpopmax bzmpop").split(" "),
);

/** The command of `GET /set/key/value?EX=10`, or `POST /set/key` with the value as body. */
export async function commandInPath(request: Request): Promise<Command> {
  const { pathname, searchParams } = new URL(request.url);
  const words = pathname.slice(1).split("/").map(decoded);
  const options = [...searchParams].flatMap(([name, value]) =>
    value === "" ? [name] : [name, value]
  );
  const body = request.method === "POST" ? await readBody(request) : "";
  return checked([...words, ...(body === "" ? [] : [body]), ...options]);
}

/** The command of `POST /` with an array as body. */
export async function commandInBody(request: Request): Promise<Command> {
  return commandOf(parsed(await readBody(request)));
}

/** The commands of `POST /pipeline` or `/multi-exec` with an array of arrays as body. */
export async function commandsInBody(request: Request): Promise<Command[]> {
  const list = parsed(await readBody(request));
  if (!Array.isArray(list) || list.length === 0 || list.length > commandsMax) {
    throw new BadRequest("ERR expected an array of commands");
  }
  return list.map(commandOf);
}

function commandOf(list: unknown): Command {
  if (!Array.isArray(list)) throw new BadRequest("ERR expected a command as an array");
  return checked(list.map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "number" || typeof item === "boolean") return String(item);
    throw new BadRequest("ERR expected strings, numbers and booleans in a command");
  }));
}

function checked(command: string[]): Command {
  const [name = "", ...rest] = command;
  const word = name.toLowerCase();
  if (word === "") throw new BadRequest("ERR expected a command");
  const blocks = /^xread(group)?$/.test(word) && rest.some((one) => /^block$/i.test(one));
  if (refused.has(word) || blocks) throw new BadRequest(`ERR ${name} is not available over HTTP`);
  return command;
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    throw new BadRequest("ERR malformed path");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest("ERR failed to parse the body as JSON");
  }
}

async function readBody(request: Request): Promise<string> {
  const parts: string[] = [];
  let size = 0;
  const decoder = new TextDecoder();
  for await (const bytes of request.body ?? []) {
    size += bytes.length;
    if (size > bodyMax) throw new BadRequest("ERR the body is too large", 413);
    parts.push(decoder.decode(bytes, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}
