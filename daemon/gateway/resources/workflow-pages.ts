import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SHIPPED } from '../../workflows.ts';
import type { GatewayResource, ResourceItem } from '../resource.ts';

const SCHEME = 'stagebook://workflows/';

/** The workflow pages that come with Stagebook, as Markdown. */
export const workflowPages: GatewayResource = {
  templates: [],
  list: () => names().map(itemOf),
  read(uri) {
    const name = names().find((each) => SCHEME + each === uri);
    if (name === undefined) return undefined;
    return { uri, mimeType: 'text/markdown', text: readFileSync(join(SHIPPED, `${name}.md`), 'utf8') };
  },
};

function names(): string[] {
  return readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.md'))
    .map((file) => basename(file, '.md'));
}

function itemOf(name: string): ResourceItem {
  return { uri: SCHEME + name, name, description: 'A workflow that comes with Stagebook.', mimeType: 'text/markdown' };
}
