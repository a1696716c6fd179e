import { describe, expect, it } from 'vitest';
import { XMLParser } from 'fast-xml-parser';
import { chartSvg, formatValue } from '../../shared/chart.ts';

const at = Date.parse('2026-01-05T03:00:00Z');
const line = (name: string, values: (number | null)[]) => ({
  name,
  points: values.map((value, index): [number, number | null] => [at + index * 60_000, value]),
});
const parse = (svg: string) =>
  new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(svg) as {
    svg: { title: string; polyline?: unknown; text: unknown[] };
  };

/** The contrast of two colours as WCAG 2.2 has it. */
function contrast(one: string, other: string): number {
  const light = (colour: string) => {
    const hex = colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour;
    const [red, green, blue] = [1, 3, 5].map((start) => {
      const part = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
      return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! + 0.05;
  };
  const [a, b] = [light(one), light(other)];
  return Math.max(a, b) / Math.min(a, b);
}

describe('a chart', () => {
  it('has axes with units and times, a limit and a mark [incident.look.chart]', () => {
    const series = { unit: 'ratio', lines: [line('errors', [0, 0.02, 0.2])] };
    const svg = chartSvg(series, { title: 'Share', threshold: 0.05, mark: { at: at + 60_000, label: 'alert' } });
    for (const word of [
      '>Share<',
      '>0 %<',
      '>10 %<',
      '>20 %<',
      '>03:00:00<',
      '>03:02:00 UTC<',
      '>limit 5 %<',
      '>alert<',
    ])
      expect(svg).toContain(word);
    expect(parse(svg).svg.title).toBe('Share');
  });

  it('has a gap where nothing was measured, and says so where nothing was at all [incident.look.chart]', () => {
    const svg = chartSvg({ unit: '', lines: [line('a', [1, 2, null, 3, 4])] }, { title: 'x' });
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(chartSvg({ unit: '', lines: [line('a', [null])] }, { title: 'x' })).toContain('nothing was measured');
    expect(chartSvg({ unit: '', lines: [] }, { title: 'x' })).toContain('nothing was measured');
  });

  it('tells lines apart without colours, and is read on light and dark ground [incident.look.chart]', () => {
    const svg = chartSvg({ unit: '', lines: [line('a', [1, 2]), line('b', [2, 1])] }, { title: 'x' });
    expect(svg).toContain('stroke-dasharray');
    expect(svg).toContain('>a<');
    // Each of its two grounds with the words and every line on it.
    const grounds = [...svg.matchAll(/svg\{color:(#\w+)\}\.ground\{fill:(#\w+)\}/g)];
    expect(grounds).toHaveLength(2);
    const lines = new Set([...svg.matchAll(/stroke="(#\w+)"/g)].map(([, colour]) => colour!));
    for (const [, words, ground] of grounds) {
      expect(contrast(words!, ground!)).toBeGreaterThan(4.5);
      for (const colour of lines) expect(contrast(colour, ground!)).toBeGreaterThan(3);
    }
  });

  it('keeps every word inside and none on another: a long title is cut where it is drawn, a long unit is not on the axis [incident.look.chart]', () => {
    const title =
      'Traffic is 27.8 requests/s, at most 34.4 requests/s; in the hour before it was 22 requests/s (1.6 times).';
    const lines = [line('value', [10, 20]), line('median of the hour before', [22, 22])];
    const svg = chartSvg({ unit: 'requests/s', lines }, { title });
    expect(parse(svg).svg.title).toBe(title);
    const texts = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]*)<\/text>/g)].map(
      ([, x, y, anchor, text]) => {
        // Six pixels a letter is more than the font has.
        const width = text!.replace(/&\w+;/g, '?').length * 5.4;
        const left = anchor === 'end' ? Number(x) - width : anchor === 'middle' ? Number(x) - width / 2 : Number(x);
        return { text, y: Number(y), left, right: left + width };
      },
    );
    for (const { text, left, right } of texts) {
      expect(left, text).toBeGreaterThanOrEqual(0);
      expect(right, text).toBeLessThanOrEqual(480);
    }
    const over = texts.flatMap((one, index) =>
      texts
        .slice(index + 1)
        .filter((other) => Math.abs(one.y - other.y) < 9 && one.left < other.right && other.left < one.right)
        .map((other) => [one.text, other.text]),
    );
    expect(over).toEqual([]);
    expect(texts.some(({ text }) => text === 'requests/s')).toBe(true);
    expect(texts.filter(({ text }) => text === '25')).toHaveLength(1);
  });

  it('says days where it shows more than one, and tells lines apart whose long names begin alike [incident.look.chart]', () => {
    const day = 86_400_000;
    const points: [number, number][] = [
      [at, 12],
      [at + 3 * day, 44],
    ];
    const svg = chartSvg({ unit: 'min', lines: [{ name: 'Time', points }] }, { title: 'Time to resolve' });
    expect(svg).toContain('>2026-01-05<');
    expect(svg).toContain('>2026-01-08 UTC<');
    const names = ['api', 'web', 'queue', 'mail'].map((name) => `a-very-long-service-name-${name}.prod.example`);
    const many = chartSvg({ unit: '', lines: names.map((name) => line(name, [1, 2])) }, { title: 'Several' });
    for (const word of ['api', 'web', 'queue', 'mail']) expect(many).toContain(`>…${word}`);
  });

  it('stays an image whatever its texts are [incident.look.chart]', () => {
    const hostile = '</text><script>alert(1)</script>"&\u0000\u202e';
    const svg = chartSvg({ unit: hostile, lines: [line(hostile, [1]), line('b', [2])] }, { title: hostile });
    expect(svg).not.toContain('<script');
    expect(parse(svg).svg.title).toContain('alert(1)');
  });

  it.each([
    [0.1234, 'ratio', '12.3 %'],
    [0.25, 'seconds', '250 ms'],
    [2.5, 'seconds', '2.5 s'],
    [1_234_567, 'requests', '1.23 M requests'],
    [0, '', '0'],
  ])('says %d in %s as %s', (value, unit, said) => {
    expect(formatValue(value, unit)).toBe(said);
  });
});
