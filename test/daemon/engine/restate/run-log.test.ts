import { expect, it } from 'vitest';
import { RunLog } from '../../../../daemon/engine/restate/run-log.ts';
import type { NewEvent } from '../../../../shared/run/event.ts';
import { runStarted } from '../../../fakes/run-started.ts';
import { createSigner } from '../../../fakes/signer.ts';

const RUN = 'the-run';
const GATE = 'work/good';
const signedBy = (person: string, signOff: string): NewEvent<'gate.signed'> => {
  const signature = createSigner(person).sign({ nonce: 'n', digest: 'd' });
  return { type: 'gate.signed', node: GATE, payload: { signOff, signature } };
};

it('takes one agreement of a person at a sign-off, also when a hub that forgot the first asked for another', () => {
  const row = { run: RUN, number: 1, definition: 'hash', title: 'a run', dryRun: false, memory: RUN, at: 0 };
  const log = new RunLog(RUN);
  const signOffs = ['look', 'listen'].map((id) => ({ id, title: id, people: 2, notStarter: false }));
  const gate: NewEvent = {
    type: 'gate.opened',
    node: GATE,
    payload: { title: 'Good', checks: [], signOffs, digest: 'd' },
  };
  log.begin({ hub: 'hub1', run: RUN, row, body: '{}', events: [runStarted(), gate], at: 0 });
  expect(log.fits(signedBy('Ada', 'look'))).toBe(true);
  log.add([signedBy('Ada', 'look')], 1);
  expect(log.fits(signedBy('Ada', 'look'))).toBe(false);
  expect(log.fits(signedBy('Ada', 'listen'))).toBe(true);
  expect(log.fits(signedBy('Ben', 'look'))).toBe(true);
});
