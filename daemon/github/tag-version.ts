import semver from 'semver';

const VERSION = /^(.*?)v?(\d+\.\d+[\w.+-]*)$/;
const FINAL = /^\d+(?:\.\d+)*(?:\+.*)?$/;

/** Whether a tag is of a version that is tried before the final one: v2.0.0-rc.1, name@2.0.0-beta.1, in Python 2.0.0rc1. */
export function isPrereleaseTag(tag: string): boolean {
  const version = VERSION.exec(tag)?.[2];
  return version !== undefined && !FINAL.test(version);
}

/** Whether a tag is of an older version than another one of the same package. Of two packages neither is. */
export function isOlderTag(tag: string, than: string): boolean {
  const [, package_, version] = VERSION.exec(tag) ?? [];
  const [, other, latest] = VERSION.exec(than) ?? [];
  if (package_ !== other) return false;
  const [own, newest] = [semver.coerce(version), semver.coerce(latest)];
  return own !== null && newest !== null && semver.lt(own, newest);
}
