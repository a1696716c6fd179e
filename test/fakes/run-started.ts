import type { NewEvent, Payloads } from '../../shared/run/event.ts';

/** The event with which a run begins, for tests that make a run of events; what they do not say of it matters to nobody. */
export const runStarted = (more: Partial<Payloads['run.started']> = {}): NewEvent<'run.started'> => ({
  type: 'run.started',
  node: '',
  payload: {
    definition: 'hash',
    title: 'a run',
    number: 1,
    inputs: {},
    by: { kind: 'person', name: 'Ada' },
    dryRun: false,
    memory: 'the-run',
    personas: {},
    ...more,
  },
});
