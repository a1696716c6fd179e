#!/usr/bin/env node
// The command. Plain JavaScript: an older Node can read it too, and is told what to do before it meets any TypeScript.
import '../runtime.mjs';

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
