import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    // A process for each file: what a test leaves behind is its own and can be seen.
    pool: 'forks',
    maxWorkers: 2,
    // Real counterparts (registries, git, sandboxes) start in seconds, on a busy machine in many more of them.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // What is awaited comes in its own time: a machine under load is no failure.
    // A test that asserts nothing promises nothing.
    expect: { poll: { timeout: 30_000 }, requireAssertions: true },
    // Two runs at once share no file.
    cache: false,
    globalSetup: 'test/frame/whole-run.ts',
    setupFiles: 'test/frame/each-file.ts',
    reporters: ['default', './test/frame/last-line.ts'],
  },
});
