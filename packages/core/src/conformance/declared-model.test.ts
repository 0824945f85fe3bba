import { describe, it } from 'vitest'
import { catalogue } from '../protocols/catalogue.ts'
import { declaredModelTests } from './testing/declared-model.ts'

for (const protocol of catalogue) {
  const tests = declaredModelTests(protocol, [1, 2, 3, 4, 5])
  if (tests.length === 0) continue
  describe(protocol.title, () => {
    for (const { name, run } of tests) it(name, run)
  })
}
