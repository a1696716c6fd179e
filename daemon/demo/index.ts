import { demo } from './main.ts';

process.exitCode = await demo(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
