import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openPlayground } from './open-playground.ts';

const HELP = `Stagebook without Logseq, on this machine: an outliner in the browser, the plugin, a daemon, a package to release.

  npm run playground                     prints the address to open
  npm run playground -- --graph db       a database graph instead of files
  npm run playground -- --host old       as an old Logseq
  npm run playground -- --theme dark     in the dark
  npm run playground -- --port 4000      at this port`;

const { values: options } = parseArgs({
  options: {
    graph: { type: 'string', default: 'file' },
    host: { type: 'string', default: 'new' },
    theme: { type: 'string', default: 'light' },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(HELP);
else await play();

async function play(): Promise<void> {
  console.log('Building the plugin, and making a package with a registry and a GitHub of its own …');
  const playground = await openPlayground({
    graph: options.graph === 'db' ? 'db' : 'file',
    host: options.host === 'old' ? 'old' : 'new',
    theme: options.theme === 'dark' ? 'dark' : 'light',
    port: Number(options.port),
  });
  const { double, signer } = playground;
  const terminal = createInterface({ input: process.stdin });
  let over = false;
  const end = async () => {
    if (over) return;
    over = true;
    terminal.close();
    await playground.stop();
  };
  process.once('SIGINT', () => void end());
  process.once('SIGTERM', () => void end());

  console.log(`
Open ${double.url}?open=Welcome

The plugin is paired already. To start and sign you are “${signer.person}”, with the PIN ${signer.pin};
the panel asks for a code once: type c and Enter here to get one. k kills the daemon, u brings it up. Ctrl-C ends.`);
  terminal.on('line', (line) => {
    void (async () => {
      const key = line.trim();
      if (key === 'c') console.log(`Code for the panel, good for a minute: ${await playground.code('panel')}`);
      if (key === 'k') await playground.killDaemon().then(() => console.log('The daemon is gone.'));
      if (key === 'u') await playground.startDaemon().then(() => console.log('The daemon is up.'));
    })().catch((error: unknown) => console.error(String(error)));
  });
}
