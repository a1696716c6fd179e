// A stand-in for kubectl and the cluster behind it: speaks its arguments and its output, and keeps one deployment in a file.
import { readFileSync, writeFileSync } from 'node:fs';

const [file, ...argv] = process.argv.slice(2);
const state = JSON.parse(readFileSync(file, 'utf8'));
const flags = Object.fromEntries(argv.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2).split('=')));
const [verb, noun, ...rest] = argv.filter((arg) => !arg.startsWith('--'));
const save = () => writeFileSync(file, JSON.stringify(state));
const end = (code, out, err = '') => {
  process.stdout.write(out);
  process.stderr.write(err);
  process.exit(code);
};

// What stands before everything else: a warning of the server, a line of a library's log.
if (state.warns) process.stderr.write(state.warns);
if (state.says) end(state.code ?? 1, state.prints ?? '', state.says);
state.calls.push({ argv, env: Object.keys(process.env).sort() });
save();
if (state.down)
  end(1, '', 'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n');
if (state.forbidden)
  end(1, '', 'Error from server (Forbidden): deployments.apps "app" is forbidden: User "ci" cannot patch resource\n');

const name = verb === 'get' ? rest[0] : rest[0].split('/')[1];
const known = name === state.name && flags.namespace === state.namespace;
if (!known) end(1, '', `Error from server (NotFound): deployments.apps "${name}" not found\n`);

const current = state.revisions.at(-1);
const roll = (image) => {
  // A template that was there before moves to the end under a new number, as in a real history.
  state.revisions = state.revisions.filter((one) => one.image !== image);
  state.revisions.push({ number: current.number + 1, image });
  save();
};

if (verb === 'get') {
  const done = !state.stuck;
  end(
    0,
    JSON.stringify({
      metadata: { generation: 2, annotations: { 'deployment.kubernetes.io/revision': String(current.number) } },
      spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', image: current.image }] } } },
      status: { observedGeneration: 2, replicas: 2, updatedReplicas: done ? 2 : 1, availableReplicas: done ? 2 : 1 },
    }),
  );
}
if (verb === 'set' && noun === 'image') {
  const [container, image] = rest[1].split('=');
  if (container !== 'app') end(1, '', `error: unable to find container named "${container}"\n`);
  if (image !== current.image) roll(image);
  // Applied, and the answer is lost on the way.
  if (state.loses) process.kill(process.pid, 'SIGKILL');
  end(0, `deployment.apps/${name} image updated\n`);
}
if (verb === 'rollout' && noun === 'status') {
  if (state.stuck)
    end(1, 'Waiting for deployment "app" rollout to finish…\n', 'error: timed out waiting for the condition\n');
  end(0, `deployment "${name}" successfully rolled out\n`);
}
if (verb === 'rollout' && noun === 'history') {
  const rows = state.revisions.map(({ number }) => `${number}         <none>\n`).join('');
  end(0, `deployment.apps/${name} \nREVISION  CHANGE-CAUSE\n${rows}\n`);
}
if (verb === 'rollout' && noun === 'undo') {
  const wanted = flags['to-revision'];
  const back = wanted ? state.revisions.find(({ number }) => String(number) === wanted) : state.revisions.at(-2);
  if (!back) end(1, '', `error: unable to find specified revision ${wanted} in history\n`);
  roll(back.image);
  end(0, `deployment.apps/${name} rolled back\n`);
}
end(1, '', `error: unknown command ${JSON.stringify(argv)}\n`);
