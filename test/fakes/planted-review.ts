import type { Graph } from '../../daemon/graph/graph.ts';
import type { Examined, Finding } from '../../daemon/review/finding.ts';

/** Finds every `teh`, and pages without an owner: two checks as data, on the real graph. */
export async function examinePlanted(from: Graph, now: number): Promise<Examined> {
  const findings: Finding[] = [];
  let pages = 0;
  for await (const name of from.pages()) {
    pages += 1;
    const page = (await from.read(name))!;
    if (name.startsWith('Review/')) continue;
    for (const block of page.blocks) {
      if (!block.content.includes('teh')) continue;
      const change = { kind: 'update', ref: block.ref, content: block.content.replaceAll('teh', 'the') } as const;
      findings.push({
        id: `spelling ${name} ${block.content}`,
        check: 'spelling',
        severity: 'warning',
        page: name,
        message: `“teh” is written on ${name}`,
        weight: name.length,
        fix: { title: 'Write “the”', pages: [{ page: name, revision: page.revision, changes: [change] }] },
      });
    }
    if (page.properties.owner === undefined) {
      const other = name === 'Index' ? [] : [{ page: 'Owners', revision: null, changes: owners(name) }];
      const own = [
        {
          page: name,
          revision: page.revision,
          changes: [{ kind: 'properties', properties: { owner: 'Ada' } } as const],
        },
      ];
      findings.push({
        id: `owner ${name}`,
        check: 'owner',
        severity: 'error',
        page: name,
        message: `${name} has no owner`,
        weight: 0,
        ...(other.length > 0 && (await from.read('Owners'))
          ? {}
          : { fix: { title: 'Ada owns it', pages: [...own, ...other] } }),
      });
    }
  }
  const checks = [
    { check: 'spelling', title: 'Misspelt', explanation: 'Readers stumble.' },
    { check: 'owner', title: 'Nobody’s', explanation: 'Nobody keeps it true.' },
  ];
  return { at: now, pages, findings, checks, notes: [] };
}

const owners = (name: string) => [{ kind: 'insert', parent: null, after: null, content: `Ada owns ${name}` }] as const;
