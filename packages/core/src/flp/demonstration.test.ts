import { describe, expect, test } from 'vitest'
import { type ExploreOptions, type Replay, replay, type Step } from '../explorer/index.ts'
import type { AnyNode, NodeId } from '../model/index.ts'
import { protocolNamed } from '../protocols/catalogue.ts'
import { FlpDemonstration } from './demonstration.ts'
import type { FlpReport } from './report.ts'
import { type FlpOptions, flpSettings } from './settings.ts'
import { waitForAll } from './testing/wait-for-all.protocol.ts'

function shown(options: FlpOptions): FlpReport {
  const demonstration = new FlpDemonstration(flpSettings(options))
  while (!demonstration.advance());
  return demonstration.report(0)
}

const digit = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

/** Takes the steps again in the explorer's own world, after the proposals that come first. */
function again(report: FlpReport, proposals: readonly string[], path: readonly Step[]) {
  const protocol = protocolNamed(report.protocol)
  if (!protocol) throw new Error(`no protocol ${report.protocol}`)
  const commands = proposals.map((value, node) => ({
    node,
    command: protocol.requests.propose?.(digit(value)),
  }))
  const options: ExploreOptions = {
    protocol,
    nodes: report.nodes,
    commands,
    bounds: { timeouts: Number.POSITIVE_INFINITY },
    positions: 'counted',
    ignored: 'consumed',
  }
  const hex = (value: string) => [...digit(value)].map((byte) => byte.toString(16)).join('')
  const first = proposals.map((value, node): Step => {
    return { kind: 'propose', node, place: node, command: { kind: 'propose', value: hex(value) } }
  })
  return replay(options, [...first, ...path])
}

/** Who decides what, in order. */
function decisions({ steps }: Replay<AnyNode>): { node: NodeId; value: string }[] {
  return steps.flatMap(({ step, outputs }) =>
    outputs.flatMap((output) =>
      output.kind === 'decided'
        ? {
            node: 'node' in step ? step.node : step.to,
            value: String.fromCharCode(...output.value),
          }
        : [],
    ),
  )
}

/** The most steps that any message of these steps waited, or waits at the end; by its text, oldest first. */
function longestWait({ steps }: Replay<AnyNode>, from: number): number {
  const sent: { readonly text: string; readonly at: number }[] = []
  let longest = 0
  const textOf = (message: unknown, sender: NodeId, to: NodeId) =>
    `${sender} ${to} ${JSON.stringify(message)}`
  for (const [at, { step, sent: sentNow }] of steps.entries()) {
    if (step.kind === 'deliver') {
      const text = textOf(step.message, step.from, step.to)
      const place = sent.findIndex((known) => known.text === text)
      longest = Math.max(longest, at - Math.max(sent[place]?.at ?? at, from))
      sent.splice(place, 1)
    }
    for (const { message, from: sender, to } of sentNow) {
      sent.push({ text: textOf(message, sender, to), at: at + 1 })
    }
  }
  return Math.max(longest, ...sent.map(({ at }) => steps.length - Math.max(at, from)))
}

describe('the theorem, shown on Paxos', () => {
  const report = shown({ protocol: 'paxos', steps: 150 })
  const proposals = report.initial[report.start ?? 0]?.proposals ?? []
  const path = report.stages.flatMap(({ before, event }) => [...before, ...(event ? [event] : [])])

  test('from an initial configuration in which both values can be decided (lemma 2)', () => {
    expect(report.verdict).toBe('held')
    expect(report.initial).toHaveLength(8)
    for (const [place, { proposals: values, valency, stepsToDecide }] of report.initial.entries()) {
      const unanimous = new Set(values).size === 1
      if (unanimous) {
        expect(valency).toBe('univalent')
        expect(stepsToDecide[values[0] as string]).toBeGreaterThan(0)
      }
      const before = report.initial[place - 1]?.proposals
      const different = values.filter((value, process) => value !== before?.[process])
      if (before) expect(different).toHaveLength(1)
    }
    expect(report.initial[report.start ?? 0]?.valency).toBe('bivalent')
  })

  test('there is a schedule that decides nothing, though nobody crashes', () => {
    expect(path.length).toBeGreaterThanOrEqual(150)
    expect(report.schedule?.steps).toBe(path.length)
    expect(decisions(again(report, proposals, path))).toEqual([])
    const taken = report.schedule?.stepsOfProcess ?? []
    expect(taken.reduce((sum, steps) => sum + steps, 0)).toBe(path.length)
    for (const steps of taken) expect(steps).toBeGreaterThan(40)
  })

  test('every message is received in its turn', () => {
    const waited = longestWait(again(report, proposals, path), proposals.length)
    expect(report.schedule?.longestWaitSteps).toBe(waited)
    expect(waited).toBeLessThan(60)
    expect(report.schedule?.longestTimerSteps).toBeLessThan(60)
    const processes = report.stages.map(({ process }) => process)
    expect(processes).toEqual(processes.map((_, stage) => stage % 3))
  })

  test('and at its end either value can still be decided, by a schedule that is shown', () => {
    for (const value of report.values) {
      const witness = report.schedule?.witnesses[value] ?? []
      const decided = decisions(again(report, proposals, [...path, ...witness]))
      expect(decided[0]?.value).toBe(value)
      const last = witness.at(-1)
      expect(decided[0]?.node).toBe(last && ('node' in last ? last.node : last.to))
    }
  })

  test('it decides where delays are bounded', () => {
    expect(report.bounded).toMatchObject({ verdict: 'held', decisions: 3 })
  })

  test('and coins decide, against the same adversary in the same world', () => {
    const { runs, decided, openSteps, steps, rounds } = report.coins ?? {}
    expect(runs).toBe(100)
    expect(decided).toBe(100)
    // The adversary is not idle: an even coin would end it in the second round, on average.
    expect(openSteps?.most).toBeGreaterThan(50)
    expect(rounds?.mean).toBeGreaterThan(2.5)
    expect(steps?.mean).toBeGreaterThan(openSteps?.mean ?? Number.NaN)
  })
})

test('the same seed shows the same', () => {
  const options = { protocol: 'paxos', steps: 30, seed: 9 }
  expect(shown(options)).toEqual(shown(options))
})

test('DLS is kept from deciding as well, and decides where delays are bounded', () => {
  const report = shown({ protocol: 'dls', steps: 30 })
  expect(report).toMatchObject({ verdict: 'held', nodes: 4, bounded: { verdict: 'held' } })
  const proposals = report.initial[report.start ?? 0]?.proposals ?? []
  const path = report.stages.flatMap(({ before, event }) => [...before, ...(event ? [event] : [])])
  expect(decisions(again(report, proposals, path))).toEqual([])
})

describe('where the theorem does not apply', () => {
  test('a protocol that tolerates no crash has no open beginning', () => {
    const demonstration = new FlpDemonstration({
      ...flpSettings({ protocol: 'paxos' }),
      name: waitForAll.name,
      protocol: waitForAll,
      node: waitForAll.node,
    })
    while (!demonstration.advance());
    const { verdict, because, initial, stages } = demonstration.report(0)
    expect({ verdict, because }).toEqual({
      verdict: 'inconclusive',
      because: 'no initial configuration was found from which both values can be decided',
    })
    expect(initial.map(({ valency }) => valency)).toEqual(initial.map(() => 'univalent'))
    expect(stages).toEqual([])
  })

  test('a protocol for synchronous networks contradicts itself, and the steps are shown', () => {
    const report = shown({ protocol: 'byzantine-generals' })
    expect(report.verdict).toBe('violated')
    expect(report.because).toMatch(
      /^Byzantine Generals needs a bound on delays, and here is none: /,
    )
    const { property, proposals = [], path = [] } = report.violation ?? {}
    expect(property).toBe('agreement')
    const decided = decisions(again(report, proposals, path))
    expect(new Set(decided.map(({ value }) => value)).size).toBe(2)
  })
})

describe('what cannot be shown is refused in one line', () => {
  test.each([
    [{ protocol: 'nothing' }, /^unknown protocol 'nothing': the protocols are /],
    [{ protocol: 'raft' }, /^raft is no protocol that decides once on what was proposed: give one/],
    [{ protocol: 'paxos', nodes: 2 }, /^nodes is 2: paxos tolerates a crash .* with 3 to 7$/],
    [{ protocol: 'paxos', nodes: 8 }, /^nodes is 8: it must be a whole number from 1 to 7$/],
    [{ protocol: 'paxos', steps: 0 }, /^steps is 0: it must be a whole number from 1 to 50000$/],
    [{ protocol: 'paxos', seed: -1 }, /^seed is -1: it must be a whole number from 0 to /],
  ])('%o', (options, message) => {
    expect(() => flpSettings(options)).toThrow(message)
  })

  test('a protocol that tosses coins', () => {
    const message = 'Ben-Or tosses coins, and the theorem is about protocols without'
    expect(() => shown({ protocol: 'ben-or' })).toThrow(message)
    expect(() => shown({ protocol: 'ben-or-byzantine' })).toThrow('tosses coins')
  })
})

test('who ends it early is told what is known so far', () => {
  const demonstration = new FlpDemonstration(flpSettings({ protocol: 'paxos' }))
  for (let piece = 0; piece < 20; piece += 1) expect(demonstration.advance()).toBe(false)
  expect(demonstration.progress).toMatch(/^\d+ of 200 steps$/)
  const { verdict, because, initial, stages, bounded } = demonstration.report(1)
  expect({ verdict, because, bounded }).toEqual({
    verdict: 'inconclusive',
    because: 'interrupted',
    bounded: null,
  })
  expect(initial).toHaveLength(8)
  expect(stages.length).toBeGreaterThan(5)
})
