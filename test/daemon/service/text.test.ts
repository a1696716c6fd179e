import { parseEnv } from 'node:util';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { plistText } from '../../../daemon/service/launchd.ts';
import type { ServiceCommand } from '../../../daemon/service/service.ts';
import { unitText } from '../../../daemon/service/systemd.ts';
import { environmentText, taskXml } from '../../../daemon/service/windows-task.ts';

/** Paths as they really occur, and worse. */
const HOSTILE = [
  '/home/ada/stagebook',
  '/Users/Ada Lovelace/100% & more/<node>',
  `/srv/it's "quoted"/$HOME/%h/back\\slash`,
  'C:\\Program Files\\nodejs\\',
  '/home/ünï/日本語 🚀',
];

const commandOf = (path: string): ServiceCommand => ({
  argv: [path, `${path}/stagebook.mjs`, 'up'],
  environment: { STAGEBOOK_HOME: path, PATH: `${path}:/usr/bin` },
});

describe.each(HOSTILE)('a service at %s', (path) => {
  const command = commandOf(path);

  it('is the same program with the same words in a property list [ui.service.text]', () => {
    const { plist } = new XMLParser({ trimValues: false }).parse(plistText(command, `${path}/log`)) as {
      plist: { dict: { key: string[]; array: { string: string[] }; dict: { string: string[] }[] } };
    };
    expect(plist.dict.array.string).toEqual([...command.argv]);
    expect(plist.dict.dict[0]!.string).toEqual(Object.values(command.environment));
  });

  it('is the same program with the same words in a unit [ui.service.text]', () => {
    const lines = unitText(command).split('\n');
    const start = lines.find((line) => line.startsWith('ExecStart=:'))!.slice('ExecStart=:'.length);
    expect(unitWords(start)).toEqual([...command.argv]);
    const variables = lines.filter((line) => line.startsWith('Environment=')).map((line) => line.slice(12));
    expect(variables.flatMap(unitWords)).toEqual(
      Object.entries(command.environment).map(([name, value]) => `${name}=${value}`),
    );
  });

  it('is the same program with the same words in a task, and reads the same variables [ui.service.text]', () => {
    const xml = taskXml(command, `${path}.env`, 'PC\\Ada & Co');
    const { Task } = new XMLParser().parse(xml) as {
      Task: {
        Triggers: { LogonTrigger: { UserId: string } };
        Actions: { Exec: { Command: string; Arguments: string } };
      };
    };
    expect(Task.Triggers.LogonTrigger.UserId).toBe('PC\\Ada & Co');
    expect(windowsWords(Task.Actions.Exec.Arguments)).toEqual([
      '--headless',
      path,
      `--env-file=${path}.env`,
      ...command.argv.slice(1),
    ]);
    expect(parseEnv(environmentText(command))).toEqual(command.environment);
  });
});

it('refuses a path that Windows would read a variable into [ui.service.text]', () => {
  expect(() => taskXml(commandOf('C:\\%TEMP%\\x'), 'v', 'Ada')).toThrow(/between percent signs/);
});

/** Takes words apart as systemd.syntax(7) says, specifiers included. */
function unitWords(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => {
    const plain = word!.replace(/\\(.)/g, '$1');
    if (/(^|[^%])(%%)*%([^%]|$)/.test(plain)) throw new Error(`${plain} has a specifier`);
    return plain.replaceAll('%%', '%');
  });
}

/** Takes words apart as the C runtime of Windows says. */
function windowsWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const slashes = /^\\*/.exec(text.slice(at))![0].length;
    if (slashes > 0 && text[at + slashes] === '"') {
      word += '\\'.repeat(Math.floor(slashes / 2));
      at += slashes;
      if (slashes % 2 === 1) word += '"';
      else quoted = !quoted;
    } else if (text[at] === '"') quoted = !quoted;
    else if (text[at] === ' ' && !quoted) {
      words.push(word);
      word = '';
    } else word += text[at];
  }
  return [...words, word];
}
