import { describe, expect, it } from 'vitest';
import { nextVersion, requireLater, type Level } from '../../../daemon/project/next-version.ts';

describe('the next version', () => {
  it.each<[string, Level, string, string]>([
    ['1.2.3', 'patch', '1.2.4', '1.2.4'],
    ['1.2.3', 'minor', '1.3.0', '1.3.0'],
    ['1.2.3', 'major', '2.0.0', '2.0.0'],
    ['1.2.3', 'preminor', '1.3.0-rc.0', '1.3.0rc0'],
    ['1.2.3', 'prerelease', '1.2.4-rc.0', '1.2.4rc0'],
  ])('of %s by %s is %s, in Python %s', (version, level, npm, python) => {
    expect(nextVersion('npm', version, level, 'rc')).toBe(npm);
    expect(nextVersion('python', version, level, 'rc')).toBe(python);
  });

  it('goes on from a pre-release', () => {
    expect(nextVersion('npm', '2.0.0-beta.3', 'prerelease', 'beta')).toBe('2.0.0-beta.4');
    expect(nextVersion('npm', '2.0.0-beta.3', 'major', 'rc')).toBe('2.0.0');
    expect(nextVersion('python', '2.0b3', 'prerelease', 'beta')).toBe('2.0.0b4');
    expect(nextVersion('python', '2.0.0rc1', 'patch', 'rc')).toBe('2.0.0');
  });

  it.each(['1.2', 'latest', '', '01.2.3'])('refuses %j for npm', (version) => {
    expect(() => nextVersion('npm', version, 'patch', 'rc')).toThrow(/no version that can be counted on/);
  });
  it.each(['1!2.0', '1.0.post1', '1.0.dev3', '1.0+local', '1'])('refuses %j for Python', (version) => {
    expect(() => nextVersion('python', version, 'patch', 'rc')).toThrow(/no version that can be counted on/);
  });

  it('is never an earlier one or the same', () => {
    expect(() => requireLater('npm', '1.0.0', '1.0.0')).toThrow(/does not come after/);
    expect(() => requireLater('python', '1.0.0rc1', '1.0.0')).toThrow(/does not come after/);
    expect(() => requireLater('npm', '1.0.0', '1.0.0-rc.1')).not.toThrow();
  });
});
