import { mkdtempSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type Database from 'better-sqlite3';
import { SMTPServer } from 'smtp-server';
import { actions } from '../../../daemon/actions/index.ts';
import { withFaults, type Faults } from '../../../daemon/demo/counterparts/faults.ts';
import { listenOnLoopback } from '../../../daemon/demo/counterparts/loopback.ts';
import { readBody } from '../../../daemon/demo/counterparts/read-body.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { sqliteNoticeStore } from '../../../daemon/journal/notice-store.ts';
import { channelsOf } from '../../../daemon/notices/channels.ts';
import { desktopCommand } from '../../../daemon/notices/desktop.ts';
import type { NotifyConfig } from '../../../daemon/notices/config.ts';
import { createNotices, type NoticeService } from '../../../daemon/notices/notices.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import { testContext } from '../../fakes/action-context.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A service that takes what it is sent, and remembers it. */
async function taker(status = 200): Promise<{ url: string; faults: Faults; taken: Record<string, unknown>[] }> {
  const taken: Record<string, unknown>[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    taken.push({ path: request.url, ...(JSON.parse(body) as object) });
    response.writeHead(status);
    response.end('ok');
  };
  const { listener, faults } = withFaults((request, response) => void take(request, response));
  const { url, close } = await listenOnLoopback(listener);
  closers.push(close);
  return { url, faults, taken };
}

interface Opened {
  notices: NoticeService;
  database: Database.Database;
  clock: SimulatedClock;
  problems: string[];
}

function open(config: NotifyConfig, secrets: Record<string, string>, file = fileName()): Opened {
  const database = openDatabase(file);
  const clock = new SimulatedClock();
  const problems: string[] = [];
  const notices = createNotices({
    store: sqliteNoticeStore(database),
    channels: channelsOf(config, {
      // Requests give up by the machine's own clock; what waits in the queue goes by the test's.
      clock: { now: () => clock.now(), at: () => () => undefined },
      services: { fetch },
      readSecret: (name) => Promise.resolve(secrets[name]!),
    }),
    clock,
    onProblem: (problem) => problems.push(problem),
  });
  notices.open();
  closers.push(async () => {
    await notices.close();
    database.close();
  });
  return { notices, database, clock, problems };
}

const fileName = (): string => join(mkdtempSync(join(tmpdir(), 'notices-')), 'journal.db');

async function notify(name: string, settings: object, notices: NoticeService | undefined, key = 'step-1') {
  const action = actions.find((each) => each.name === `notify.${name}`)!;
  const context = await testContext({ key });
  if (notices) context.services.notices = notices;
  const input = action.input.parse(settings);
  return { output: await action.run(input, context), verdict: await action.verify!(input, context) };
}

const SLACK = { slack: { webhook: 'HOOK' } };

describe('a message to people', () => {
  it('is queued with its step, once, and found there by verify [incident.notify.once]', async () => {
    const chat = await taker();
    const { notices } = open(SLACK, { HOOK: chat.url });
    const first = await notify('slack', { title: 'It burns' }, notices);
    expect(first).toMatchObject({ output: { queued: true, reason: '' }, verdict: { is: 'done' } });
    await notify('slack', { title: 'It burns' }, notices);
    await notices.flush();
    await notices.flush();
    expect(chat.taken).toEqual([{ path: '/', text: '*It burns*' }]);
  });

  it('that nobody has configured says so and stops nothing [incident.notify.gap]', async () => {
    const { notices } = open({}, {});
    expect((await notify('slack', { title: 'x' }, notices)).output).toMatchObject({
      queued: false,
      reason: expect.stringContaining('notify.slack'),
    });
    expect((await notify('email', { title: 'x' }, undefined)).output).toMatchObject({ queued: false });
  });

  it('waits while the network is cut, over a restart, and then goes out once [incident.notify.cut]', async () => {
    const chat = await taker();
    chat.faults.down();
    const file = fileName();
    const before = open(SLACK, { HOOK: chat.url }, file);
    await notify('slack', { title: 'One' }, before.notices, 'a');
    await notify('slack', { title: 'Two' }, before.notices, 'b');
    await before.notices.flush();
    expect(before.notices.waiting()).toBe(2);
    await closers.pop()!();
    chat.faults.up();
    const after = open(SLACK, { HOOK: chat.url }, file);
    await after.notices.flush();
    await after.notices.flush();
    expect(chat.taken.map(({ text }) => String(text).split(' ')[0])).toEqual(['*One*', '*Two*']);
    expect(after.notices.waiting()).toBe(0);
  });

  it('is tried again by itself, with longer and longer pauses [incident.notify.cut]', async () => {
    const chat = await taker();
    chat.faults.answerNext('POST', /./, { status: 503 }, 2);
    const { notices, clock } = open(SLACK, { HOOK: chat.url });
    await notify('slack', { title: 'x' }, notices);
    for (const [tries, pause] of [0, 1_000, 2_000].entries()) {
      clock.advanceTo(clock.now() + pause - 1);
      expect(chat.faults.requests).toHaveLength(tries);
      clock.advanceTo(clock.now() + 1);
      await expect.poll(() => notices.find('slack step-1')!.tries).toBe(tries + 1);
    }
    expect(notices.waiting()).toBe(0);
  });

  it('of one run arrive in their order: what is over is not told before what burns, and other runs wait for neither [incident.notify.order]', async () => {
    const pager = await taker(202);
    const { notices, clock } = open({ pagerduty: { key: 'ROUTING', url: pager.url } }, { ROUTING: 'r0ute' });
    const say = (about: string, event: 'trigger' | 'resolve', run = 'run-1') =>
      notices.queue('pagerduty', `${about} ${event}`, run, {
        title: about,
        text: '',
        links: [],
        severity: 'critical',
        to: [],
        about,
        event,
        source: 'shop',
      });
    pager.faults.answerNext('POST', /./, { status: 503 });
    await say('INC-1', 'trigger');
    clock.advanceTo(clock.now() + 1);
    await expect.poll(() => notices.find('INC-1 trigger')!.tries).toBe(1);
    // The way is free again, and the first message waits for its next try.
    await say('INC-1', 'resolve');
    await say('INC-2', 'trigger', 'run-2');
    clock.advanceTo(clock.now() + 1);
    await expect.poll(() => notices.find('INC-2 trigger')!.deliveredAt).not.toBeNull();
    expect(notices.find('INC-1 resolve')!.tries).toBe(0);
    clock.advanceTo(clock.now() + 1_000);
    await expect.poll(() => notices.waiting()).toBe(0);
    const events = pager.taken.map(({ dedup_key: key, event_action: event }) => `${String(key)} ${String(event)}`);
    expect(events).toEqual(['INC-2 trigger', 'INC-1 trigger', 'INC-1 resolve']);
  });

  it('whose answer was lost says that it may be a repeat [incident.notify.lost]', async () => {
    const chat = await taker();
    chat.faults.loseNextAnswer('POST', /./);
    const { notices } = open(SLACK, { HOOK: chat.url });
    await notify('slack', { title: 'x' }, notices);
    await notices.flush();
    await notices.flush();
    expect(chat.taken.map(({ text }) => text)).toEqual(['*x*', expect.stringContaining('sent again')]);
  });

  it('that is refused for good is given up, and a person is told [incident.notify.given-up]', async () => {
    const chat = await taker();
    chat.faults.answerNext('POST', /./, { status: 404, body: 'no_service' });
    const { notices, problems } = open(SLACK, { HOOK: chat.url });
    await notify('slack', { title: 'x' }, notices);
    await notices.flush();
    expect(notices.find('slack step-1')).toMatchObject({ givenUpAt: expect.any(Number) });
    expect(problems).toEqual([expect.stringContaining('404')]);
  });

  it('that did not get through is listed with why, and a person has it tried again or leaves it [incident.notify.by-hand]', async () => {
    const chat = await taker();
    chat.faults.answerNext('POST', /./, { status: 404, body: 'no_service' });
    const { notices, clock, database } = open(SLACK, { HOOK: chat.url });
    await notify('slack', { title: 'refused' }, notices, 'a');
    await notices.flush();
    chat.faults.down();
    await notify('slack', { title: 'cut off' }, notices, 'b');
    await notices.flush();
    const [refused, waits] = notices.undelivered();
    expect(refused).toMatchObject({
      title: 'refused',
      givenUpAt: expect.any(Number),
      problem: expect.stringContaining('404'),
    });
    expect(waits).toMatchObject({
      title: 'cut off',
      givenUpAt: null,
      tries: 1,
      problem: expect.stringContaining('broke'),
    });
    // After a day it is given up by itself; a person may want it all the same.
    clock.advanceTo(clock.now() + 25 * 3_600_000);
    await notices.flush();
    await notices.flush();
    chat.faults.up();
    expect(notices.undelivered().map(({ givenUpAt }) => givenUpAt)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(() => notices.retry([99])).toThrow('no message 99');
    expect(notices.retry([refused!.id])).toBe(1);
    await notices.flush();
    expect(chat.taken.map(({ text }) => text)).toEqual(['*refused*']);
    notices.discard(waits!.id, 'Ada', 'They were told by phone.');
    expect(() => notices.discard(waits!.id, 'Ada', 'again')).toThrow('no message');
    expect(notices.retry()).toBe(0);
    await notices.flush();
    expect([chat.taken.length, notices.undelivered(), notices.waiting()]).toEqual([1, [], 0]);
    const kept = database
      .prepare('select discarded_by, discarded_why from notices where discarded_by is not null')
      .all();
    expect(kept).toEqual([{ discarded_by: 'Ada', discarded_why: 'They were told by phone.' }]);
  });

  it('cannot ping a channel or make a link by its text [incident.notify.hostile]', async () => {
    const chat = await taker();
    const { notices } = open(SLACK, { HOOK: chat.url });
    const links = [
      { text: 'a|b', url: 'javascript:alert(1)' },
      { text: 'page', url: 'https://x.example/' },
    ];
    await notify('slack', { title: '<!channel> & <https://evil.example|x>', links }, notices);
    await notices.flush();
    expect(chat.taken[0]!.text).toBe(
      '*&lt;!channel&gt; &amp; &lt;https://evil.example|x&gt;*\n<https://x.example/|page>',
    );
  });

  it('to PagerDuty opens, and later resolves, one incident by its key [incident.notify.pagerduty]', async () => {
    const pager = await taker(202);
    const { notices } = open({ pagerduty: { key: 'ROUTING', url: pager.url } }, { ROUTING: 'r0ute' });
    const about = 'INC-2026-01-05-001';
    await notify('pagerduty', { title: 'P1 shop', about, source: 'shop' }, notices, 'a');
    await notify('pagerduty', { title: 'over', about, event: 'resolve' }, notices, 'b');
    await notices.flush();
    expect(pager.taken).toEqual([
      expect.objectContaining({
        path: '/v2/enqueue',
        routing_key: 'r0ute',
        event_action: 'trigger',
        dedup_key: about,
        payload: { summary: 'P1 shop', source: 'shop', severity: 'critical' },
      }),
      { path: '/v2/enqueue', routing_key: 'r0ute', event_action: 'resolve', dedup_key: about },
    ]);
  });

  it('by e-mail has one Message-ID for every try, and no header of its text’s [incident.notify.email]', async () => {
    const mails: string[] = [];
    let refuse = true;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        let mail = '';
        stream.on('data', (chunk: Buffer) => (mail += chunk.toString()));
        stream.on('end', () => {
          mails.push(mail);
          const busy = Object.assign(new Error('busy'), { responseCode: 451 });
          done(refuse ? busy : null);
          refuse = false;
        });
      },
    });
    const port = await new Promise<number>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => resolve((listening.address() as { port: number }).port));
    });
    closers.push(() => new Promise((resolve) => server.close(() => resolve(null))));
    const email = { host: '127.0.0.1', port, tls: false, from: 'stagebook@x.example', to: ['oncall@x.example'] };
    const { notices } = open({ email }, {});
    await notify('email', { title: 'P1 shop\r\nBcc: evil@x.example', text: 'It burns.' }, notices);
    await notices.flush();
    await notices.flush();
    expect(mails).toHaveLength(2);
    const ids = mails.map((mail) => /^Message-ID: (.*)$/im.exec(mail)?.[1]);
    expect(ids[0]).toMatch(/@stagebook>$/);
    expect(ids[1]).toBe(ids[0]);
    expect(mails[1]).not.toMatch(/^Bcc:/im);
    expect(mails[1]).toContain('It burns.');
  });

  it.each(['linux', 'darwin', 'win32'] as const)(
    'on the desktop of %s is never a part of a script [incident.notify.desktop]',
    (platform) => {
      const said = { title: '"; Remove-Item x; $(rm -rf x) `x`', text: '--help end run' };
      const { argv, env } = desktopCommand(platform, said, {
        DISPLAY: ':0',
        SystemRoot: 'C:\\Windows',
        TOKEN: 'secret',
      });
      const alone = [...argv, ...Object.values(env)].filter((part) => part === said.title || part === said.text);
      expect(alone).toEqual([said.title, said.text]);
      const scripts = argv.filter((part) => part !== said.title && part !== said.text);
      const read = scripts.map((part) => `${part}\n${Buffer.from(part, 'base64').toString('utf16le')}`).join('\n');
      expect(read).not.toMatch(/Remove-Item|rm -rf|--help/);
      expect(JSON.stringify(env)).not.toContain('secret');
    },
  );

  it('on the desktop says why where there is none', async () => {
    const action = actions.find(({ name }) => name === 'notify.desktop')!;
    const context = await testContext({ config: { programs: { 'notify-send': '/nowhere/notify-send' } } });
    const output = (await action.run(action.input.parse({ title: 'x' }), context)) as {
      shown: boolean;
      reason: string;
    };
    expect(output.shown === (output.reason === '')).toBe(true);
  });
});
