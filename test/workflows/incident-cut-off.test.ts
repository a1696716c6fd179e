import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readConfig } from '../../daemon/config.ts';
import { withFaults } from '../../daemon/demo/counterparts/faults.ts';
import { listenOnLoopback } from '../../daemon/demo/counterparts/loopback.ts';
import { readBody } from '../../daemon/demo/counterparts/read-body.ts';
import { markAsDemo } from '../../daemon/people/unattended.ts';
import { openDaemon, type Daemon } from '../../daemon/open.ts';
import { findWorkflow } from '../../daemon/workflows.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { bareRepository } from '../fakes/bare-repository.ts';
import { addressOfNobody } from '../fakes/nowhere.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const ada = { kind: 'person', name: 'Ada' } as const;

/** Answers what the run asks next, which must be this. */
async function answer({ engine }: Daemon, run: string, id: string, given: JsonObject): Promise<string> {
  const find = () => engine.requests(run).find(({ node }) => node.endsWith(`/${id}`));
  await expect.poll(find, { timeout: 40_000 }).toBeDefined();
  const asked = find()!;
  await engine.answer(run, asked.node, given, ada);
  return 'question' in asked ? asked.question : '';
}

/** The shipped page with shorter pauses between tries. */
async function quickened(): Promise<Definition> {
  const { text } = await findWorkflow('incident-response');
  return parseWorkflowText(text.replaceAll(/backoff: \{[^}]*\}/g, 'backoff: { kind: constant, initial: 50ms }'))
    .definition!;
}

it('with network, GitHub and chat cut off an incident runs to where a person decides, and what was said goes out later, once [incident.cut.runs] [incident.cut.later]', async () => {
  const root = mkdtempSync(join(tmpdir(), 'cut-off-'));
  closers.push(() => rmSync(root, { recursive: true, force: true }));
  const [home, graph] = [join(root, 'home'), join(root, 'graph')];
  for (const folder of [home, graph]) mkdirSync(folder);
  const said: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    said.push((JSON.parse(await readBody(request)) as { text: string }).text);
    response.end('ok');
  };
  const { listener, faults } = withFaults((request, response) => {
    void take(request, response);
  });
  const chat = await listenOnLoopback(listener);
  closers.push(() => chat.close());
  faults.down();
  const nobody = await addressOfNobody();
  const repository = await bareRepository();
  await repository.git('remote', 'add', 'origin', `${nobody}/shop.git`);
  const source = { url: nobody };
  const config = {
    github: { url: nobody },
    sandbox: { 'allow-unisolated': true },
    sources: { prometheus: source, loki: source, alertmanager: source, traces: { ...source, speaks: 'tempo' } },
    notify: { slack: { webhook: 'CHAT' } },
  };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config));
  const daemon = await openDaemon(readConfig(home), {
    environment: { ...process.env, CHAT: chat.url, GITHUB_TOKEN: 'ghp_x' },
    policy: { trust: false, signToStart: false },
  });
  closers.push(() => daemon.close());

  const { engine } = daemon;
  const definition = await quickened();
  const { values: inputs } = readInputs(definition, {
    title: 'Nothing answers',
    service: 'shop',
    severity: 'P1',
    directory: repository.work,
    repository: 'demo/shop',
    deploy: 'none',
  });
  const run = await engine.start({ definition, inputs, by: ada, graph });
  await answer(daemon, run, 'acknowledge', { commander: 'Ada' });
  const why = await answer(daemon, run, 'name_the_cause', { cause: 'the router burns' });
  expect(why).toContain('No finding shows the cause');
  const gaps = [...engine.state(run).nodes.values()].filter(
    ({ output }) => (output as { available?: boolean } | undefined)?.available === false,
  );
  expect(gaps.map(({ key }) => key.split('/').at(-1))).toEqual(
    expect.arrayContaining(['share_of_failing_requests', 'errors_in_the_logs', 'slow_and_failing_traces']),
  );
  expect(daemon.notices.waiting()).toBe(1);

  faults.up();
  await daemon.notices.flush();
  await daemon.notices.flush();
  expect(said).toEqual([expect.stringContaining('P1 Nothing answers')]);
  await daemon.pages.flush();
  const names: string[] = [];
  for await (const name of (await daemon.graph(graph)).pages()) names.push(name);
  expect(names.some((name) => name.startsWith('INC-'))).toBe(true);

  await answer(daemon, run, 'change_the_code', { what: 'another router' });
  writeFileSync(join(repository.work, 'router.txt'), 'another one');
  const signer = markAsDemo(home);
  daemon.people.add(signer.person);
  daemon.keys.create(signer.person, signer.pin);
  const open = () => engine.requests(run);
  await expect.poll(() => open()[0]?.kind, { timeout: 20_000 }).toBe('sign-off');
  const [request] = open();
  if (request?.kind !== 'sign-off') throw new Error('Nobody is asked to sign.');
  const { node, signOff } = request;
  const challenge = engine.challenge({ kind: 'sign-off', run, node, signOff });
  await engine.sign(run, node, signOff, daemon.keys.sign(signer.person, signer.pin, challenge));
  expect(await answer(daemon, run, 'why_without_github', { reason: '' })).toContain('GitHub gives no answer');
  await expect.poll(() => engine.state(run).status, { timeout: 20_000 }).toBe('failed');
  expect(engine.state(run).failure?.message).toContain('There is a reason to go without');
});
