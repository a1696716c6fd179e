import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSection, entriesFor, findSection, renderEntries, type Entries } from '../../../daemon/project/changelog.ts';
import { levelFor, parseChange } from '../../../daemon/project/conventional.ts';

const section = (version: string, entries: Entries = { Added: ['a thing'] }, more = {}) => ({
  version,
  date: '2026-02-01',
  entries,
  repository: '',
  tag: `v${version}`,
  previousTag: '',
  ...more,
});

describe('a commit message as a change', () => {
  it.each([
    ['feat: add it', '', { type: 'feat', scope: '', description: 'add it', breaking: false, pullRequest: 0 }],
    [
      'Fix(cli, api): do not fail (#12)',
      'Closes #7, fixes other/repo#9',
      { type: 'fix', scope: 'cli, api', description: 'do not fail', pullRequest: 12, references: [7] },
    ],
    ['feat(api)!: drop it', '', { type: 'feat', scope: 'api', breaking: true, breakingNote: '' }],
    [
      'refactor: tidy',
      'BREAKING CHANGE: call `b`\nand not `a`',
      { breaking: true, breakingNote: 'call `b`\nand not `a`' },
    ],
    ['fix: x', 'BREAKING-CHANGE: y', { breaking: true, breakingNote: 'y' }],
    [
      'feat: x',
      'BREAKING CHANGE: Node 22 is needed\nby-the-way: and npm 11\nto build it\n\nCo-authored-by: Ada <ada@example.org>\nSigned-off-by: B <b@example.org>',
      { breaking: true, breakingNote: 'Node 22 is needed\nby-the-way: and npm 11\nto build it' },
    ],
    ['feat!: x', 'BREAKING CHANGE: no a\n\nBREAKING CHANGE: no b', { breakingNote: 'no a\n\nno b' }],
    ['✨ feat(api)!: drop it (#4)', '', { type: 'feat', scope: 'api', breaking: true, description: 'drop it' }],
    [':bug: fix: do not', '', { type: 'fix', description: 'do not' }],
    ['✨ add it', '', { type: '', description: '✨ add it' }],
    ['Update readme', '', { type: '', description: 'Update readme', breaking: false }],
    ['wip: : odd', '', { type: 'wip' }],
    ['', '', { type: '' }],
  ])('%j %j', (subject, body, expected) => {
    expect(parseChange(subject, body)).toMatchObject(expected);
  });

  it('never throws, whatever somebody wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (subject, body) => {
        expect(parseChange(subject, body).description).not.toBe('');
      }),
    );
  });

  it('calls for the level of the greatest change', () => {
    const level = (...subjects: string[]) => levelFor(subjects.map((subject) => parseChange(subject, '')));
    expect([level(), level('chore: x'), level('fix: x', 'feat: y'), level('feat: y', 'fix!: z')]).toEqual([
      'none',
      'patch',
      'minor',
      'major',
    ]);
  });
});

describe('changes as entries', () => {
  it('go into the groups of Keep a Changelog, breaking ones first, with links [core.action.changelog]', () => {
    const subjects = [
      'fix(cli): no crash (#4)',
      'feat: new (#5)',
      'chore: nothing',
      'chore(release): prepare v1',
      'feat!: drop old',
      'security: patch',
      'perf: faster',
      'by hand',
    ];
    const changes = subjects.map((subject) =>
      parseChange(subject, subject.includes('!') ? 'BREAKING CHANGE: use new' : ''),
    );
    expect(renderEntries(entriesFor(changes, 'https://x.test/a/b'))).toBe(
      [
        '### Changed\n\n- **Breaking:** drop old\n  use new\n- faster\n- by hand',
        '### Added\n\n- new ([#5](https://x.test/a/b/pull/5))',
        '### Fixed\n\n- **cli:** no crash ([#4](https://x.test/a/b/pull/4))',
        '### Security\n\n- patch',
      ].join('\n\n'),
    );
    expect(renderEntries(entriesFor(changes.slice(0, 1), ''))).toBe('### Fixed\n\n- **cli:** no crash (#4)');
    expect(renderEntries(entriesFor(changes.slice(2, 4), ''))).toBe('No notable changes.');
  });
});

describe('a section in a changelog', () => {
  it('begins a changelog where there is none', () => {
    const text = addSection(undefined, section('1.0.0'));
    expect(text).toMatch(/^# Changelog\n/);
    expect(text.endsWith('## [Unreleased]\n\n## [1.0.0] - 2026-02-01\n\n### Added\n\n- a thing\n')).toBe(true);
    expect(findSection(text, 'v1.0.0')).toEqual({
      version: '1.0.0',
      date: '2026-02-01',
      body: '### Added\n\n- a thing',
    });
  });

  it('takes in what a person wrote under Unreleased, before what was generated, and stands before older ones', () => {
    const before =
      '# Changelog\n\n## [Unreleased]\n\nBy hand.\n\n### Fixed\n\n- mine\n  in two lines\n\n## [1.0.0] - 2026-01-01\n\n- first\n\n[1.0.0]: https://x.test/1\n';
    const text = addSection(
      before,
      section('1.1.0', { Fixed: ['theirs'] }, { repository: 'https://x.test/a/b', previousTag: 'v1.0.0' }),
    );
    expect(text).toBe(
      '# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-02-01\n\n### Changed\n\n- By hand.\n\n### Fixed\n\n- mine\n  in two lines\n- theirs\n\n' +
        '## [1.0.0] - 2026-01-01\n\n- first\n\n[Unreleased]: https://x.test/a/b/compare/v1.1.0...HEAD\n[1.1.0]: https://x.test/a/b/compare/v1.0.0...v1.1.0\n[1.0.0]: https://x.test/1\n',
    );
  });

  it('stays as it is when it is there, also when a person has edited it [core.action.changelog]', () => {
    const text = addSection(undefined, section('1.0.0')).replace('a thing', 'a better thing');
    expect(addSection(text, section('1.0.0', { Added: ['a thing'] }))).toBe(text);
  });

  it('keeps line ends, and what it does not understand', () => {
    const before =
      '# Changelog\r\n\r\nOurs.\r\n\r\n## 0.9.0 (2025-12-01)\r\n\r\n* old\r\n\r\n# Notes\r\n\r\nOther.\r\n';
    const text = addSection(before, section('1.0.0'));
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(text).toContain('Ours.\r\n\r\n## [1.0.0] - 2026-02-01\r\n');
    expect(findSection(text, '0.9.0')).toEqual({ version: '0.9.0', date: '2025-12-01', body: '* old' });
    expect(text.endsWith('# Notes\r\n\r\nOther.\r\n')).toBe(true);
  });

  it('is no heading in an example, and not that of a longer version', () => {
    const text = '# Changelog\n\n## 1.0.0\n\n```\n## 9.9.9\n```\n\n### Details\n\n## 1.0.0-rc.1\n\nx\n';
    expect(findSection(text, '9.9.9')).toBeUndefined();
    expect(findSection(text, '1.0.0')?.body).toBe('```\n## 9.9.9\n```\n\n### Details');
    expect(findSection(text, '1.0')).toBeUndefined();
    expect(() => addSection('Just some text\n', section('1.0.0'))).toThrow(/no heading of a version/);
  });

  it.each([
    ['## [1.0.0] - 2020-01-02 [YANKED]', '2020-01-02'],
    ['## v1.0.0 / 2020-01-02', '2020-01-02'],
    ['### 1.0.0 - January 2nd, 2020', 'January 2nd, 2020'],
    ['## 1.0.0, 2 Jan 2020', '2 Jan 2020'],
    ['## Release 1.0.0 (02.01.2020)', '02.01.2020'],
    ['1.0.0 / 2020-01-02\n==================', '2020-01-02'],
    ['1.0.0\n-----', ''],
  ])('is known by its heading, however people write it: %s [core.action.changelog]', (heading, date) => {
    const before = `Release history\n\n${heading}\n\n- old\n`;
    expect(findSection(before, '1.0.0')).toEqual({ version: '1.0.0', date, body: '- old' });
    const text = addSection(before, section('1.1.0'));
    expect(text.indexOf('## [1.1.0]')).toBeLessThan(text.indexOf(heading));
    expect(text.indexOf('## [1.1.0]')).toBeGreaterThan(text.indexOf('Release history'));
    expect(findSection(text, '1.1.0')?.body).toBe('### Added\n\n- a thing');
    expect(findSection(text, '1.0.0')?.body).toBe('- old');
  });

  it('begins in a changelog that names no version yet, whatever that is called, and is no heading in its own text', () => {
    for (const title of ['# Release Notes of thing', 'History\n=======']) {
      expect(addSection(`${title}\n`, section('1.0.0'))).toBe(
        `${title}\n\n## [1.0.0] - 2026-02-01\n\n### Added\n\n- a thing\n`,
      );
    }
    const text = '# Changelog\n\n## 2.0.0\n\n### 1.9 users should wait\n\nx\n';
    expect(findSection(text, '2.0.0')?.body).toBe('### 1.9 users should wait\n\nx');
  });

  it('is read back as it was written, whatever the entries are', () => {
    const word = fc.stringMatching(/^[a-z#[(*][a-z0-9 `#*()[\]:/.-]{0,30}[a-z]$/);
    const entries = fc.record({
      Added: fc.array(word, { minLength: 1, maxLength: 3 }),
      Fixed: fc.array(word, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(entries, entries, (first, second) => {
        const text = addSection(addSection(undefined, section('1.0.0', first)), section('1.1.0', second));
        expect(findSection(text, '1.0.0')?.body).toBe(renderEntries(first));
        expect(findSection(text, '1.1.0')?.body).toBe(renderEntries(second));
        expect(text.indexOf('[1.1.0]')).toBeLessThan(text.indexOf('[1.0.0]'));
      }),
    );
  });
});
