import { announcementData, type AnnouncementData } from '../../shared/release-page.ts';
import { breakingBlocks, entriesOf } from '../page-parts/breaking.ts';
import { readData } from '../page-parts/data.ts';
import { definePage, type DocBlock, type PageSource } from './page.ts';
import { packageName, versionName } from '../page-parts/release-name.ts';
import { siblingProperties } from '../page-parts/siblings.ts';
import { section } from '../page-parts/structure.ts';
import { code, markdown, plain, webLink } from '../page-parts/text.ts';
import { utcDate } from '../page-parts/times.ts';

/** What people who use a package are told of a release. */
export const announcementPage = definePage({
  kind: 'announcement',
  name: ({ data }) => {
    const { package: name, version } = readData('announcement', announcementData, data);
    return `Release Announcement - ${packageName(name)} v${versionName(version)}`;
  },
  render: (source) => {
    const data = readData('announcement', announcementData, source.data);
    return {
      name: announcementPage.name(source),
      properties: properties(data, source),
      blocks: [
        { key: 'intro', content: `**${plain(data.package)} ${plain(data.version)}** is out.${whereFrom(data)}` },
        ...section('highlights', 'Highlights', highlights(data)),
        ...section('upgrade', 'How to upgrade', howTo(data)),
        ...section('breaking', 'Breaking changes', breakingBlocks(data, 'breaking')),
        ...section('next', 'Next release', [
          { key: 'next/what', content: data.next ? markdown(data.next) : 'Nothing is planned yet.' },
        ]),
      ],
    };
  },
});

function properties(data: AnnouncementData, source: PageSource): Record<string, string> {
  return {
    type: 'announcement',
    package: plain(data.package),
    version: plain(data.version),
    date: utcDate(source.state.startedAt),
    ...siblingProperties(source, 'announcement'),
  };
}

function whereFrom({ registry_url: registry, github_release_url: github }: AnnouncementData): string {
  const places = [registry && webLink('registry', registry), github && webLink('GitHub release', github)].filter(
    Boolean,
  );
  return places.length === 0 ? '' : ` ${places.join(' · ')}`;
}

/** More than these are no highlights. */
const MOST = 7;

function highlights(data: AnnouncementData): DocBlock[] {
  const list = data.highlights ?? entriesOf(data.notes, ['added', 'changed', 'fixed', 'security']);
  if (list.length === 0) return [{ key: 'highlights/none', content: 'No notable changes.' }];
  return list.slice(0, MOST).map((line, i) => ({ key: `highlights/${i}`, content: markdown(line) }));
}

function howTo(data: AnnouncementData): DocBlock[] {
  if (data.upgrade) return data.upgrade.map((line, i) => ({ key: `upgrade/${i}`, content: markdown(line) }));
  const command =
    data.ecosystem === 'python'
      ? `pip install --upgrade "${data.package}==${data.version}"`
      : `npm install ${data.package}@${data.version}`;
  return [{ key: 'upgrade/0', content: code(command) }];
}
