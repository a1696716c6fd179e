import { CommanderError, type Command } from 'commander';
import { fail } from '../../shared/failure.ts';
import { nearest } from '../../shared/workflow/nearest.ts';
import { Refusal } from './refusal.ts';

/** What commander has against a command, in the form of every other refusal; anything else as it is. */
export function misuse(error: unknown): unknown {
  if (!(error instanceof CommanderError) || error.exitCode === 0 || error.code === 'commander.help') return error;
  const word = error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return new Refusal([{ code: `command.${word}`, message: error.message.replace(/^error: /, '') }]);
}

/**
 * Refuses a word that is none of a command's own commands, where it takes no other: commander takes it for an argument too many.
 * Throws `command.unknown_command`.
 */
export function refuseUnknownWord(program: Command, [name, word]: readonly string[]): void {
  const command = program.commands.find((each) => each.name() === name);
  if (!command || word === undefined || word.startsWith('-') || command.registeredArguments.length > 0) return;
  const words = command.commands.map((each) => each.name());
  if (words.length === 0 || words.includes(word) || word === 'help') return;
  const near = nearest(word, words);
  const hint = near === undefined ? '' : ` Did you mean “stagebook ${name} ${near}”?`;
  const message = `There is no “stagebook ${name} ${word}”.${hint} There are: ${words.join(', ')}.`;
  throw fail('invalid', 'command.unknown_command', message);
}

/** Where somebody reads what can be written there. */
export function helpFor(program: Command, argv: readonly string[]): string {
  let command = program;
  for (const word of argv) {
    const inside = command.commands.find((each) => each.name() === word);
    if (!inside) break;
    command = inside;
  }
  const path = argv.slice(0, depthOf(command));
  return `(${['stagebook', ...path, '--help'].join(' ')} shows what there is)`;
}

function depthOf(command: Command): number {
  return command.parent ? 1 + depthOf(command.parent) : 0;
}
