import { describe, expect, it } from 'vitest';
import type { EventType, Payloads, RunEvent } from '../../../shared/run/event.ts';
import { timeline, type TimelineLine } from '../../../shared/run/timeline.ts';
import type { Definition, Node } from '../../../shared/workflow/definition.ts';
import { runStarted } from '../../fakes/run-started.ts';

const node = (role: Node['role'], id: string, title: string, ...children: Node[]): Node => ({
  role,
  id,
  title,
  settings: role === 'stage' ? { persona: 'backend' } : {},
  children,
});
const DEFINITION: Definition = {
  language: 1,
  header: node('workflow', 'w', 'W'),
  body: [
    node(
      'stage',
      'prepare',
      'Prepare',
      node('step', 'bump', 'Bump'),
      node('retry', 'again', 'Push it', node('step', 'push', 'Push')),
    ),
    node('gate', 'good', 'Good enough'),
  ],
};

let count = 0;
function event<T extends EventType>(type: T, key: string, payload: Payloads[T]): RunEvent {
  count += 1;
  return {
    pos: 100 + count,
    run: 'r',
    seq: count,
    type,
    node: key,
    attempt: 1,
    epoch: 1,
    at: count,
    payload,
    prev: '',
  } as RunEvent;
}
const lines = (...events: RunEvent[]): TimelineLine[] => timeline(events, DEFINITION);
const failure = { code: 'git.rejected', message: 'The remote said no.', retryable: true };
const step = { action: 'git.push', effect: 'write' as const, with: {}, key: 'k' };
const signature = { person: 'ada', device: 'd', publicKey: '', nonce: '', digest: 'abc', signature: '', at: 1 };

describe('the timeline', () => {
  it('gives each line its time, actor, kind, fact and evidence', () => {
    const [line] = lines(
      event('node.completed', 'prepare/bump', { output: { url: 'https://x/1' }, startedAt: 0, step }),
    );
    expect(line).toMatchObject({
      actor: { kind: 'persona', name: 'backend' },
      kind: 'effect',
      fact: 'did “Bump”',
      evidence: [
        { of: 'action', value: 'git.push' },
        { of: 'result', link: 'https://x/1' },
      ],
      shown: true,
    });
    expect(line!.at).toBe(count);
    expect(line!.seq).toBe(count);
  });

  it('shows status, findings, decisions and effects, and folds the rest away', () => {
    const by = { kind: 'person' as const, name: 'ada' };
    const told = lines(
      event('run.started', '', runStarted({ title: 'W', by }).payload),
      event('persona.switched', '', { from: null, to: 'backend' }),
      event('node.started', 'prepare', { role: 'stage', title: 'Prepare', persona: 'backend' }),
      event('node.started', 'prepare/bump', { role: 'step', title: 'Bump' }),
      event('node.completed', 'prepare/bump', { output: 1, startedAt: 0, step: { ...step, effect: 'read' } }),
      event('node.completed', 'prepare/bump', { output: 1, startedAt: 0, remember: { version: '1.1.0' } }),
      event('decision.made', 'prepare/again', { name: 'attempt', value: 2 }),
      event('decision.made', 'prepare/again', { name: 'next', value: 2, transient: true }),
      event('timer.set', 'prepare/again', { name: 'wait', at: 1 }),
      event('gate.signed', 'good', { signOff: 'manager', signature }),
      event('persona.refused', 'prepare/bump', {
        persona: 'backend',
        wanted: 'npm.publish',
        why: 'It is not offered.',
      }),
      event('note.added', '', { text: 'Looks fine.', by, evidence: { url: 'https://x/2' } }),
      event('run.completed', '', { output: null }),
    );
    expect(told.filter(({ shown }) => shown).map(({ kind, fact }) => `${kind}: ${fact}`)).toEqual([
      'status: started “W”',
      'status: began “Prepare”',
      'finding: found out by “Bump”',
      'decision: agreed: “manager”',
      'finding: refused backend to use npm.publish in “Bump”: It is not offered',
      'note: Looks fine',
      'status: the run completed',
    ]);
    expect(told.filter(({ shown }) => !shown).map(({ fact }) => fact)).toEqual([
      'the persona is backend',
      'looked by “Bump”',
      '“Push it” settled its attempt',
    ]);
  });

  it('tells a failure once, where it happened, and a retried one when the retrying ends', () => {
    const fails = (key: string) => event('node.failed', key, { failure, startedAt: 0 });
    expect(
      lines(fails('prepare/bump'), fails('prepare'), event('run.failed', '', { failure })).map(({ fact, shown }) => [
        fact,
        shown,
      ]),
    ).toEqual([
      ['“Bump” failed: The remote said no', true],
      ['“Prepare” failed: The remote said no', true],
      ['the run failed: The remote said no', true],
    ]);
    expect(
      lines(fails('prepare/again#1/push'), fails('prepare/again#2/push'), fails('prepare/again')).map(
        ({ fact, shown }) => [fact, shown],
      ),
    ).toEqual([
      ['“Push” failed: The remote said no', false],
      ['“Push (try 2)” failed: The remote said no', false],
      ['“Push it” failed: The remote said no', true],
    ]);
  });

  it('tells a gate by its requirements with what was seen, who agreed, and why it closed', () => {
    const checks = [
      { id: 'a', title: 'Tests pass', held: true, that: 'x == 0', saw: 0 },
      { id: 'b', title: 'Coverage', held: false, that: 'y >= 80.0', saw: 79.9 },
    ];
    const signOffs = [{ id: 'manager', title: 'The manager agrees', people: 1, notStarter: false }];
    const told = lines(
      event('gate.opened', 'good', { title: 'Good enough', checks, signOffs, digest: 'd' }),
      event('gate.refused', 'good', { signOff: 'manager', signature, reason: 'not today' }),
      event('gate.closed', 'good', { passed: false, why: 'ada refused' }),
      event('node.failed', 'good', { failure: { ...failure, code: 'gate.rejected' }, startedAt: 0 }),
    );
    expect(told.filter(({ shown }) => shown).map(({ fact }) => fact)).toEqual([
      '1 of 2 requirements of “Good enough” hold',
      'refused: “The manager agrees”: not today',
      '“Good enough” was rejected: ada refused',
    ]);
    expect(told[0]!.evidence).toEqual([
      { of: 'Tests pass', value: 0 },
      { of: 'Coverage, not held', value: 79.9 },
    ]);
    expect(told[1]!.actor).toEqual({ kind: 'person', name: 'ada' });
  });

  it('tells what nobody knows, and what was found out about it', () => {
    expect(
      lines(
        event('node.unknown', 'prepare/bump', { failure, step }),
        event('effect.verified', 'prepare/bump', { verdict: 'not-done', why: 'no such tag' }),
      ).map(({ fact }) => fact),
    ).toEqual([
      'nobody knows yet whether “Bump” took effect: The remote said no',
      'asked again, “Bump” did not take effect',
    ]);
  });

  it('has nothing to tell of no events', () => {
    expect(lines()).toEqual([]);
  });

  it('says that a message told nobody where nobody was configured to get it [incident.told.nobody]', () => {
    const reason = 'pagerduty is not configured. Put it under notify.pagerduty in the configuration.';
    const page = { ...step, action: 'notify.pagerduty' };
    const end = (output: Payloads['node.completed']['output']): RunEvent =>
      event('node.completed', 'prepare/bump', { output, startedAt: 0, step: page });
    expect(
      lines(end({ queued: false, reason }), end({ queued: true, reason: '' })).map(({ kind, fact }) => [kind, fact]),
    ).toEqual([
      ['finding', `“Bump” told nobody: ${reason.slice(0, -1)}`],
      ['effect', 'did “Bump”'],
    ]);
  });

  it('shows what a node found when it differs from what it found before [incident.told.once]', () => {
    const look = (finding: string): RunEvent => {
      const evidence = {
        source: 'prometheus',
        query: 'up',
        from: null,
        to: '2026-01-05T10:00:00Z',
        digest: 'd',
        link: '',
        finding,
      };
      return event('node.completed', `prepare/again#${count}/push`, { output: { evidence }, startedAt: 0, step });
    };
    const told = lines(...['9 % fail', '9 % fail', '0 % fail', '0 % fail', '9 % fail'].map(look));
    expect(told.map(({ fact, shown }) => [fact, shown])).toEqual([
      ['9 % fail', true],
      ['9 % fail', false],
      ['0 % fail', true],
      ['0 % fail', false],
      ['9 % fail', true],
    ]);
  });
});
