// Loaded before everything else (`node --import`), in JavaScript that any Node can read: an older one would only
// stumble over the first TypeScript file and say something that helps nobody.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Stagebook needs Node 22.18 or newer; this is ${process.version}. In a clone, \`npm ci\` brings one along and ` +
      '`npm start`, `npm test` and `npm run stagebook` use it.',
  );
  process.exit(1);
}
