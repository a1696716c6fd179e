import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterEach, describe, expect, it } from 'vitest';
import { enrol } from '../../../daemon/people/enrol.ts';
import { receiptsOf } from '../../../shared/run/receipts.ts';
import { timeline } from '../../../shared/run/timeline.ts';
import { agentOver, type TestGateway } from '../../fakes/gateway.ts';
import { PIN } from '../../fakes/server.ts';
import { first, onRecord, openTwoStages, OWN, second, started, toSecondStage, twoStages } from './two-stages.ts';

let gateway: TestGateway;
afterEach(() => gateway.remove());

describe('a person', () => {
  const signed = async (run: string, key: string, persona: string, as = 'Ada'): Promise<void> => {
    const { engine } = gateway.test;
    const challenge = engine.challenge({ kind: 'persona', run, node: key, persona });
    await engine.usePersona(run, key, persona, gateway.means.keys.sign(as, PIN, challenge));
  };

  it('gives the agent of a stage another persona of the run by a signature, until the stage ends [personas.switch.signed]', async () => {
    gateway = await openTwoStages();
    await gateway.servers.trust('files');
    await gateway.servers.trust('other');
    enrol(gateway.means.people, gateway.means.keys, { name: 'Ada', pin: PIN });
    const { run } = await started(gateway);
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toContain('files__add');
    await signed(run, 'one', 'second');
    await expect.poll(() => agent.told.toolsChanged).toBe(1);
    expect(await agent.names()).toEqual([...OWN, 'other__set', 'other__pid']);
    expect(onRecord(gateway, run).persona).toBe('second');
    const events = gateway.test.engine.events(run).filter(({ type }) => type === 'persona.switched');
    expect(events).toMatchObject([
      { node: 'one', payload: { from: 'first', to: 'second', by: { name: 'Ada' }, signature: { person: 'Ada' } } },
    ]);
    const lines = timeline(gateway.test.engine.events(run), twoStages).filter(({ shown }) => shown);
    expect(lines.filter(({ fact }) => fact.includes('changed from first to second'))).toHaveLength(1);
    expect(receiptsOf(onRecord(gateway, run)).map(({ stage, persona }) => [stage, persona])).toEqual([
      ['one', 'first'],
      ['one', 'second'],
    ]);
    await toSecondStage(gateway, run);
    await expect.poll(() => agent.told.toolsChanged).toBe(2);
    expect(await agent.text('current_stage')).toContain('"persona": "second"');
  });

  it('cannot give it one that the run was not pinned to, nor without a signature of theirs [personas.switch.signed]', async () => {
    gateway = await openTwoStages({
      personas: [first, second, { id: 'root', actions: ['*'], secrets: [], tools: { files: ['*'] } }],
    });
    enrol(gateway.means.people, gateway.means.keys, { name: 'Ada', pin: PIN });
    const { run } = await started(gateway);
    await expect(signed(run, 'one', 'root')).rejects.toMatchObject({ code: 'persona.not_pinned' });
    await expect(signed(run, 'two', 'first')).rejects.toMatchObject({ code: 'persona.no_stage' });
    await expect(signed(run, 'one', 'first')).rejects.toMatchObject({ code: 'persona.in_force' });
    const { engine } = gateway.test;
    const challenge = engine.challenge({ kind: 'persona', run, node: 'one', persona: 'second' });
    const forged = { ...gateway.means.keys.sign('Ada', PIN, challenge), digest: 'a'.repeat(64) };
    await expect(engine.usePersona(run, 'one', 'second', forged)).rejects.toMatchObject({
      code: expect.stringMatching(/^signature\./) as string,
    });
    expect(engine.events(run).some(({ type }) => type === 'persona.switched')).toBe(false);
  });
});

it('An agent that connects while the stage changes works in the new one, not in the one that it found [personas.gateway.tools]', async () => {
  gateway = await openTwoStages();
  await gateway.servers.trust('files');
  await gateway.servers.trust('other');
  const { run } = await started(gateway);
  const [theirs, ours] = InMemoryTransport.createLinkedPair();
  const begin = ours.start.bind(ours);
  ours.start = async () => {
    await toSecondStage(gateway, run);
    await gateway.test.engine.settled(run);
    await begin();
  };
  await gateway.gateway.open(ours, { run });
  const agent = await agentOver((client) => client.connect(theirs));
  expect(await agent.text('current_stage')).toContain('"persona": "second"');
  await agent.close();
});
