import { movedText } from '../moved.ts';
import { sentence, type Lines } from './line.ts';

/** How a run itself is told. */
export const runLines: Lines = {
  'run.started': ({ payload }) => ({
    kind: 'status',
    actor: payload.by,
    fact: `started “${payload.title}”${payload.dryRun ? ' as a dry run' : ''}`,
    evidence: [{ of: 'definition', value: payload.definition }],
  }),
  'run.resumed': ({ payload }) => ({ kind: 'decision', actor: payload.by, fact: 'resumed the run' }),
  'run.reset': ({ payload }, teller) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `had everything from “${teller.title(payload.from)}” on done again`,
  }),
  'run.moved': ({ payload }, teller) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `went on with the edited page: ${movedText(payload, (node) => teller.title(node))}`,
    evidence: [
      { of: 'definition', value: payload.to },
      { of: 'definition before', value: payload.from },
    ],
  }),
  'run.completed': (_event, teller) => ({
    kind: 'status',
    fact: teller.dryRun ? 'the dry run is over; nothing was done' : 'the run completed',
  }),
  'run.failed': ({ payload }) => ({
    kind: 'status',
    fact: `the run failed: ${sentence(payload.failure.message)}`,
    evidence: [{ of: 'code', value: payload.failure.code }],
  }),
  'run.cancelling': ({ payload }) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `cancelled the run${payload.reason ? `: ${sentence(payload.reason)}` : ''}`,
  }),
  'run.cancelled': () => ({ kind: 'status', fact: 'the run was cancelled' }),
  'run.suspended': ({ payload }) => ({
    kind: 'status',
    fact: `the run was suspended: ${sentence(payload.failure.message)}`,
    evidence: [{ of: 'code', value: payload.failure.code }],
  }),
};
