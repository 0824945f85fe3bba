import type { Counterexample, CounterexampleReplay } from '../explorer/index.ts'
import type { MessageDiagram } from './message-diagram.ts'
import { diagramOfPath } from './path-diagram.ts'

/**
 * A counterexample as a diagram.
 * @param to so many of its steps; all of them where absent
 */
export function diagramOfCounterexample(
  { protocol: name, property, steps: all, lasso }: Counterexample,
  { options, steps, broken }: CounterexampleReplay,
  to: number = all.length,
): MessageDiagram {
  const { protocol, nodes, twins = [], attackers = [], opening } = options
  const whole = to >= all.length
  const violation = whole && broken
  return diagramOfPath({
    title: `${name}: ${property}, violated`,
    nodes,
    twins: twins.map(({ node }) => node),
    ...(opening === undefined ? {} : { opening }),
    attackers: attackers.map(({ node }) => node),
    steps: steps.slice(0, to),
    ...(violation
      ? { violation: { nodes: broken.nodes, text: `${property}: ${broken.message}` } }
      : {}),
    ...(lasso === undefined ? {} : { lasso }),
    ...(protocol ? { narrate: (live) => protocol.narrate(live) } : {}),
  })
}
