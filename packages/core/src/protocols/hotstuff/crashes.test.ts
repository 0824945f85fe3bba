import { describe, expect, test } from 'vitest'
import { Experiment, planOf, type Scenario } from '../../experiments/index.ts'
import { Random } from '../../model/random.ts'
import { hotStuffAttacks } from './hotstuff.attacks.ts'
import type { HotStuff } from './hotstuff.ts'
import { ScriptedCluster } from './testing/scripted-cluster.ts'

// No committed entry is lost when all nodes die at once: first after every message of a short run, then
// by power cuts one after the other, in a world with disks and liars.

/** Messages and disks go on in a drawn order, for so many steps. */
function run(cluster: ScriptedCluster, steps: number, random: Random): void {
  for (let step = 0; step < steps; step += 1) {
    while (random.bernoulli(0.5)) cluster.sync(random.below(4))
    const chosen = cluster.inFlight[random.below(Math.max(1, cluster.inFlight.length))]
    if (chosen !== undefined) cluster.deliver((inFlight) => inFlight === chosen)
  }
}

/** Everything goes on by itself until nobody waits any more. */
function finish(cluster: ScriptedCluster): void {
  for (let round = 0; round < 30; round += 1) {
    cluster.deliverAll()
    const waiting = cluster.nodes.filter((id) => cluster.host(id).timers.has('view'))
    if (waiting.length === 0) return
    for (const id of waiting) if (cluster.host(id).timers.has('view')) cluster.timeout(id)
  }
  throw new Error('the cluster does not come to rest')
}

/** Returns what each node had committed when the power went, and what each has in the end. */
function cutAfter(steps: number, random: Random): { before: string[]; after: string[] } {
  const cluster = new ScriptedCluster({ autoSync: false, parameters: { checkpointBlocks: 4 } })
  for (const [place, line] of [...'abcdef'].entries()) {
    cluster.write(line, { client: place + 1, sequence: 1 })
    run(cluster, Math.floor(steps / 6), random)
  }
  const before = cluster.nodes.map((id) => cluster.journal(id))
  cluster.drop()
  for (const id of cluster.nodes) {
    const { durable, records } = cluster.host(id)
    cluster.crash(id, Math.min(records.length, durable + random.below(3)))
  }
  cluster.autoSync = true
  for (const id of cluster.nodes) cluster.start(id)
  cluster.write('last', { client: 9, sequence: 1 })
  finish(cluster)
  return { before, after: cluster.nodes.map((id) => cluster.journal(id)) }
}

describe('when the power goes', () => {
  test('after any number of messages, with disks in any state, all that was committed comes back', () => {
    const random = new Random(1)
    let lines = 0
    for (let steps = 0; steps < 240; steps += 1) {
      for (let draw = 0; draw < 4; draw += 1) {
        const { before, after } = cutAfter(steps, random)
        const [journal = ''] = after
        expect(after).toEqual(Array(4).fill(journal))
        expect(journal).toContain('last')
        for (const committed of before) {
          expect(journal.startsWith(committed)).toBe(true)
          lines += committed.length
        }
      }
    }
    // The cuts did come while lines were committed.
    expect(lines).toBeGreaterThan(1_000)
  })
})

/** All nodes lose their power again and again, at times and for times that the seed draws. */
function powerCuts(seed: number): { readonly faults: string[]; readonly lastMs: number } {
  const random = new Random(seed)
  const faults: string[] = []
  let atMs = 0
  while (faults.length < 20) {
    atMs += 20 + random.below(100)
    const downMs = 1 + random.below(20)
    faults.push(`crash:all@${atMs}ms+${downMs}ms`)
    atMs += downMs
  }
  return { faults, lastMs: atMs }
}

/** Returns the verdict, and how many entries nodes had committed by the last cut and have at the end. */
function runWithCuts(settings: Scenario, seed: number) {
  const { faults, lastMs } = powerCuts(seed)
  const plan = planOf({ seed, faults, for: '4s', thinkTime: '1ms', ...settings })
  // A planted bug that writes nothing down would be seen by this alone.
  const experiment = new Experiment(plan, { verifyFold: plan.mutant === undefined })
  const { world } = experiment
  let highest = 0
  let byTheLastCut = 0
  const { onOutput } = world
  world.onOutput = (node, output) => {
    if (output.kind === 'committed') highest = Math.max(highest, output.index)
    onOutput?.(node, output)
  }
  world.at(lastMs * 1_000, () => {
    byTheLastCut = highest
  })
  experiment.complete()
  const correct = world.hosts.filter(({ self }) => !plan.byzantine.has(self))
  const inTheEnd = correct.map(({ node }) => (node as HotStuff | undefined)?.lastIndex ?? 0)
  return { report: experiment.report(0), byTheLastCut, inTheEnd }
}

describe('when the power of all nodes goes twenty times', () => {
  const parameters = { checkpointBlocks: 10, maxRequestsPerBlock: 2 }

  test.each([4, 5, 7, 10])('nothing is lost among %d nodes', (nodes) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const scenario: Scenario = { protocol: 'hotstuff', nodes, parameters }
      const { report, byTheLastCut, inTheEnd } = runWithCuts(scenario, seed)
      const { verdict, because } = report
      expect({ seed, verdict, because }).toEqual({ seed, verdict: 'held', because: undefined })
      expect(byTheLastCut).toBeGreaterThan(50)
      expect(Math.min(...inTheEnd)).toBeGreaterThan(byTheLastCut)
    }
  })

  test.each(hotStuffAttacks.map(({ name }) => name))(
    'nothing is lost where one of them %s',
    (name) => {
      for (let seed = 1; seed <= 3; seed += 1) {
        const scenario: Scenario = { protocol: 'hotstuff', byzantine: [`0=${name}`], parameters }
        const { report, byTheLastCut, inTheEnd } = runWithCuts(scenario, seed)
        const { verdict, because } = report
        expect({ seed, verdict, because }).toEqual({ seed, verdict: 'held', because: undefined })
        expect(Math.min(...inTheEnd)).toBeGreaterThan(byTheLastCut)
      }
    },
  )

  test.each(['vote-not-persisted', 'lock-not-persisted'])('%s is seen', (mutant) => {
    const seen = [1, 2, 3, 4, 5].map((seed) => {
      const protocol = `hotstuff+${mutant}`
      return runWithCuts({ protocol, parameters }, seed).report.because?.split(':')[0]
    })
    expect(seen).toContain('vote durability')
  })
})
