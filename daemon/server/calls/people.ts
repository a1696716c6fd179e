import { fail } from '../../../shared/failure.ts';
import type { PersonDevice, PeopleResults } from '../../../shared/protocol/calls/people.ts';
import { revokeDevice } from '../../people/revoke.ts';
import type { Office } from '../office.ts';
import type { Calls } from './call.ts';

/** People, their devices, and plugins. */
export function peopleCalls(office: Office): Calls<keyof PeopleResults> {
  const { people, plugins } = office;
  return {
    people: () =>
      people.list().map(({ name, roles, devices }) => ({
        name,
        roles,
        devices: devices.map(({ device, kind, addedAt, revokedAt }): PersonDevice => ({
          device,
          kind,
          addedAt,
          ...(revokedAt === undefined ? {} : { revokedAt }),
        })),
      })),
    plugins: () =>
      plugins.list().map(({ plugin, ...rest }): PersonDevice => ({ device: plugin, kind: 'plugin', ...rest })),
    'devices.revoke': ({ device }, { peer }) => {
      const owner = people.list().find(({ devices }) => devices.some((each) => each.device === device));
      if (owner && owner.name !== peer.person) {
        throw fail(
          'denied',
          'device.foreign',
          `This is a device of ${owner.name}. Who else wants to revoke it does so with a PIN: stagebook devices revoke ${device}`,
        );
      }
      revokeDevice(office, device);
      office.tell('people');
      // Behind the answer, for it may be the caller's own.
      setImmediate(() => office.recheck());
      return null;
    },
  };
}
