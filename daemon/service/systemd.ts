import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeServiceFile } from './file.ts';
import { askManager, saidBy, tellManager, unavailable } from './manager.ts';
import type { Service, ServiceCommand, ServiceWorld } from './service.ts';

const UNIT = 'stagebook.service';
/** Without these `systemctl --user` does not find the person's own manager. */
const WHERE = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_CONFIG_HOME'];

/** Linux: a unit of the person's own systemd (systemd.service(5), systemd.exec(5)). */
export function systemdUnit(world: ServiceWorld): Service {
  const { environment, home } = world;
  const file = join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'systemd', 'user', UNIT);
  const systemctl = (...args: string[]) => tellManager(world, ['systemctl', '--user', ...args], WHERE);
  const ask = (...args: string[]) => askManager(world, ['systemctl', '--user', ...args], WHERE);

  return {
    kind: 'systemd user unit',
    place: file,
    logs: `journalctl --user -u ${UNIT}`,
    async install(command) {
      // Before anything is written: in containers and over plain SSH there is often no manager to talk to.
      const reached = await ask('show-environment');
      if (reached.exitCode !== 0) throw unavailable(`systemd does not run your session (${saidBy(reached)})`);
      const written = writeServiceFile(file, unitText(command));
      await systemctl('daemon-reload');
      await systemctl('enable', '--now', UNIT);
      if (written === 'changed') await systemctl('restart', UNIT);
      return written;
    },
    async state() {
      const installed = existsSync(file);
      if (!installed) return { installed, running: false };
      const { stdout } = await ask('show', UNIT, '--property=ActiveState', '--value');
      return { installed, running: ['active', 'reloading'].includes(stdout.trim()) };
    },
    async uninstall() {
      if (!existsSync(file)) return false;
      await systemctl('disable', '--now', UNIT);
      rmSync(file);
      await systemctl('daemon-reload');
      return true;
    },
  };
}

/**
 * The unit's file. It is started again when it fails, however often: where another daemon has the data directory it is
 * refused, and takes over when that one has ended.
 */
export function unitText({ argv, environment }: ServiceCommand): string {
  return [
    '[Unit]',
    'Description=Stagebook, runbooks that run',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    // The colon: no variables in the command, so that a dollar is a dollar.
    `ExecStart=:${argv.map(quoted).join(' ')}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    'Restart=on-failure',
    'RestartSec=10',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n');
}

/** A word of a unit file: in quotes with C escapes; a percent sign would begin a specifier. */
function quoted(word: string): string {
  const escaped = word
    .replace(/[\\"]/g, '\\$&')
    .replace(/%/g, '%%')
    .replace(/[\u0000-\u001f\u007f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}
