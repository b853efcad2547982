/** Stores of instances that share a service. */
import { share, type Sharing } from "../../sharing.ts";
import { configOn, type SharedService } from "./shared_services.ts";
import { testLog } from "./world.ts";

const noService = { settings: {} } as SharedService;

/** An instance's store as the program has it; null: it shares none. */
export function storeOn(service: SharedService | null): Sharing {
  const clock = { now: () => new Date() };
  return share({ config: configOn(service ?? noService), clock, log: testLog() });
}

/** Whether the service behind a store is there. */
export function isUp({ dependencies }: Sharing): boolean {
  return dependencies.every((one) => one.isUp);
}
