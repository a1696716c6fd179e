import { signal } from '@preact/signals';
import { toFailure } from '../../shared/failure.ts';
import type { OutputLine, ServerFrame } from '../../shared/protocol/frames.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { makeConnection, type Connection, type Status } from './connection.ts';
import {
  createKey,
  forgetDevice,
  keepDevice,
  keyTrouble,
  prove,
  readDevice,
  type Device,
  type NewKey,
} from './device-key.ts';
import { patiently } from './patience.ts';
import { hashOf, readRoute, type Route } from './route.ts';
import { VERSION } from './version.ts';
import { browserWires } from './wires.ts';

/** What may change beyond events. `events`: some run went on. */
export type Topic = Extract<ServerFrame, { changed: string }>['changed'] | 'events';

export const status = signal<Status>({ is: 'connecting' });
export const device = signal<Device | undefined>(undefined);
/** Why this window cannot hold a key, where it cannot. */
export const trouble = signal<string | undefined>(undefined);
export const route = signal<Route>(readRoute(location.hash));
/** Whether it is known yet who this browser is. */
export const known = signal(false);
/** Said to those who hear the page, once. */
export const said = signal('');

type Listener = {
  events?(events: readonly RunEvent[]): void;
  output?(line: OutputLine): void;
  stale?(topic: Topic): void;
};
const listeners = new Set<Listener>();

/** Hears of what happens until the returned function is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let fresh: NewKey | undefined;

const connection: Connection = makeConnection({
  wires: browserWires,
  version: VERSION,
  prove: (nonce) => prove(device.peek()!, nonce),
  heard: {
    status: (now) => void settled(now),
    events(events) {
      for (const one of listeners) one.events?.(events);
      for (const one of listeners) one.stale?.('events');
    },
    output(line) {
      for (const one of listeners) one.output?.(line);
    },
    changed(what) {
      for (const one of listeners) one.stale?.(what);
    },
    reset: () => location.reload(),
  },
});

/** One call of the daemon. */
export const call: Connection['call'] = (name, parameters) => patiently(connection.call(name, parameters));

/** A device that was just made is kept before anything else is done with it. */
async function settled(now: Status): Promise<void> {
  if (now.is === 'online' && fresh && now.welcome.device) {
    const made: Device = { ...now.welcome.device, ...fresh };
    fresh = undefined;
    try {
      await keepDevice(made);
      device.value = made;
    } catch (error) {
      trouble.value = toFailure(error).message;
    }
  }
  status.value = now;
}

/** Begins as who this browser is. */
export async function begin(): Promise<void> {
  addEventListener('hashchange', () => {
    route.value = readRoute(location.hash);
  });
  trouble.value = keyTrouble();
  try {
    if (trouble.value === undefined) device.value = await readDevice();
  } catch (error) {
    trouble.value = toFailure(error).message;
  }
  known.value = true;
  connect();
}

export function connect(): void {
  const own = device.peek();
  connection.connect(own && { kind: 'device', device: own.device });
}

/** Becomes a person's signing device. The outcome is the connection's status. */
export async function enrol(given: { code: string; person: string; pin: string }): Promise<void> {
  fresh = await createKey();
  connection.connect({ kind: 'enrolling', ...given, publicKey: fresh.publicKey });
}

/** Ends being a device here: the key is gone for good. */
export async function signOut(): Promise<void> {
  const own = device.peek();
  if (own && status.peek().is === 'online') await call('devices.revoke', { device: own.device }).catch(() => null);
  await forgetDevice();
  device.value = undefined;
  connection.connect(undefined);
}

export function go(to: Route, replace = false): void {
  if (replace) {
    history.replaceState(null, '', hashOf(to));
    route.value = to;
  } else location.hash = hashOf(to);
}

/** Tells those who hear the page. */
export function say(text: string): void {
  said.value = '';
  setTimeout(() => (said.value = text), 50);
}
