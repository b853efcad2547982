/** Password hashes: scrypt off the event loop, a few at a time, as PHC strings that can be upgraded. */
import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { Turnstile } from "./turnstile.ts";

interface Parameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

const hashBytes = 32;
const saltBytes = 16;

// The pairs of N and p that OWASP's Password Storage Cheat Sheet holds equal in strength, r = 8.
const parallelizations: Readonly<Record<number, number>> = { 14: 5, 15: 3, 16: 2 };

function parametersFor(cost: number): Parameters {
  return { cost, blockSize: 8, parallelization: parallelizations[cost] ?? 1 };
}

function derive(password: string, salt: Buffer, parameters: Parameters): Promise<Buffer> {
  const { cost, blockSize, parallelization } = parameters;
  const N = 2 ** cost;
  const maxmem = 256 * N * blockSize;
  return new Promise((resolve, reject) => {
    scrypt(
      password,
      salt,
      hashBytes,
      { N, r: blockSize, p: parallelization, maxmem },
      (error, key) => error === null ? resolve(key) : reject(error),
    );
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

const phc = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(stored: string) {
  const parts = phc.exec(stored);
  if (parts === null) throw new Error("Stored password hash is not a scrypt PHC string");
  const [cost, blockSize, parallelization] = parts.slice(1, 4).map(Number) as [
    number,
    number,
    number,
  ];
  const [salt, hash] = parts.slice(4).map((text) => Buffer.from(text, "base64")) as [
    Buffer,
    Buffer,
  ];
  return { parameters: { cost, blockSize, parallelization }, salt, hash };
}

/** How many are hashed at once and how many may wait. */
export interface PasswordOptions {
  /** log2 of scrypt's N. */
  readonly cost: number;
  readonly atOnceMax: number;
  readonly queueMax: number;
}

/**
 * Hashes and checks passwords. Each takes a core for a good part of a second and tens of megabytes,
 * so only `atOnceMax` run at a time: a hundred sign-ins at once queue up and chats go on.
 */
export class Passwords {
  readonly #parameters: Parameters;
  readonly #turnstile: Turnstile;
  // Checked in place of the hash that an unknown account does not have, to take the same time.
  readonly #decoy: string;

  constructor(options: PasswordOptions) {
    this.#turnstile = new Turnstile({ ...options, retryAfterMs: 5_000 });
    this.#parameters = parametersFor(options.cost);
    const { cost, blockSize, parallelization } = this.#parameters;
    const noise = [randomBytes(saltBytes), randomBytes(hashBytes)].map(unpadded).join("$");
    this.#decoy = `$scrypt$ln=${cost},r=${blockSize},p=${parallelization}$${noise}`;
  }

  /**
   * The PHC string to store.
   * @throws `overloaded` when too many wait.
   */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const hash = await this.#turnstile.pass(() => derive(password, salt, this.#parameters));
    const { cost, blockSize, parallelization } = this.#parameters;
    const parameters = `ln=${cost},r=${blockSize},p=${parallelization}`;
    return `$scrypt$${parameters}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /**
   * Whether the password is the stored one; `stored` null answers false, in the same time.
   * @throws `overloaded` when too many wait.
   */
  async verify(password: string, stored: string | null): Promise<boolean> {
    const { parameters, salt, hash } = parse(stored ?? this.#decoy);
    const tried = await this.#turnstile.pass(() => derive(password, salt, parameters));
    return timingSafeEqual(tried, hash) && stored !== null;
  }

  /** Whether a stored hash was made with other parameters than those in force. */
  isOutdated(stored: string): boolean {
    const { cost, parallelization } = parse(stored).parameters;
    return cost !== this.#parameters.cost || parallelization !== this.#parameters.parallelization;
  }
}
