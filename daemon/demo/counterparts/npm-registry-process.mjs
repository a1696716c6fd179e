// The process of a local npm registry: verdaccio, without any uplink, in a folder of its own.
// Started by npm-registry.ts; ends with it, also when that was killed.
import { join } from 'node:path';
import { runServer } from 'verdaccio';

process.on('disconnect', () => process.exit(0));

const [root, ...names] = process.argv.slice(2);
const ports = {};
for (const name of names) {
  const folder = join(root, name);
  const server = await runServer({
    self_path: folder,
    storage: join(folder, 'storage'),
    uplinks: {},
    packages: {
      '@restricted/*': { access: '$authenticated', publish: '$authenticated', unpublish: '$authenticated' },
      '**': { access: '$all', publish: '$authenticated', unpublish: '$authenticated' },
    },
    auth: { htpasswd: { file: join(folder, 'htpasswd'), algorithm: 'sha1', max_users: 1000 } },
    web: { enable: false },
    log: { type: 'stdout', format: 'json', level: 'fatal' },
    max_body_size: '100mb',
    security: { api: { legacy: true } },
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  ports[name] = server.address().port;
}
process.send({ ports });
