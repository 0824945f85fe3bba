import { expect, test } from 'vitest'
import { faultWords } from './run-words.ts'

test.each([
  ['crash:1@2s+1ms 1', 'fault: crash:1@2s+1ms'],
  ['isolate:leader@5s 2', 'fault: isolate:leader@5s (node 2)'],
  ['crash:majority@5s+1s 0,2', 'fault: crash:majority@5s+1s (nodes 0,2)'],
  ['loss:5%@0s ', 'fault: loss:5%@0s'],
  ['end of crash:1@2s+1ms', 'end of crash:1'],
  ['heal for good', 'fault: heal for good'],
])("what the world notes as '%s' is told as '%s'", (noted, told) => {
  expect(faultWords(noted)).toBe(told)
})
