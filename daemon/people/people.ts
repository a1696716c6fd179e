import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { fail } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';

export interface Person {
  name: string;
  roles: string[];
  devices: Device[];
}

export interface Device {
  device: string;
  kind: 'terminal' | 'panel';
  publicKey: string;
  addedAt: number;
  revokedAt?: number;
}

/** The people who can sign here and the devices that hold their keys (security.md 2). */
export class People {
  readonly #clock: Clock;
  readonly #statements;

  constructor(database: Database.Database, clock: Clock) {
    this.#clock = clock;
    this.#statements = {
      people: database.prepare<[], { name: string; roles: string }>('select name, roles from people order by name'),
      addPerson: database.prepare<[string, string, number]>('insert into people values (?, ?, ?)'),
      devices: database.prepare<[string], DeviceRow>(
        'select * from devices where person = ? order by added_at, revoked_at is null, device',
      ),
      device: database.prepare<[string], DeviceRow>('select * from devices where device = ?'),
      addDevice: database.prepare<[string, string, string, string, number]>(
        'insert into devices values (?, ?, ?, ?, ?, null)',
      ),
      revoke: database.prepare<[number, string]>(
        'update devices set revoked_at = ? where device = ? and revoked_at is null',
      ),
    };
  }

  list(): Person[] {
    return this.#statements.people.all().map(({ name, roles }) => ({
      name,
      roles: JSON.parse(roles) as string[],
      devices: this.#statements.devices.all(name).map(toDevice),
    }));
  }

  find(name: string): Person | undefined {
    const wanted = clean(name).toLowerCase();
    return this.list().find((person) => person.name.toLowerCase() === wanted);
  }

  /** Adds a person. Throws `person.exists`, `person.name`. */
  add(name: string, roles: readonly string[] = []): void {
    const own = clean(name);
    if (own === '' || own.length > 100 || /[\p{Cc}\p{Cf}]/u.test(own)) {
      throw fail('invalid', 'person.name', 'A name is one line of visible text, at most 100 characters.');
    }
    if (this.find(own)) throw fail('conflict', 'person.exists', `${own} is there already. See stagebook people.`);
    this.#statements.addPerson.run(own, JSON.stringify(roles), this.#clock.now());
  }

  /** Adds a signing device of a person; its id. */
  addDevice(person: string, kind: Device['kind'], publicKey: string): string {
    const device = randomUUID();
    this.#statements.addDevice.run(device, person, kind, publicKey, this.#clock.now());
    return device;
  }

  /** From now on the device signs nothing any more. */
  revoke(device: string): void {
    if (this.#statements.revoke.run(this.#clock.now(), device).changes === 0) {
      throw fail('not-found', 'device.not_found', `There is no device ${device} that could be revoked.`);
    }
  }

  /** The key of a device; undefined when it is unknown or revoked. */
  publicKey(device: string): string | undefined {
    const row = this.#statements.device.get(device);
    return row && row.revoked_at === null ? row.public_key : undefined;
  }

  /** Who a device belongs to, unless it is unknown, revoked, or shows another key. */
  owner(device: string, publicKey: string): { person: string; roles: readonly string[] } | undefined {
    const row = this.#statements.device.get(device);
    if (!row || row.revoked_at !== null || row.public_key !== publicKey) return undefined;
    return { person: row.person, roles: this.find(row.person)?.roles ?? [] };
  }
}

/** However a keyboard or a system composes its letters (macOS takes them apart), a name is one name. */
function clean(name: string): string {
  return name.normalize('NFC').trim();
}

interface DeviceRow {
  device: string;
  person: string;
  kind: 'terminal' | 'panel';
  public_key: string;
  added_at: number;
  revoked_at: number | null;
}

function toDevice(row: DeviceRow): Device {
  return {
    device: row.device,
    kind: row.kind,
    publicKey: row.public_key,
    addedAt: row.added_at,
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  };
}
