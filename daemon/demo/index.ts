import { systemTerminal } from '../cli/terminal.ts';
import { demo } from './main.ts';

process.exitCode = await demo(process.argv.slice(2), systemTerminal());
