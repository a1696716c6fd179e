import { pageKey } from '../../graph/names.ts';
import { listed } from '../../graph-index/facts-of.ts';
import { defineCheck, eachPageWith } from '../check.ts';
import { isTemplate, typeOf } from '../page-types.ts';

export const missingProperty = defineCheck({
  check: 'missing-property',
  title: 'Pages without a property that their type needs',
  explanation:
    'Queries do not find them, and nobody sees whose they are. A type’s own page says in required-properties:: what is needed.',
  severity: 'warning',
  run: eachPageWith('type', function* (page, { graph, limits }) {
    const type = typeOf(page);
    if (page.kind !== 'page' || type === undefined || isTemplate(page)) return;
    const said = graph.resolve(pageKey(type))?.properties['required-properties'];
    const required = new Set([
      ...(limits.required[type] ?? []),
      ...(said === undefined ? [] : listed(said.toLowerCase())),
    ]);
    for (const name of required) {
      if ((page.properties[name] ?? '').trim() !== '') continue;
      yield { page, about: name, message: `This ${type} does not say its ${name}. Add ${name}:: to the page.` };
    }
  }),
});
