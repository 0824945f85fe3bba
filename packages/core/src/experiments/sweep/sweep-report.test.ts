import { describe, expect, test } from 'vitest'
import { type RunRow, rowFrom, sweepRun } from './run-row.ts'
import { shrunkRowFrom, shrunkRun } from './shrunk-row.ts'
import { SweepPlan } from './sweep.ts'
import { sweepReport } from './sweep-report.ts'

const plan = new SweepPlan({
  scenario: { protocol: 'paxos', chaos: true },
  vary: { nodes: [3, 5] },
  seeds: '1-20',
})
const rows = Array.from({ length: plan.runs }, (_, run) => sweepRun(run, plan.scenarioOf(run)))

/** A row that was made up: what is not said is as in a plain run. */
function made(run: number, row: Partial<RunRow>): RunRow {
  return { ...(rows[run] as RunRow), run, ...row }
}

describe('a row', () => {
  test('is the same whenever the run is done, and survives JSON', () => {
    const row = rows[5] as RunRow
    expect(sweepRun(5, plan.scenarioOf(5))).toEqual(row)
    expect(rowFrom(JSON.parse(JSON.stringify(row)))).toEqual(row)
  })

  test('has nothing that depends on the machine', () => {
    for (const row of rows) expect(Object.keys(row)).not.toContain('wallSeconds')
  })

  test('says what a chain adds', () => {
    const row = sweepRun(0, { protocol: 'nakamoto', nodes: 5, until: 10 })
    expect(row.chain?.height).toBeGreaterThanOrEqual(10)
    expect(rowFrom(row)).toBe(row)
  })

  test.each([
    [{ verdict: 'fine' }, 'verdict must be one of'],
    [{ events: '7' }, 'events must be an integer'],
    [{ latencyMs: { p50: 1 } }, "latencyMs has no 'p99'"],
    [{ more: 1 }, "has 'more', which is not known"],
    [{ violated: [7] }, 'violated[0] must be a string'],
  ])('from outside is checked: %j', (change, message) => {
    expect(() => rowFrom({ ...rows[0], ...change })).toThrow(message)
  })
})

describe('a report', () => {
  test('counts verdicts, and gives shares and figures with their intervals', () => {
    const { verdicts, points, doneRuns, complete } = sweepReport(plan, rows)
    expect([doneRuns, complete]).toEqual([40, true])
    expect(verdicts.held + verdicts.violated + verdicts.inconclusive).toBe(40)
    for (const [i, point] of points.entries()) {
      const own = rows.filter(({ run }) => plan.pointOf(run) === i)
      expect(point.runs).toBe(20)
      expect(point.verdicts?.held.count).toBe(own.filter((row) => row.verdict === 'held').length)
      const events = point.measures.events
      expect(events?.mean.value).toBeCloseTo(own.reduce((sum, row) => sum + row.events, 0) / 20, 6)
      expect(events?.least).toBe(Math.min(...own.map((row) => row.events)))
      expect(events?.median.low).toBeLessThanOrEqual(events?.median.value as number)
      expect(point.latencyQuantilesMs).toHaveLength(21)
    }
    const [three, five] = points
    expect(five?.measures.messagesPerDecision?.mean.value).toBeGreaterThan(
      three?.measures.messagesPerDecision?.mean.value as number,
    )
  })

  test('does not depend on the order in which results came', () => {
    const late: (RunRow | undefined)[] = new Array(plan.runs)
    for (const row of [...rows].reverse()) late[row.run] = row
    expect(JSON.stringify(sweepReport(plan, late))).toBe(JSON.stringify(sweepReport(plan, rows)))
  })

  test('shows with its hash that a single event of a single run was different', () => {
    const changed = [...rows]
    changed[3] = made(3, { traceHash: '0123456789abcdef' })
    expect(sweepReport(plan, changed).runsHash).not.toBe(sweepReport(plan, rows).runsHash)
  })

  test('of a sweep that goes on says so, and has no shares where nothing is done', () => {
    const { complete, doneRuns, points } = sweepReport(plan, [rows[0], undefined])
    expect([complete, doneRuns]).toEqual([false, 1])
    expect(points.map(({ runs }) => runs)).toEqual([1, 0])
    expect(points[1]?.verdicts).toBeUndefined()
    expect(points[1]?.measures).toEqual({})
  })

  test('lists the first failures of each property at each point', () => {
    const failing = rows.map((row) =>
      made(row.run, {
        verdict: 'violated',
        because: 'agreement: two values',
        violated: [row.run % 3 === 0 ? 'validity' : 'agreement'],
      }),
    )
    const { failed, failures, points } = sweepReport(plan, failing)
    expect(failed).toBe(40)
    expect(failures.map(({ run, property }) => [run, property])).toEqual([
      [0, 'validity'],
      [1, 'agreement'],
      [2, 'agreement'],
      [3, 'validity'],
      [4, 'agreement'],
      [5, 'agreement'],
      [6, 'validity'],
      [9, 'validity'],
    ])
    expect(failures[0]?.replay).toBe('quorate run paxos --nodes 3 --seed 1 --chaos')
    const counted = points[0]?.properties.map(({ name, violated }) => [name, violated])
    expect(counted).toEqual([
      ['agreement', 13],
      ['validity', 7],
    ])
  })

  test('takes what a scenario expects for the measure of failure', () => {
    const expecting = [
      made(0, { verdict: 'violated', asExpected: true }),
      made(1, { asExpected: false }),
    ]
    const { failed, failures } = sweepReport(plan, expecting)
    expect(failed).toBe(1)
    expect(failures.map(({ run, property, because }) => [run, property, because])).toEqual([
      [1, null, 'it held'],
    ])
  })

  test('names runs that crashed, in order, with the command that gives them again', () => {
    const crashed = [5, 2].map((run) => ({ run, message: `of run ${run}` }))
    expect(sweepReport(plan, [], new Map(), crashed).crashed).toEqual([
      { run: 2, message: 'of run 2', replay: 'quorate run paxos --nodes 3 --seed 2 --chaos' },
      { run: 5, message: 'of run 5', replay: 'quorate run paxos --nodes 5 --seed 3 --chaos' },
    ])
  })
})

describe('a failing run', () => {
  const scenario = { protocol: 'paxos+ballots-shared', chaos: true }

  test('is made smaller, always to the same one, which shows the same violation', () => {
    const seed = Array.from({ length: 200 }, (_, i) => i + 1).find(
      (each) => sweepRun(0, { ...scenario, seed: each }).verdict === 'violated',
    ) as number
    const shrunk = shrunkRun(3, { ...scenario, seed })
    expect(shrunk?.run).toBe(3)
    expect(shrunk?.to.events).toBeLessThan(shrunk?.from.events as number)
    expect(shrunkRun(3, { ...scenario, seed })).toEqual(shrunk)
    const again = sweepRun(0, shrunk?.scenario as typeof scenario)
    expect(again.violated).toContain(shrunk?.property)
    expect(again.asExpected).toBe(true)
    expect(shrunkRowFrom(JSON.parse(JSON.stringify(shrunk)))).toEqual(shrunk)
    expect(() => shrunkRowFrom({ ...shrunk, scenario: { protocol: 1 } })).toThrow('protocol')
  })

  test('that is not violated cannot be made smaller', () => {
    expect(shrunkRun(0, { protocol: 'paxos', seed: 1 })).toBeUndefined()
  })
})
