import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunState } from '../../shared/run/state.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import { findBrowser, noBrowser } from '../browser/find.ts';
import { followRun } from '../cli/follow.ts';
import { say, type Terminal } from '../cli/terminal.ts';
import type { Daemon } from '../open.ts';
import type { UnattendedSigner } from '../people/unattended.ts';
import { localClient } from '../server/client.ts';
import { findWorkflow } from '../workflows.ts';
import { inDemo, printProofs } from './play.ts';
import { proveFeature } from './feature-proof.ts';
import { featureInputs, makeFeatureWorld, type FeatureWorld } from './feature-world.ts';
import { writeFeature, type FeaturePart } from './sample-app.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

const HELP = `Runs Feature development on real parts, all on this machine: a small application in a scratch git repository,
a local GitHub API with a small CI, a real browser. The code is written by a scripted person, who puts files that come
with this demo into the checkout when the run asks for them. Leaves a graph folder that Logseq opens.

  npm run demo feature      to the end by itself; signs as "demo"`;

/** What the scripted person is asked for → the half of the feature that they write. */
const PARTS: Readonly<Record<string, FeaturePart>> = { write_the_backend: 'backend', write_the_frontend: 'frontend' };

/** Runs the demo. Resolves with the exit code: 0 when everything it promised was seen. */
export async function featureDemo(argv: readonly string[], terminal: Terminal): Promise<number> {
  const print = (line: string): void => say(terminal, line);
  const { values: options } = parseArgs({
    args: [...argv],
    options: { yes: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) {
    print(HELP);
    return 0;
  }
  if (!(await hasBrowser())) {
    print(noBrowser().message);
    return 1;
  }
  print('Making an application, its remote and a GitHub of its own …');
  const world = await makeFeatureWorld();
  return inDemo(world, {}, print, async (daemon, signer) => {
    print('The code is written by a script in the place of a person: it puts real files into the checkout when asked.');
    const state = await develop(daemon, world, signer, terminal);
    await daemon.pages.flush();
    return conclude(daemon, world, state, print);
  });
}

async function hasBrowser(): Promise<boolean> {
  if ((await findBrowser({})) !== undefined) return true;
  const { chromium } = await import('@playwright/test');
  return existsSync(chromium.executablePath());
}

async function develop(
  daemon: Daemon,
  world: FeatureWorld,
  { person, pin }: UnattendedSigner,
  terminal: Terminal,
): Promise<RunState> {
  const { engine, keys } = daemon;
  const { text, parsed } = await findWorkflow('feature-development');
  const definition = parsed.definition!;
  const pages = join(world.graph, 'pages');
  await mkdir(pages, { recursive: true });
  await writeFile(join(pages, `${definition.header.title}.md`), text);
  const { values: inputs } = readInputs(definition, featureInputs(world));
  const challenge = engine.challenge({ kind: 'start', definition: await engine.propose(definition), inputs });
  const by = { kind: 'person', name: person } as const;
  const signature = keys.sign(person, pin, challenge);
  const run = await engine.start({ definition, inputs, by, graph: world.graph, signature });
  const decide = async (request: OpenRequest): Promise<boolean> => {
    const { node } = request;
    if (request.kind === 'sign-off') {
      const asked = engine.challenge({ kind: 'sign-off', run, node, signOff: request.signOff });
      await engine.sign(run, node, request.signOff, keys.sign(person, pin, asked));
      say(terminal, `■ ${request.title}: signed as "${person}"`);
      return true;
    }
    const part = PARTS[node.split('/').at(-1)!];
    if (part === undefined) return false;
    await writeFeature(world.app, part);
    say(terminal, `■ ${part}: written into ${world.app.directory} by the script`);
    await engine.answer(run, node, 'Done', by);
    return true;
  };
  return followRun(localClient(engine), run, { terminal, decide });
}

async function conclude(
  daemon: Daemon,
  world: FeatureWorld,
  state: RunState,
  print: (line: string) => void,
): Promise<number> {
  print('');
  if (state.status !== 'completed') {
    print(`The feature ${state.status}: ${state.failure?.message ?? 'no reason was given'}`);
    print(`graph: ${world.graph}`);
    return 1;
  }
  const { pull_request: pullRequest } = state.output as { pull_request: string };
  const gates = [...state.nodes.values()].filter(({ gate }) => gate?.passed);
  print(`Merged ${pullRequest} after ${gates.length} gates. Looked up afterwards, without Stagebook:`);
  const proofs = await proveFeature(world, pullRequest);
  const places = { application: world.app.directory };
  const end = { proofs, workflow: 'feature-development', graph: world.graph, places };
  return (await printProofs(daemon, end, print)) ? 0 : 1;
}
