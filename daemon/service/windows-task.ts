import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { writeServiceFile } from './file.ts';
import { askManager, tellManager } from './manager.ts';
import type { Service, ServiceCommand, ServiceWorld } from './service.ts';
import { xmlText } from './xml.ts';

const TASK = 'Stagebook';
/** “Last result” of a task that runs (SCHED_S_TASK_RUNNING). The word for it beside it is in the person's language. */
const RUNNING = '267009';

/** Windows: a scheduled task that begins when its person logs on (schtasks). */
export function windowsTask(world: ServiceWorld): Service {
  const files = { variables: join(world.data, 'service.env'), task: join(world.data, 'service.xml') };
  const schtasks = (...args: string[]) => tellManager(world, ['schtasks', ...args]);
  const ask = (...args: string[]) => askManager(world, ['schtasks', ...args]);
  const installed = async () => (await ask('/query', '/tn', TASK)).exitCode === 0;
  const running = async () => {
    const { exitCode, stdout } = await ask('/query', '/tn', TASK, '/v', '/fo', 'csv', '/nh');
    return exitCode === 0 && stdout.includes(`"${RUNNING}"`);
  };

  return {
    kind: 'scheduled task',
    place: TASK,
    logs: 'the Task Scheduler, under Stagebook',
    async install(command) {
      const { USERDOMAIN: domain, USERNAME: user = '' } = world.environment;
      const account = domain === undefined ? user : `${domain}\\${user}`;
      const written = [
        writeServiceFile(files.variables, environmentText(command)),
        // The only encoding that every schtasks reads.
        writeServiceFile(files.task, Buffer.from(`\ufeff${taskXml(command, files.variables, account)}`, 'utf16le')),
      ];
      const there = await installed();
      const same = there && written.every((file) => file === 'same');
      if (!same) {
        await schtasks('/create', '/tn', TASK, '/xml', files.task, '/f');
        if (there) await ask('/end', '/tn', TASK);
      }
      if (!(await running())) await schtasks('/run', '/tn', TASK);
      if (same) return 'same';
      return there ? 'changed' : 'new';
    },
    async state() {
      return { installed: await installed(), running: await running() };
    },
    async uninstall() {
      if (!(await installed())) return false;
      await ask('/end', '/tn', TASK);
      await schtasks('/delete', '/tn', TASK, '/f');
      for (const file of Object.values(files)) rmSync(file, { force: true });
      return true;
    },
  };
}

/**
 * The task for one account. A scheduled task has no variables of its own, so Node reads them from a file; and it would open
 * a console window, so the console's own host is asked to run it without one.
 */
export function taskXml({ argv: [program, ...args] }: ServiceCommand, variables: string, account: string): string {
  const words = ['--headless', program, `--env-file=${variables}`, ...args].map(windowsWord);
  const expanded = words.find((word) => /%[^%\\/:]+%/.test(word));
  if (expanded !== undefined) {
    throw fail(
      'invalid',
      'service.percent',
      `The path ${expanded} has a name between percent signs, which Windows would take for a variable. Move it to another folder.`,
    );
  }
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo><Description>Stagebook, runbooks that run</Description></RegistrationInfo>',
    `  <Triggers><LogonTrigger><UserId>${xmlText(account)}</UserId></LogonTrigger></Triggers>`,
    '  <Principals>',
    `    <Principal id="Author"><UserId>${xmlText(account)}</UserId><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal>`,
    '  </Principals>',
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
    '    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>',
    '  </Settings>',
    '  <Actions Context="Author">',
    '    <Exec>',
    '      <Command>%SystemRoot%\\System32\\conhost.exe</Command>',
    `      <Arguments>${xmlText(words.join(' '))}</Arguments>`,
    '    </Exec>',
    '  </Actions>',
    '</Task>',
    '',
  ].join('\r\n');
}

/** A word of a command line as the C runtime takes it apart: backslashes count only before a quote. */
function windowsWord(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/** The variables as a file for `node --env-file`. Nothing in quotes is expanded; a value has at most two kinds of them. */
export function environmentText({ environment }: ServiceCommand): string {
  return Object.entries(environment)
    .map(([name, value]) => {
      const quote = ["'", '`', '"'].find((each) => !value.includes(each)) ?? "'";
      return `${name}=${quote}${value}${quote}\n`;
    })
    .join('');
}
