import { mixText } from '../../model/schema/hash.ts'
import type { Scenario } from '../scenario.ts'

/**
 * Scenarios that were tried in vain, and how many events they were given to show the violation: what
 * did not show it within so many does not within fewer. They are kept by 64 bits of a hash of their
 * text: of two that have the same one is not tried, which chance brings about once in 10^19 pairs.
 */
export class TriedScenarios {
  private readonly events = new Map<string, number>()

  add(scenario: Scenario, events: number): void {
    const hash = hashOf(scenario)
    this.events.set(hash, Math.max(events, this.events.get(hash) ?? 0))
  }

  has(scenario: Scenario, events: number): boolean {
    return events <= (this.events.get(hashOf(scenario)) ?? Number.NEGATIVE_INFINITY)
  }
}

function hashOf(scenario: Scenario): string {
  const text = JSON.stringify(scenario)
  return `${mixText(0, text)} ${mixText(1, text)}`
}
