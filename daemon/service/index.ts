import { launchdAgent } from './launchd.ts';
import { unavailable } from './manager.ts';
import type { Service, ServiceWorld } from './service.ts';
import { systemdUnit } from './systemd.ts';
import { windowsTask } from './windows-task.ts';

const SERVICES: Readonly<Partial<Record<NodeJS.Platform, (world: ServiceWorld) => Service>>> = {
  linux: systemdUnit,
  darwin: launchdAgent,
  win32: windowsTask,
};

/** The service of a platform. Throws `service.unavailable` where we know none. */
export function serviceOf(platform: NodeJS.Platform, world: ServiceWorld): Service {
  const make = SERVICES[platform];
  if (!make) throw unavailable(`Stagebook knows no service manager of ${platform}`);
  return make(world);
}
