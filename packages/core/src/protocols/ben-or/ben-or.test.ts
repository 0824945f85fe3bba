import { describe, expect, test } from 'vitest'
import { type ExploredCommand, explore, replay, type Step } from '../../explorer/index.ts'
import { type Output, toHex } from '../../model/index.ts'
import { type Bit, bitIn, bytesOf } from './ben-or.messages.ts'
import { benOr } from './ben-or.protocol.ts'
import type { BenOr } from './ben-or.ts'
import { byzantineBenOr } from './byzantine-ben-or.protocol.ts'

/** Node 0 is asked to propose the first bit, node 1 the second, and so on. */
function proposals(values: string): ExploredCommand[] {
  return [...values].map((value, node) => ({
    node,
    command: benOr.requests.propose?.(bytesOf(value as Bit)),
  }))
}

/** Both sides of the coin, wherever one is tossed. */
const draws = [0, 0.75]

function propose(node: number, value: Bit, place = node): Step {
  return {
    kind: 'propose',
    node,
    place,
    command: { kind: 'propose', value: toHex(bytesOf(value)) },
  }
}

function report(from: number, to: number, round: number, value: Bit): Step {
  return { kind: 'deliver', from, to, message: { kind: 'report', round, value } }
}

function proposal(from: number, to: number, round: number, value: Bit | null): Step {
  return { kind: 'deliver', from, to, message: { kind: 'proposal', round, value } }
}

function decisions(steps: readonly { readonly outputs: readonly Output[] }[]): string[] {
  return steps
    .flatMap(({ outputs }) => outputs)
    .map((output) => (output.kind === 'decided' ? `${bitIn(output.value)}` : output.kind))
}

describe('in every order of messages, Ben-Or', () => {
  test('decides what all propose, in the first round', () => {
    const decided = ({ decided, decidedRound }: BenOr) => decided === '1' && decidedRound === 1
    const result = explore({
      protocol: benOr,
      nodes: 3,
      commands: proposals('111'),
      constraint: (nodes) => ![...nodes.values()].every(decided),
      // Where no message can change anything any more, all have decided, or somebody was never asked.
      settled: [
        {
          property: 'termination',
          broken(nodes) {
            const living = [...nodes]
            if (living.some(([, node]) => node.phase === 'waiting')) return undefined
            const late = living.filter(([, node]) => !decided(node)).map(([id]) => id)
            return late.length > 0 ? { nodes: late, message: 'they have not decided' } : undefined
          },
        },
      ],
    })
    expect(result.violation).toBeUndefined()
    expect(result.complete).toBe(true)
  })

  test('never lets two nodes decide differently, whatever the coins show', () => {
    // Until all three nodes have gone through the first round, and one goes through the second.
    const roundsOf = (nodes: ReadonlyMap<number, BenOr>): number =>
      [...nodes.values()].reduce((sum, { round }) => sum + round, 0)
    const options = { protocol: benOr, nodes: 3, commands: proposals('011'), draws }
    const result = explore({ ...options, constraint: (nodes) => roundsOf(nodes) <= 5 })
    expect(result.violation).toBeUndefined()
    expect(result.complete).toBe(true)
    expect(result.uniqueStates).toBeGreaterThan(100_000)
  })
})

describe('step by step', () => {
  const options = { protocol: benOr, nodes: 3, commands: proposals('011'), draws }

  test('a majority of reports is proposed, and two proposals of three decide', () => {
    const { nodes, steps } = replay(options, [
      propose(0, '0'),
      propose(1, '1'),
      propose(2, '1'),
      report(2, 1, 1, '1'),
      report(1, 2, 1, '1'),
      proposal(2, 1, 1, '1'),
    ])
    expect(nodes.get(1)).toMatchObject({ decided: '1', decidedRound: 1, round: 2, value: '1' })
    expect(nodes.get(2)).toMatchObject({ decided: undefined, round: 1, proposed: '1' })
    expect(decisions(steps)).toEqual(['1'])
    expect(steps.at(-1)?.replies).toEqual([
      { request: { client: 1, sequence: 1 }, outcome: { kind: 'done', result: bytesOf('1') } },
    ])
  })

  test('one proposal of three is adopted without a toss', () => {
    const { nodes, steps } = replay(options, [
      propose(0, '0'),
      propose(1, '1'),
      propose(2, '1'),
      report(2, 1, 1, '1'),
      report(1, 0, 1, '1'),
      proposal(1, 0, 1, '1'),
    ])
    expect(nodes.get(0)).toMatchObject({ decided: undefined, round: 2, value: '1' })
    expect(decisions(steps)).toEqual([])
  })

  test('without a proposal the coin is tossed', () => {
    const path = (drawn: number): Step[] => [
      propose(0, '0'),
      propose(1, '1'),
      report(1, 0, 1, '1'),
      report(0, 1, 1, '0'),
      { ...proposal(0, 1, 1, null), drawn: [drawn] },
    ]
    expect(replay(options, path(0)).nodes.get(1)).toMatchObject({ round: 2, value: '0' })
    expect(replay(options, path(0.75)).nodes.get(1)).toMatchObject({ round: 2, value: '1' })
  })

  test('what comes before its round waits for it', () => {
    const { nodes } = replay(options, [
      propose(1, '1'),
      propose(2, '1'),
      report(1, 2, 1, '1'),
      report(2, 1, 1, '1'),
      proposal(1, 2, 1, '1'),
      proposal(2, 1, 1, '1'),
      report(1, 0, 2, '1'),
      report(1, 0, 1, '1'),
      report(2, 0, 1, '1'),
      propose(0, '0'),
    ])
    expect(nodes.get(0)).toMatchObject({ round: 1, phase: 'proposal', proposed: '1' })
  })

  test('who asks for anything but 0 and 1 is refused, and who asks late is told what was decided', () => {
    const odd = { kind: 'propose', value: Uint8Array.of(0x32) }
    const asked = [...proposals('111'), { node: 0, command: odd }, ...proposals('0')]
    const { steps, nodes } = replay({ ...options, commands: asked, ignored: 'consumed' }, [
      { kind: 'propose', node: 0, place: 3, command: { kind: 'propose', value: '32' } },
      propose(0, '1'),
      propose(1, '1'),
      report(1, 0, 1, '1'),
      report(0, 1, 1, '1'),
      proposal(1, 0, 1, '1'),
      propose(0, '0', 4),
    ])
    const outcome = { kind: 'refused', reason: 'neither 0 nor 1', leader: undefined }
    expect(steps[0]?.replies).toEqual([{ request: { client: 3, sequence: 1 }, outcome }])
    expect(steps.at(-1)?.replies).toMatchObject([{ outcome: { result: bytesOf('1') } }])
    expect(nodes.get(0)?.decided).toBe('1')
  })
})

describe('where one of six may lie', () => {
  const options = { protocol: byzantineBenOr, nodes: 6, commands: proposals('011101'), draws }
  const everybody = [0, 1, 2, 3, 4, 5]
  const begun = everybody.map((node) => propose(node, node === 0 || node === 4 ? '0' : '1'))

  /** All but `left`, whose messages come late, report to `to`. */
  function reports(to: number, left: number): Step[] {
    const from = everybody.filter((node) => node !== to && node !== left)
    return from.map((node) => report(node, to, 1, node === 0 || node === 4 ? '0' : '1'))
  }

  test('a majority that a liar might have made is proposed by nobody', () => {
    const { nodes } = replay(options, [...begun, ...reports(0, 1)])
    expect(nodes.get(0)).toMatchObject({ phase: 'proposal', proposed: undefined })
    const four = replay(options, [...begun, ...reports(1, 4)])
    expect(four.nodes.get(1)).toMatchObject({ phase: 'proposal', proposed: '1' })
  })

  test('one proposal is not believed, and two are not enough to decide', () => {
    const after = (proposers: readonly number[]) => {
      const hearing = proposers.flatMap((node) => reports(node, 4))
      const others = everybody.slice(1, 5).filter((node) => !proposers.includes(node))
      // The rest see three reports of 1 among five, and propose nothing.
      const doubting = others.flatMap((node) => reports(node, proposers[0] as number))
      const proposals = everybody
        .slice(1, 5)
        .map((from) => proposal(from, 0, 1, proposers.includes(from) ? '1' : null))
      const last = proposals.pop() as Step
      const drawn = proposers.length < 2 ? { drawn: [0] } : {}
      const path = [...begun, ...reports(0, 1), ...hearing, ...doubting, ...proposals]
      return replay(options, [...path, { ...last, ...drawn }]).nodes.get(0)
    }
    expect(after([1])).toMatchObject({ round: 2, value: '0', decided: undefined })
    expect(after([1, 2])).toMatchObject({ round: 2, value: '1', decided: undefined })
  })
})
