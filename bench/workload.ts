import { join } from 'node:path';
import { z } from 'zod';
import { defineAction, type Action, type Services } from '../daemon/actions/action.ts';
import { systemClock } from '../daemon/clock.ts';
import { createEngine } from '../daemon/engine/embedded.ts';
import type { Engine } from '../daemon/engine/engine.ts';
import { openDatabase } from '../daemon/journal/database.ts';
import { SqliteJournal } from '../daemon/journal/sqlite.ts';
import { primitives } from '../daemon/primitives/index.ts';
import type { Json } from '../shared/json.ts';
import type { Definition, Node, Role } from '../shared/workflow/definition.ts';

/** Durable steps in one run of W1. */
export const STEPS = 10;
/** Runs that wait in W2. */
export const WAITING = 1_000;

export const STARTER = { kind: 'person', name: 'bench' } as const;

const node = (role: Role, id: string, settings: Record<string, Json>, ...children: Node[]): Node => ({
  role,
  id,
  title: id,
  settings,
  children,
});

const step = (id: string): Node => node('step', id, { uses: 'bench.nothing' });

/** A definition with one stage around the nodes. */
function definition(title: string, ...nodes: Node[]): Definition {
  return {
    language: 1,
    header: node('workflow', title, {}),
    body: [node('stage', 'work', { persona: 'bench' }, ...nodes)],
  };
}

/** So many steps in a line that do nothing, each recorded before the next begins. */
export const stepsInLine = (count: number): Definition =>
  definition(`steps_${count}`, ...Array.from({ length: count }, (_, n) => step(`s${n}`)));

/** One step done so often, with a durable timer before each time but the first. */
export const polls = (times: number): Definition =>
  definition(`polls_${times}`, node('repeat', 'polls', { every: '0ms', times }, step('look')));

/** One step, then wait for somebody outside, then one more step: as W2 wants it. */
export const asked = definition(
  'asked',
  step('pre'),
  node('ask', 'gate', { question: 'Go on?', options: ['yes'] }),
  step('post'),
);

/** The same at a gate that opens by a person's signature only. */
export const signed = definition(
  'signed',
  step('pre'),
  node('gate', 'gate', {}, node('sign-off', 'agree', { people: 1 })),
  step('post'),
);

/** Where both wait, as requests, answers and signatures name it. */
export const GATE = 'work/gate';
export const SIGN_OFF = 'agree';

const PERSONAS = new Map([['bench', { id: 'bench', actions: ['bench.*'], secrets: [] }]]);

export interface BenchEngine {
  engine: Engine;
  journal: SqliteJournal;
  close(): Promise<void>;
}

/** The embedded engine on a journal in a folder, as the daemon composes it, with one action: `onStep` in each step's body. */
export function openBenchEngine(folder: string, onStep: (run: string) => void = () => undefined): BenchEngine {
  const nothing = defineAction({
    name: 'bench.nothing',
    summary: 'Does nothing.',
    effect: 'repeatable',
    input: z.object({}),
    output: z.object({ ok: z.boolean() }),
    run: (_input, context) => {
      onStep(context.run.id);
      return Promise.resolve({ ok: true });
    },
  });
  const database = openDatabase(join(folder, 'journal.db'));
  const journal = new SqliteJournal(database, systemClock);
  const engine = createEngine({
    journal,
    clock: systemClock,
    primitives,
    actions: new Map<string, Action>([[nothing.name, nothing]]),
    personas: () => PERSONAS,
    page: () => undefined,
    services: () => ({}) as Services,
    secrets: { read: (name) => Promise.reject(new Error(`no secret ${name}`)) },
    redact: (value) => value,
    shipped: new Set(),
    owner: () => ({ person: STARTER.name, roles: [] }),
    policy: { trust: false, signToStart: false },
    onInterrupted: (run, error) => {
      throw new Error(`${run} was interrupted`, { cause: error });
    },
  });
  return {
    engine,
    journal,
    async close() {
      await engine.close();
      database.close();
    },
  };
}
