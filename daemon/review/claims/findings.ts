import { hashJson } from '../../../shared/canonical-json.ts';
import type { CheckInfo, Finding } from '../finding.ts';
import type { Standing } from './claim.ts';

export const claimInfo: CheckInfo = {
  check: 'claims',
  title: 'What stopped being true',
  explanation: 'A page says so, and it is not so any more: mend what it is about, or the page.',
};

/** What is to be said of claims that do not hold, and of those that nobody can look at. */
export function claimFindings(standings: readonly Standing[]): Finding[] {
  return standings.flatMap((standing): Finding[] => {
    const { page, claim, title, says, holds, since, saw, untrusted } = standing;
    const base = { id: hashJson({ check: 'claims', page, claim }).slice(0, 32), check: 'claims', page, weight: 0 };
    if (untrusted !== undefined) {
      const message = `“${title}” is not looked at: nobody here trusts what the claims of this page ask. Look at them, then trust them.`;
      return [{ ...base, severity: 'hint', message, trust: untrusted }];
    }
    if (holds === false) {
      return [{ ...base, severity: 'error', message: `“${title}” is not true any more: ${says} (${saw}).`, since }];
    }
    if (holds !== null) return [];
    return [{ ...base, severity: 'hint', message: `Whether “${title}” is true cannot be found out: ${saw}` }];
  });
}
