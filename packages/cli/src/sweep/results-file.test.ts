import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sweep, SweepPlan, sweepRun } from '@quorate/core/experiments'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../testing/command.ts'
import { ResultsFile } from './results-file.ts'
import { SweepResults } from './sweep-results.ts'

const sweep: Sweep = { scenario: { protocol: 'paxos' }, vary: { nodes: [3, 5] }, seeds: '1-4' }
const plan = new SweepPlan(sweep)
const results = Array.from({ length: plan.runs }, (_, run) => ({
  kind: 'run' as const,
  row: sweepRun(run, plan.scenarioOf(run)),
}))

function opened(path: string, of = plan, version = '1.0.0'): ResultsFile {
  const file = new ResultsFile(path, of, version)
  onTestFinished(() => file.close())
  file.begin()
  return file
}

/** A file with some results, as a process left it. */
function left(count: number): string {
  const path = join(temporaryFolder(), 'results')
  opened(path).append(results.slice(0, count))
  return path
}

describe('a results file', () => {
  test('has what was appended when it is opened again', () => {
    const path = left(3)
    const again = opened(path)
    expect(again.earlier).toEqual(results.slice(0, 3))
    again.append(results.slice(3, 4))
    expect(opened(path).earlier).toEqual(results.slice(0, 4))
  })

  test('is durable once it says so', async () => {
    const file = opened(left(2))
    file.append(results.slice(2))
    await file.durable()
    expect(readFileSync(file.path, 'utf8').split('\n')).toHaveLength(1 + results.length + 1)
  })

  test('goes on wherever a power cut has torn it', () => {
    const path = left(2)
    const whole = readFileSync(path)
    for (let length = 0; length <= whole.length; length += 5) {
      writeFileSync(path, whole.subarray(0, length))
      const file = new ResultsFile(path, plan, '1.0.0')
      const { earlier } = file
      expect(earlier).toEqual(results.slice(0, earlier.length))
      file.append(results.slice(earlier.length))
      file.close()
      const again = new ResultsFile(path, plan, '1.0.0')
      expect(again.earlier).toEqual(results)
      again.close()
    }
  })

  test('is only read until it is begun', () => {
    const path = left(3)
    appendFileSync(path, '{"kind":"run","ro')
    const torn = readFileSync(path, 'utf8')
    const file = new ResultsFile(path, plan, '1.0.0')
    expect(file.earlier).toEqual(results.slice(0, 3))
    expect(readFileSync(path, 'utf8')).toBe(torn)
    file.begin()
    file.close()
    expect(readFileSync(path, 'utf8')).toBe(`${torn}\n`)
  })

  test('may be begun and used by two at once: each line is whole', () => {
    const path = join(temporaryFolder(), 'results')
    const [one, two] = [opened(path), opened(path)]
    for (const result of results) {
      one.append([result])
      two.append([result])
    }
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(lines.slice(1).map((line) => JSON.parse(line))).toEqual(
      results.flatMap((result) => [result, result]),
    )
    const known = new SweepResults(plan, opened(path))
    expect([known.done, known.complete]).toEqual([8, true])
  })

  test('may have two headers, of two that began it at the same moment, but not that of another sweep', () => {
    const path = left(2)
    const [header = ''] = readFileSync(path, 'utf8').split('\n')
    appendFileSync(path, `${header}\n`)
    opened(path).append(results.slice(2))
    expect(opened(path).earlier).toEqual(results)
    appendFileSync(path, `${header.replace(plan.hash, '0123456789abcdef')}\n`)
    expect(() => opened(path)).toThrow('belongs to another sweep (0123456789abcdef')
  })

  test('is read whole however long it is, with characters of several bytes', () => {
    const path = left(1)
    const because = 'Ünïcødé – '.repeat(40)
    const [{ row }] = results as [(typeof results)[0]]
    const lines = Array.from({ length: 6_000 }, () => ({
      kind: 'run' as const,
      row: { ...row, because },
    }))
    opened(path).append(lines)
    const { earlier } = opened(path)
    expect(earlier).toHaveLength(6_001)
    expect(new Set(earlier.map((result) => JSON.stringify(result))).size).toBe(2)
  })

  test.each(['/dev/null', '/dev/zero'])('cannot be %s', (path) => {
    expect(() => opened(path)).toThrow(`cannot keep results in '${path}': it is no ordinary file`)
  })

  test.each([
    ['of other text', 'my own notes', /holds no results of a sweep/],
    ['of other text in lines', 'my own\nnotes\n', /holds no results of a sweep/],
    ['of JSON of another kind', '{"schema":"quorate.run/1"}\n', /holds no results of a sweep/],
  ])('%s is refused, and left as it is', (_, text, message) => {
    const path = join(temporaryFolder(), 'results')
    writeFileSync(path, text)
    expect(() => opened(path)).toThrow(message)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('of another sweep is refused, and left as it is', () => {
    const path = left(2)
    const text = readFileSync(path, 'utf8')
    const other = new SweepPlan({ ...sweep, seeds: '1-5' })
    expect(() => opened(path, other)).toThrow(
      `belongs to another sweep (${plan.hash}, not ${other.hash})`,
    )
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('of another version is refused', () => {
    const path = left(2)
    expect(() => opened(path, plan, '1.0.1')).toThrow(
      'was begun by quorate 1.0.0, and this is 1.0.1',
    )
  })

  test.each([
    ['a damaged line', '"run":3,', '"run":"3",', /line 5: run must be an integer/],
    ['a line of another sweep', '"run":3,', '"run":4000,', /line 5: there is no such run 4000/],
    ['a line with another seed', '"seed":2,', '"seed":9,', /line 4: there is no such run 2/],
  ])('with %s is refused', (_, from, to, message) => {
    const path = left(4)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
    expect(() => opened(path)).toThrow(message)
  })
})

describe('what is known of a sweep', () => {
  test('does one run again that was done before, and then what is missing', () => {
    const known = new SweepResults(plan, opened(left(3)))
    expect([...known.repeatedRun()].map(({ run }) => run)).toEqual([0])
    expect([...known.missingRuns()].map(({ run }) => run)).toEqual([3, 4, 5, 6, 7])
    expect([...new SweepResults(plan, opened(left(0))).repeatedRun()]).toEqual([])
  })

  test('takes a result twice, but not another one for the same run', () => {
    const known = new SweepResults(plan, opened(left(3)))
    known.keep(results.slice(0, 5))
    expect(known.done).toBe(5)
    const [{ row }] = results as [(typeof results)[0]]
    expect(() => known.keep([{ kind: 'run', row: { ...row, events: row.events + 1 } }])).toThrow(
      /run 0 gives another result than before .* another version of the program/,
    )
  })

  test('does not keep a crash, so that the run is tried again', () => {
    const path = left(2)
    const known = new SweepResults(plan, opened(path))
    known.keep([{ kind: 'crashed', run: 2, message: 'out of memory' }])
    expect(known.report().crashed.map(({ run }) => run)).toEqual([2])
    expect(opened(path).earlier).toHaveLength(2)
    known.keep(results.slice(2, 3))
    expect(known.crashed).toBe(0)
  })

  test('refuses a result of another sweep', () => {
    const known = new SweepResults(plan, opened(left(0)))
    const [{ row }] = results as [(typeof results)[0]]
    expect(() => known.keep([{ kind: 'run', row: { ...row, run: 99 } }])).toThrow('no such run 99')
  })
})
