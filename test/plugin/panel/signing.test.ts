import type { Frame, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { openPanelHouse, type PanelHouse } from './open-panel.ts';

const definition = workflowOf(
  node('gate', 'ready', {}, node('sign-off', 'fine')),
  step('send', 'act.irreversible', { with: { name: 'send' } }),
);

let house: PanelHouse;
let run: string;
let page: Page;
beforeAll(async () => {
  house = await openPanelHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  run = await house.start(definition);
  page = await house.enrolled();
});
afterEach(() => page.context().close());

const at = () => `#/approve/${run}/work%2Fready/fine`;
const button = (where: Page | Frame = page) => where.getByRole('button', { name: 'Sign', exact: true });
const gate = () => house.here.test.engine.state(run).nodes.get('work/ready')!.gate!;
/** What a person would do, without the driver waiting until the button can be clicked. */
const realClick = async () => {
  const box = (await button().boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
};
const cover = (style: Record<string, string>) =>
  page.evaluate((given) => {
    const over = document.createElement('div');
    over.id = 'over';
    Object.assign(over.style, { position: 'fixed', inset: '0', zIndex: '99', pointerEvents: 'none' }, given);
    document.body.append(over);
  }, style);

describe('the button that signs [ui.panel.armed]', () => {
  it('is not there for a script: only a real click signs', async () => {
    await house.goTo(page, at());
    await page.locator('[data-arming=armed]').waitFor();
    await button().evaluate((element) => (element as HTMLButtonElement).click());
    await button().dispatchEvent('click', { bubbles: true });
    expect(await button().textContent()).toBe('Sign');
    await page.getByText('That click came from a program, not from you').waitFor();
    expect(gate().signatures).toEqual([]);
    await realClick();
    await page.getByRole('tab', { name: 'Outline' }).waitFor();
    expect(gate().signatures.map(({ signature }) => signature.person)).toEqual(['Ada']);
  });

  it('signs by keyboard, too', async () => {
    await house.goTo(page, at());
    await page.locator('[data-arming=armed]').waitFor();
    await button().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Outline' }).waitFor();
    expect(gate().signatures).toHaveLength(1);
  });

  it('is off while anything lies over it, and counts anew when that is gone', async () => {
    await house.goTo(page, at());
    await page.locator('[data-arming=armed]').waitFor();
    await cover({ background: 'rgba(0, 0, 0, 0.01)' });
    await page.locator('[data-arming=covered]').waitFor();
    await realClick();
    await page.getByText('Something lies over this').waitFor();
    expect(await button().getAttribute('aria-disabled')).toBe('true');
    expect(gate().signatures).toEqual([]);
    await page.evaluate(() => document.getElementById('over')!.remove());
    await page.locator('[data-arming=armed]').waitFor();
    await realClick();
    await page.getByRole('tab', { name: 'Outline' }).waitFor();
  });

  it('is off where the page is transparent or filtered', async () => {
    await house.goTo(page, at());
    for (const style of ['opacity: 0.4', 'filter: blur(1px)', 'transform: rotate(3deg)']) {
      await page.locator('[data-arming=armed]').waitFor();
      await page.evaluate((given) => (document.getElementById('panel')!.style.cssText = given), style);
      await page.locator('.armed-bar:not([data-arming=armed])').waitFor();
      await realClick();
      expect(gate().signatures).toEqual([]);
      await page.evaluate(() => (document.getElementById('panel')!.style.cssText = ''));
    }
  });

  it('is off in a frame that is transparent or covered from outside', async () => {
    const outer = await page.context().newPage();
    try {
      outer.setDefaultTimeout(10_000);
      await outer.goto(house.around);
      const frame = (await (await outer.waitForSelector('iframe')).contentFrame())!;
      await frame.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
      await frame.evaluate((to) => (location.hash = to), at());
      const style = (css: string) =>
        outer.evaluate((given) => (document.querySelector('iframe')!.style.cssText += given), css);
      await frame.locator('[data-arming=armed]').waitFor();
      await style(';opacity:0.01');
      await frame.locator('[data-arming=covered]').waitFor();
      await button(frame).click({ force: true });
      expect(gate().signatures).toEqual([]);
      await style(';opacity:1');
      await frame.locator('[data-arming=armed]').waitFor();
      await outer.evaluate(() => {
        const over = document.createElement('div');
        over.style.cssText = 'position:fixed;inset:0;pointer-events:none;background:rgba(255,255,255,.02)';
        document.body.append(over);
      });
      await frame.locator('[data-arming=covered]').waitFor();
      await button(frame).click({ force: true });
      expect(gate().signatures).toEqual([]);
    } finally {
      await outer.close();
    }
  });
});

describe('what is signed [ui.panel.exactly]', () => {
  it('is what is shown: nothing is signed when the digest is another', async () => {
    await page.routeWebSocket(/socket/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => server.send(message));
      server.onMessage((message) =>
        socket.send(String(message).replace('"effect":"irreversible"', '"effect":"write"')),
      );
    });
    await page.reload();
    await house.goTo(page, at());
    await page.getByText('signature.other_digest').waitFor();
    expect(await button().count()).toBe(0);
  });

  it('can be signed no more once somebody else has decided', async () => {
    await house.goTo(page, at());
    await page.locator('[data-arming=armed]').waitFor();
    const bob = await house.here.panel('Bob');
    const subject = { kind: 'reject', run, node: 'work/ready', signOff: 'fine' } as const;
    const signature = bob.key.sign(await bob.call('challenge', { subject }), bob);
    await bob.call('reject', { run, node: 'work/ready', signOff: 'fine', signature });
    await house.here.test.work();
    await page.getByText('This is not asked any more').waitFor();
    expect(await button().count()).toBe(0);
    expect(gate().signatures).toEqual([]);
  });
});
