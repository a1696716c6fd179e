import { StagebookError } from '../../shared/failure.ts';
import { create } from './create.ts';
import { kinds } from './kinds.ts';

const USAGE = `npm run new KIND NAME

${Object.entries(kinds)
  .map(([kind, { naming }]) => `  ${kind.padEnd(10)} ${naming}`)
  .join('\n')}

makes the file, its test and its line in the list.`;

const [kind, name, ...more] = process.argv.slice(2);
if (kind === undefined || name === undefined || more.length > 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    const files = await create(process.cwd(), kind, name);
    console.log(`${files.map((file) => `  ${file}`).join('\n')}\n\nNow say what it means, and npm test ${files[1]}.`);
  } catch (error) {
    if (!(error instanceof StagebookError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  }
}
