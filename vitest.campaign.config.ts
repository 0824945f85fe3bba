import { mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** Runs too long for every change: `npm run campaign`. Files are named `*.campaign.ts`. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  {
    test: {
      include: ['packages/**/src/**/*.campaign.ts', 'bench/**/*.campaign.ts'],
      testTimeout: 3_600_000,
      passWithNoTests: true,
    },
  },
)
