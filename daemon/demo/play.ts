import { readConfig } from '../config.ts';
import { openDaemon, type Daemon, type OpenOptions } from '../open.ts';
import { markAsDemo, type UnattendedSigner } from '../people/unattended.ts';
import type { Proof } from './proof.ts';

/** What every demo makes for itself. */
export interface DemoWorld {
  /** The data directory of its daemon. */
  home: string;
  graph: string;
  secrets: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

type Print = (line: string) => void;

/**
 * Opens a daemon in the world of a demo, with a person who signs unattended, and says how code is isolated. Daemon and world
 * are ended however `play` ends, and by Ctrl-C.
 */
export async function inDemo(
  world: DemoWorld,
  options: OpenOptions,
  print: Print,
  play: (daemon: Daemon, signer: UnattendedSigner) => Promise<number>,
): Promise<number> {
  const environment = { ...process.env, ...world.secrets };
  const daemon = await openDaemon(readConfig(world.home), { ...options, environment }).catch(async (error: unknown) => {
    await world.stop();
    throw error;
  });
  const close = async (): Promise<void> => {
    await daemon.close();
    await world.stop();
  };
  process.once('SIGINT', () => void close().finally(() => process.exit(130)));
  try {
    const signer = markAsDemo(world.home);
    daemon.people.add(signer.person);
    daemon.keys.create(signer.person, signer.pin);
    const { level, why } = await daemon.sandboxLevel();
    print(`Isolation in force for code that nobody has read: ${level}. ${why}`);
    return await play(daemon, signer);
  } finally {
    await close();
  }
}

/** Prints what was looked up, the pages, where things are, and what can be done next. Says whether everything holds. */
export async function printProofs(
  daemon: Daemon,
  end: { proofs: readonly Proof[]; workflow: string; graph: string; places?: Readonly<Record<string, string>> },
  print: Print,
): Promise<boolean> {
  for (const { what, holds, saw } of end.proofs) print(`  ${holds ? '✓' : '✗'} ${what} (${saw})`);
  const graph = await daemon.graph(end.graph);
  const names: string[] = [];
  for await (const name of graph.pages()) names.push(name);
  print(`  ✓ pages: ${names.sort().join(' · ')}`);
  print('');
  for (const [what, place] of Object.entries({ ...end.places, graph: end.graph })) print(`${what}: ${place}`);
  print('');
  print(`Next: open that folder in Logseq ("Add a graph"), read workflows/${end.workflow}.md, or try`);
  print(`  npx stagebook check ${end.workflow}`);
  print('  npx stagebook test workflows');
  return end.proofs.every(({ holds }) => holds);
}
