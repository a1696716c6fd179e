// Who may import whom (ARCHITECTURE.md, Layers). A file that is not named here falls under the general rules.

/** Lists of entries: a folder, its define file (what an entry is) and its index (which there are). */
const LISTS = [
  { folder: 'daemon/primitives', define: 'primitive' },
  { folder: 'daemon/actions', define: 'action' },
  { folder: 'daemon/pages', define: 'page' },
];

const entryOf = ({ folder, define }) => ({ path: `^${folder}/`, pathNot: [`^${folder}/(${define}|index)\\.ts$`] });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea, or one of them knows too much.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'shared-is-ours-alone',
      comment: 'The words both ends speak know neither end.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(daemon|plugin|test|bench)/' },
    },
    {
      name: 'shared-is-pure',
      comment: 'It also runs inside Logseq: no part of Node, and only the libraries of the language.',
      severity: 'error',
      from: { path: '^shared/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: ['^node_modules/(zod|yaml|@marcbachmann/cel-js|re2js|@noble/hashes)/'],
      },
    },
    {
      name: 'plugin-speaks-to-the-daemon',
      comment: 'It runs inside Logseq, and the panel in a browser: nothing of the daemon, nothing of Node.',
      severity: 'error',
      from: { path: '^plugin/', pathNot: '^plugin/vite\\.config\\.ts$' },
      to: { path: '^(daemon|test|bench)/' },
    },
    {
      name: 'plugin-without-node',
      comment: 'A browser has no part of Node.',
      severity: 'error',
      from: { path: '^plugin/', pathNot: '^plugin/(vite\\.config\\.ts$|packaging/)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'plugin-without-parsers',
      comment:
        'The plugin is loaded with every window of Logseq: schemas and parsers stay in the daemon (types are free).',
      severity: 'error',
      from: { path: '^plugin/' },
      to: {
        path: '^(node_modules/(zod|yaml|@marcbachmann/cel-js|re2js)/|shared/protocol/(fields|frames|calls)\\b)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'panel-stands-alone',
      comment: 'The panel is a page of the daemon, on another origin than the plugin.',
      severity: 'error',
      from: { path: '^plugin/panel/' },
      to: { path: '^plugin/', pathNot: '^plugin/panel/' },
    },
    {
      name: 'one-file-names-logseq',
      comment: 'Whatever the host does differently is answered in one place.',
      severity: 'error',
      from: { path: '^plugin/', pathNot: '^plugin/logseq\\.ts$' },
      to: { path: '^node_modules/@logseq/' },
    },
    {
      name: 'product-without-tests',
      comment: 'What ships does not need what proves it.',
      severity: 'error',
      from: { path: '^daemon/' },
      to: { path: '^(test|bench|plugin)/' },
    },
    {
      name: 'demo-is-a-leaf',
      comment: 'The demo and its counterparts are built on the product, not the product on them.',
      severity: 'error',
      from: { path: '^daemon/', pathNot: '^daemon/demo/' },
      to: { path: '^daemon/demo/' },
    },
    {
      name: 'composition-root-picks',
      comment: 'Lists and implementations are given to who needs them; only the composition root and the demo pick.',
      severity: 'error',
      from: { path: '^daemon/', pathNot: ['^daemon/(assemble|registered)\\.ts$', '^daemon/demo/'] },
      to: { path: '^daemon/(primitives|actions|pages)/index\\.ts$' },
    },
    ...LISTS.map((list) => ({
      name: `${list.define}-knows-its-define-file`,
      comment: `An entry of ${list.folder} knows ${list.define}.ts and shared/; never a sibling, the engine, the journal or the server.`,
      severity: 'error',
      from: entryOf(list),
      to: {
        path: '^daemon/(primitives|actions|pages|engine|journal|server|cli|graph|people)/',
        pathNot: [`^${list.folder}/${list.define}\\.ts$`],
      },
    })),
    {
      name: 'not-found',
      comment: 'An import has to lead somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'runtime-dependency',
      comment:
        'What ships imports only what package.json lists under dependencies, or as a peer: then it is loaded where it is used, and says what to install. (The demo and `npm run new` run in a clone.)',
      severity: 'error',
      from: { path: '^(shared|daemon)/', pathNot: '^daemon/(demo|new)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
