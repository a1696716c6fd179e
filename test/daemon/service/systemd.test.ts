import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireProgram } from '../../programs.ts';

const STAGEBOOK = fileURLToPath(new URL('../../../daemon/cli/stagebook.mjs', import.meta.url));
const hasSystemd = requireProgram('systemd');

/**
 * A real `systemd --user` in namespaces of its own, so that it is there in any container and everything it started is gone
 * with it. Then the commands, each followed by its exit code.
 */
const SCRIPT = `
set -e
mount -t tmpfs none /run
mkdir -p /run/systemd/system /run/own
chmod 700 /run/own
mount -t tmpfs none /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
export XDG_RUNTIME_DIR=/run/own
if [ -x /usr/lib/systemd/systemd ]; then manager=/usr/lib/systemd/systemd; else manager=/lib/systemd/systemd; fi
"$manager" --user >/dev/null 2>&1 &
until systemctl --user show-environment >/dev/null 2>&1; do :; done
set +e
for command in "$@"; do
  case $command in
    systemctl*) $command ;;
    *) "$NODE" "$STAGEBOOK" service $command ;;
  esac
  echo "exit $?"
done
[ -z "$SUDO_UID" ] || chown -R "$SUDO_UID" "$HOME"
`;

describe.runIf(hasSystemd)('under a real systemd', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'systemd-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What the commands said, from one `exit` to the next. */
  async function under(...commands: string[]): Promise<string[]> {
    const { SUDO_UID: _, ...environment } = process.env;
    const root = process.getuid?.() === 0 ? [] : ['sudo', '-n', '--preserve-env'];
    const argv = [...root, 'unshare', '-mpf', '--mount-proc', '--kill-child', 'sh', '-c', SCRIPT, 'sh', ...commands];
    const { stdout } = await promisify(execFile)(argv[0]!, argv.slice(1), {
      env: {
        ...environment,
        HOME: folder,
        STAGEBOOK_HOME: join(folder, 'it is "100% $HOME" \\ %h'),
        STAGEBOOK_PORT: '0',
        NODE: process.execPath,
        STAGEBOOK,
      },
    });
    return stdout.split(/(?<=^exit \d+)\n/m);
  }

  it('is there, is there twice without a change, is stopped, comes back, and goes [ui.service.systemd]', async () => {
    const [before, first, second, running, , stopped, again, gone, , after] = await under(
      'status',
      'install',
      'install',
      'status',
      'systemctl --user stop stagebook',
      'status',
      'install',
      'uninstall',
      'uninstall',
      'status',
    );
    expect(before).toMatch(/^Not installed.*\nexit 1$/s);
    expect(first).toMatch(/is installed as a systemd user unit.*It is up, now and after every login.*exit 0$/s);
    expect(second).toMatch(/was installed already.*It is up.*exit 0$/s);
    const panel = (said = '') => /http:\S+/.exec(said)![0];
    expect(panel(second)).toBe(panel(first));
    expect(running).toMatch(/^Installed as.*\nRunning\.\nIt answers at http:.*\nexit 0$/s);
    expect(stopped).toMatch(/^Installed as.*\nStopped\. What it said: journalctl.*\nexit 1$/s);
    expect(again).toMatch(/was installed already.*It is up.*exit 0$/s);
    expect(gone).toMatch(/no systemd user unit any more\.\nYour data stays in .*it is "100% \$HOME".*exit 0$/s);
    expect(after).toBe(before);
  });
});
