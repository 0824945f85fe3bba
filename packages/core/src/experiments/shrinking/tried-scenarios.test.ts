import { expect, test } from 'vitest'
import { TriedScenarios } from './tried-scenarios.ts'

test('what did not show the violation within so many events does not within fewer', () => {
  const tried = new TriedScenarios()
  expect(tried.has({ protocol: 'raft' }, 1)).toBe(false)
  tried.add({ protocol: 'raft', seed: 1 }, 100)
  expect(tried.has({ protocol: 'raft', seed: 1 }, 100)).toBe(true)
  expect(tried.has({ protocol: 'raft', seed: 1 }, 101)).toBe(false)
  expect(tried.has({ protocol: 'raft', seed: 2 }, 100)).toBe(false)
  tried.add({ protocol: 'raft', seed: 1 }, 50)
  expect(tried.has({ protocol: 'raft', seed: 1 }, 100)).toBe(true)
})
