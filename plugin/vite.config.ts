import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;
const outDir = resolve(root, '../dist');
const panel = resolve(root, 'panel/index.html');

/**
 * Logseq's own window loads the plugin from `file://` on old hosts, from where Chromium takes no module and no
 * cross-origin script. The bundle is one closed function, so that a classic script does.
 */
const classicScript: Plugin = {
  name: 'classic-script',
  applyToEnvironment: (environment) => environment.name === 'client',
  transformIndexHtml: {
    order: 'post',
    handler: (html) =>
      html.replaceAll('<script type="module" crossorigin', '<script defer').replaceAll(' crossorigin', ''),
  },
};

const { version } = JSON.parse(readFileSync(resolve(root, '../package.json'), 'utf8')) as { version: string };

/** One build, two pages: the plugin (dist/index.html), and the panel that the daemon serves (dist/panel/). */
export default defineConfig({
  root,
  base: './',
  publicDir: resolve(root, 'public'),
  plugins: [classicScript],
  define: { STAGEBOOK_VERSION: JSON.stringify(version) },
  build: { outDir, target: 'chrome98', modulePreload: false, emptyOutDir: true },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          input: resolve(root, 'index.html'),
          output: { format: 'iife', entryFileNames: 'stagebook.js', assetFileNames: '[name][extname]' },
        },
      },
    },
    panel: {
      consumer: 'client',
      build: {
        emptyOutDir: false,
        copyPublicDir: false,
        target: 'es2022',
        assetsDir: 'panel/assets',
        rolldownOptions: { input: panel },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      await builder.build(builder.environments.client!);
      if (existsSync(panel)) await builder.build(builder.environments.panel!);
    },
  },
});
