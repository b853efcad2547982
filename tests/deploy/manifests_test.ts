/** compose.yml and deploy/kubernetes: they fit their schemas, the settings, the image, and one another. */
import { strict as assert } from "node:assert";
import { loadConfig, settings } from "../../config.ts";
import {
  composeFaults,
  type Manifest,
  manifestFaults,
  readManifests,
  readYaml,
} from "../support/manifests.ts";

// What main.ts allows itself beside DRAIN_MS: sockets, requests and the database, 5 s each.
const endingSeconds = 15;
const someSecret = "0123456789abcdef".repeat(4);

interface Service {
  readonly image: string;
  readonly environment?: Record<string, string>;
  readonly volumes?: string[];
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: string[] };
  readonly depends_on?: Record<string, { readonly condition: string }>;
}

interface Compose {
  readonly services: Record<string, Service>;
}

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Record<string, unknown>;
  readonly containers: [{
    readonly ports: { name: string; containerPort: number }[];
    readonly securityContext: Record<string, unknown>;
    readonly volumeMounts: { mountPath: string }[];
    readonly lifecycle: { preStop: { exec: { command: [string, string] } } };
    readonly livenessProbe: { httpGet: { path: string } };
    readonly readinessProbe: { httpGet: { path: string } };
    readonly startupProbe: { periodSeconds: number; failureThreshold: number };
  }];
}

const compose = await readYaml<Compose>("compose.yml");
const manifests = await readManifests();

function part<T>(file: string): T {
  return (manifests.get(file) ?? assert.fail(`No ${file}`)) as T;
}

const deployment = part<{ spec: { template: { metadata: { labels: unknown }; spec: Pod } } }>(
  "deployment.yaml",
);
const pod = deployment.spec.template.spec;
const config = part<{ data: Record<string, string> }>("config.yaml").data;
const secret = part<{ stringData: Record<string, string> }>("secret.example.yaml").stringData;
/** As a pod has them once the secrets are filled in. */
const whole = { ...config, ...secret, BUS_SECRET: someSecret };
const patters = Object.entries(compose.services).filter(([, { image }]) => image === "patter");

/** Refused when a name is no setting or a value is not what the setting takes. */
function assertSettings(environment: Record<string, string>): void {
  for (const name of Object.keys(environment)) {
    assert.ok(name in settings, `${name} is no setting`);
  }
  loadConfig(environment);
}

/** A value of compose.yml as it is with nothing set but the secrets. */
function substituted(value: string): string {
  return value.replace(/\$\{\w+:\?[^}]*\}/g, someSecret).replace(/\$\{\w+:-([^}]*)\}/g, "$1");
}

Deno.test("every Kubernetes manifest is what its schema says, and is applied with the others", async () => {
  for (const [file, manifest] of manifests) assert.deepEqual(manifestFaults(manifest), [], file);
  const { resources } = await readYaml<{ resources: string[] }>(
    "deploy/kubernetes/kustomization.yaml",
  );
  const applied = [...manifests.keys()].map((file) => file.replace(".example", ""));
  assert.deepEqual(resources.toSorted(), applied.toSorted());
});

Deno.test("a manifest with a misspelt field, or one of another type, is found out", () => {
  const wrong = structuredClone(deployment) as unknown as Manifest & typeof deployment;
  Object.assign(wrong.spec.template.spec, { terminationGracePeriod: 60 });
  assert.deepEqual(manifestFaults(wrong), [
    "/spec/template/spec/terminationGracePeriod is unknown",
  ]);
  Object.assign(wrong.spec, { paused: "no" });
  assert.match(manifestFaults(wrong).join(), /\/spec\/paused/);
});

Deno.test("compose.yml is what the Compose specification says", () => {
  assert.deepEqual(composeFaults(compose), []);
  const wrong = structuredClone(compose);
  Object.assign(wrong.services["proxy"]!, { readonly: true });
  assert.match(composeFaults(wrong).join(), /services\/proxy/);
});

Deno.test("whatever the deployments set is a setting, with a value that it takes", () => {
  assert.equal(patters.length, 2);
  for (const [, { environment = {} }] of patters) {
    const values = Object.entries(environment).map(([name, value]) => [name, substituted(value)]);
    assertSettings(Object.fromEntries(values));
  }
  assertSettings(whole);
});

Deno.test("no secret has a value that would work", () => {
  assert.equal(secret["BUS_SECRET"], "");
  const text = JSON.stringify(compose);
  for (const name of ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "BUS_SECRET"]) {
    const uses = [...text.matchAll(new RegExp(`\\$\\{${name}([^}]*)\\}`, "g"))];
    assert.ok(uses.length > 0 && uses.every(([, rest]) => rest!.startsWith(":?")), name);
  }
});

Deno.test("instances are given the time to drain before they are killed", () => {
  const { preStop } = pod.containers[0].lifecycle;
  const drainMs = loadConfig(whole).drainMs;
  const needed = Number(preStop.exec.command[1]) + drainMs / 1_000 + endingSeconds;
  assert.ok(pod.terminationGracePeriodSeconds > needed);
  for (const [, { stop_grace_period: grace = "0s" }] of patters) {
    assert.ok(Number.parseInt(grace) > loadConfig({}).drainMs / 1_000 + endingSeconds);
  }
});

Deno.test("instances run without rights, on a read-only disk but for DATA_DIR", () => {
  const [container] = pod.containers;
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  assert.equal(pod.securityContext["runAsNonRoot"], true);
  assert.equal(pod.automountServiceAccountToken, false);
  assert.deepEqual(container.volumeMounts.map(({ mountPath }) => mountPath), ["/data"]);
  for (const [, service] of patters) {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ["ALL"]);
    assert.deepEqual(service.volumes, ["patter:/data"]);
  }
});

Deno.test("probes restart what does not answer, and only keep people from what has no database", () => {
  const { livenessProbe, readinessProbe, startupProbe } = pod.containers[0];
  assert.equal(livenessProbe.httpGet.path, "/livez");
  assert.equal(readinessProbe.httpGet.path, "/readyz");
  // As long as db/open.ts waits for a database.
  assert.ok(startupProbe.periodSeconds * startupProbe.failureThreshold > 60);
});

Deno.test("the manifests speak of the same pods and ports", () => {
  const labels = deployment.spec.template.metadata.labels;
  const { selector, ports: [port] } = part<
    { spec: { selector: unknown; ports: [{ name: string; targetPort: string }] } }
  >("service.yaml").spec;
  const budget = part<{ spec: { selector: { matchLabels: unknown } } }>("disruption.yaml");
  assert.deepEqual(selector, labels);
  assert.deepEqual(budget.spec.selector.matchLabels, labels);
  assert.deepEqual(pod.containers[0].ports, [{ name: port.targetPort, containerPort: 8080 }]);
  const target = part<{ spec: { scaleTargetRef: unknown } }>("autoscaler.yaml").spec.scaleTargetRef;
  assert.deepEqual(target, { apiVersion: "apps/v1", kind: "Deployment", name: "patter" });
  const ingress = JSON.stringify(part("ingress.yaml"));
  assert.ok(ingress.includes(`"service":{"name":"patter","port":{"name":"${port.name}"}}`));
});

Deno.test("compose's proxy knows all instances, and is the one that is trusted", async () => {
  const caddyfile = await Deno.readTextFile(new URL("../../deploy/Caddyfile", import.meta.url));
  const [, upstreams = ""] = /reverse_proxy (.+) \{/.exec(caddyfile)!;
  assert.deepEqual(upstreams.split(" "), patters.map(([name]) => `${name}:8080`));
  for (const [, { environment }] of patters) assert.equal(environment!["TRUSTED_PROXIES"], "1");
});

Deno.test("compose starts nothing before what it needs is well", () => {
  for (const [name, { depends_on: needed = {} }] of Object.entries(compose.services)) {
    for (const [other, { condition }] of Object.entries(needed)) {
      assert.equal(condition, "service_healthy", `${name} needs ${other}`);
      const { healthcheck, image } = compose.services[other]!;
      // Patter's own is in its image.
      assert.ok(healthcheck !== undefined || image === "patter", `${other} has a health check`);
    }
  }
});
