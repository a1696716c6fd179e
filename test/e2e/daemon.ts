import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { systemClock } from '../../daemon/clock.ts';
import { freePort } from '../../daemon/free-port.ts';
import { openDatabase } from '../../daemon/journal/database.ts';
import { enrol } from '../../daemon/people/enrol.ts';
import { People } from '../../daemon/people/people.ts';
import { TerminalKeys } from '../../daemon/people/terminal-key.ts';

const PROGRAM = join(import.meta.dirname, '../../daemon/cli/stagebook.mjs');

/** The real daemon in a process of its own, as `stagebook up` starts it. */
export interface DaemonProcess {
  home: string;
  port: number;
  /** The panel's address. */
  panel: string;
  /** A code from `stagebook pair`, for a plugin or for a panel. */
  pair(purpose: 'plugin' | 'panel'): Promise<string>;
  /** Another command of the command line; what it printed. */
  command(...args: string[]): Promise<string>;
  /** Ends the process without any clean-up. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface DaemonOptions {
  home: string;
  /** Where plugins come from. */
  origins: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** People with their PINs; the first vouches for the others. */
  people: Readonly<Record<string, string>>;
}

/** Adds the people, then starts the daemon on a free port; the rest of the configuration stays as it is. */
export async function startDaemon({ home, origins, environment = {}, people }: DaemonOptions): Promise<DaemonProcess> {
  const port = await freePort();
  const file = join(home, 'config.yaml');
  const config = existsSync(file) ? (parse(readFileSync(file, 'utf8')) as object) : {};
  writeFileSync(file, stringify({ ...config, origins }));
  addPeople(home, people);
  const env = { ...process.env, ...environment, STAGEBOOK_HOME: home, STAGEBOOK_PORT: String(port), NO_COLOR: '1' };
  let child: ChildProcess | undefined;

  const command = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, [PROGRAM, ...args], { env }, (error, out, err) =>
        error ? reject(new Error(`stagebook ${args.join(' ')}: ${out}${err}`)) : resolve(out),
      );
    });
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const started = spawn(process.execPath, [PROGRAM, 'up'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      let said = '';
      const hear = (chunk: Buffer): void => {
        said += chunk.toString();
        if (said.includes('Plugins and the panel find it')) resolve();
      };
      started.stdout.on('data', hear);
      started.stderr.on('data', hear);
      started.once('exit', () => reject(new Error(`the daemon ended: ${said}`)));
    });
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  await start();
  return {
    home,
    port,
    panel: `http://127.0.0.1:${port}/panel/`,
    async pair(purpose) {
      const out = await command('pair', '--json', ...(purpose === 'panel' ? ['--panel'] : []));
      return (JSON.parse(out) as { code: string }).code;
    },
    command,
    kill: () => end('SIGKILL'),
    start,
    stop: () => end('SIGTERM'),
  };
}

function addPeople(home: string, pins: DaemonOptions['people']): void {
  const database = openDatabase(join(home, 'journal.db'));
  const people = new People(database, systemClock);
  const keys = new TerminalKeys(home, people, systemClock);
  const [first] = Object.entries(pins);
  for (const [name, pin] of Object.entries(pins)) {
    const voucher = first && first[0] !== name ? { voucher: { name: first[0], pin: first[1] } } : {};
    enrol(people, keys, { name, pin, ...voucher });
  }
  database.close();
}
