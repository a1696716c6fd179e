import { parseArgs } from 'node:util';
import { met, type Bench } from './bench.ts';
import { check } from './check.ts';
import { measureW1, measureW2, w1, w2 } from './engine.ts';
import { gateway } from './gateway.ts';
import { growth } from './growth.ts';
import { incident } from './incident.ts';
import { outline } from './outline.ts';
import { regex } from './regex.ts';
import { report } from './report.ts';
import { review } from './review.ts';
import { scale } from './scale.ts';
import { ui } from './ui.ts';

/** Every benchmark. A new one is a file and a line here. */
const benches: readonly Bench[] = [w1, w2, growth, outline, check, regex, gateway, incident, review, ui, scale];

const USAGE = `npm run bench [-- NAME…]         ${benches.map(({ name }) => name).join(', ')}; all by default
npm run -s bench -- --json     the raw limit, then W1 and W2 in the form of a contender line`;

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
if (values.help) console.log(USAGE);
else if (unknown.length > 0) {
  console.error(`There is no benchmark called ${unknown.join(', ')}.\n\n${USAGE}`);
  process.exitCode = 2;
} else if (values.json) await contend();
else await measure(benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name)));

/** Measures and prints one after the other. A figure that misses its target makes the exit code 1. */
async function measure(chosen: readonly Bench[]): Promise<void> {
  let missed = 0;
  for (const bench of chosen) {
    const figures = await bench.run();
    missed += figures.filter((figure) => met(figure) === false).length;
    console.log(report(bench, figures));
  }
  if (missed === 0) return;
  console.log(
    `${missed} ${missed === 1 ? 'target' : 'targets'} not met. Only ratios within one run count on a busy machine.`,
  );
  process.exitCode = 1;
}

/** The line that another tool can hold beside its own: W1 and W2, after the raw limit of this machine. */
async function contend(): Promise<void> {
  const { raw, serial, conc100 } = await measureW1();
  console.log(JSON.stringify({ raw: { events_per_s: raw } }));
  console.log(JSON.stringify({ w1: { serial, conc100 }, w2: await measureW2('asked') }));
}
