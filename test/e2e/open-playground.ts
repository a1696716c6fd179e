import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../daemon/config.ts';
import { makeWorld, type World } from '../../daemon/demo/world.ts';
import { freePort } from '../../daemon/free-port.ts';
import { openDaemon } from '../../daemon/open.ts';
import { markAsDemo, type UnattendedSigner } from '../../daemon/people/unattended.ts';
import { findWorkflow } from '../../daemon/workflows.ts';
import { buildPlugin } from './build-plugin.ts';
import { seedOf, type HostOptions } from './host/driver.ts';
import { originsOf, startHostServer, type HostServer } from './host/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'daemon/cli/stagebook.mjs');

/** Stagebook without Logseq: the double with our plugin, a real daemon, and a package to release with all its counterparts. */
export interface Playground {
  /** The double's page. */
  readonly double: Pick<HostServer, 'url' | 'pluginOrigin'>;
  readonly world: World;
  /** Who may sign here. */
  readonly signer: UnattendedSigner;
  /** The daemon's port; it stays the same over a restart. */
  readonly port: number;
  /** A code that pairs a plugin, or makes a panel the signing device of a person; good for a minute, once. */
  code(kind: 'plugin' | 'panel'): Promise<string>;
  /** Kills the daemon without a warning. */
  killDaemon(): Promise<void>;
  startDaemon(): Promise<void>;
  /** Ends everything and removes its folder. */
  stop(): Promise<void>;
}

export interface PlaygroundOptions extends Pick<HostOptions, 'graph' | 'host' | 'theme' | 'pages'> {
  /** The double's own port; a free one unless given. */
  port?: number;
  /** Whether the plugin finds a code to pair with at each load. It does unless told otherwise. */
  paired?: boolean;
  /** Where the built plugin is; built into `dist/` unless given. */
  plugin?: string;
}

export async function openPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const plugin = options.plugin ?? (await buildPlugin());
  const world = await makeWorld('npm');
  const closers: (() => Promise<unknown>)[] = [
    () => rm(world.root, { recursive: true, force: true, maxRetries: 5 }),
    () => world.stop(),
  ];
  const stop = async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const port = await freePort();
    const signer = await settle(world);
    let daemon: ChildProcess | undefined;
    const killDaemon = async () => {
      const running = daemon;
      daemon = undefined;
      await ended(running, 'SIGKILL');
    };
    closers.push(killDaemon);

    const pages = { Welcome: welcome(world, signer), ...(await shipped()), ...options.pages };
    const double = await startHostServer(async () => {
      const paired = options.paired !== false && daemon !== undefined;
      const settings = { port, ...(paired && { pairingCode: await code(world, 'plugin') }) };
      return {
        graph: seedOf({ graph: options.graph ?? 'file', pages }),
        host: options.host ?? 'new',
        theme: options.theme ?? 'light',
        changes: 'full',
        plugins: [{ id: 'stagebook', title: 'Stagebook', files: plugin, settings }],
      };
    }, options.port);
    closers.push(() => double.close());
    await configure(world, { port, origins: originsOf(double) });
    const startDaemon = async () => {
      daemon = await startProcess(world);
    };
    await startDaemon();
    return {
      double,
      world,
      signer,
      port,
      code: (kind) => code(world, kind),
      killDaemon,
      startDaemon,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes "demo" somebody who may sign here. */
async function settle(world: World): Promise<UnattendedSigner> {
  const daemon = await openDaemon(readConfig(world.home));
  try {
    const signer = markAsDemo(world.home);
    daemon.people.add(signer.person);
    daemon.keys.create(signer.person, signer.pin);
    return signer;
  } finally {
    await daemon.close();
  }
}

async function configure(world: World, more: Record<string, unknown>): Promise<void> {
  const file = join(world.home, 'config.yaml');
  const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...config, ...more }, null, 2));
}

const environment = (world: World) => ({
  ...process.env,
  ...world.secrets,
  STAGEBOOK_HOME: world.home,
  STAGEBOOK_PORT: '',
  NO_COLOR: '1',
});

/** Resolves when the daemon listens; rejects with what it said when it does not get so far. */
async function startProcess(world: World): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'up'], { cwd: world.root, env: environment(world), stdio: 'pipe' });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('Isolation in force')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`The daemon ended before it was up:\n${said}`)));
  });
  return child;
}

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await closed;
}

async function code(world: World, kind: 'plugin' | 'panel'): Promise<string> {
  const argv = [PROGRAM, 'pair', '--json', ...(kind === 'panel' ? ['--panel'] : [])];
  const child = spawn(process.execPath, argv, { cwd: world.root, env: environment(world), stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  if (child.exitCode !== 0) throw new Error(`No code could be had: ${said}`);
  return (JSON.parse(said) as { code: string }).code;
}

async function shipped(): Promise<Record<string, string>> {
  const { text, parsed } = await findWorkflow('package-release');
  return { [parsed.definition!.header.title]: text };
}

function welcome({ package: sample, github }: World, { person, pin }: UnattendedSigner): string {
  const inputs = {
    directory: sample.directory,
    repository: `${github.owner}/${github.repo}`,
    level: 'minor',
    test: sample.test.join(', '),
    staging: 'true',
  };
  return [
    '- This is Stagebook without Logseq: an outliner in your browser, our plugin in it, and a daemon of its own',
    '\t- What you write here is gone with the next reload; runs are kept until the playground ends',
    '- Release a package: open [[Package Release]], or type `/release` on any page',
    '\t- Its inputs, for a small package that was made for you, with a registry and a GitHub of its own:',
    ...Object.entries(inputs).map(([name, value]) => `\t\t- ${name}: \`${value}\``),
    `\t- You start and sign as “${person}”, with the PIN \`${pin}\`; the terminal has the code that the panel asks for`,
    '- Type `/workflow` for all that there is, and `Ctrl+Shift+P` for all commands',
    '',
  ].join('\n');
}
