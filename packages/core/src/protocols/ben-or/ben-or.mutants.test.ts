import { describe, expect, test } from 'vitest'
import { hunt } from '../../experiments/index.ts'
import type { Mutant } from '../../model/index.ts'
import { benOr } from './ben-or.protocol.ts'
import { byzantineBenOr } from './byzantine-ben-or.protocol.ts'

describe.each([benOr, byzantineBenOr])('runs of chaos find in $title', ({ name, mutants }) => {
  const planted: readonly Mutant[] = mutants
  test.each(planted.map((mutant) => [mutant.name, mutant] as const))('%s', (_, mutant) => {
    const { found } = hunt(`${name}+${mutant.name}`, 300)
    const broken = found?.properties.find(({ witness }) => witness !== undefined)
    expect(mutant.breaks).toContain(broken?.name)
  })
})
