import { defineConfig } from 'vitest/config'

/** Packages import each other's TypeScript sources; see CONTRIBUTING.md, "No build step". */
const conditions = ['quorate-source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/**/src/**/*.test.{ts,tsx}',
      'packages/cli/bin/**/*.test.ts',
      'bench/**/*.test.ts',
      '{scripts,lint}/**/*.test.ts',
    ],
    setupFiles: ['vitest.seed.ts'],
    // A guard against what never ends; a busy machine may take ten times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A process a test file: what one file leaves behind cannot reach another. The condition is
    // also for the worker threads and the processes that tests start with `process.execArgv`.
    pool: 'forks',
    execArgv: conditions.map((condition) => `--conditions=${condition}`),
    maxWorkers: 2,
  },
})
