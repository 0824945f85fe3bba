import { describe, expect, test } from 'vitest'
import { HeightAgreement } from './height-agreement.ts'
import { ScriptedValidators } from './testing/scripted-validators.ts'

// Validator 3 is real, and its disk holds nothing before the script says so; the others are puppets.

const real = 3

/** Validator 3 has seen a proposal, and the votes of two others for it: with its own they are 2f+1. */
function aboutToDecide() {
  const agreement = new HeightAgreement()
  const world = new ScriptedValidators({ disks: 'slow', checkers: [agreement] })
  world.sync(real)
  const block = world.block('v', real)
  world.receive(real, 0, world.proposal(block, 0))
  world.votes(real, 'prevote', [0, 1], 0, block)
  return { agreement, world, block }
}

describe('a vote of its own', () => {
  test('locks nothing before it is on disk', () => {
    const { world } = aboutToDecide()
    expect(world.node(real).lockedRound).toBe(-1)
    world.sync(real)
    expect(world.node(real).lockedRound).toBe(0)
  })

  test('decides nothing before it is on disk, and nobody is answered', () => {
    const { world, block } = aboutToDecide()
    world.sync(real)
    world.votes(real, 'precommit', [0, 1], 0, block)
    expect([world.node(real).height, world.outputs, world.replies]).toEqual([0, [], []])
    world.sync(real)
    expect(world.node(real).height).toBe(1)
    expect(world.outputs.length).toBe(1)
    expect(world.replies.length).toBe(1)
  })

  test('that a crash took away has done no harm: another block may be decided', () => {
    const { agreement, world, block } = aboutToDecide()
    world.sync(real)
    world.votes(real, 'precommit', [0, 1], 0, block)
    // Its lock and its precommit are lost. Validator 0 lies, and 1 alone is locked: 0, 2 and 3 decide w.
    world.crash(real, 1)
    world.start(real)
    const other = world.block('w', real, 2)
    world.startRound(real, 1)
    world.receive(real, 1, world.proposal(other, 1))
    world.votes(real, 'prevote', [0, 2], 1, other)
    world.sync(real)
    world.votes(real, 'precommit', [0, 2], 1, other)
    world.sync(real)
    expect(world.journal(real)).toBe('w')
    expect(agreement.violation).toBeUndefined()
  })

  test('counts when it is on disk though its round is over, and not at a later height', () => {
    const { world, block } = aboutToDecide()
    world.votes(real, 'precommit', [0, 1, 2], 1)
    expect(world.node(real).round).toBe(1)
    world.sync(real)
    expect(world.node(real).roundAt(0).prevotes.power).toBe(3)
    world.votes(real, 'precommit', [0, 1, 2], 0, block)
    expect(world.node(real).height).toBe(1)
    world.sync(real)
    expect(world.node(real).rounds.size).toBe(0)
  })
})
