import type { Page, WebSocketRoute } from '@playwright/test';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { NeedsPerson } from '../../../daemon/actions/action.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { openPanelHouse, type PanelHouse } from './open-panel.ts';

let house: PanelHouse;
let page: Page;
beforeAll(async () => {
  house = await openPanelHouse();
});
afterAll(() => house.close());
afterEach(() => page?.context().close());

const gate = node('gate', 'ready', {}, node('sign-off', 'fine'));
const send = step('send', 'act.irreversible', { with: { name: 'send' } });

/** Presses a button once it is armed, as a person would. */
async function press(name: string): Promise<void> {
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name, exact: true }).click();
}

/** A line to the daemon that a test can cut, and whose frames it can change. */
async function wired(change: (text: string) => string = (text) => text) {
  const line = { up: true, open: [] as WebSocketRoute[] };
  /** Calls that the daemon is too busy for: they fail, or wait until it has time. */
  const busy = { fails: '', waits: '', held: [] as (() => void)[] };
  page = await house.enrolled();
  await page.routeWebSocket(/\/socket$/, (socket) => {
    if (!line.up) return void socket.close({ code: 1001 });
    line.open.push(socket);
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const text = change(String(message));
      const { id, call } = JSON.parse(text) as { id?: number; call?: string };
      const failure = { code: 'connection.timeout', message: 'The daemon is busy.', retryable: true };
      if (call !== undefined && call === busy.fails) socket.send(JSON.stringify({ id, failure }));
      else if (call !== undefined && call === busy.waits) busy.held.push(() => server.send(text));
      else server.send(text);
    });
  });
  await page.reload();
  return {
    cut: async () => {
      line.up = false;
      for (const socket of line.open.splice(0)) await socket.close({ code: 1001 });
    },
    mend: () => (line.up = true),
    busy,
    /** The daemon has time again. */
    free: () => {
      busy.fails = busy.waits = '';
      for (const go of busy.held.splice(0)) go();
    },
  };
}

/** Asks for the connection until it is there; the page may have it by itself before the button is hit. */
async function connected(): Promise<void> {
  await expect
    .poll(async () => {
      const button = page.getByRole('button', { name: 'Try now' });
      await button.click({ timeout: 1_000 }).catch(() => undefined);
      return page.getByText('The daemon does not answer').count();
    })
    .toBe(0);
}

it('says that the daemon is away and how to start it, and goes on where it was [ui.panel.offline]', async () => {
  const run = await house.start(workflowOf(gate, send));
  const line = await wired();
  await house.goTo(page, `#/run/${run}`);
  await page.getByRole('link', { name: 'Review and sign…' }).first().waitFor();
  await line.cut();
  await page.getByText('The daemon does not answer. Start it with stagebook up').waitFor();
  // What is known stays; what happens meanwhile comes with the connection.
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  const ada = await house.here.panel('Ada');
  const subject = { kind: 'sign-off', run, node: 'work/ready', signOff: 'fine' } as const;
  const challenge = await ada.call('challenge', { subject });
  await ada.call('sign', { run, node: 'work/ready', signOff: 'fine', signature: ada.key.sign(challenge, ada) });
  await house.here.test.work();
  line.mend();
  await connected();
  await page.getByText('Completed').first().waitFor();
  expect(await page.getByText('The daemon does not answer').count()).toBe(0);
  await page.getByRole('tab', { name: 'Timeline' }).click();
  // What happened on another day says on which.
  await page.locator('.timeline .day').filter({ hasText: '2026-01-05' }).waitFor();
  const agreed = page.locator('.timeline li').filter({ hasText: 'agreed: “fine”' });
  expect(await agreed.locator('.who').innerText()).toBe('Ada');
});

const question = node('ask', 'why', { question: 'Why is that?', from: 'person' });

it('keeps what somebody types when the daemon is too busy, or away, and says so beside it [ui.panel.kept]', async () => {
  const run = await house.start(workflowOf(question));
  const line = await wired();
  await house.goTo(page, `#/ask/${run}/work%2Fwhy`);
  const answer = page.getByRole('textbox', { name: 'Answer' });
  await answer.fill('It is a long story');
  line.busy.fails = 'requests';
  // Another run goes on, so that what is asked is looked at again.
  await house.start(workflowOf(gate, send));
  await page.getByText('The daemon is busy.').waitFor();
  expect(await answer.inputValue()).toBe('It is a long story');
  line.free();
  await line.cut();
  await page.getByText('The daemon does not answer. Start it with stagebook up').waitFor();
  expect(await answer.inputValue()).toBe('It is a long story');
  line.mend();
  await connected();
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  expect(house.here.test.engine.state(run).nodes.get('work/why')!.ask).toMatchObject({ answer: 'It is a long story' });
});

it('says why a person is asked, where the page does not [ui.panel.kept]', async () => {
  const because = 'No model is configured in config.yaml, so a person is asked.';
  house.here.test.world.on('thinks', () => {
    throw new NeedsPerson({ question: 'Find the cause.', because, from: 'person' });
  });
  const run = await house.start(workflowOf(step('thinks', 'act.read', { with: { name: 'thinks' } })));
  page = await house.enrolled();
  await house.goTo(page, `#/ask/${run}/work%2Fthinks`);
  await page.getByRole('heading', { name: 'Find the cause.' }).waitFor();
  expect(await page.getByText(because).isVisible()).toBe(true);
});

it('shows that an answer is waited for, once that takes its time [ui.panel.slow]', async () => {
  const line = await wired();
  await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
  line.busy.waits = 'people';
  await house.goTo(page, '#/people');
  await page.getByText('Waiting for the daemon…').waitFor({ state: 'attached' });
  expect(await page.locator('.overdue').isVisible()).toBe(true);
  line.free();
  await page.locator('.overdue').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Ada' }).waitFor();
});

it('says what is wrong where a run is to be started again that is not there [ui.panel.kept]', async () => {
  const hash = await house.propose(workflowOf(gate, send));
  page = await house.enrolled();
  await house.goTo(page, `#/start/${hash}/as/run-that-never-was`);
  await page.getByRole('alert').waitFor();
  expect(await page.getByText('Loading…').count()).toBe(0);
});

it('says which side to update when the two are of different versions [ui.panel.version]', async () => {
  await wired((text) => text.replace('"hello":{"protocol":1,', '"hello":{"protocol":99,'));
  await page
    .locator('.connection .note')
    .filter({ hasText: /update the daemon/ })
    .waitFor();
  expect(await page.getByRole('button', { name: 'Load again' }).count()).toBe(1);
  expect(await page.getByRole('heading', { name: /no longer known/ }).count()).toBe(0);
});

it('shows what a step puts out while it runs [ui.panel.logs]', async () => {
  const said = Promise.withResolvers<(line: string) => void>();
  const ended = Promise.withResolvers<null>();
  house.here.test.world.on('talks', ({ log }) => {
    said.resolve(log);
    return ended.promise;
  });
  let begun = false;
  void said.promise.then(() => (begun = true));
  const run = await house.start(workflowOf(step('talks', 'act.read', { with: { name: 'talks' } })), () => begun);
  page = await house.enrolled();
  await house.goTo(page, `#/run/${run}/node/work%2Ftalks`);
  await page.getByText('Began').waitFor();
  const log = await said.promise;
  log('Resolving deltas: 62%');
  await page.getByText('Resolving deltas: 62%').first().waitFor();
  log('<b>Done</b>');
  await page.getByText('<b>Done</b>').first().waitFor();
  ended.resolve(null);
  await house.here.test.work();
  await page.getByText('Completed').first().waitFor();
  // It is kept with the step, and is text whatever it looks like.
  await page.reload();
  await page.getByText('Resolving deltas: 62%').first().waitFor();
  expect(await page.locator('b', { hasText: 'Done' }).count()).toBe(0);
});

it('says of a run in line for which slot it waits, in the list and on its own page [ui.blocks.line]', async () => {
  const { header, ...rest } = workflowOf(gate);
  const definition = { ...rest, header: { ...header, settings: { concurrency: { key: 'release', limit: 1 } } } };
  await house.start({ ...definition, header: { ...definition.header, title: 'Holder' } });
  const run = await house.start(
    { ...definition, header: { ...definition.header, title: 'Queued' } },
    () => house.here.test.engine.list().length > 1,
  );
  page = await house.enrolled();
  const phrase = /waits for a slot of “release”, which #\d+ Holder has/;
  const row = page.getByRole('link', { name: /Queued/ }).first();
  await row.getByText(phrase).waitFor();
  expect(await row.getByText('In line', { exact: true }).count()).toBe(1);
  await house.goTo(page, `#/run/${run}`);
  await page.getByRole('status').getByText(phrase).waitFor();
});

it('shows what changed since the version that was trusted last [ui.panel.difference]', async () => {
  const named = (...nodes: Parameters<typeof workflowOf>) => {
    const definition = workflowOf(...nodes);
    return { ...definition, header: { ...definition.header, title: 'Changing' } };
  };
  await house.start(named(gate, send));
  const mail = { ...step('mail', 'act.write', { with: { name: 'mail' } }), title: 'Mail everybody' };
  const hash = await house.propose(named(gate, send, mail));
  page = await house.enrolled();
  await house.goTo(page, `#/trust/${hash}`);
  await page.getByRole('heading', { name: 'What changed since the version trusted last' }).waitFor();
  const added = page.locator('.diff-line[data-is=added]').filter({ hasText: 'Mail everybody' });
  await added.first().waitFor();
  await press('Sign: trust it');
  await page.getByText('This version is trusted by Ada').waitFor();
  expect(house.here.test.engine.trusted(hash)).toBe(true);
});

it('cancels a run with its reason, and only when that is confirmed [ui.panel.cancel]', async () => {
  const run = await house.start(workflowOf(gate, send));
  page = await house.enrolled();
  await house.goTo(page, `#/run/${run}`);
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByRole('button', { name: 'Back' }).waitFor();
  expect(house.here.test.engine.state(run).status).toBe('waiting');
  await page.getByLabel('Why').fill('wrong branch');
  await press('Cancel the run');
  await house.here.test.work();
  await page.getByText('Cancelled').first().waitFor();
  const cancelling = house.here.test.engine.events(run).find(({ type }) => type === 'run.cancelling');
  expect(cancelling?.payload).toMatchObject({ by: { name: 'Ada' }, reason: 'wrong branch' });
});

it('runs again from a part, and leaves what was before it [ui.panel.from]', async () => {
  let works = false;
  house.here.test.world.on('first', () => 'one');
  house.here.test.world.on('flaky', () => {
    if (!works) throw new Error('not yet');
    return 'two';
  });
  const run = await house.start(
    workflowOf(
      step('first', 'act.read', { with: { name: 'first' } }),
      step('flaky', 'act.read', { with: { name: 'flaky' } }),
    ),
    (id) => house.here.test.engine.state(id).status === 'failed',
  );
  works = true;
  page = await house.enrolled();
  await house.goTo(page, `#/run/${run}/node/work%2Fflaky`);
  await page.getByRole('button', { name: 'Run from here…' }).click();
  await press('Run from here');
  await house.here.test.work();
  await page.getByText('Completed').first().waitFor();
  expect(house.here.test.world.calls.filter((name) => name === 'first')).toHaveLength(1);
  expect(house.here.test.engine.events(run).some(({ type }) => type === 'run.reset')).toBe(true);
});

it('shows what an edit changes, has it trusted and signed, and the run goes on with it [core.move.page]', async () => {
  house.here.test.world.on('lost', () => {
    throw new Error('no such place');
  });
  const lost = step('lost', 'act.write', { with: { name: 'lost' } });
  const run = await house.start(workflowOf(lost), (id) => house.here.test.engine.state(id).status === 'failed');
  const definition = await house.propose(workflowOf(step('found', 'act.write', { with: { name: 'found' } })));
  const plugin = await house.here.plugin();
  const { proposal } = await plugin.call('propose', { wish: { kind: 'move', run, definition } });
  page = await house.enrolled();
  await house.goTo(page, `#/run/${run}`);
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  await house.goTo(page, `#/proposal/${proposal}`);
  await page.getByText('1 node added, 1 removed. What completed is not done again.').waitFor();
  await page.getByRole('button', { name: 'Review and trust…' }).click();
  await press('Sign: trust it');
  await press('Sign and go on');
  await page.getByText('Completed').first().waitFor();
  await page.getByText('found').first().waitFor();
  expect(house.here.test.engine.state(run)).toMatchObject({ status: 'completed', definition });
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByText('went on with the edited page: 1 node added, 1 removed').waitFor();
});

it('goes everywhere by keyboard alone, with the focus to be seen [ui.panel.keyboard]', async () => {
  const run = await house.start(workflowOf(gate, send));
  page = await house.enrolled();
  await house.goTo(page, `#/approve/${run}/work%2Fready/fine`);
  await page.locator('[data-arming=armed]').waitFor();
  const seen = new Set<string>();
  const sign = page.getByRole('button', { name: 'Sign', exact: true });
  const go = async (key: string, until: string) => {
    for (let n = 0; n < 40 && !seen.has(until); n += 1) {
      await page.keyboard.press(key);
      const [name, outline] = await page.evaluate(() => {
        const { activeElement: at } = document;
        return [at === document.body ? '' : (at?.textContent ?? ''), at ? getComputedStyle(at).outlineStyle : ''];
      });
      if (name !== '') expect(outline, `the focus on “${name}” is not to be seen`).not.toBe('none');
      seen.add(name);
    }
  };
  // A view begins with the focus on its heading; the places to go to are before it.
  await go('Shift+Tab', 'Runs');
  await go('Tab', 'Sign');
  expect(await sign.evaluate((button) => button === document.activeElement)).toBe(true);
  expect([...seen]).toEqual(expect.arrayContaining(['Runs', 'People', 'Settings', 'Reject…', 'Sign']));
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  expect(house.here.test.engine.state(run).nodes.get('work/ready')!.gate!.signatures).toHaveLength(1);
  // Tabs by arrows, as a list of tabs is used.
  await page.getByRole('tab', { name: 'Outline' }).focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('tab', { name: 'Timeline' }).getAttribute('aria-selected')).toBe('true');
});

it('gives the focus to what stands nearest where a redraw takes away what had it [ui.panel.keyboard]', async () => {
  const run = await house.start(workflowOf(gate, send));
  page = await house.enrolled();
  await house.goTo(page, `#/run/${run}`);
  await page.getByRole('button', { name: 'Cancel…' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name: 'Back' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.armed-bar').waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tab');
});
