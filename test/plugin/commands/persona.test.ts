import { expect, it } from 'vitest';
import { withPersona } from '../../../plugin/commands/persona.ts';

const HEAD = '## {{renderer :stagebook, stage}} Publish';

it('gives a stage another persona and leaves everything else as it is [ui.commands.persona]', () => {
  expect(withPersona(HEAD, 'devops')).toBe(`${HEAD}\n\`\`\`yaml\npersona: devops\n\`\`\``);
  const settings = `${HEAD}\n\`\`\`yaml\n# who\npersona: backend\ntimeout: 1h\n\`\`\`\nprose`;
  expect(withPersona(settings, 'devops')).toBe(settings.replace('backend', 'devops'));
  const without = `${HEAD}\n\`\`\`yaml\ntimeout: 1h\n\`\`\``;
  expect(withPersona(without, 'testing')).toBe(`${HEAD}\n\`\`\`yaml\npersona: testing\ntimeout: 1h\n\`\`\``);
  // A persona that is only talked about, outside of the settings, is no setting.
  const talked = `${HEAD}\npersona: me\n\`\`\`yaml\ntimeout: 1h\n\`\`\``;
  expect(withPersona(talked, 'testing')).toBe(
    `${HEAD}\npersona: me\n\`\`\`yaml\npersona: testing\ntimeout: 1h\n\`\`\``,
  );
});
