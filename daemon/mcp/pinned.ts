import { hashJson } from '../../shared/canonical-json.ts';
import type { Manifest } from './manifest.ts';
import { launchOf, type ServersConfig } from './server-config.ts';

/** The tools of a server as a person trusted them, while it is still started as it was then; undefined when nobody did. */
export function pinnedManifest(
  config: ServersConfig,
  store: { last(server: string): Manifest | undefined },
  name: string,
): Manifest | undefined {
  const manifest = store.last(name);
  const server = Object.hasOwn(config, name) ? config[name]! : undefined;
  if (!manifest || !server) return undefined;
  return hashJson(manifest.launch) === hashJson(launchOf(server)) ? manifest : undefined;
}
