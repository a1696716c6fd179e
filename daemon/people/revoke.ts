import { fail } from '../../shared/failure.ts';
import type { Agents } from './agents.ts';
import type { People } from './people.ts';
import type { Plugins } from './plugins.ts';
import type { TerminalKeys } from './terminal-key.ts';

/**
 * Takes the right of a plugin, an agent or a signing device for ever. Throws `device.not_found`, and `device.last` for the last key with
 * which anybody can sign at this terminal: without one, whoever comes next could make themselves a person.
 */
export function revokeDevice(
  { people, plugins, agents, keys }: { people: People; plugins: Plugins; agents?: Agents; keys: TerminalKeys },
  device: string,
): void {
  if (plugins.revoke(device) || agents?.revoke(device)) return;
  const able = people.list().filter(({ name }) => keys.has(name));
  const last = able.length === 1 && keys.deviceOf(able[0]!.name).device === device;
  if (last) {
    throw fail(
      'denied',
      'device.last',
      'With this key the last person who can sign at this terminal would be gone. Add another first: stagebook people add NAME.',
    );
  }
  people.revoke(device);
}
