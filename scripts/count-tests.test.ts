import { expect, test } from 'vitest'
import { closingLine } from './count-tests.ts'

/** A report as Vitest writes it, of files that each have tests of these statuses. */
const report = (success: boolean, ...files: { status: string; tests: string[] }[]): string => {
  const count = (status: string) =>
    files.flatMap(({ tests }) => tests).filter((test) => test === status).length
  return JSON.stringify({
    success,
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  })
}

test('a run without failures is sound', () => {
  const text = report(true, { status: 'passed', tests: ['passed', 'passed'] })
  expect(closingLine(text)).toEqual({ line: '2 passed, 0 failed', sound: true })
})

test('skipped tests are counted, and only where there are any', () => {
  const text = report(true, { status: 'passed', tests: ['passed', 'pending', 'todo'] })
  expect(closingLine(text)).toEqual({ line: '1 passed, 0 failed, 2 skipped', sound: true })
})

test('a failed test makes the run unsound', () => {
  const text = report(false, { status: 'failed', tests: ['passed', 'failed'] })
  expect(closingLine(text)).toEqual({ line: '1 passed, 1 failed', sound: false })
})

test('a file that fails before its first test counts as a failure', () => {
  const text = report(
    false,
    { status: 'passed', tests: ['passed'] },
    { status: 'failed', tests: [] },
  )
  expect(closingLine(text)).toEqual({ line: '1 passed, 1 failed', sound: false })
})

test('a run that failed outside its tests counts as a failure', () => {
  const text = report(false, { status: 'passed', tests: ['passed'] })
  expect(closingLine(text)).toEqual({ line: '1 passed, 1 failed', sound: false })
})

test('a run that never wrote its report counts as a failure', () => {
  expect(closingLine('')).toEqual({ line: '0 passed, 1 failed', sound: false })
})

test('a run of no tests is not sound', () => {
  expect(closingLine(report(true))).toEqual({ line: '0 passed, 0 failed', sound: false })
})
