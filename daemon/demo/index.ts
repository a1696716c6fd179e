import { systemTerminal } from '../cli/terminal.ts';
import { clusterDemo } from './cluster/cluster.ts';
import { featureDemo } from './feature.ts';
import { incidentDemo } from './incident/incident.ts';
import { demo } from './main.ts';

/** What `npm run demo NAME` shows; `npm start` is the release. */
const demos = { release: demo, feature: featureDemo, incident: incidentDemo, cluster: clusterDemo };

const [name = 'release', ...options] = withName(process.argv.slice(2));
if (Object.hasOwn(demos, name)) {
  process.exitCode = await demos[name as keyof typeof demos](options, systemTerminal());
} else {
  console.error(`There is no demo “${name}”. There is: ${Object.keys(demos).join(', ')}.`);
  process.exitCode = 2;
}

/** Options alone are the release's. */
function withName(argv: readonly string[]): readonly string[] {
  return argv[0] === undefined || argv[0].startsWith('-') ? ['release', ...argv] : argv;
}
