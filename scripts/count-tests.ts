/**
 * Prints the last line of a test run, "N passed, N failed[, N skipped]", from Vitest's JSON report.
 * A file that fails before its first test counts as one failure; so does a report that is missing.
 * Exits 1 unless something passed and nothing failed.
 */
import { readFileSync } from 'node:fs'

type Report = {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

/** The closing line for a report, and whether the run was sound. */
export function closingLine(text: string): { line: string; sound: boolean } {
  if (text.trim() === '') return { line: '0 passed, 1 failed', sound: false }
  const report = JSON.parse(text) as Report
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failures = report.numFailedTests + brokenFiles
  const failed = failures === 0 && !report.success ? 1 : failures
  const skipped = report.numPendingTests + report.numTodoTests
  return {
    line: `${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    sound: failed === 0 && report.numPassedTests > 0,
  }
}

if (import.meta.main) {
  const { line, sound } = closingLine(readFileSync(process.argv[2] ?? '', 'utf8'))
  process.stdout.write(`${line}\n`)
  if (!sound) process.exitCode = 1
}
