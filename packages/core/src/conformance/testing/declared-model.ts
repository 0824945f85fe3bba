import { Experiment } from '../../experiments/experiment.ts'
import { planOf } from '../../experiments/plan.ts'
import type { RunReport } from '../../experiments/report.ts'
import type { Scenario } from '../../experiments/scenario.ts'
import type { Beyond, Protocol } from '../../model/index.ts'
import { Random } from '../../model/random.ts'
import type { ProtocolTest } from './protocol-conformance.ts'
import { mustHold } from './trial.ts'

/**
 * What a protocol's declaration promises, tried: at its bound of faults, whatever the Byzantine nodes
 * do, every property holds; one step beyond what is promised, what is lost is seen to be lost.
 */
export function declaredModelTests(protocol: Protocol, seeds: readonly number[]): ProtocolTest[] {
  return [
    ...strategiesOf(protocol).map((strategy) => ({
      name: `holds with as many nodes ${strategy} as it tolerates`,
      run: () => holdsAtItsBound(protocol, strategy, seeds),
    })),
    ...protocol.beyond.map((beyond) => ({
      name: `does not hold beyond: ${beyond.name}`,
      run: () => breaksBeyond(protocol, beyond),
    })),
  ]
}

/** What a Byzantine node may do, in a protocol that tolerates some. */
function strategiesOf({ family, attacks }: Protocol): string[] {
  if (family !== 'byzantine') return []
  const general = ['silent', 'delayed', 'twins', 'corrupting:30%']
  return [...general, ...attacks.filter(({ inChaos }) => inChaos).map(({ name }) => name)]
}

function holdsAtItsBound(protocol: Protocol, strategy: string, seeds: readonly number[]): void {
  for (const seed of seeds) {
    const draw = new Random(seed).split('at the bound')
    const variety = protocol.variety(draw) as Partial<Scenario>
    const nodes = variety.nodes ?? protocol.usualNodes
    const order = Array.from({ length: nodes }, (_, node) => node)
    draw.shuffle(order)
    const faulty = order.slice(0, protocol.resilience.maximumFaulty(nodes))
    const report = runOf({
      ...variety,
      protocol: protocol.name,
      seed,
      chaos: true,
      byzantine: faulty.map((node) => `${node}=${strategy}`),
    })
    mustHold(report.verdict === 'held', `${report.verdict}: ${report.because}\n${report.replay}`)
  }
}

function breaksBeyond(protocol: Protocol, beyond: Beyond): void {
  const settings = beyond.scenario as Partial<Scenario>
  mustHold(settings.expect !== undefined, 'it does not say what is to be seen')
  const seen = new Set<string>()
  for (let seed = 1; seed <= beyond.seeds; seed++) {
    const report = runOf({ ...settings, protocol: protocol.name, seed })
    if (report.asExpected) return
    seen.add(`${report.verdict}${report.because === undefined ? '' : `: ${report.because}`}`)
  }
  mustHold(false, `${beyond.seeds} seeds show no such thing, but ${[...seen].join('; ')}`)
}

function runOf(scenario: Scenario): RunReport {
  return new Experiment(planOf(scenario)).complete().report(0)
}
