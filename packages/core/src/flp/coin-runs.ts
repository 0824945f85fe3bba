import { Random } from '../model/random.ts'
import { benOr } from '../protocols/ben-or/ben-or.protocol.ts'
import type { BenOr } from '../protocols/ben-or/ben-or.ts'
import { Adversary } from './adversary.ts'
import { AsynchronousSystem } from './asynchronous-system.ts'
import { isBivalent } from './initial-configurations.ts'
import { LookAhead } from './look-ahead.ts'
import type { CoinReport } from './report.ts'

/** As few as tolerate a crash, of which one differs. */
const proposals = [0, 1, 1]

/** Nobody has seen a run that takes so many steps; one that did would count as undecided. */
const mostSteps = 20_000

interface CoinRun {
  readonly decided: boolean
  readonly steps: number
  readonly openSteps: number
  readonly rounds: number
}

/**
 * Ben-Or's protocol in the world of the theorem, with the adversary of the theorem as its scheduler. It
 * sees all that has happened, and may choose what happens next with regard to it; but how a coin will
 * fall it can only guess. So it keeps the outcome open for a while, and then no more.
 */
export class CoinRuns {
  readonly #system = new AsynchronousSystem({
    protocol: benOr,
    nodeClass: benOr.node,
    nodes: proposals.length,
    values: ['0', '1'],
  })
  readonly #runs: CoinRun[] = []

  get count(): number {
    return this.#runs.length
  }

  run(seed: number): void {
    const random = new Random(seed)
    const [real, supposed] = [random.split('coins'), random.split('supposed coins')]
    const coins = {
      real: (outcomes: number) => real.below(outcomes),
      supposed: (outcomes: number) => supposed.below(outcomes),
    }
    const system = this.#system
    const lookAhead = new LookAhead(system, coins.supposed, random.split('look ahead'))
    const configuration = system.initial(proposals, coins.real)
    const witnesses = lookAhead.witnesses(configuration, 'thorough')
    const adversary = new Adversary(system, lookAhead, { configuration, witnesses }, coins)
    const present = adversary.configuration
    let openSteps = 0
    while (present.decisions.includes(undefined) && present.steps < mostSteps) {
      if (isBivalent(adversary.witnesses)) openSteps = present.steps
      const open = isBivalent(adversary.witnesses) && adversary.extend('quick') !== undefined
      if (!open) adversary.extendFairly()
    }
    const processes = [...system.processes(present).values()] as unknown as BenOr[]
    this.#runs.push({
      decided: !present.decisions.includes(undefined),
      steps: present.steps,
      openSteps,
      rounds: Math.max(...processes.map(({ decidedRound }) => decidedRound)),
    })
  }

  report(): CoinReport {
    const runs = this.#runs
    return {
      protocol: benOr.name,
      nodes: proposals.length,
      runs: runs.length,
      decided: runs.filter(({ decided }) => decided).length,
      steps: summary(runs.map(({ steps }) => steps)),
      openSteps: summary(runs.map(({ openSteps }) => openSteps)),
      rounds: summary(runs.map(({ rounds }) => rounds)),
    }
  }
}

function summary(numbers: readonly number[]): { readonly mean: number; readonly most: number } {
  const sum = numbers.reduce((total, number) => total + number, 0)
  return { mean: sum / numbers.length, most: Math.max(...numbers) }
}
