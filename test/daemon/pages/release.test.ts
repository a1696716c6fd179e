import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { announcementPage } from '../../../daemon/pages/announcement.ts';
import { releasePage } from '../../../daemon/pages/release.ts';
import type { PageDoc } from '../../../daemon/pages/page.ts';
import type { TestEngine } from '../../fakes/engine.ts';
import { create, situations, sourceOf } from './runs.ts';
import { headings, told } from './told.ts';

const NOTES = `### Changed

- **Breaking:** drop Node 18 ([#7](https://github.com/o/r/pull/7))
  Use Node 20 or newer.

### Added

- **cli:** a flag \`--all\` ([#8](https://github.com/o/r/pull/8))

### Fixed

- a crash (#9)`;
const PLANNED: JsonObject = { package: 'pkg', version: '1.1.0', ecosystem: 'npm', version_old: '1.0.0', notes: NOTES };
const PUBLISHED: JsonObject = {
  ...PLANNED,
  status: 'published',
  date: '2026-01-05',
  tag: 'v1.1.0',
  artifacts: [{ name: 'pkg-1.1.0.tgz', sha256: 'abc123' }],
  ci: { state: 'success', checks: [{ name: 'ci', url: 'https://ci.example/1' }] },
  facts: { registry: true, tag: true, github_release: true, complete: true, missing: [] },
  registry_url: 'https://registry.example/pkg',
  github_release_url: 'https://github.com/o/r/releases/tag/v1.1.0',
  checks: [{ title: 'The registry answers', ok: true, saw: '1.1.0' }, { title: 'Errors stay low' }],
};

let test: TestEngine;
beforeEach(async () => {
  test = await create();
});
afterEach(() => test.remove());
const siblings = { run: 'Runs/x', release: 'R', announcement: 'Release Announcement - pkg v1.1.0' };
const release = async (situation: string, data: JsonObject): Promise<PageDoc> =>
  releasePage.render(sourceOf(test, await situations[situation]!(test), data, { siblings }));

describe('the release page [core.pages.release]', () => {
  it('has the facts as properties, and links run, workflow and announcement', async () => {
    const doc = await release('published', PUBLISHED);
    expect(doc.name).toBe('Release pkg 1.1.0');
    expect(doc.properties).toEqual({
      type: 'release',
      ecosystem: 'npm',
      package: 'pkg',
      version: '1.1.0',
      'previous-version': '1.0.0',
      status: 'published',
      date: '2026-01-05',
      commit: '0123abc',
      tag: 'v1.1.0',
      artifacts: 'pkg-1.1.0.tgz sha256:abc123',
      approver: 'Ada',
      'ci-run': '[success](https://ci.example/1)',
      workflow: '[[Package release]]',
      run: '[[Runs/x]]',
      announcement: '[[Release Announcement - pkg v1.1.0]]',
    });
  });

  it('tells, in this order, who should upgrade, what breaks, the notes, issues, gates, the line, roll-back and checks', async () => {
    const doc = await release('published', PUBLISHED);
    expect(doc.blocks[1]!.content).toBe(
      '**Who should upgrade:** Whoever needs what pkg 1.1.0 adds or fixes should upgrade, after reading what breaks.',
    );
    expect(headings(doc)).toEqual([
      'Breaking changes and migration',
      'Notes',
      'Known issues',
      'Gates',
      'The irreversible line',
      'What exists',
      'Roll-back plan',
      'Post-release checks',
    ]);
    expect(told(doc, 'Breaking changes and migration')).toEqual([
      'drop Node 18 ([#7](https://github.com/o/r/pull/7))',
      '  Migration: Use Node 20 or newer.',
    ]);
    expect(told(doc, 'Notes')).toEqual([
      '### Changed',
      '  **Breaking:** drop Node 18 ([#7](https://github.com/o/r/pull/7))',
      '  Use Node 20 or newer.',
      '### Added',
      '  **cli:** a flag `--all` ([#8](https://github.com/o/r/pull/8))',
      '### Fixed',
      '  a crash (\\#9)',
    ]);
    expect(told(doc, 'Known issues')).toEqual(['None are known.']);
    expect(told(doc, 'Gates')[0]).toContain('**passed**');
    expect(told(doc, 'What exists')).toContain('| Tag v1.1.0 | ✓ exists | `v1.1.0` |');
    expect(told(doc, 'Roll-back plan').at(-1)).toBe(
      'Never publish another 1.1.0: a version, once out, is not used again.',
    );
    expect(told(doc, 'Post-release checks')).toEqual([
      'DONE The registry answers (saw `1.1.0`)',
      'TODO Errors stay low',
    ]);
  });

  it('takes from the run what the step does not say: commit, CI, where it is, whether it installs', async () => {
    const source = sourceOf(test, await situations.published!(test), { ...PLANNED, status: 'published' });
    const did = (action: string, output: JsonObject): void => {
      const node = { ...source.state.nodes.get('publish/send')!, key: action, output };
      source.state.nodes.set(action, { ...node, step: { ...node.step!, action, effect: 'read' } });
    };
    did('github.checks', { state: 'success', checks: [{ name: 'ci', url: 'https://ci.example/1' }] });
    did('npm.publish', { url: 'https://registry.example/pkg/1.1.0' });
    did('npm.install_target', { installed: true, version: '1.1.0' });
    const doc = releasePage.render(source);
    expect(doc.properties).toMatchObject({ commit: '0123abc', 'ci-run': '[success](https://ci.example/1)' });
    expect(told(doc, 'What exists')[3]).toContain('[registry](https://registry.example/pkg/1.1.0)');
    expect(told(doc, 'Post-release checks')[1]).toBe(
      'DONE pkg 1.1.0 installs from the registry and says its version (saw `1.1.0`)',
    );
  });

  it('marks the irreversible line: not crossed, crossed, or not known', async () => {
    const line = async (situation: string) => {
      const text = told(await release(situation, PLANNED), 'The irreversible line')[0];
      test.remove();
      test = await create();
      return text;
    };
    expect(await line('waiting')).toBe('⛔ **Not crossed.** Everything so far can be taken back.');
    expect(await line('rejected')).toContain('Not crossed');
    expect(await line('published')).toMatch(
      /^⛔ \*\*Crossed\*\* 2026-01-05 10:00:00 \+01:00 by “Send it” \(`act\.irreversible`\)/,
    );
    expect(await line('unknown')).toMatch(/^⛔ \*\*May be crossed:\*\* “Send it”/);
  });

  it('plans the way back to what the registry offered before, and to nothing where that was nothing', async () => {
    const plan = async (latest: string | null) => {
      const source = sourceOf(test, await situations.published!(test), PLANNED);
      const node = { ...source.state.nodes.get('publish/send')!, key: 'free', output: { free: true, latest } };
      source.state.nodes.set('free', { ...node, step: { ...node.step!, action: 'npm.check_free', effect: 'read' } });
      const text = told(releasePage.render(source), 'Roll-back plan')[0];
      test.remove();
      test = await create();
      return text;
    };
    expect(await plan('0.9.7')).toContain('`npm dist-tag add pkg@0.9.7 latest`');
    expect(await plan(null)).toContain('there is no version before it');
  });

  it('says by what the run did until now whether anything is out, also where it stopped', async () => {
    const status = async (situation: string) => {
      const { content } = (await release(situation, PLANNED)).blocks[0]!;
      test.remove();
      test = await create();
      return content;
    };
    expect(await status('waiting')).toBe('**Planned.** pkg 1.1.0 is being prepared; nothing is published.');
    expect(await status('rejected')).toBe('**Planned.** The run failed; nothing is published.');
    expect(await status('published')).toBe('**Under way.** pkg 1.1.0 is out; what belongs to it follows.');
    expect(await status('unknown')).toBe('**Not known.** Whether pkg 1.1.0 is out is not known yet.');
    const doc = await release('waiting', { ...PLANNED, notes: 'No notable changes.' });
    expect(doc.blocks[1]!.content).toContain('Nobody has to upgrade: pkg 1.1.0 has no notable changes.');
  });

  it('is the failure page of a rejected release, with the reason and the gate that stopped it', async () => {
    const doc = await release('rejected', {
      ...PLANNED,
      status: 'rejected',
      reason: 'Coverage is 79.9 %',
      issue_url: 'https://github.com/o/r/issues/3',
    });
    expect(doc.properties).toMatchObject({ status: 'rejected', reason: 'Coverage is 79.9 %' });
    expect(doc.blocks[0]!.content).toBe(
      '**Rejected.** pkg 1.1.0 is not released: Coverage is 79.9 %. See [the issue](https://github.com/o/r/issues/3).',
    );
    expect(told(doc, 'Gates')).toContain('| Coverage is at least 80 % | 79.9 | ✗ not held | – |');
  });

  it('shows which of registry, tag and GitHub release is missing, as a task', async () => {
    const facts = { registry: true, tag: true, github_release: false };
    const doc = await release('published', { ...PUBLISHED, facts });
    expect(told(doc, 'What exists')).toContain(
      '| GitHub release | ✗ missing | [GitHub](https://github.com/o/r/releases/tag/v1.1.0) |',
    );
    expect(told(doc, 'What exists').at(-1)).toBe('TODO Make what is missing: GitHub release');
    expect(told(await release('published', PLANNED), 'What exists')).toContain(
      '| GitHub release | not looked yet | – |',
    );
  });

  it('refuses data that it does not know, naming the field', async () => {
    const run = await situations.waiting!(test);
    const render = (data: JsonObject) => () => releasePage.render(sourceOf(test, run, data));
    expect(render({ package: 'pkg' })).toThrow(
      expect.objectContaining({ code: 'page.data', message: expect.stringContaining('version') }),
    );
    expect(render({ ...PLANNED, stauts: 'x' })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('stauts') }),
    );
  });
});

describe('the announcement page [core.pages.announcement]', () => {
  const announce = async (data: JsonObject) =>
    announcementPage.render(sourceOf(test, await situations.published!(test), data, { siblings }));

  it('tells highlights, how to upgrade, breaking changes and the next release', async () => {
    const doc = await announce({
      package: 'pkg',
      version: '1.1.0',
      ecosystem: 'npm',
      notes: NOTES,
      next: '1.2.0 in March',
    });
    expect(doc.name).toBe('Release Announcement - pkg v1.1.0');
    expect(doc.properties).toMatchObject({
      type: 'announcement',
      version: '1.1.0',
      run: '[[Runs/x]]',
      release: '[[R]]',
    });
    expect(headings(doc)).toEqual(['Highlights', 'How to upgrade', 'Breaking changes', 'Next release']);
    expect(told(doc, 'Highlights')).toHaveLength(3);
    expect(told(doc, 'How to upgrade')).toEqual(['`npm install pkg@1.1.0`']);
    expect(told(doc, 'Breaking changes')[0]).toContain('drop Node 18');
    expect(told(doc, 'Next release')).toEqual(['1.2.0 in March']);
  });

  it('says so where there is nothing to tell, and knows Python', async () => {
    const doc = await announce({ package: 'pkg', version: '2.0', ecosystem: 'python', highlights: ['faster'] });
    expect(told(doc, 'Highlights')).toEqual(['faster']);
    expect(told(doc, 'How to upgrade')).toEqual(['`pip install --upgrade "pkg==2.0"`']);
    expect(told(doc, 'Breaking changes')).toEqual(['None.']);
    expect(told(doc, 'Next release')).toEqual(['Nothing is planned yet.']);
  });
});
