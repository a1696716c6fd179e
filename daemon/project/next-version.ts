import semver from 'semver';
import { fail } from '../../shared/failure.ts';
import type { Ecosystem } from './manifest.ts';

export const LEVELS = ['patch', 'minor', 'major', 'prepatch', 'preminor', 'premajor', 'prerelease'] as const;
export type Level = (typeof LEVELS)[number];

/** The version after this one by semver.org; a Python version in its own spelling (1.2.0rc1). Throws `version.not_semver`. */
export function nextVersion(ecosystem: Ecosystem, version: string, level: Level, identifier: string): string {
  const next = semver.inc(toSemver(ecosystem, version), level, identifier);
  if (next === null) throw notSemver(version, ecosystem);
  return fromSemver(ecosystem, next);
}

/** Refuses a version that does not come after the other one. Throws `version.not_semver`, `version.not_later`. */
export function requireLater(ecosystem: Ecosystem, version: string, than: string): void {
  if (semver.gt(toSemver(ecosystem, version), toSemver(ecosystem, than))) return;
  throw fail('invalid', 'version.not_later', `${version} does not come after ${than}, which the package has already.`);
}

/** The spellings of PEP 440 that have a meaning in semver. */
const PYTHON = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-_.]?(a|alpha|b|beta|rc|c)[-_.]?(\d+))?$/i;
const WORDS: Record<string, string> = { a: 'alpha', alpha: 'alpha', b: 'beta', beta: 'beta', rc: 'rc', c: 'rc' };
const LETTERS: Record<string, string> = { alpha: 'a', beta: 'b', rc: 'rc' };

function toSemver(ecosystem: Ecosystem, version: string): string {
  if (ecosystem === 'npm') return semver.valid(version) ?? refuse(version, ecosystem);
  const [, major, minor, patch = '0', letter, number] = PYTHON.exec(version) ?? refuse(version, ecosystem);
  return `${major}.${minor}.${patch}${letter === undefined ? '' : `-${WORDS[letter.toLowerCase()]}.${number}`}`;
}

function fromSemver(ecosystem: Ecosystem, version: string): string {
  if (ecosystem === 'npm') return version;
  const [, release = '', word, number] =
    /^(\d+\.\d+\.\d+)(?:-([a-z]+)\.(\d+))?$/i.exec(version) ?? refuse(version, ecosystem);
  if (word === undefined) return release;
  const letter = LETTERS[WORDS[word.toLowerCase()] ?? ''] ?? refuse(version, ecosystem);
  return `${release}${letter}${number}`;
}

function refuse(version: string, ecosystem: Ecosystem): never {
  throw notSemver(version, ecosystem);
}

function notSemver(version: string, ecosystem: Ecosystem): Error {
  const form = ecosystem === 'npm' ? '1.2.3 or 1.2.3-rc.1' : '1.2.3 or 1.2.3rc1 (with a, b or rc)';
  return fail(
    'invalid',
    'version.not_semver',
    `"${version}" is no version that can be counted on. Write it like ${form}.`,
  );
}
