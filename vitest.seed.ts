import fc from 'fast-check'

/**
 * Random tests try the same cases in every run, so that what fails for one fails for all.
 * `QUORATE_TEST_SEED=2 npx vitest run` tries others; the tests must pass with any.
 */
fc.configureGlobal({ seed: Number(process.env.QUORATE_TEST_SEED ?? 1) })
