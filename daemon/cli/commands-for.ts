import { existsSync } from 'node:fs';
import type { AddCommand } from './command.ts';

/** Commands whose name no variable can have. */
const OTHERWISE_CALLED: Readonly<Record<string, string>> = { import: 'importCommand', export: 'exportRun' };

/**
 * The commands that a call needs: the one that it names, from its own file, so that nothing else has to be loaded; all of them
 * for help and for a word that is no command; none for the version.
 */
export async function commandsFor([word = '']: readonly string[]): Promise<readonly AddCommand[]> {
  if (word === '--version' || word === '-V') return [];
  if (isCommand(word)) {
    const command = (await import(fileOf(word).href)) as Readonly<Record<string, AddCommand>>;
    return [command[OTHERWISE_CALLED[word] ?? word]!];
  }
  const { commands } = await import('./commands/index.ts');
  return commands;
}

function isCommand(word: string): boolean {
  return /^[a-z]+$/.test(word) && word !== 'index' && existsSync(fileOf(word));
}

const fileOf = (word: string): URL => new URL(`commands/${word}.ts`, import.meta.url);
