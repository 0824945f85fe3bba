import { describe, expect, test } from 'vitest'
import { Accountability } from './accountability.ts'
import { HeightAgreement } from './height-agreement.ts'
import { tendermintInvariants } from './tendermint.invariants.ts'
import { ScriptedValidators } from './testing/scripted-validators.ts'
import { Validity } from './validity.ts'
import { VoteDurability } from './vote-durability.ts'

/** Validators 0 and 1 lie: 2f+1 votes of theirs and of one other decide another block on each side. */
function forked(world: ScriptedValidators): void {
  const [v, w] = [world.block('v', 2), world.block('w', 2, 2)]
  for (const [id, block] of [
    [2, v],
    [3, w],
  ] as const) {
    world.receive(id, 0, world.proposal(block, 0))
    world.votes(id, 'prevote', [0, 1], 0, block)
    world.votes(id, 'precommit', [0, 1], 0, block)
  }
}

const broken = (world: ScriptedValidators) =>
  tendermintInvariants.map(({ property, broken: of }) => [property, of(world.living)?.nodes])

describe('two decisions at one height', () => {
  test('are seen by the invariants, which hold before', () => {
    const world = new ScriptedValidators()
    expect(broken(world)).toEqual([
      ['decisions agree', undefined],
      ['one precommitted value a height', undefined],
    ])
    forked(world)
    expect(broken(world)).toEqual([
      ['decisions agree', [2, 3]],
      ['one precommitted value a height', [2, 3]],
    ])
  })

  test('are seen by the checker of agreement, also where one of the two has crashed', () => {
    const agreement = new HeightAgreement()
    const world = new ScriptedValidators({ checkers: [agreement] })
    forked(world)
    expect(agreement.violation).toMatchObject({
      property: 'agreement',
      message: 'at height 0 node 3 decided another block than node 2',
      nodes: [2, 3],
    })
  })

  test('are seen in one validator’s view before it decides', () => {
    const world = new ScriptedValidators()
    const [v, w] = [world.block('v', 3), world.block('w', 3, 2)]
    world.votes(3, 'precommit', [0, 1, 2], 0, v)
    expect(broken(world)[1]).toEqual(['one precommitted value a height', undefined])
    world.votes(3, 'precommit', [0, 1, 2], 1, w)
    expect(broken(world)).toEqual([
      ['decisions agree', undefined],
      ['one precommitted value a height', [3]],
    ])
  })
})

describe('accountability', () => {
  const withCulprits = (...byzantine: number[]) => {
    const accountability = new Accountability(new Set(byzantine))
    const world = new ScriptedValidators({ checkers: [accountability] })
    const [v, w] = [world.block('v', 3), world.block('w', 3, 2)]
    world.votes(3, 'prevote', [1], 0, v)
    world.votes(3, 'prevote', [1], 0, w)
    return accountability.violation
  }

  test('is broken by evidence against a validator that follows the protocol', () => {
    expect(withCulprits()).toMatchObject({
      message: 'node 3 holds two prevotes of node 1 in height 0, round 0',
      nodes: [1, 3],
    })
  })

  test('is what evidence against Byzantine validators is for', () => {
    expect(withCulprits(1)).toBeUndefined()
  })
})

describe('vote durability', () => {
  /** Validator 3 has decided by its own precommit among others, and comes back with so many records. */
  const backWith = (surviving: number) => {
    const durability = new VoteDurability()
    const world = new ScriptedValidators({ checkers: [durability] })
    const block = world.block('v', 3)
    world.receive(3, 0, world.proposal(block, 0))
    world.votes(3, 'prevote', [0, 1], 0, block)
    world.votes(3, 'precommit', [0, 1], 0, block)
    expect(world.host(3).records.map(({ kind }) => kind)).toEqual([
      'vote',
      'lock',
      'vote',
      'commit',
    ])
    world.crash(3, surviving)
    world.start(3)
    return durability.violation?.message
  }

  test('is broken by who comes back without a vote that was counted', () => {
    const message = 'node 3 came back without the precommit of height 0, round 0, that was counted'
    expect(backWith(2)).toBe(message)
    expect(backWith(0)).toBe(message.replace('precommit', 'prevote'))
  })

  test('holds of who comes back with its votes, or with the decision', () => {
    expect(backWith(3)).toBeUndefined()
    expect(backWith(4)).toBeUndefined()
  })
})

describe('validity', () => {
  const request = { client: 1, sequence: 1 }
  const moment = { event: 1, timeMicros: 0 }
  const asked = (body: Uint8Array) => ({ kind: 'request', body, signature: body })
  const committed = (command: Uint8Array) =>
    ({ kind: 'committed', index: 1, term: 0, command, request, applied: true }) as const
  const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)]

  test('holds where what is committed is what was asked for, in whatever order that is seen', () => {
    const validity = new Validity()
    validity.output(0, committed(a), moment)
    validity.proposed(1, asked(a), request, moment)
    validity.output(1, committed(a), moment)
    expect(validity.violation).toBeUndefined()
  })

  test('is broken where something else is committed in the name of a client', () => {
    const validity = new Validity()
    validity.proposed(1, asked(a), request, moment)
    validity.output(0, committed(b), moment)
    expect(validity.violation?.nodes).toEqual([1, 0])
  })
})
