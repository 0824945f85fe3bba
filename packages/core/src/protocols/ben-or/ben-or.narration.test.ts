import { expect, test } from 'vitest'
import { Experiment, planOf } from '../../experiments/index.ts'
import { benOr } from './ben-or.protocol.ts'
import type { BenOr } from './ben-or.ts'

test('the story of a run is told in one sentence at a time', () => {
  const scenario = { protocol: 'ben-or', nodes: 4, seed: 4, synchrony: 'async', for: '60s' }
  const experiment = new Experiment(planOf(scenario))
  const told = () =>
    benOr.narrate(experiment.world.alive() as unknown as ReadonlyMap<number, BenOr>)
  const story = [told()]
  while (!experiment.advance(1)) if (told() !== story.at(-1)) story.push(told())
  expect(story[0]).toBe('Nobody has been asked to propose a value yet.')
  for (const sentence of [
    /^In round 0 to 1, 1 of 4 nodes hold [01] and 0 hold [01]; nobody has seen a majority\.$/,
    /^In round \d, \d of 4 nodes hold 0 and \d hold 1; 1 node has seen a majority\.$/,
    /^1 node of 4 has decided [01], the first in round \d: the others must follow\.$/,
  ]) {
    expect(story).toContainEqual(expect.stringMatching(sentence))
  }
  expect(benOr.narrate(new Map())).toBe('Every node is down.')
})

test('once all have decided, the sentence says what, and in which rounds', () => {
  const decided = { round: 3, decided: '1', decidedRound: 2 } as BenOr
  const later = { round: 4, decided: '1', decidedRound: 3 } as BenOr
  expect(benOr.narrate(new Map([[0, decided]]))).toBe(
    'Every node that is up has decided 1, in round 2.',
  )
  const both = new Map([
    [0, decided],
    [2, later],
  ])
  expect(benOr.narrate(both)).toBe('Every node that is up has decided 1, in round 2 to 3.')
})
