import type { Breakage } from './breakages/breakage.ts'
import { breakagesOfDuty1 } from './breakages/duty-1-own-world.ts'
import { breakagesOfDuty2 } from './breakages/duty-2-durable-before-sent.ts'
import { breakagesOfDuty3 } from './breakages/duty-3-after-a-crash.ts'
import { breakagesOfDuty4 } from './breakages/duty-4-plain-state.ts'
import { breakagesOfDuty5 } from './breakages/duty-5-atomic-steps.ts'
import { breakagesOfDuty6 } from './breakages/duty-6-messages-by-value.ts'

/** Hosts broken on purpose, one way each: they show that the suite can see. */
export const breakages: readonly Breakage[] = [
  ...breakagesOfDuty1,
  ...breakagesOfDuty2,
  ...breakagesOfDuty3,
  ...breakagesOfDuty4,
  ...breakagesOfDuty5,
  ...breakagesOfDuty6,
]
