/** What a program of ours may see of the daemon's own environment: where things are, never what is secret. */
const PASSED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TMP', 'TEMP', 'USER', 'LOGNAME', 'TZ'];

/** Files with the certificates of authorities: what the daemon trusts, npm, git and Python have to trust as well. */
export const CERTIFICATES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'PIP_CERT'];

/** Without these no program starts on Windows. */
const PASSED_ON_WINDOWS = [
  'PATH PATHEXT COMSPEC SYSTEMROOT SYSTEMDRIVE WINDIR TMP TEMP TZ LANG USERNAME USERPROFILE',
  'APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86)',
].flatMap((line) => line.split(' '));

/**
 * The environment of a child process: a short list of places from `parent`, then `extra`.
 * Tokens that the daemon was started with never reach a child by themselves (security.md 8).
 */
export function cleanEnvironment(
  extra: Readonly<Record<string, string>> = {},
  parent: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const windows = platform === 'win32';
  const passed = new Set([...(windows ? PASSED_ON_WINDOWS : PASSED), ...CERTIFICATES]);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && passed.has(windows ? name.toUpperCase() : name)) environment[name] = value;
  }
  if (!windows && environment['LANG'] === undefined) environment['LANG'] = 'C.UTF-8';
  return { ...environment, ...extra };
}
