/** Certificate authorities of our own, made with openssl, which comes with Postgres. */
import { strict as assert } from "node:assert";

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Signs certificates; its own is what a client trusts. */
export interface Authority extends Certificate {
  /** A certificate for names such as `DNS:localhost` or `IP:127.0.0.1`. */
  sign(name: string): Promise<Certificate>;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const forTwoDays = ["-days", "2"];

async function openssl(cwd: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args, cwd }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

async function inFolder<T>(make: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "patter-certificates-" });
  try {
    return await make(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(folder: string): Promise<Certificate> {
  const [certificate, key] = await Promise.all(
    ["made.pem", "made.key"].map((name) => Deno.readTextFile(`${folder}/${name}`)),
  );
  return { certificate: certificate!, key: key! };
}

/** Makes an authority that nobody knows yet. */
export async function makeAuthority(): Promise<Authority> {
  const own = await inFolder(async (folder) => {
    const isAuthority = ["-addext", "basicConstraints=critical,CA:TRUE"];
    const out = ["-keyout", "made.key", "-out", "made.pem", "-subj", "/CN=Authority"];
    await openssl(folder, "req", "-x509", ...newKey, ...forTwoDays, ...out, ...isAuthority);
    return await read(folder);
  });
  return { ...own, sign: (name) => sign(own, name) };
}

function sign(authority: Certificate, name: string): Promise<Certificate> {
  return inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/ca.pem`, authority.certificate);
    await Deno.writeTextFile(`${folder}/ca.key`, authority.key);
    await Deno.writeTextFile(`${folder}/names`, `subjectAltName=${name}\n`);
    const asked = ["-keyout", "made.key", "-out", "asked.csr", "-subj", "/CN=Server"];
    await openssl(folder, "req", ...newKey, ...asked);
    const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"];
    await openssl(
      folder,
      "x509",
      "-req",
      "-in",
      "asked.csr",
      "-out",
      "made.pem",
      ...by,
      ...forTwoDays,
    );
    return await read(folder);
  });
}

/** Files of a certificate for 127.0.0.1, for servers that read files. */
export interface CertificateFiles extends AsyncDisposable {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  /** The authority's certificate as PEM. */
  readonly ca: string;
}

/** A certificate for 127.0.0.1 in files, signed by an authority of its own. */
export async function makeCertificateFiles(): Promise<CertificateFiles> {
  const authority = await makeAuthority();
  const { certificate, key } = await authority.sign("IP:127.0.0.1");
  const folder = await Deno.makeTempDir({ prefix: "patter-certificate-" });
  const file = async (name: string, text: string) => {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  };
  return {
    certFile: await file("cert.pem", certificate),
    keyFile: await file("key.pem", key),
    caFile: await file("ca.pem", authority.certificate),
    ca: authority.certificate,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
