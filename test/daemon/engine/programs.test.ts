import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fail } from '../../../shared/failure.ts';
import { fold } from '../../../shared/run/fold/fold.ts';
import type { Json } from '../../../shared/json.ts';
import { timeline } from '../../../shared/run/timeline.ts';
import { runPage } from '../../../daemon/pages/run.ts';
import type { Crash } from '../../fakes/crashing-journal.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';
import { programs, type Program } from './programs.ts';

// Programs that nobody wrote, and what must hold of each of them wherever the process ends. Where a race decides nothing is
// compared: parts beside each other here do not stop each other.

const ada = createSigner('Ada');
const ADA = { kind: 'person', name: 'Ada' } as const;
const ENDED = ['completed', 'failed', 'cancelled'];

/** The same few each time; `PROGRAMS=500` tries others. */
const FEW = 12;
const MANY = Number(process.env.PROGRAMS ?? FEW);

/** What is done at each rest of the run, in order; then all is answered. */
type Deed = 'agree' | 'refuse' | 'cancel' | 'resume';

interface Told {
  outcome: Json;
  writes: number;
}

/** Goes through a program to its end. Throws what does not hold. */
async function go({ definition, ways }: Program, deeds: readonly Deed[], crash?: Crash): Promise<Told> {
  let test = await createTestEngine({ options: { owner: ownersOf(ada) }, ...(crash ? { crash } : {}) });
  for (const [name, way] of ways) {
    test.world.on(name, ({ key, value }) => {
      if (way === 'busy') throw fail('unavailable', 'test.busy', 'busy');
      if (way === 'invalid') throw fail('invalid', 'test.broken', 'broken');
      if (way !== 'lost') return value ?? name;
      test.world.ledger.push({ name, key, value: name });
      throw fail('network', 'test.lost', 'The answer was lost.');
    });
  }
  try {
    const begin = (): Promise<string> =>
      test.engine.start({ definition, inputs: {}, by: ADA, idempotencyKey: 'the run' });
    void begin();
    await test.work(() => test.journal.waiting().length > 0);
    if (test.journal.crashed) test = await test.restart();
    const run = test.engine.list()[0]?.run ?? (await begin());
    const left = [...deeds];
    let goesOn = true;
    while (goesOn) {
      await test.work(() => test.engine.requests(run).length > 0);
      if (test.journal.crashed) {
        test = await test.restart();
        continue;
      }
      holds(test, run);
      const { seq } = test.engine.state(run);
      // One that the process did not live to hear of is done again, unless it is on record.
      const acted = act(test, run, left[0] ?? 'agree');
      await test.settle();
      goesOn = acted;
      if (!test.journal.crashed) left.shift();
      else if ((test = await test.restart()).journal.events(run, seq).some(({ type }) => DEEDS.has(type))) left.shift();
      if (!acted && left.length > 0) goesOn = true;
    }
    const { status, output, failure, nodes } = test.engine.state(run);
    const statuses = [...nodes.values()].map((each) => [each.key, each.status] as const);
    const effects = test.world.ledger.map(({ name, key }) => `${name} ${key}`);
    expect(effects, 'no effect twice').toEqual([...new Set(effects)]);
    const outcome = {
      status,
      output: plain(output ?? null),
      failure: failure?.code ?? null,
      nodes: Object.fromEntries(statuses),
    };
    return {
      outcome: { ...outcome, effects: test.world.ledger.map(({ name }) => name).toSorted() },
      writes: test.journal.writes,
    };
  } finally {
    test.remove();
  }
}

const DEEDS: ReadonlySet<string> = new Set([
  'gate.signed',
  'gate.refused',
  'ask.answered',
  'run.cancelling',
  'run.resumed',
  'run.reset',
]);

/** Does what is to be done with a run that rests; false where there is nothing. */
function act({ engine }: TestEngine, run: string, deed: Deed): boolean {
  const [request] = engine.requests(run);
  const { status } = engine.state(run);
  if (!request) {
    if (deed !== 'resume' || status === 'completed') return false;
    void engine.resume(run, { by: ADA });
  } else if (deed === 'cancel') {
    void engine.cancel(run, ADA);
  } else if (request.kind === 'ask') {
    void engine.answer(run, request.node, request.options![0]!, ADA);
  } else {
    const { node, signOff } = request;
    const kind = deed === 'refuse' ? 'reject' : 'sign-off';
    const signature = ada.sign(engine.challenge({ kind, run, node, signOff }));
    void (kind === 'reject'
      ? engine.reject(run, node, signOff, signature)
      : engine.sign(run, node, signOff, signature));
  }
  return true;
}

/** What holds of a run whenever it rests. */
function holds({ engine, journal }: TestEngine, run: string): void {
  const state = engine.state(run);
  const events = journal.events(run);
  expect(state).toEqual(fold(events));
  expect(journal.run(run)!.status).toBe(state.status);
  expect(
    journal
      .waiting(run)
      .map(({ node }) => node)
      .toSorted(),
  ).toEqual([...state.waiting].toSorted());
  const open = [...state.nodes.values()].filter(({ status }) => ['running', 'waiting', 'unknown'].includes(status));
  if (ENDED.includes(state.status))
    expect(
      open.map(({ key }) => key),
      'nothing goes on',
    ).toEqual([]);
  else expect(engine.requests(run), 'somebody is asked').not.toEqual([]);
  const codes = events.flatMap(({ payload }) =>
    'failure' in payload && payload.failure ? [payload.failure.code] : [],
  );
  expect(codes).not.toContain('internal.error');
  const definition = engine.definition(run);
  timeline(events, definition);
  runPage.render({ state, definition, events, data: null, zone: 'UTC', siblings: {} });
}

/** Without what is another in every signature. */
function plain(output: Json): Json {
  const signed = ['nonce', 'digest', 'signature'];
  return JSON.parse(JSON.stringify(output, (key, value: Json) => (signed.includes(key) ? null : value))) as Json;
}

it('whatever is in whatever comes to its end or asks somebody, the same wherever the process ends, and does nothing twice [core.engine.table] [core.kill.every-event]', async () => {
  const deeds = fc.array(fc.constantFrom<Deed>('agree', 'agree', 'refuse', 'cancel', 'resume'), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      programs,
      deeds,
      fc.nat(),
      fc.constantFrom('before', 'after'),
      async (program, wanted, at, when) => {
        const clean = await go(program, wanted);
        const crashed = await go(program, wanted, { at: 1 + (at % clean.writes), when });
        expect(crashed.outcome).toEqual(clean.outcome);
      },
    ),
    { numRuns: MANY, ...(MANY === FEW ? { seed: 1 } : {}) },
  );
});
