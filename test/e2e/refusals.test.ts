import { beforeEach, describe, expect, it } from 'vitest';
import { CALLS, type CallName } from '../../shared/protocol/calls.ts';
import { SOCKET_PATH } from '../../shared/protocol/limits.ts';
import type { Signature } from '../../shared/run/event.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { createPanelKey, type Client } from '../fakes/client.ts';
import type { Panel, TestServer } from '../fakes/server.ts';
import { startAs, trustAs } from '../fakes/signed-calls.ts';
import { requireProgram } from '../programs.ts';
import { useBuiltPlugin } from './built-plugin.ts';
import { pair, useDaemons } from './daemons.ts';
import type { Host } from './host/driver.ts';
import { useHosts } from './host/hosts.ts';
import { samplePlugin } from './host/sample-plugin.ts';

const GRAPH = '/home/person/notes';
const SIGN_OFF = 'The boss agrees';
const PAGE = `- {{renderer :stagebook, workflow}} Guarded
- ## {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: tester
  \`\`\`
\t- {{renderer :stagebook, gate}} Ready
\t\t- {{renderer :stagebook, sign-off}} ${SIGN_OFF}
\t- {{renderer :stagebook, step}} Send
\t  \`\`\`yaml
\t  uses: act.irreversible
\t  with: { name: send }
\t  \`\`\`
`;
const NODE = 'work/ready';
const ID = 'the_boss_agrees';

/** What any other plugin can do to ours: they share an origin, so it takes our token and puts itself before our globals. */
const INTRUDER = `
globalThis.take = () => {
  const frame = Array.from({ length: parent.length }, (_, n) => parent[n]).find((one) => { try { return one !== self && one.logseq && one.location.pathname.includes('/stagebook/'); } catch { return false; } });
  globalThis.heard = [];
  const { send } = frame.WebSocket.prototype;
  frame.WebSocket.prototype.send = function (text) {
    if (!this.bugged) this.addEventListener('message', ({ data }) => heard.push(data));
    this.bugged = true;
    return send.call(this, text);
  };
  frame.fetch = (...all) => { heard.push(all); return Promise.reject(new Error('mine')); };
  frame.Element.prototype.click = () => heard.push('click');
  frame.EventTarget.prototype.dispatchEvent = () => true;
  Object.defineProperty(frame.Event.prototype, 'isTrusted', { get: () => true });
  globalThis.ours = frame;
  return frame.logseq.settings.token;
};
globalThis.asking = (url, token, frames) => new Promise((resolve) => {
  const socket = new WebSocket(url);
  const answers = [];
  socket.onopen = () => socket.send(JSON.stringify({ hello: { protocol: 1, version: '1', as: { kind: 'plugin', token } } }));
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.welcome) for (const [id, one] of frames.entries()) socket.send(JSON.stringify({ id, ...one }));
    if ('id' in frame) answers[frame.id] = frame;
    if (answers.filter(Boolean).length === frames.length) { resolve(answers); socket.close(); }
  };
  socket.onclose = () => resolve(answers);
});`;

describe.runIf(requireProgram('chromium'))('what is refused', () => {
  const open = useHosts();
  const built = useBuiltPlugin('client', 'panel');
  const daemons = useDaemons();
  let here: TestServer;
  let host: Host;
  let ada: Client & Panel;
  let run: string;

  beforeEach(async () => {
    host = await open({
      plugins: [built.source, samplePlugin('intruder', INTRUDER)],
      pages: { Guarded: PAGE },
      open: 'Guarded',
      strict: false,
    });
    host.page.setDefaultTimeout(10_000);
    here = await daemons.serve(host, built, { options: { policy: { trust: true, signToStart: true } } });
    ada = await here.panel('Ada');
    await pair(host, here.server);
    await host
      .block('Guarded')
      .getByRole('button', { name: /Review and trust/ })
      .waitFor();
    run = await started();
    await signOff()
      .getByRole('button', { name: /Review and sign/ })
      .waitFor();
  });

  async function started(): Promise<string> {
    const { definition } = parseWorkflowText(PAGE);
    const hash = await here.test.engine.propose(definition!);
    await trustAs(ada, hash);
    const began = await startAs(ada, hash, { graph: GRAPH, page: 'Guarded' });
    await here.test.work(() => here.test.engine.state(began).status === 'waiting');
    return began;
  }
  const signOff = () => host.block(SIGN_OFF);
  const subject = (of = run) => ({ kind: 'sign-off', run: of, node: NODE, signOff: ID }) as const;
  const challenge = (of = run) => ada.call('challenge', { subject: subject(of) });
  const gate = () => here.test.engine.state(run).nodes.get(NODE)!.gate!;
  const give = (signature: Signature) => ada.call('sign', { run, node: NODE, signOff: ID, signature });
  /** Nobody has signed anything, and it is still asked for. */
  async function expectUnsigned(): Promise<void> {
    expect(gate().signatures).toEqual([]);
    expect(here.test.engine.state(run).status).toBe('waiting');
    expect(here.test.world.ledger).toEqual([]);
    expect(await signOff().getByRole('img').first().getAttribute('aria-label')).toBe('waiting for a signature');
  }

  const forgeries: Record<string, { says: string; forge(): Promise<Signature> }> = {
    'a nonce of nobody': {
      says: 'This signature was used before or took too long. Look again and sign again.',
      forge: async () => ada.key.sign({ nonce: 'of-my-own', digest: (await challenge()).digest }, ada),
    },
    'a changed payload': {
      says: 'This signature was given for something else. Look again and sign again.',
      forge: async () => ada.key.sign({ nonce: (await challenge()).nonce, digest: 'f'.repeat(64) }, ada),
    },
    'a signature of another run': {
      says: 'This signature was given for something else. Look again and sign again.',
      forge: async () => ada.key.sign(await challenge(await started()), ada),
    },
    'a key of one’s own': {
      says: 'This was not signed on the device that you are connected with. Sign again on your own device.',
      forge: async () => createPanelKey().sign(await challenge(), ada),
    },
  };

  it('says so on the block, with what to do, whatever was tried [ui.e2e.refusals]', async () => {
    for (const { says, forge } of Object.values(forgeries)) {
      await expect(forge().then(give)).rejects.toThrow(says);
      // Another run of the page may have been started for it; this one is shown again by its own page.
      const found = await ada.call('attempts');
      expect(found[0]).toMatchObject({ run, node: NODE, signOff: ID, call: 'sign', by: 'Ada', message: says });
      expect(gate().signatures).toEqual([]);
    }
  });

  it('shows a refused signature on the sign-off that it was for [ui.e2e.refusals]', async () => {
    const signature = await forgeries['a changed payload']!.forge();
    await expect(give(signature)).rejects.toMatchObject({ code: 'signature.foreign' });
    const line = signOff().locator('.sb-tried');
    await line.waitFor();
    expect(await line.innerText()).toMatch(
      /^signature refused \d{4}-\d\d-\d\d \d\d:\d\d, Ada: This signature was given for something else\. Look again and sign again\.$/,
    );
    await expectUnsigned();
  });

  it('shows a tick in the text as what it is: unsigned [ui.e2e.refusals]', async () => {
    const [uuid] = (await host.uuids('Guarded')).slice(3);
    await host.call('update_block', uuid, `DONE {{renderer :stagebook, sign-off}} ${SIGN_OFF}`);
    await signOff().getByText('A tick in the text signs nothing: sign with “Review and sign…”.').waitFor();
    await expectUnsigned();
    await host.call('update_block', uuid, `[x] {{renderer :stagebook, sign-off}} ${SIGN_OFF}`);
    await signOff().getByText('A tick in the text signs nothing').waitFor();
    expect(gate().signatures).toEqual([]);
  });

  it('lets a link or another plugin that calls our functions open the panel, and no more [ui.e2e.refusals]', async () => {
    const [uuid] = (await host.uuids('Guarded')).slice(3);
    await host
      .plugin('intruder')
      .evaluate(
        `logseq.App.invokeExternalPlugin('stagebook.models.stagebookAct', { dataset: { u: '${uuid}', a: 'sign' } })`,
      );
    const panel = host.page.frameLocator('iframe[src*="stagebook/index.html"]').frameLocator('iframe.panel');
    await panel
      .getByRole('heading', { name: 'Enrol this browser' })
      .or(panel.getByRole('heading').first())
      .first()
      .waitFor();
    await expectUnsigned();
  });

  it('tells a window whose token is old what to do [ui.e2e.refusals]', async () => {
    const [plugin] = await ada.call('plugins');
    await ada.call('devices.revoke', { device: plugin!.device });
    await host.block('Guarded').getByText('This device or plugin was revoked. Pair it anew: stagebook pair').waitFor();
    expect(
      await signOff()
        .getByRole('button', { name: /Review and sign/ })
        .count(),
    ).toBe(0);
    expect(gate().signatures).toEqual([]);
  });

  it('gives a second plugin that has our token and our globals a proposal, and nothing else [ui.e2e.intruder]', async () => {
    const intruder = host.plugin('intruder');
    const token: string = await intruder.evaluate('take()');
    expect(token).toBe((await host.settings('stagebook'))['token']);
    const url = `ws://127.0.0.1:${here.server.port}${SOCKET_PATH}`;
    const { definition } = here.test.engine.list({ limit: 1 })[0]!;
    const signature: Signature = {
      ...ada.key.sign(await challenge(), ada),
    };
    const given: Partial<Record<CallName, object>> = {
      sign: { run, node: NODE, signOff: ID, signature },
      reject: { run, node: NODE, signOff: ID, signature },
      skip: { run, node: NODE, signature, reason: 'why not' },
      start: { definition, inputs: {}, signature },
      trust: { definition, signature },
      challenge: { subject: subject() },
      cancel: { run },
      resume: { run },
      answer: { run, node: NODE, answer: true },
    };
    const calls = Object.entries(CALLS).map(([call, { right }]) => ({
      call,
      right,
      with: given[call as CallName] ?? {},
    }));
    const forPeople = calls.filter(({ right }) => right === 'sign');
    const ask = (frames: readonly object[]) =>
      intruder.evaluate<{ ok?: unknown; failure?: { code: string } }[]>(
        `asking(${JSON.stringify(url)}, ${JSON.stringify(token)}, ${JSON.stringify(frames)})`,
      );
    const refused = await ask(forPeople.map((one) => ({ call: one.call, with: one.with })));
    expect(refused.map(({ failure }) => failure?.code)).toEqual(forPeople.map(() => 'call.right'));
    await signOff()
      .locator('.sb-tried')
      .getByText(/A plugin may read and propose/)
      .waitFor();
    // What it may do is to ask a person.
    const [proposed] = await ask([{ call: 'propose', with: { wish: subject() } }]);
    expect(proposed).toMatchObject({ ok: { proposal: expect.any(String) } });
    // Our own button works as before, and leads to a page that it cannot reach into.
    await signOff()
      .getByRole('button', { name: /Review and sign/ })
      .click();
    const panel = host.page.frameLocator('iframe[src*="stagebook/index.html"]').frameLocator('iframe.panel');
    await panel.locator('[name=pin]').waitFor();
    const reached = await intruder.evaluate<string[]>(`(() => {
      const inner = ours.document.querySelector('iframe.panel');
      const tries = [() => inner.contentWindow.document.body, () => inner.contentWindow.indexedDB, () => inner.contentWindow.localStorage];
      return tries.map((one) => { try { return one() ? 'reached' : 'nothing'; } catch (error) { return error.name; } });
    })()`);
    expect(reached.filter((one) => one === 'reached')).toEqual([]);
    const { code } = await here.server.desk.pair('panel');
    await panel.locator('[name=code]').fill(code);
    await panel.locator('[name=person]').fill('Ada');
    await panel.locator('[name=pin]').fill('correct-horse');
    await panel.locator('[name=pin]').press('Enter');
    await panel.locator('[data-arming=armed]').waitFor();
    // It hears all that our window hears: what people type, keys and nonces are not among it.
    const heard: string = await intruder.evaluate('JSON.stringify(heard)');
    for (const secret of ['correct-horse', code, 'nonce', 'privateKey']) expect(heard).not.toContain(secret);
    await intruder.evaluate(
      `ours.document.querySelector('iframe.panel').contentWindow.postMessage({ stagebook: 'frame', sign: true, click: 'Sign' }, '*')`,
    );
    await expectUnsigned();
  });
});
