import { mkdtempSync, mkdirSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../daemon/config.ts';
import { dataDirectory } from '../../daemon/data-directory.ts';
import { resolvePaths } from '../../daemon/paths.ts';
import { LANGUAGE_VERSION, type Definition } from '../../shared/workflow/definition.ts';

let root: string;
beforeEach(() => void (root = realpathSync(mkdtempSync(join(tmpdir(), 'stagebook-config-')))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (text: string): string => {
  writeFileSync(join(root, 'config.yaml'), text);
  return root;
};

describe('the data directory', () => {
  it('is where STAGEBOOK_HOME says, else where the platform keeps such things', () => {
    expect(dataDirectory({ STAGEBOOK_HOME: root })).toBe(root);
    if (process.platform === 'linux') {
      expect(dataDirectory({ XDG_DATA_HOME: root })).toBe(join(root, 'stagebook'));
      const usual = join(homedir(), '.local', 'share', 'stagebook');
      // An empty or relative one is none, or it would be a folder of wherever somebody stands.
      for (const none of [{}, { XDG_DATA_HOME: '' }, { XDG_DATA_HOME: 'data' }])
        expect(dataDirectory(none)).toBe(usual);
    } else {
      expect(dataDirectory({})).toMatch(/stagebook$/i);
    }
  });

  it('is made for its owner alone, and made so when it was open', () => {
    const home = join(root, 'deep', 'home');
    expect(readConfig(home).home).toBe(home);
    if (process.platform === 'win32') return;
    expect(statSync(home).mode & 0o777).toBe(0o700);
    const open = join(root, 'open');
    mkdirSync(open, { mode: 0o755 });
    readConfig(open);
    expect(statSync(open).mode & 0o777).toBe(0o700);
  });
});

describe('a place that cannot be the data directory is told with what to do [core.refuse.home]', () => {
  const refusal = expect.objectContaining({
    code: 'config.home',
    message: expect.stringMatching(/cannot be the data directory: .*Set STAGEBOOK_HOME/),
  }) as unknown;

  it('a file, and what is below one', () => {
    writeFileSync(join(root, 'file'), '');
    for (const place of ['file', 'file/home', 'file/deep/home']) {
      expect(() => readConfig(join(root, place))).toThrow(refusal);
    }
  });

  it.runIf(process.platform === 'linux')('a file system that takes no folders', () => {
    for (const place of ['/proc/x', '/proc/deep/home']) expect(() => readConfig(place)).toThrow(refusal);
  });
});

describe('the configuration', () => {
  it('may be missing, empty, YAML or JSON', () => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(readConfig(root).zone).toBe(own);
    expect(readConfig(write('')).zone).toBe(own);
    expect(readConfig(write('zone: Asia/Tokyo')).zone).toBe('Asia/Tokyo');
    expect(readConfig(write('{"sandbox": {"allow-unisolated": true}}')).sandbox).toEqual({ 'allow-unisolated': true });
  });

  it('names one Restate or the nodes of one, for hub and workers alike', () => {
    const hub = '{ id: ours, url: "http://127.0.0.1:7716/", token: HUB_TOKEN }';
    const text = `engine: restate\nrestate: { ingress: "http://a:8080", admin: ["http://a:9070/", "http://b:9070"], hub: ${hub} }`;
    expect(readConfig(write(text))).toMatchObject({
      engine: 'restate',
      restate: {
        ingress: ['http://a:8080'],
        admin: ['http://a:9070', 'http://b:9070'],
        hub: { id: 'ours', url: 'http://127.0.0.1:7716' },
      },
    });
  });

  it('names folders by absolute paths, ~ is the home directory', () => {
    expect(readConfig(write('graphs: [~/notes]')).graphs).toEqual([join(homedir(), 'notes')]);
  });

  it.each([
    ['graphs: [notes]', '1:10 graphs.0: notes must be an absolute path'],
    ['graphs: ~/notes', '1:1 graphs: must be a list'],
    ['zone: Mars', '1:1 zone: must be a time zone such as'],
    ['npm: { registry: nowhere }', '1:8 npm.registry: must be an address such as https://example.org'],
    ['npm: { registry: localhost:4873 }', '1:8 npm.registry: must be an address'],
    ['port: "7717"', '1:1 port: must be a number'],
    ['grahps: []', '1:1 There is no setting “grahps”, but one called graphs.'],
    ['zone: UTC\ngithub: { ulr: "http://h" }', '2:11 There is no setting “ulr” in github, but one called url.'],
    ['a: [', 'is not valid YAML. 1:5 '],
    ['zone: UTC\n\tport: 7717', 'is not valid YAML. 2:1 Tabs'],
    ['port: 7717\nport: 7718', 'is not valid YAML. 2:1 Map keys must be unique'],
    ['- a list', '1:1 the file: must be an object'],
    ['just words', '1:1 the file: must be an object'],
    ['engine: cluster', 'engine: must be one of embedded, restate'],
    ['engine: restate', 'says engine: restate, and nothing of it. Add restate:'],
    ['restate: { ingress: http://a:8080 }', 'restate.admin: is missing; 1:1 restate.hub: is missing'],
    [
      'restate: { ingress: [], admin: nowhere, hub: { id: My Hub, url: http://h, token: T } }',
      'restate.hub.id: must be 3 to 20 small letters and digits',
    ],
    [
      'restate: { ingress: http://a, admin: http://a, identity: [abc], hub: { id: hub, url: http://h, token: T } }',
      'restate.identity.0: must be a public key of Restate',
    ],
  ])('is refused with what is wrong where: %s', (text, message) => {
    expect(() => readConfig(write(text))).toThrow(message);
    expect(() => readConfig(root)).toThrow(join(root, 'config.yaml'));
  });
});

describe('a configuration file is read however it was written [core.refuse.config]', () => {
  it('with a byte order mark, with the line ends of Windows, or with nothing but comments', () => {
    expect(readConfig(write('\ufeffzone: Asia/Tokyo\r\nport: 7718\r\n'))).toMatchObject({
      zone: 'Asia/Tokyo',
      port: 7718,
    });
    expect(readConfig(write('# zone: Asia/Tokyo\n')).zone).toBeTruthy();
  });

  it('and one that is no file, or has another ending, is told', () => {
    mkdirSync(join(root, 'config.yaml'));
    expect(() => readConfig(root)).toThrow(/config\.yaml cannot be read: /);
    rmSync(join(root, 'config.yaml'), { recursive: true });
    writeFileSync(join(root, 'config.yml'), 'zone: Asia/Tokyo\n');
    expect(() => readConfig(root)).toThrow(/config\.yml is not read: call it config\.yaml/);
  });
});

describe('a path input', () => {
  const definition: Definition = {
    language: LANGUAGE_VERSION,
    header: {
      role: 'workflow',
      id: 'w',
      title: 'W',
      settings: { inputs: { directory: { type: 'path' }, name: {} } },
      children: [],
    },
    body: [],
  };
  const resolved = (directory: string, roots?: string[]) =>
    resolvePaths(definition, { directory, name: './stays' }, { from: root, ...(roots ? { roots } : {}) });

  it('is resolved from where the person is, through links', () => {
    mkdirSync(join(root, 'real'));
    symlinkSync(join(root, 'real'), join(root, 'link'), 'dir');
    expect(resolved('./link')).toEqual({ directory: join(root, 'real'), name: './stays' });
    expect(resolved('real/not/yet/there').directory).toBe(join(root, 'real', 'not', 'yet', 'there'));
  });

  it('must be under a configured root where there are any', () => {
    const inside = join(root, 'inside');
    mkdirSync(inside);
    mkdirSync(join(root, 'inside-not'));
    symlinkSync(root, join(inside, 'out'), 'dir');
    expect(resolved('inside', [inside]).directory).toBe(inside);
    expect(resolved('inside/new', [inside]).directory).toBe(join(inside, 'new'));
    for (const outside of ['.', 'inside/..', 'inside-not', 'inside/out', 'inside/out/new', '/']) {
      expect(() => resolved(outside, [inside])).toThrow(/in none of the configured roots/);
    }
  });
});
