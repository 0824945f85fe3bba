import type { Step } from '../../simulator/steps/step.ts'
import { formatStep } from '../../simulator/steps/step-spec.ts'
import type { Plan } from '../plan.ts'
import type { Scenario } from '../scenario.ts'

/** The scenario of a plan whose steps are listed, without the clients that no step names: the others are numbered anew. */
export function withoutIdleClients({ scenario, clients, steps = [] }: Plan): Scenario {
  const named = new Set(steps.flatMap((step) => ('client' in step ? [step.client] : [])))
  const left = Array.from({ length: clients }, (_, client) => client).filter((client) =>
    named.has(client),
  )
  // The administrator, where there is one, comes after all clients.
  const numbers = new Map([...left, clients].map((client, number) => [client, number]))
  const renumbered = (step: Step): Step =>
    'client' in step ? { ...step, client: numbers.get(step.client) as number } : step
  return {
    ...scenario,
    clients: left.length,
    steps: steps.map((step) => formatStep(renumbered(step))),
  }
}
