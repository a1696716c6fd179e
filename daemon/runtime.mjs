// Loaded before everything else (`node --import`), in JavaScript that any Node can read: an older one would only
// stumble over the first TypeScript file and say something that helps nobody.
import { readFileSync } from 'node:fs';
import * as modules from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  console.error(
    `Stagebook needs Node 22.15 or newer; this is ${process.version}. In a clone, \`npm ci\` brings one along and ` +
      '`npm start`, `npm test` and `npm run stagebook` use it.',
  );
  process.exit(1);
}

// Node reads TypeScript by itself from 22.18 on, but never in an installed package; it can whenever it is told to.
if (!process.features.typescript || import.meta.url.includes('/node_modules/')) {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...more) => {
    if (!String(warning).includes('stripTypeScriptTypes')) emitWarning.call(process, warning, ...more);
  };
  modules.registerHooks({
    load(url, context, next) {
      if (!url.endsWith('.ts')) return next(url, context);
      const source = modules.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

// Without types to strip and code to compile again, a command starts in half the time and holds 30 MB less.
// In a folder of the person's own: whoever can write there decides what runs.
modules.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'stagebook', 'code'));
