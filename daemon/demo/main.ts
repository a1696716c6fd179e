import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunState } from '../../shared/run/state.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import { followRun } from '../cli/follow.ts';
import { askSignOff } from '../cli/sign.ts';
import { say, type Terminal } from '../cli/terminal.ts';
import type { Daemon } from '../open.ts';
import type { UnattendedSigner } from '../people/unattended.ts';
import { localClient } from '../server/client.ts';
import { findWorkflow } from '../workflows.ts';
import { inDemo, printProofs } from './play.ts';
import { prove } from './proof.ts';
import { makeWorld, type World } from './world.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

const HELP = `Runs Package release on real parts, all on this machine: a small package in a scratch git repository,
a real registry, a local GitHub API with a small CI. Leaves a graph folder that Logseq opens.

  npm start                 asks for the sign-off at the terminal
  npm start -- --yes        signs as "demo" (also without a terminal)
  npm start -- --python     the same with a Python package`;

/** Runs the demo. Resolves with the exit code: 0 when everything it promised was seen. */
export async function demo(argv: readonly string[], terminal: Terminal): Promise<number> {
  const print = (line: string): void => say(terminal, line);
  const { values: options } = parseArgs({
    args: [...argv],
    options: { python: { type: 'boolean' }, yes: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) {
    print(HELP);
    return 0;
  }
  print('Making a package, its remote, a registry and a GitHub of its own …');
  const world = await makeWorld(options.python ? 'python' : 'npm');
  return inDemo(world, {}, print, async (daemon, signer) => {
    const asks = terminal.interactive && !options.yes;
    if (asks)
      print(
        `You are asked to sign before anything is published: you are “${signer.person}”, the PIN is ${signer.pin}.`,
      );
    await putWorkflow(world);
    const state = await release(daemon, world, signer, asks, terminal);
    await daemon.pages.flush();
    return conclude(daemon, world, state, print);
  });
}

/** The page that the run's pages link to, as people have it in their own graph. */
async function putWorkflow({ graph }: World): Promise<void> {
  const { text, parsed } = await findWorkflow('package-release');
  const pages = join(graph, 'pages');
  await mkdir(pages, { recursive: true });
  await writeFile(join(pages, `${parsed.definition!.header.title}.md`), text);
}

async function release(
  daemon: Daemon,
  world: World,
  signer: UnattendedSigner,
  asks: boolean,
  terminal: Terminal,
): Promise<RunState> {
  const { engine, keys, people } = daemon;
  const { person, pin } = signer;
  const { parsed } = await findWorkflow('package-release');
  const definition = parsed.definition!;
  const { github, package: sample } = world;
  const { values: inputs } = readInputs(definition, {
    directory: sample.directory,
    repository: `${github.owner}/${github.repo}`,
    level: 'minor',
    test: sample.test,
    staging: true,
  });
  const challenge = engine.challenge({ kind: 'start', definition: await engine.propose(definition), inputs });
  const run = await engine.start({
    definition,
    inputs,
    by: { kind: 'person', name: person },
    graph: world.graph,
    signature: keys.sign(person, pin, challenge),
  });
  const client = localClient(engine);
  const decide = async (request: OpenRequest, signal: AbortSignal): Promise<boolean> => {
    if (request.kind !== 'sign-off') return false;
    if (asks)
      return (
        (await askSignOff(client, request, { terminal, signers: { people, keys }, as: person, signal })) !== 'left'
      );
    const { node, signOff, title } = request;
    const asked = engine.challenge({ kind: 'sign-off', run, node, signOff });
    await engine.sign(run, node, signOff, keys.sign(person, pin, asked));
    say(terminal, `■ ${title}: signed as "${person}"`);
    return true;
  };
  return followRun(client, run, { terminal, decide });
}

async function conclude(daemon: Daemon, world: World, state: RunState, print: (line: string) => void): Promise<number> {
  print('');
  if (state.status !== 'completed') {
    print(`The release ${state.status}: ${state.failure?.message ?? 'no reason was given'}`);
    print(`graph: ${world.graph}`);
    return 1;
  }
  const version = String((state.output as { version?: string }).version);
  const proofs = await prove(world, version);
  print(`Released ${world.package.name} ${version}. Looked up afterwards, without Stagebook:`);
  return (await printProofs(daemon, { proofs, workflow: 'package-release', graph: world.graph }, print)) ? 0 : 1;
}
