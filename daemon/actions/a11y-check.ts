import { z } from 'zod';
import { look } from '../browser/look.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { appSettings, withApp } from '../served/app.ts';
import { defineAction } from './action.ts';

/** WCAG 2.2, A and AA, as axe names their rules. */
const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const input = z.strictObject({
  ...appSettings,
  directory: z.string().default('.').meta({ description: 'Where the application is started.' }),
  tags: z.array(z.string()).min(1).default(WCAG_22_AA).meta({ description: 'Which rules of axe are tried.' }),
  wait_for: z.string().optional().meta({ description: 'A selector that must be there first.' }),
  keyboard: z.boolean().default(true).meta({ description: 'Whether everything is tried with the Tab key alone.' }),
  limit: z.string().default('2m'),
});
const place = z.object({ target: z.string(), html: z.string() });
const output = z.object({
  ok: z.boolean().meta({ description: 'No violation, and everything is reached by keyboard.' }),
  url: z.string(),
  title: z.string(),
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string(),
      help: z.string(),
      help_url: z.string(),
      count: z.int(),
      nodes: z.array(place.extend({ why: z.string() })).meta({ description: 'The first ten.' }),
    }),
  ),
  passes: z.int().meta({ description: 'Rules that were held.' }),
  incomplete: z.array(z.string()).meta({ description: 'Rules that a person has to decide.' }),
  operable: z.int().meta({ description: 'What people operate: links, buttons, fields.' }),
  unreachable: z.array(place).meta({ description: 'What the Tab key never comes to.' }),
  trapped: z.boolean().meta({ description: 'The Tab key does not get away from somewhere.' }),
});

/** Automatic rules find a part of what is wrong, never all of it: what they cannot decide is in `incomplete`. */
export const a11yCheck = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'a11y.check',
  summary: 'Tries a page with the accessibility rules of axe (WCAG 2.2 A and AA) and with the keyboard alone.',
  effect: 'repeatable',
  input,
  output,
  touches: { paths: ['directory'] },

  async run({ directory, tags, wait_for, keyboard, limit, ...app }, context) {
    return withApp(app, directory, context, async (url) => {
      const seen = await look({ kind: 'axe', url, tags, wait_for, keyboard }, context, parseDuration(limit));
      const { title, violations, passes, incomplete, keyboard: walked } = seen;
      const unreachable = walked?.unreachable ?? [];
      return {
        ok: violations.length === 0 && unreachable.length === 0,
        url,
        title,
        violations,
        passes,
        incomplete,
        operable: walked?.operable ?? 0,
        unreachable,
        trapped: Boolean(walked?.trapped),
      };
    });
  },
});
