import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../daemon/config.ts';
import { openDaemon } from '../daemon/open.ts';
import { enrol } from '../daemon/people/enrol.ts';
import { markAsDemo } from '../daemon/people/unattended.ts';
import { parseWorkflowText } from '../shared/workflow/parse.ts';

export const STORM_TOKEN = 'a-token-of-this-storm';

/** A workflow that wants every alert and waits for a person. */
const WAITING = `- {{renderer :stagebook, workflow}} Respond
  \`\`\`yaml
  inputs: { incident: { default: "" }, service: { default: "" } }
  triggers: [{ alert: 'alert.name != ""', inputs: { incident: "\${{ alert.incident }}", service: "\${{ alert.service }}" } }]
  \`\`\`
- {{renderer :stagebook, stage}} Detect
  \`\`\`yaml
  persona: observability
  \`\`\`
	- {{renderer :stagebook, ask}} What now
	  \`\`\`yaml
	  question: What now?
	  \`\`\`
`;

/** Messages of an Alertmanager in trouble, and what they add up to. */
export interface Storm {
  bodies: string[];
  services: string[];
  /** How many different alerts there are. */
  episodes: number;
  expected: ReadonlyMap<string, { firing: number; resolved: number }>;
}

/**
 * Alerts of groups, one service each, in an order made up from a seed: every third is resolved, some of those before they are
 * told to fire, and every fourth message comes twice. The same numbers give the same storm.
 */
export function stormOf({ alerts, groups, seed }: { alerts: number; groups: number; seed: number }): Storm {
  const random = randomFrom(seed);
  const start = Date.parse('2026-11-21T03:00:00Z');
  const messages: { group: number; alert: object }[] = [];
  const expected = new Map<string, { firing: number; resolved: number }>();
  const firing = Math.ceil((alerts * 3) / 4);
  let episodes = 0;
  for (let n = 0; n < firing; n += 1) {
    const group = n % groups;
    const service = `service-${String(group).padStart(4, '0')}`;
    const labels = { alertname: `Alert${Math.floor(n / groups)}`, service, severity: ['P1', 'P2', 'warning'][n % 3] };
    const alert = {
      status: 'firing',
      labels,
      annotations: { summary: `number ${n} of a storm` },
      startsAt: new Date(start + n).toISOString(),
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph',
      fingerprint: `f${n}`,
    };
    const sum = expected.get(service) ?? { firing: 0, resolved: 0 };
    expected.set(service, sum);
    messages.push({ group, alert });
    episodes += 1;
    if (messages.length < alerts && n % 3 === 0) {
      const ended = new Date(start + n + 60_000).toISOString();
      messages.push({ group, alert: { ...alert, status: 'resolved', endsAt: ended } });
      sum.resolved += 1;
    } else sum.firing += 1;
  }
  const shuffled = messages.map((message) => ({ message, at: random() })).toSorted((one, other) => one.at - other.at);
  const bodies: string[] = [];
  for (let at = 0; at < shuffled.length;) {
    // Some come alone, some with others of their group that are near.
    const { group } = shuffled[at]!.message;
    const together = shuffled
      .slice(at, at + 1 + Math.floor(random() * 3))
      .filter(({ message }) => message.group === group);
    at += 1;
    const body = JSON.stringify({
      version: '4',
      groupKey: `{}:{service="${group}"}`,
      status: 'firing',
      alerts: together.map(({ message }) => message.alert),
    });
    bodies.push(body);
    if (random() < 0.25) bodies.push(body);
  }
  return { bodies, services: [...expected.keys()].toSorted(), episodes, expected };
}

/** Makes a data directory with a graph whose page somebody trusts, and a source for the storm. */
export async function trustIn(home: string, graph: string, page = WAITING): Promise<void> {
  mkdirSync(home, { recursive: true });
  mkdirSync(join(graph, 'pages'), { recursive: true });
  writeFileSync(join(graph, 'pages', 'Respond.md'), page);
  const source = 'alerts: { sources: { am: { kind: alertmanager, token: STORM_TOKEN } } }';
  writeFileSync(join(home, 'config.yaml'), `graphs: [${JSON.stringify(graph)}]\nzone: UTC\n${source}\n`);
  const daemon = await openDaemon(readConfig(home));
  try {
    const { person, pin } = markAsDemo(home);
    enrol(daemon.people, daemon.keys, { name: person, pin });
    const { definition } = parseWorkflowText(page);
    const hash = await daemon.engine.propose(definition!);
    const challenge = daemon.engine.challenge({ kind: 'trust', definition: hash });
    await daemon.engine.trust(hash, daemon.keys.sign(person, pin, challenge));
  } finally {
    await daemon.close();
  }
}

/**
 * Posts bodies, some at a time, and each again while it is told to come back. Gives those that nobody said to have, because
 * the daemon went away after `until` of them, by `after`.
 */
export async function postStorm(
  port: number,
  bodies: readonly string[],
  { atOnce = 16, until = Infinity, after }: { atOnce?: number; until?: number; after?: () => Promise<void> } = {},
): Promise<string[]> {
  const left: string[] = [];
  let next = 0;
  let done = 0;
  let gone: Promise<void> | undefined;
  const one = async (): Promise<void> => {
    for (let at = next++; at < bodies.length; at = next++) {
      if (gone || !(await delivered(port, bodies[at]!))) left.push(bodies[at]!);
      done += 1;
      if (done >= until) gone ??= after?.();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  await gone;
  return left;
}

async function delivered(port: number, body: string): Promise<boolean> {
  for (;;) {
    try {
      const headers = { authorization: `Bearer ${STORM_TOKEN}`, 'content-type': 'application/json' };
      const response = await fetch(`http://127.0.0.1:${port}/alerts/am`, { method: 'POST', headers, body });
      await response.arrayBuffer();
      if (response.status === 200) return true;
      if (response.status !== 503) throw new Error(`the storm was answered with ${response.status}`);
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
}

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
