// The daemon as a hub, in a process of its own: what a test kills.
//   restate-hub-process.ts HOME PORT
import { readConfig } from '../../daemon/config.ts';
import { openDaemon } from '../../daemon/open.ts';

const [home, port] = process.argv.slice(2);
await openDaemon(readConfig(home), { port: Number(port), policy: { trust: false, signToStart: false } });
process.stdout.write('ready\n');
