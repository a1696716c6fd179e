import fc from 'fast-check';
import type { Definition, Node } from '../../../shared/workflow/definition.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

/** How a step goes, each time: `lost` happens and says nothing. */
type Way = 'ok' | 'busy' | 'invalid' | 'lost';
type OnFailure = 'wait' | 'continue';
type Plan =
  | { is: 'step'; way: Way; changes: boolean; undo: boolean }
  | { is: 'wait' | 'ask' | 'gate' }
  | { is: 'sequence' | 'saga' | 'fallback' | 'when'; parts: Plan[] }
  | { is: 'parallel'; parts: Plan[]; limit: number; on: OnFailure }
  | { is: 'foreach'; parts: Plan[]; limit: number; on: OnFailure }
  | { is: 'retry' | 'repeat' | 'timeout'; parts: Plan[] };

/** A program with every container in every other, and how its steps go, by name. */
export interface Program {
  definition: Definition;
  ways: ReadonlyMap<string, Way>;
}

const one = <T extends string>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const onFailure = one<OnFailure>('wait', 'continue');
const limit = fc.integer({ min: 1, max: 2 });

const plans = fc.letrec<{ plan: Plan; parts: Plan[]; single: Plan[] }>((tie) => {
  const parts = tie('parts');
  const single = tie('single');
  return {
    parts: fc.array(tie('plan'), { minLength: 2, maxLength: 3 }),
    single: fc.tuple(tie('plan')).map((each): Plan[] => each),
    plan: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      fc.record({
        is: one('step'),
        way: one<Way>('ok', 'ok', 'busy', 'invalid', 'lost'),
        changes: fc.boolean(),
        undo: fc.boolean(),
      }),
      fc.record({ is: one('wait', 'ask', 'gate') }),
      fc.record({ is: one('sequence', 'saga', 'fallback', 'when'), parts }),
      fc.record({ is: one('parallel'), parts, limit, on: onFailure }),
      fc.record({ is: one('foreach'), parts: single, limit, on: onFailure }),
      fc.record({ is: one('retry', 'repeat', 'timeout'), parts: single }),
    ),
  };
}).parts;

const FIXED = {
  retry: { attempts: 2, backoff: { kind: 'constant', initial: '47s' } },
  repeat: { every: '61s', times: 2 },
  timeout: { after: '1h' },
  when: { if: 'true' },
  sequence: {},
  saga: {},
  fallback: {},
};

/** Ids by role and count; an undo only where a saga takes it. */
function build(parts: readonly Plan[]): Program {
  const ways = new Map<string, Way>();
  const counts = new Map<string, number>();
  const named = (role: string): string => {
    counts.set(role, (counts.get(role) ?? 0) + 1);
    return `${role}_${counts.get(role)}`;
  };
  const make = (plan: Plan, inSaga: boolean): Node => {
    const id = named(plan.is);
    const inside = (): Node[] =>
      'parts' in plan ? plan.parts.map((each) => make(each, inSaga || plan.is === 'saga')) : [];
    switch (plan.is) {
      case 'step': {
        // What only reads cannot have happened unheard.
        ways.set(id, plan.way === 'lost' && !plan.changes ? 'busy' : plan.way);
        const back = step(`back_${id}`, 'act.read', { with: { name: `back_${id}` } });
        const undo = plan.undo && inSaga ? [node('undo', `undo_${id}`, {}, back)] : [];
        return step(id, plan.changes ? 'act.irreversible' : 'act.read', { with: { name: id } }, ...undo);
      }
      case 'wait':
        return node('wait', id, { for: '7m' });
      case 'ask':
        return node('ask', id, { question: 'Well?', options: ['yes', 'no'] });
      case 'gate':
        return node('gate', id, {}, node('sign-off', named('agrees')));
      case 'parallel':
        return node('parallel', id, { limit: plan.limit, 'on-failure': plan.on }, ...inside());
      case 'foreach':
        return node(
          'foreach',
          id,
          { in: '[1, 2]', as: `of_${id}`, limit: plan.limit, 'on-failure': plan.on },
          ...inside(),
        );
      default:
        return node(plan.is, id, FIXED[plan.is], ...inside());
    }
  };
  return { definition: workflowOf(...parts.map((each) => make(each, false))), ways };
}

/** As people write it, for the report of what went wrong. */
function outline({ definition, ways }: Program): string {
  const lines = (nodes: readonly Node[], depth: number): string[] =>
    nodes.flatMap(({ id, role, settings, children }) => {
      const { uses, with: _with, ...rest } = settings;
      const said = role === 'step' ? `${String(uses)}, ${ways.get(id) ?? 'ok'}` : JSON.stringify(rest);
      return [`${'  '.repeat(depth)}- ${id} ${said}`, ...lines(children, depth + 1)];
    });
  return `\n${lines(definition.body, 0).join('\n')}\n`;
}

export const programs: fc.Arbitrary<Program> = plans.map((parts) => {
  const program = build(parts);
  return Object.assign(program, { [fc.toStringMethod]: () => outline(program) });
});
