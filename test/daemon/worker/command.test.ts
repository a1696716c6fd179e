import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestHub } from '../../fakes/hub.ts';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

// Nobody listens on port 9 of this machine.
const RESTATE = `engine: restate
restate:
  ingress: http://127.0.0.1:9
  admin: http://127.0.0.1:9
  hub: { id: ours, url: "http://127.0.0.1:9", token: HUB_TOKEN }
`;

describe('stagebook worker', () => {
  let desk: Desk;
  beforeEach(() => void (desk = createDesk()));
  afterEach(() => desk.remove());
  const configure = (text: string): void => {
    mkdirSync(desk.home, { recursive: true });
    writeFileSync(join(desk.home, 'config.yaml'), text);
  };

  it('says what it needs: its Restate and its hub, and the secret that they share [scale.worker.command]', async () => {
    const bare = await desk.run('worker');
    expect([bare.code, bare.err]).toEqual([2, expect.stringContaining('worker.not_configured')]);
    configure(RESTATE);
    const poor = await desk.run('worker');
    expect([poor.code, poor.err]).toEqual([2, expect.stringContaining('The secret HUB_TOKEN is not set')]);
  });

  it('ends, and registers nowhere, when its hub does not take it: its token is another one [scale.worker.refused]', async () => {
    const hub = await createTestHub();
    configure(RESTATE.replace('url: "http://127.0.0.1:9"', `url: "${hub.url}"`).replace('id: ours', `id: ${hub.id}`));
    process.env['HUB_TOKEN'] = 'another than the hub has';
    try {
      const { code, err } = await desk.run('worker');
      expect([code, err]).toEqual([2, expect.stringContaining('worker.token')]);
      expect(err).toContain('restate.hub.token');
    } finally {
      delete process.env['HUB_TOKEN'];
      await hub.close();
    }
  });

  it('is what new runs wait for: without a daemon that hears of them none begins [scale.worker.command]', async () => {
    configure(RESTATE);
    const page = desk.write(
      'page.md',
      pageOf('- {{renderer :stagebook, ask}} Go on?\n  ```yaml\n  question: Go on?\n  options: [yes, no]\n  ```'),
    );
    await desk.demo(page);
    const { code, err } = await desk.run('run', page);
    expect([code, err]).toEqual([2, expect.stringContaining('hub.not_up')]);
  });

  it('waits for a Restate that nobody has started yet, and can be ended meanwhile [scale.worker.waits]', async () => {
    configure(RESTATE);
    process.env['HUB_TOKEN'] = 'what hub and workers share';
    try {
      const waiting = desk.start('worker');
      await waiting.says('Nobody answers at http://127.0.0.1:9');
      waiting.child.kill('SIGINT');
      expect(await waiting.ended).toMatchObject({ code: 0, out: expect.stringContaining('No run works here') });
    } finally {
      delete process.env['HUB_TOKEN'];
    }
  });
});
