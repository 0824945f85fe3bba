import { describe, expect, test } from 'vitest'
import { AcceptableList, Lock } from './dls.messages.ts'
import { coordinatorOf } from './phase.ts'
import { listText, lockText } from './signed-text.ts'
import { ScriptedRounds, textOf, valueNamed } from './testing/scripted-rounds.ts'

interface Forged {
  readonly sayers?: readonly number[]
  readonly signer?: number
  readonly listed?: string
  readonly listedPhase?: number
  readonly listSigner?: number
}

/** A lock as the coordinator of the phase would make it, but for what a test does otherwise. */
function lockOn(rounds: ScriptedRounds, text: string, phase: number, forged: Forged = {}): Lock {
  const value = valueNamed(text)
  const proof = (forged.sayers ?? [0, 1, 2]).map((node) => {
    const said = {
      phase: forged.listedPhase ?? phase,
      values: [valueNamed(forged.listed ?? text)],
      everything: false,
    }
    const signature = rounds.processor(forged.listSigner ?? node).host.sign(listText(said))
    return AcceptableList({ node, ...said, signature })
  })
  const signer = rounds.processor(forged.signer ?? coordinatorOf(phase, 4))
  return Lock({ value, phase, proof, signature: signer.host.sign(lockText({ value, phase })) })
}

const heldBy = (rounds: ScriptedRounds): [string, number][] =>
  rounds.processor(3).locks.map(({ value, phase }) => [textOf(value), phase])

/** Processor 3 of 4 with these locks. */
function holding(...locks: [string, number][]): ScriptedRounds {
  const rounds = new ScriptedRounds(4).propose('a', 'a', 'a', 'a')
  for (const [text, phase] of locks) rounds.processor(3).lock(lockOn(rounds, text, phase))
  return rounds
}

describe('a lock', () => {
  test('is valid if the coordinator of the phase signed it, and N - t had the value in their lists', () => {
    const rounds = holding()
    expect(rounds.processor(3).isValidLock(lockOn(rounds, 'a', 2))).toBe(true)
  })

  test.each<[string, Forged]>([
    ['fewer had it', { sayers: [0, 1] }],
    ['one of them is counted twice', { sayers: [0, 1, 1] }],
    ['they listed another value', { listed: 'b' }],
    ['they listed it in another phase', { listedPhase: 1 }],
    ['they did not sign their lists', { listSigner: 3 }],
    ['another than the coordinator signed it', { signer: 0 }],
  ])('is not where %s', (_, forged) => {
    const rounds = holding()
    expect(rounds.processor(3).isValidLock(lockOn(rounds, 'a', 2, forged))).toBe(false)
  })

  test('makes all other values unacceptable; two locks make all so', () => {
    const rounds = holding(['a', 1])
    const three = rounds.processor(3)
    expect(three.isAcceptable(valueNamed('a'))).toBe(true)
    expect(three.isAcceptable(valueNamed('b'))).toBe(false)
    expect(three.acceptableList().values.map(textOf)).toEqual(['a'])
    three.lock(lockOn(rounds, 'b', 2))
    expect(three.isAcceptable(valueNamed('a'))).toBe(false)
    expect(three.acceptableList().values).toEqual([])
  })

  test('takes the place of an earlier one on the same value', () => {
    expect(heldBy(holding(['a', 1], ['b', 2], ['a', 3]))).toEqual([
      ['b', 2],
      ['a', 3],
    ])
  })

  test.each<[string, number, string[]]>([
    ['of an earlier phase', 1, ['a']],
    ['of the same phase', 2, []],
    ['of a later phase', 3, []],
  ])('is released for one on another value %s or not: phase %i', (_, phase, left) => {
    const rounds = holding(['a', 2])
    rounds.processor(3).releaseFor(lockOn(rounds, 'b', phase))
    expect(heldBy(rounds).map(([text]) => text)).toEqual(left)
  })

  test('is released for no lock on the same value, and for none that is not valid', () => {
    const rounds = holding(['a', 2])
    rounds.processor(3).releaseFor(lockOn(rounds, 'a', 3))
    rounds.processor(3).releaseFor(lockOn(rounds, 'b', 3, { sayers: [0, 1] }))
    expect(heldBy(rounds)).toEqual([['a', 2]])
  })
})
