import { Agreement } from '../checkers/agreement.ts'
import { ExactlyOnce } from '../checkers/exactly-once.ts'
import { Integrity } from '../checkers/integrity.ts'
import { keyValueModel } from '../checkers/linearizability/key-value-model.ts'
import { checkLinearizability } from '../checkers/linearizability/linearizability.ts'
import { PrefixOrder } from '../checkers/prefix-order.ts'
import { StateMachineSafety } from '../checkers/state-machine-safety.ts'
import type { Checker } from '../model/index.ts'
import { formatDuration } from '../simulator/faults/units.ts'
import { hostProperties } from '../simulator/observers.ts'
import type { KeyValueWorkload } from '../simulator/workload/key-value.ts'
import { answerText, commandText } from './operation-text.ts'
import type { Plan } from './plan.ts'
import { faultsEndOf } from './plan-figures.ts'
import type { PropertyReport } from './report.ts'

/** Configurations searched in each part of a history, before its verdict is left open. */
const linearizabilityLimits = { maxStates: 2_000_000 }

/**
 * The checkers of a run: what every protocol of its shape promises, and what its own paper adds.
 * @param settled when the faults of the run are over, as is known when it ends
 */
export function propertiesOf(plan: Plan, settled = () => faultsEndOf(plan)): Checker[] {
  const nodes = Array.from({ length: plan.nodes }, (_, node) => node)
  const own = plan.protocol.checkers({
    nodes,
    parameters: plan.parameters,
    byzantine: new Set(plan.byzantine.keys()),
    get settledMicros() {
      return settled()
    },
  })
  switch (plan.protocol.shape) {
    case 'decision':
      return [...own, new Agreement(), new Integrity()]
    case 'log':
      return [...own, new StateMachineSafety(), new PrefixOrder(), new ExactlyOnce()]
    case 'chain':
    case 'none':
      return own
  }
}

/** The names of all the properties that a run of this plan may report. */
export function propertiesKnown(plan: Plan): string[] {
  return [
    ...propertiesOf(plan).map(({ property }) => property),
    ...(plan.workload === 'key-value' ? ['linearizability', 'progress'] : []),
    ...(plan.workload === 'proposals' ? ['termination'] : []),
    ...Object.values(hostProperties),
  ]
}

/** Linearizability of what the clients were told. */
export function linearizabilityOf(
  workload: Pick<KeyValueWorkload, 'history' | 'answers'>,
): PropertyReport {
  const property = { name: 'linearizability', kind: 'safety' } as const
  const result = checkLinearizability(
    workload.history.history(),
    keyValueModel,
    linearizabilityLimits,
  )
  switch (result.verdict) {
    case 'linearizable':
      return { ...property, held: true }
    case 'inconclusive':
      return { ...property, held: false, undecided: result.reason }
    case 'violated': {
      const { client, call, command, result: answer } = result.unplaced
      const from = workload.answers.to(client, call)
      const message = `${result.part}: client ${client} asked at ${formatDuration(call)} to ${commandText(command)} and was told ${answerText(answer)}, which no order of the ${result.longestOrder.length + 1} operations allows`
      return {
        ...property,
        held: false,
        witness: { message, nodes: from ? [from.node] : [], events: from ? [from.event] : [] },
      }
    }
  }
}
