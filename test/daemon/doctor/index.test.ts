import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Patient } from '../../../daemon/doctor/check.ts';
import { examine } from '../../../daemon/doctor/index.ts';
import { createProcessRunner } from '../../../daemon/process/runner.ts';
import { createRedactor } from '../../../daemon/secrets/redact.ts';
import { listenHttp } from '../../../daemon/server/http.ts';
import { panelRoutes } from '../../../daemon/server/panel.ts';
import { createSecrets } from '../../../daemon/secrets/secrets.ts';

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'stagebook-doctor-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const patient = (more: Partial<Patient> = {}, environment: Record<string, string> = {}): Patient => ({
  config: { home, zone: 'UTC', graphs: [join(home, 'nowhere')] },
  process: createProcessRunner(),
  secrets: createSecrets(environment, createRedactor(), () => Promise.resolve(undefined)),
  sandboxLevel: () => Promise.resolve({ level: 'none', why: 'bubblewrap is not installed.' }),
  signers: [],
  plugins: [],
  port: 0,
  ...more,
});

it('says what is there and, of everything that is not, what to do [core.cli.commands]', async () => {
  const findings = await examine(patient());
  const of = (what: string) => findings.find((finding) => finding.what.startsWith(what));
  expect(of('git')).toMatchObject({ is: 'good', saw: expect.stringContaining('git version') as string });
  expect(of('isolation')).toMatchObject({ is: 'limited', remedy: expect.stringContaining('bubblewrap') as string });
  expect(of('people')).toMatchObject({ is: 'limited', remedy: 'stagebook people add NAME' });
  expect(of('NPM_TOKEN')).toMatchObject({
    is: 'limited',
    remedy: expect.stringContaining('The least it needs') as string,
  });
  expect(of('graph')).toMatchObject({ is: 'limited', saw: `${join(home, 'nowhere')} is not there` });
  for (const finding of findings) if (finding.is !== 'good') expect(finding.remedy, finding.what).toBeTruthy();
});

it('names a missing program, and shows no value of a secret', async () => {
  const findings = await examine(
    patient(
      { process: createProcessRunner({ programs: { git: join(home, 'no-git') } }) },
      { NPM_TOKEN: 'npm_0123456789' },
    ),
  );
  expect(findings.find(({ what }) => what === 'git')).toMatchObject({ is: 'missing' });
  expect(findings.find(({ what }) => what === 'NPM_TOKEN')).toEqual({ what: 'NPM_TOKEN', is: 'good', saw: 'is set' });
  expect(JSON.stringify(findings)).not.toContain('npm_0123456789');
});

it('finds the daemon at its port, or what is there in its place [ui.server.port]', async () => {
  const at = async (port: number) =>
    (await examine(patient({ port, plugins: ['Logseq'] }))).find(({ what }) => what.startsWith('daemon for Logseq'));
  const http = await listenHttp(0);
  expect(await at(http.port)).toMatchObject({
    is: 'limited',
    saw: expect.stringContaining('something else') as string,
  });
  const door = { port: http.port, origins: [] };
  http.open({ door, routes: panelRoutes(door, home), upgrade: () => undefined });
  expect(await at(http.port)).toMatchObject({ is: 'good' });
  await http.close();
  expect(await at(http.port)).toMatchObject({ is: 'limited', remedy: 'stagebook up' });
});

it('finds a data directory that others can look into', async () => {
  if (process.platform === 'win32') return;
  chmodSync(home, 0o755);
  const findings = await examine(patient());
  expect(findings.find(({ what }) => what === 'data directory')).toMatchObject({ is: 'missing' });
});

it('looks for a Restate only where one is configured, and says what is missing there [scale.worker.doctor]', async () => {
  const about = (findings: Awaited<ReturnType<typeof examine>>) =>
    findings.filter(({ what }) => /^Restate|^workers of|^HUB_TOKEN/.test(what));
  expect(about(await examine(patient()))).toEqual([]);
  // Nobody listens on port 9 of this machine.
  const restate = {
    ingress: ['http://127.0.0.1:9'],
    admin: ['http://127.0.0.1:9'],
    hub: { id: 'ours', url: 'http://127.0.0.1:7716', token: 'HUB_TOKEN' },
  };
  const config = { ...patient().config, engine: 'restate' as const, restate };
  const away = about(await examine(patient({ config })));
  expect(away.map(({ what, is }) => [what, is])).toEqual([
    ['Restate, ingress', 'limited'],
    ['Restate, admin', 'limited'],
    ['workers of the hub ours', 'limited'],
    ['HUB_TOKEN', 'missing'],
  ]);
  for (const { remedy } of away) expect(remedy).toBeTruthy();
});
